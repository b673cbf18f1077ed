"""σ = softplus(ρ), and ρ taken for something else, or something else for ρ."""

from __future__ import annotations

from .card import BAYES_BY_BACKPROP as SOURCE
from .tensors import misreading

__all__ = ["CARDS"]

CARDS = (
    misreading(
        "EC060",
        "softplus",
        "sigma",
        "softplus is applied where samples are drawn and forgotten in the KL.",
        "Infinite at ρ = 0 and lowest at ρ = ±1: σ is pushed to 1.313 or 0.313 instead of 1.",
        SOURCE,
    ),
    misreading(
        "EC061",
        "softplus",
        "var",
        "softplus is forgotten in the KL, whose formula is the one for σ².",
        "Not a number for ρ < 0 (σ below 0.693), and lowest at ρ = 1: σ is pushed to 1.313 instead of 1.",
        SOURCE,
    ),
    misreading(
        "EC062",
        "softplus",
        "logvar",
        "The sampler uses softplus(ρ), the KL was copied from a model in which the same layer holds log σ².",
        "Lowest at ρ = 0: σ is pushed to 0.693 instead of 1, and large σ are punished by σ's exponential.",
        SOURCE,
        ("sampler-kl-disagree",),
    ),
    misreading(
        "EC063",
        "softplus",
        "logsigma",
        "The sampler uses softplus(ρ), the KL was copied from a model in which the same layer holds log σ.",
        "Lowest at ρ = 0: σ is pushed to 0.693 instead of 1, and large σ are punished by σ's exponential.",
        SOURCE,
        ("sampler-kl-disagree",),
    ),
    misreading(
        "EC064",
        "sigma",
        "softplus",
        "softplus is applied twice: in the layer and again in the KL.",
        "Lowest at σ = 0.541 instead of 1; at σ = 0 it is 0.107 a latent where the KL is infinite, so a decoder that "
        "wants no noise gets it.",
        SOURCE,
    ),
    misreading(
        "EC065",
        "var",
        "softplus",
        "The layer already holds σ², and the KL applies a softplus to it.",
        "Lowest at σ² = 0.541, that is σ = 0.736, instead of 1, and at σ = 0 it is 0.107 a latent where the KL is "
        "infinite.",
        SOURCE,
    ),
    misreading(
        "EC066",
        "logvar",
        "softplus",
        "One part of the code makes σ with exp(logvar / 2), the KL with softplus.",
        "Lowest at log σ² = 0.541: σ is pushed to 1.311 instead of 1, and large σ are punished too little.",
        SOURCE,
        ("sampler-kl-disagree",),
    ),
    misreading(
        "EC067",
        "logsigma",
        "softplus",
        "One part of the code makes σ with exp(log_sigma), the KL with softplus.",
        "Lowest at log σ = 0.541: σ is pushed to 1.718 instead of 1, and large σ are punished too little.",
        SOURCE,
        ("sampler-kl-disagree",),
    ),
)
