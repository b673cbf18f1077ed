"""Draws, continued: what goes wrong beside the scale of the noise, and gradients that are not those of the value."""

from __future__ import annotations

from .card import IWAE, KL, VAE, Card

__all__ = ["CARDS"]

CARDS = (
    Card(
        "EC108",
        "iwae-weights",
        "the normalised weights stand in the value of the importance-weighted bound",
        "(Σ_k w_k log w_k)/(Σ_k w_k)",
        "log(1/K Σ_k w_k)",
        "The gradient of the bound is Σ_k softmax(log w)_k ∇log w_k with weights that are held fixed; that "
        "surrogate is taken for the value, or the weights are made from a loss, whose sign is the other one.",
        "The value is never below the bound, so it may lie above log p(x). Without a detach the gradient gains "
        "the derivative of the weights; with the sign of a loss inside, the worst draws weigh most.",
        "logsumexp(log_w, -1) - log(K); automatic differentiation makes the weights",
        IWAE,
    ),
    Card(
        "EC109",
        "deterministic-z-at-eval",
        "the sample is the mean: no noise enters",
        "μ_j",
        "μ_j + σ_j ε_j",
        "The sampler returns the mean outside of training, or the noise is multiplied by 0, and a bound is "
        "reckoned with it.",
        "What is reported as a test ELBO is none: log p(x|μ) stands where the expectation of log p(x|z) belongs, "
        "too high for most models. In training it is an autoencoder with a penalty.",
        "draw z for every ELBO, in evaluation too",
        VAE,
    ),
    Card(
        "EC110",
        "missing-sigma",
        "the noise is not multiplied by the standard deviation",
        "μ_j + ε_j",
        "μ_j + σ_j ε_j",
        "eps is added as it is drawn, or a Normal(mu, 1) is sampled.",
        "Every draw has standard deviation 1, whatever the encoder says; the KL alone moves σ, to 1.",
        "z = mu + sigma * eps",
        VAE,
    ),
    Card(
        "EC111",
        "missing-noise",
        "the standard deviation is added without the noise",
        "μ_j + σ_j",
        "μ_j + σ_j ε_j",
        "The factor eps is left out where mean and scale are put together.",
        "z is deterministic: no expectation is taken, and σ acts as a second mean.",
        "z = mu + sigma * eps",
        VAE,
    ),
    Card(
        "EC112",
        "precision-as-sigma",
        "the sampler divides the noise by the standard deviation",
        "μ_j + ε_j/σ_j",
        "μ_j + σ_j ε_j",
        "The sign inside the exponential is wrong, exp(-logvar / 2), or the tensor is taken for a precision.",
        "Draws spread where the KL says that they are sharp. Invisible at σ = 1.",
        "z = mu + exp(0.5 * logvar) * eps",
        VAE,
    ),
    Card(
        "EC113",
        "missing-entropy",
        "the sampled KL lacks log q(z)",
        "½ Σ_j (μ_j² + σ_j² + log(2π))",
        KL,
        "Only −log p(z) is taken, whose mean is a cross-entropy; log q(z) is left out.",
        "Nothing keeps σ from 0: the posterior shrinks to a point at the prior's mode.",
        "kl = q.log_prob(z) - p.log_prob(z)",
        VAE,
    ),
    Card(
        "EC114",
        "log-of-batch-mean",
        "the mean over the batch is taken inside the logarithm",
        "log(1/(B K) Σ_b Σ_k w_k)",
        "1/B Σ_b log(1/K Σ_k w_k)",
        "One logsumexp runs over all axes.",
        "Samples share their weights: the likeliest sample of the batch takes all, and the others have next to no "
        "gradient. It is never below the mean of the bounds (Jensen).",
        "(logsumexp(log_w, -1) - log(K)).mean()",
        IWAE,
    ),
    Card(
        "EC115",
        "wrong-gradient",
        "the gradient is not that of the value",
        "sg(μ_j)·2 − μ_j",
        "μ_j",
        "A gradient written by hand (a custom function, a hook, a custom rule) has a wrong sign or factor, or "
        "part of the value is hidden from differentiation; or a branch that where() leaves out has no finite "
        "derivative.",
        "Every value is right and training goes elsewhere. With the other sign the loss is climbed.",
        "compare with a finite difference, in float64: torch.autograd.gradcheck, jax.test_util.check_grads",
        VAE,
        ("detached-sample",),
    ),
    Card(
        "EC116",
        "squared-log-ratio",
        "half the squared log-ratio stands for the KL",
        "½ Σ_j ((μ_j² + σ_j² − 1 − log σ_j²)²/4 + μ_j² σ_j² + (σ_j² − 1)²/2)",
        KL,
        "It is called k2, has a small variance, is never negative and looks like an estimator of the KL.",
        "Its mean is not the KL: at mean 3, sigma = 1 it is 14.6 for 4.5. Near to the KL only where q is near to the "
        "prior. Its gradient is biased in the same way.",
        "take log q(z) − log p(z), with r − 1 added for a small variance (r = p(z)/q(z)), or the closed form",
        "https://arxiv.org/abs/2402.03300",
    ),
    Card(
        "EC117",
        "wrong-noise",
        "the noise is no independent standard normal number for each latent of each sample",
        "μ_j + σ_j u_j",
        "μ_j + σ_j ε_j",
        "rand or rand_like (uniform numbers u) is called for randn or randn_like; or the noise is drawn in a smaller "
        "shape, one number or one row, and broadcast; or another distribution is put in.",
        "The KL is charged for a Gaussian that nobody draws from. Uniform noise has mean 1/2: every draw lies above "
        "the mean. Noise that samples or latents share is no draw of a diagonal Gaussian, and gradients of a batch do "
        "not average it out.",
        "z = mu + sigma * torch.randn_like(mu)",
        VAE,
    ),
)
