"""Constants, logarithms' bases and normalisers: a number that does not depend on what is learned, or should not."""

from __future__ import annotations

from .card import KL, Card

__all__ = ["CARDS"]

CARDS = (
    Card(
        "EC030",
        "missing-constant",
        "the constant is missing",
        "½ Σ_j (μ_j² + σ_j² − log σ_j²)",
        KL,
        "“Constants do not matter for the gradient”, so they are left out; or they are left out of one density and "
        "kept in the other, where they would have cancelled.",
        "0.5 a latent too much: d/2 at the prior instead of 0. Gradients are right; the value is no KL, and bounds "
        "and model comparisons that use it are off.",
        "keep the −1 of every latent",
        "https://github.com/martiningram/jax_advi/pull/1",
        ("wrong-constant",),
        "warning",
        cure_of_categories="add log K for every categorical: (q * log(q)).sum(-1) + log(K)",
        cure_of_decoder="add ½ log 2π for every pixel",
    ),
    Card(
        "EC031",
        "wrong-constant",
        "the constant is wrong",
        "½ Σ_j (μ_j² + σ_j² + 1 − log σ_j²)",
        KL,
        "The sign of the 1 is lost where the formula is turned round, or two KLs are added and the constant of one is "
        "kept.",
        "With +1 for −1: 1 a latent too much, d at the prior instead of 0. Gradients are right, the value is not.",
        "the constant is −½ a latent: the KL must be 0 at mu = 0, sigma = 1",
        "https://github.com/valdersoul/bn-vae/issues/4",
        ("missing-constant", "missing-dim-term"),
        "warning",
        cure_of_categories="the constant is log K for every categorical: the KL must be 0 at q = 1 / K",
        cure_of_decoder="the constant is ½ log 2π for every pixel, or none for any",
    ),
    Card(
        "EC032",
        "missing-dim-term",
        "the constant is counted once instead of once a latent",
        "½ Σ_j (μ_j² + σ_j² − log σ_j²) − ½",
        KL,
        "The −1 stands outside the sum over latents: a scalar is subtracted after the reduction.",
        "(d − 1)/2 too much, right only for d = 1: the value depends on the architecture. Gradients are right.",
        "put the −1 inside the sum, or subtract d",
        "https://github.com/ericjang/draw/issues/2",
        ("wrong-constant",),
        "warning",
        cure_of_categories="add log K to every categorical, then sum them: ((q * log(q)).sum(-1) + log(K)).sum(-1)",
        cure_of_decoder="put ½ log 2π inside the sum over pixels, or add it D times",
    ),
    Card(
        "EC033",
        "wrong-log-base",
        "bits instead of nats",
        "½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²) / log 2",
        KL,
        "log2 stands for log, or a value is divided by log 2 to report bits and goes into the loss so.",
        "1.4427 times the KL. All terms of the loss in bits: only the scale changes. The KL alone in bits: an "
        "effective beta of 1.4427. log2 inside the formula alone (σ² − 1 − log2 σ²): the best σ² is 1.4427 instead of "
        "1.",
        "train in nats with log; convert to bits where the number is printed",
        "https://arxiv.org/abs/1511.01844",
    ),
    Card(
        "EC034",
        "missing-normaliser",
        "the normaliser of a density is missing",
        "Σ_i (x_i − r_i)²/(2s²)",
        "Σ_i ((x_i − r_i)²/(2s²) + ½ log(2π s²))",
        "Only the exponent of the Gaussian is written down; ½ log(2πs²) looks like a constant.",
        "With s fixed: ½ log(2πs²) a pixel too little (0.919 at s = 1), gradients right. With s learned: the term "
        "falls to 0 as s grows, and nothing stops it.",
        "add 0.5 * log(2 * pi * s**2) for every pixel",
        "https://github.com/ex4sperans/variational-inference-with-normalizing-flows/issues/1",
        (),
        "warning",
    ),
    Card(
        "EC035",
        "prob-instead-of-logprob",
        "a probability where its logarithm belongs",
        "Σ_k q_k (log q_k − p_k)",
        "Σ_k q_k (log q_k − log p_k)",
        "The prior is written as 1/K, and the logarithm of the other factor is taken alone.",
        "For a uniform prior: log K + 1/K too little, a constant, so gradients are right and values are negative. For "
        "any other prior the gradient is wrong too: −log p_k has no bound and −p_k has, so classes that the prior "
        "nearly excludes are hardly punished.",
        "(q * (log(q) - log(p))).sum(-1), p = 1 / K if it is uniform",
        "https://github.com/dev4488/VAE_gumble_softmax/issues/1",
        ("missing-log", "kldiv-input-not-log"),
    ),
    Card(
        "EC036",
        "kldiv-input-not-log",
        "kl_div is given a probability where it expects a log-probability",
        "Σ_k p_k (log p_k − q_k)",
        "Σ_k p_k (log p_k − log q_k)",
        "torch.nn.functional.kl_div(input, target) wants log-probabilities first, probabilities second, and computes "
        "KL(target ‖ input): softmax for log_softmax raises no error.",
        "Not a KL: at p = q = (½, ½) it is −1.193 instead of 0. The gradient with respect to q_k is −p_k instead of "
        "−p_k/q_k: classes to which q gives too little are hardly raised.",
        "F.kl_div(log_softmax(s, -1), softmax(t, -1), reduction='batchmean')",
        "https://github.com/microsoft/ProDA/issues/20",
        ("prob-instead-of-logprob",),
    ),
)
