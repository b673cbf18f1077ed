"""Whole VAE losses: a negative log likelihood of the pixels, and the KL of a Gaussian to the standard normal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from . import truths
from .case import BERNOULLI_VAE, GAUSSIAN_VAE, Function
from .planted_gaussian import READINGS
from .switches import Family, Slip, Switches

PARTS: Mapping[str, Callable[[Any], Any]] = {
    "sum": lambda e: np.sum(e, axis=-1),
    "mean": lambda e: np.mean(e, axis=-1),
    "batch total": lambda e: np.sum(e) * np.ones(len(e)),
}
"""How the pixels, or the latents, of one sample become a number."""

WHOLES: Mapping[str, Callable[[Any], Any]] = {"rows": lambda e: e, "total": np.sum, "batch_mean": np.mean}

UNTOUCHED: Switches = {
    "pixels": "sum",
    "latents": "sum",
    "pixel_weight": 1.0,
    "kl_weight": 1.0,
    "mean_weight": 0.5,
    "constant": -0.5,
    "scale": 1.0,
    "reduction": "rows",
}


def _kl(s: Switches, mean: Any, second: Any) -> Any:
    each = s["mean_weight"] * mean**2 + 0.5 * s["spread"](second) - 0.5 * s["log"](second) + s["constant"]
    return s["kl_weight"] * PARTS[s["latents"]](each)


def build(s: Switches) -> Function:
    def loss(x: Any, reconstruction: Any, mean: Any, second: Any) -> Any:
        pixels = s["pixel_weight"] * PARTS[s["pixels"]](s["nll"](x, reconstruction))
        return WHOLES[s["reduction"]](s["scale"] * (pixels + _kl(s, mean, second)))

    return loss


def build_with_decoder(s: Switches) -> Function:
    def loss(x: Any, reconstruction: Any, spread: Any, mean: Any, second: Any) -> Any:
        pixels = s["pixel_weight"] * PARTS[s["pixels"]](s["nll"](x, reconstruction, spread))
        return WHOLES[s["reduction"]](s["scale"] * (pixels + _kl(s, mean, second)))

    return loss


def shared(role: str) -> Iterator[Slip]:
    """Slips of every VAE loss."""
    yield Slip("missing-kl-term", "no KL", {"kl_weight": 0.0})
    yield Slip("kl-counted-twice", "KL twice", {"kl_weight": 2.0}, ("doubled", "missing-half"))
    yield Slip("halved", "half of the KL", {"kl_weight": 0.5}, ("wrong-scale",))
    yield Slip("wrong-sign", "KL subtracted", {"kl_weight": -1.0})
    yield Slip("wrong-sign", "+ELBO", {"scale": -1.0})
    yield Slip("wrong-sign", "likelihood for its negative", {"pixel_weight": -1.0})
    yield Slip("wrong-sign", "sign of the mean's square", {"mean_weight": -0.5})
    yield Slip("mean-over-latent", "KL a mean over the latents", {"latents": "mean"})
    yield Slip("wrong-reduction-axis", "the batch's KL added to every sample", {"latents": "batch total"})
    yield Slip("missing-constant", "KL without its constant", {"constant": 0.0})
    held = READINGS[role]
    for other, read in READINGS.items():
        if other != role and (held.positive or not read.positive):
            turned = {"spread": read.variance, "log": read.log_variance}
            yield Slip(f"{held.short}-as-{read.short}", f"{role} read as {other}", turned)


def cross_entropy(x: Any, p: Any) -> Any:
    return -(x * np.log(p) + (1 - x) * np.log(1 - p))


def cross_entropy_of_logits(x: Any, logits: Any) -> Any:
    return np.maximum(logits, 0) - logits * x + np.log1p(np.exp(-np.abs(logits)))


BCE_MEAN = Slip("bce-mean-vs-kl-sum", "cross entropy a mean over the pixels", {"pixels": "mean"})


def bernoulli(role: str, *, logits: bool) -> Family:
    reading, second = READINGS[role], "logits" if logits else "reconstruction"
    nll = cross_entropy_of_logits if logits else cross_entropy
    untouched = {**UNTOUCHED, "spread": reading.variance, "log": reading.log_variance, "nll": nll}
    roles, truth = ("x", second, "mean", role), truths.bernoulli_vae(role, logits=logits)
    slips = (BCE_MEAN, *shared(role))
    return Family(f"Bernoulli loss of {second} and {role}", roles, BERNOULLI_VAE, truth, untouched, build, slips)


def gaussian(role: str) -> Family:
    reading = READINGS[role]
    untouched = {**UNTOUCHED, "spread": reading.variance, "log": reading.log_variance}
    untouched["nll"] = lambda x, r: 0.5 * (x - r) ** 2
    whole = {"pixels": "mean", "nll": lambda x, r: (x - r) ** 2}
    slips = (
        Slip("mse-mean-vs-kl-sum", "½ squared error, a mean over the pixels", {"pixels": "mean"}),
        Slip("mse-mean-vs-kl-sum", "squared error, a mean over the pixels", whole, ("mse-without-variance",)),
        Slip(
            "mse-without-variance", "squared error without its ½", {"nll": lambda x, r: (x - r) ** 2}, ("missing-half",)
        ),
        *shared(role),
    )
    roles = ("x", "reconstruction", "mean", role)
    truth = truths.gaussian_vae(role)
    return Family(f"Gaussian loss of {role}", roles, GAUSSIAN_VAE, truth, untouched, build, slips)


def decoder(decoder_role: str, role: str) -> Family:
    reading, spread = READINGS[role], READINGS[decoder_role]

    def nll(square: float = 0.5, logarithm: float = 0.5, constant: float = 0.5 * truths.LOG_2PI) -> Function:
        def each(x: Any, r: Any, held: Any) -> Any:
            return square * (x - r) ** 2 / spread.variance(held) + logarithm * spread.log_variance(held) + constant

        return each

    untouched = {**UNTOUCHED, "spread": reading.variance, "log": reading.log_variance, "nll": nll()}
    slips = (
        Slip("mse-without-variance", "squared error alone", {"nll": lambda x, r, held: (x - r) ** 2}),
        Slip("missing-log-term", "no log σ of the decoder", {"nll": nll(logarithm=0.0)}, ("missing-log",)),
        Slip("missing-half", "½ missing from the squared error", {"nll": nll(square=1.0)}),
        Slip("half-on-logsigma", "half of the decoder's logarithm", {"nll": nll(logarithm=0.25)}),
        Slip("mse-mean-vs-kl-sum", "likelihood a mean over the pixels", {"pixels": "mean"}),
        *shared(role),
    )
    roles = ("x", "reconstruction", f"decoder_{decoder_role}", "mean", role)
    truth = truths.decoder_vae(decoder_role, role)
    name = f"Gaussian loss of decoder {decoder_role} and {role}"
    return Family(name, roles, GAUSSIAN_VAE, truth, untouched, build_with_decoder, slips)


OBJECTIVES: tuple[Family, ...] = (
    *(bernoulli(role, logits=False) for role in READINGS),
    bernoulli("log_variance", logits=True),
    bernoulli("log_std", logits=True),
    *(gaussian(role) for role in READINGS),
    decoder("std", "log_variance"),
    decoder("log_variance", "log_variance"),
)
