"""Draws: reparameterised samplers, importance weights, Monte Carlo means, and gradients through them."""

from __future__ import annotations

from .card import IWAE, VAE, Card

__all__ = ["CARDS"]

LOGVAR_SAMPLE = "μ_j + exp(t_j/2) ε_j"

CARDS = (
    Card(
        "EC100",
        "var-as-std-in-reparam",
        "the sampler multiplies the noise by the variance",
        "μ_j + σ_j² ε_j",
        "μ_j + σ_j ε_j",
        "exp(logvar) is the variance; the standard deviation is exp(0.5 * logvar). A Normal(loc, scale) is handed a "
        "variance.",
        "Draws have the standard deviation σ²: 0.01 for σ = 0.1. The decoder sees less noise than the KL is charged "
        "for where σ < 1, so the loss is no ELBO of any one posterior, and draws of the prior decode badly. Invisible "
        "at σ = 1.",
        "z = mu + exp(0.5 * logvar) * eps",
        "https://github.com/keras-team/keras/issues/3283",
        ("logvar-as-logstd-in-reparam", "sampler-kl-disagree"),
    ),
    Card(
        "EC101",
        "logvar-as-logstd-in-reparam",
        "the sampler takes log σ² for log σ",
        "μ_j + exp(t_j) ε_j",
        LOGVAR_SAMPLE,
        "The ½ is forgotten where log σ² is turned into a standard deviation, often because the tensor's name says "
        "std.",
        "The same function as var-as-std-in-reparam: draws have the standard deviation σ², 0.01 for σ = 0.1.",
        "z = mu + exp(0.5 * logvar) * eps",
        "https://github.com/alecGraves/BVAE-tf/issues/7",
        ("var-as-std-in-reparam", "sampler-kl-disagree"),
    ),
    Card(
        "EC102",
        "sampler-kl-disagree",
        "sampler and KL read the same tensor differently",
        "½ Σ_j (μ_j² + exp(t_j) − 1 − t_j), beside z_j = μ_j + exp(t_j) ε_j",
        "½ Σ_j (μ_j² + exp(t_j) − 1 − t_j), beside z_j = μ_j + exp(t_j/2) ε_j",
        "Each of the two is right for some tensor: exp(t) in the sampler says log σ, exp(t) in the KL says log σ².",
        "The KL is that of another posterior than the one drawn from, so the loss is no ELBO. Neither part is wrong "
        "alone: test them together.",
        "make sigma once, and give it to the sampler and to the KL",
        "https://github.com/pyg-team/pytorch_geometric/pull/1368",
        (
            "var-as-std-in-reparam",
            "logvar-as-logstd-in-reparam",
            "logsigma-as-logvar",
            "softplus-as-logvar",
            "softplus-as-logsigma",
            "logvar-as-softplus",
            "logsigma-as-softplus",
        ),
    ),
    Card(
        "EC103",
        "noise-scale",
        "the noise is multiplied by a constant",
        "μ_j + c σ_j ε_j",
        "μ_j + σ_j ε_j",
        "A factor such as 0.01, put in to make the first epochs stable, stays.",
        "Draws have the standard deviation |c| σ, while the KL is charged for σ: nearly an autoencoder for small c, "
        "and draws of the prior decode badly.",
        "eps must have mean 0 and variance 1, and no factor",
        "https://github.com/aksub99/molecular-vae/issues/32",
    ),
    Card(
        "EC104",
        "missing-logK",
        "the importance-weighted bound lacks −log K",
        "log Σ_k w_k",
        "log(1/K Σ_k w_k)",
        "logsumexp sums; the mean over K draws needs − log K.",
        "log K too high: 3.912 for K = 50, so it may lie above log p(x). Gradients are right.",
        "logsumexp(log_w, -1) - log(K)",
        IWAE,
        ("sum-instead-of-mc-mean",),
        "warning",
    ),
    Card(
        "EC105",
        "mean-of-logs",
        "the mean of the logarithms instead of the logarithm of the mean",
        "1/K Σ_k log w_k",
        "log(1/K Σ_k w_k)",
        "log_w.mean(-1) is the first thing one writes; the mean has to be taken of the weights.",
        "It is the plain ELBO with K draws, never above the importance-weighted bound (Jensen). More draws make it "
        "less noisy and no tighter.",
        "logsumexp(log_w, -1) - log(K)",
        "https://github.com/arahuja/generative-tf/issues/1",
    ),
    Card(
        "EC106",
        "sum-instead-of-mc-mean",
        "a Monte Carlo average is not divided by the number of draws",
        "Σ_k log w_k",
        "1/K Σ_k log w_k",
        "sum over draws where their mean estimates the expectation.",
        "K times too large. If only the reconstruction term is drawn and the KL is in closed form, the effective beta "
        "is 1/K; if all terms are drawn, only the scale changes. Inside the logarithm it is missing-logK.",
        "average over the axis of the draws: .mean(0)",
        "https://github.com/bob-carpenter/prob-stats/issues/9",
        ("missing-logK",),
    ),
    Card(
        "EC107",
        "detached-sample",
        "the gradient is cut where it should pass",
        "sg(μ_j + σ_j ε_j)",
        "μ_j + σ_j ε_j",
        "sample() draws without a gradient where rsample() is meant; or detach, no_grad, stop_gradient, a trip "
        "through NumPy, of a sample, of what a decoder gives or of a part of the loss.",
        "Every value is right, and what is cut off learns nothing. Behind a cut sample the reconstruction term has "
        "gradient 0 with respect to μ and σ, so the encoder learns from the KL alone: posteriors become the prior "
        "(posterior collapse). Behind a cut reconstruction the decoder stays as it was initialised.",
        "z = mu + sigma * eps, or Normal(mu, sigma).rsample()",
        VAE,
        ("wrong-gradient",),
    ),
)
