"""A sign, a square, a logarithm or a term went astray inside the KL: the shape of the function changes."""

from __future__ import annotations

from .card import KL, KL_OF_TENSOR, VAE, Card

__all__ = ["CARDS"]

CARDS = (
    Card(
        "EC001",
        "wrong-sign",
        "the sign of the KL, or of one of its terms, is reversed",
        "−½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²)",
        KL,
        "−½ Σ(1 + log σ² − μ² − σ²) has the minus in front: it is lost when the formula is turned round, it is taken "
        "twice when the loss subtracts a KL (ELBO = log-likelihood − KL, loss = −ELBO), or one term inside keeps its "
        "old sign.",
        "The whole sign: the KL is maximised, its value is never positive, and the loss has no lower bound. The sign "
        "of μ² alone (−μ² + σ² − 1 − log σ²): large |μ| is rewarded without bound. Both are 0 at the prior.",
        "loss = reconstruction + kl, with kl >= 0 at any point",
        "https://github.com/rohan-gogate/cyber_anomaly_detection/commit/8763228",
        cure_of_decoder="loss = nll + kl, with nll = -log p(x | z): the squared error and log s are added",
    ),
    Card(
        "EC002",
        "missing-mean-term",
        "the term μ² is missing",
        "½ Σ_j (σ_j² − 1 − log σ_j²)",
        KL,
        "The formula is written for a centred posterior, or the term goes where the loss is regrouped.",
        "Nothing holds the means: codes drift away from the prior, and draws of the prior land where the decoder was "
        "never trained. Right wherever μ = 0, so a test at the prior passes.",
        "kl = 0.5 * (mu**2 + sigma**2 - 1 - 2 * log(sigma)).sum(-1)",
        VAE,
    ),
    Card(
        "EC003",
        "missing-log",
        "what should stand in a logarithm stands there bare",
        "½ Σ_j (μ_j² + σ_j² − 1 − σ_j²)",
        KL,
        "log(...) is dropped in typing; for discrete distributions it is Σ q·(q/p) for Σ q·log(q/p).",
        "In the Gaussian KL both σ terms cancel: no pull on σ at all, and −0.5 a latent at the prior. In the discrete "
        "one the value at q = p is 1 instead of 0: it is 1 + χ², not the KL.",
        "take the logarithm: log(sigma**2), log(q / p)",
        "https://github.com/rasbt/machine-learning-book/issues/44",
        ("prob-instead-of-logprob",),
        cure_of_categories="take the logarithm: (q * (log(q) - log(p))).sum(-1), p = 1 / K if it is uniform",
    ),
    Card(
        "EC004",
        "missing-log-term",
        "the term log σ² is missing",
        "½ Σ_j (μ_j² + σ_j² − 1)",
        KL,
        "The entropy of the posterior is left out, or log(2π) is kept in its place although it cancels.",
        "The value falls to −0.5 a latent as σ goes to 0, and nothing keeps σ from it: the posterior shrinks to a "
        "point and the model becomes an autoencoder with weight decay on its code. Right wherever σ = 1, so a test at "
        "the prior passes.",
        "kl = 0.5 * (mu**2 + sigma**2 - 1 - 2 * log(sigma)).sum(-1)",
        "https://github.com/pluskid/Mocha.jl/issues/117",
        cure_of_decoder="nll = 0.5 * ((x - r)**2 / s**2 + 2 * log(s)).sum(-1)",
    ),
    Card(
        "EC005",
        "not-squared",
        "a square is missing: σ for σ², μ for μ², or σ_p for σ_p²",
        "½ Σ_j (μ_j² + σ_j − 1 − log σ_j²)",
        KL,
        "exp(log_sigma) is σ; the formula needs exp(log_sigma)**2, or exp(2 * log_sigma).",
        "σ for σ²: the best σ is 2 instead of 1, with −0.193 a latent there: negative, and 0 at the prior, so a test "
        "there passes. μ for μ²: the value falls without bound as μ goes to −∞.",
        "square each: mu**2, sigma**2 = exp(2 * log_sigma), and the sigma_p**2 of a prior",
        "https://github.com/DaehanKim/vgae_pytorch/issues/2",
        cure_of_decoder="square each: (x - r)**2, and s**2 below it",
    ),
    Card(
        "EC006",
        "square-of-log",
        "the square of the logarithm instead of the logarithm of the square",
        "½ Σ_j (μ_j² + σ_j² − 1 − (log σ_j)²)",
        KL,
        "log σ² is read as (log σ)²; with log_sigma at hand it becomes log_sigma**2 for 2 * log_sigma.",
        "The value falls without bound as σ goes to 0, at every σ: posteriors shrink to points. With a plus in front "
        "(+(log σ)²) the best log σ is −0.426, with −0.196 a latent there. Both are 0 at the prior.",
        "log σ² = 2 log σ: 2 * log_sigma, or log(sigma**2)",
        "https://github.com/FluxML/model-zoo/issues/73",
    ),
    Card(
        "EC007",
        "half-on-logsigma",
        "the ½ of ½ log σ² is put on log σ",
        "½ Σ_j (μ_j² + σ_j² − 1 − log σ_j)",
        KL,
        "½ log σ² is log σ: written with log σ the ½ is gone already, and it is taken a second time. In a Gaussian "
        "entropy it is ½ log σ + ½ log(2πe).",
        "The pull towards larger σ is half of what it should be: the best σ² is 0.5 instead of 1, with −0.077 a "
        "latent there; 0 at the prior. An entropy written so is off by −½ Σ log σ.",
        "½ log σ² = log σ: subtract 2 * log_sigma inside the ½, or log_sigma outside",
        "https://github.com/ray-project/ray/issues/2920",
    ),
    Card(
        "EC008",
        "abs-on-logvar",
        "an absolute value, ReLU or softplus on the log variance",
        "½ Σ_j (μ_j² + exp(abs(t_j)) − 1 − abs(t_j))",
        KL_OF_TENSOR,
        "“A variance can not be negative”: but the layer holds its logarithm, which can.",
        "σ is never below 1: no posterior can be narrower than the prior, so the code carries little and "
        "reconstructions are blurred. As a function of log σ² the value is that of 1/σ below 1: 2.195 a latent at log "
        "σ² = −2, where the KL is 0.568.",
        "no activation on the layer that holds log σ²",
        "https://github.com/alecGraves/BVAE-tf/issues/4",
    ),
    Card(
        "EC009",
        "missing-variance-term",
        "the term σ² is missing",
        "½ Σ_j (μ_j² − 1 − log σ_j²)",
        KL,
        "The trace of the general formula is dropped, or only the mean is thought of as penalised.",
        "Nothing holds σ down: the value falls without bound as σ grows, and the code drowns in noise. Where log σ² "
        "and the −1 are gone too (½ Σ μ_j², the KL of N(μ, 1)), nothing holds σ at all.",
        "kl = 0.5 * (mu**2 + sigma**2 - 1 - 2 * log(sigma)).sum(-1)",
        VAE,
    ),
)
