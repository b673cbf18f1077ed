"""σ, σ², log σ and log σ² taken for each other: the tensor holds one, the formula is the one for another."""

from __future__ import annotations

from .card import VAE
from .tensors import misreading

__all__ = ["CARDS"]

CARDS = (
    misreading(
        "EC040",
        "logvar",
        "sigma",
        "The layer was switched to log variance, the formula for σ stayed; an ε inside the logarithm hides the "
        "failure at 0.",
        "Infinite at log σ² = 0, the prior itself (22.5 a latent with ε = 1e-20 in the logarithm), and lowest at log "
        "σ² = ±1: σ is pushed to 1.6487 or 0.6065.",
        "https://github.com/deepchem/deepchem/pull/4888",
    ),
    misreading(
        "EC041",
        "logvar",
        "var",
        "exp is forgotten where the layer's output is turned into a variance.",
        "Infinite at log σ² = 0, the prior itself, not a number for σ < 1, and lowest at log σ² = 1: σ is pushed to "
        "1.6487.",
        VAE,
    ),
    misreading(
        "EC042",
        "logvar",
        "logsigma",
        "Another paper's formula, written for log σ, is used with a layer that holds log σ²; or exp(logvar) is "
        "squared as if it were σ.",
        "It is the KL of a posterior whose standard deviation is σ²: still 0 at the prior, so a test there passes. "
        "Near the prior the pull on σ is 4 times too strong, and sharp posteriors come out 1.414 times too wide.",
        "https://github.com/KarenUllrich/Tutorial_BayesianCompressionForDL/issues/1",
        ("var-as-sigma",),
    ),
    misreading(
        "EC043",
        "logsigma",
        "logvar",
        "The formula with 1 + logvar − μ² − exp(logvar) is the one everybody copies; the sampler uses exp(log_sigma).",
        "It is the KL of a posterior whose standard deviation is √σ: still 0 at the prior, so a test there passes. "
        "Near the prior the pull on σ is 0.25 times what it should be, and sharp posteriors come out 0.707 times as "
        "wide; off by ½(σ − σ² + log σ) a latent.",
        "https://github.com/pyg-team/pytorch_geometric/pull/1368",
        ("sigma-as-var", "sampler-kl-disagree"),
    ),
    misreading(
        "EC044",
        "logsigma",
        "sigma",
        "exp is forgotten: the layer's output, log σ, goes where σ is expected.",
        "Infinite at log σ = 0, the prior itself, and lowest at log σ = ±1: σ is pushed to 2.718 or 0.368.",
        VAE,
    ),
    misreading(
        "EC045",
        "logsigma",
        "var",
        "exp is forgotten, and the formula is the one for σ².",
        "Infinite at log σ = 0, the prior itself, not a number for σ < 1, and lowest at log σ = 1: σ is pushed to "
        "2.718.",
        VAE,
    ),
    misreading(
        "EC046",
        "sigma",
        "logvar",
        "The layer ends in a softplus or exp and holds σ; the formula copied from elsewhere expects log σ².",
        "Lowest at σ = 0 and 0.359 a latent at σ = 1, where it should be 0: posteriors shrink to points.",
        "https://github.com/AndrewSpano/Disentangled-Variational-Autoencoder/issues/12",
    ),
    misreading(
        "EC047",
        "sigma",
        "logsigma",
        "The layer ends in a softplus or exp and holds σ; the formula expects log σ and takes the exponential again.",
        "Lowest at σ = 0 and 2.195 a latent at σ = 1, where it should be 0: posteriors shrink to points.",
        "https://github.com/yimutianyang/SIGIR23-VGCL/issues/3",
    ),
    misreading(
        "EC048",
        "sigma",
        "var",
        "“scale” is read as variance: a library's Normal takes σ, the formula at hand takes σ².",
        "It is the KL of a posterior whose standard deviation is √σ: still 0 at the prior, so a test there passes. "
        "Near the prior the pull on σ is 0.25 times what it should be, and sharp posteriors come out 0.707 times as "
        "wide.",
        VAE,
        ("logsigma-as-logvar", "wrong-prior-scale"),
    ),
    misreading(
        "EC049",
        "var",
        "sigma",
        "var() of some samples, or a variance layer, goes where a standard deviation is expected, and is squared "
        "again.",
        "It is the KL of a posterior whose standard deviation is σ²: still 0 at the prior, so a test there passes. "
        "Near the prior the pull on σ is 4 times too strong, and sharp posteriors come out 1.414 times too wide; off "
        "by ½(σ⁴ − σ² − log σ²) a latent.",
        "https://github.com/DmitryUlyanov/AGE/issues/3",
        ("logvar-as-logsigma",),
    ),
    misreading(
        "EC050",
        "var",
        "logvar",
        "The logarithm is forgotten: the layer holds σ², the formula expects log σ².",
        "Lowest at σ² = 0 and 0.359 a latent at σ² = 1, where it should be 0: posteriors shrink to points.",
        VAE,
    ),
    misreading(
        "EC051",
        "var",
        "logsigma",
        "The logarithm is forgotten, and the formula is the one for log σ.",
        "Lowest at σ² = 0 and 2.195 a latent at σ² = 1, where it should be 0: posteriors shrink to points.",
        VAE,
    ),
)
