"""One Gaussian and the standard normal: KL(N(mean, σ²) ‖ N(0, 1)), σ held in any of five ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np

from . import truths
from .case import Function
from .switches import Family, Slip, Switches


def softplus(t: Any) -> Any:
    return np.log1p(np.exp(t))


class Reading(NamedTuple):
    """What a second argument of this role is made into."""

    short: str
    variance: Callable[[Any], Any]
    deviation: Callable[[Any], Any]
    log_variance: Callable[[Any], Any]
    positive: bool = False


READINGS: Mapping[str, Reading] = {
    "std": Reading("sigma", lambda s: s**2, lambda s: s, lambda s: np.log(s**2), True),
    "variance": Reading("var", lambda v: v, np.sqrt, np.log, True),
    "log_variance": Reading("logvar", np.exp, lambda t: np.exp(0.5 * t), lambda t: t),
    "log_std": Reading("logsigma", lambda t: np.exp(2 * t), np.exp, lambda t: 2 * t),
    "softplus_std": Reading("softplus", lambda t: softplus(t) ** 2, softplus, lambda t: 2 * np.log(softplus(t))),
}

REDUCTIONS: Mapping[str, Callable[[Any], Any]] = {
    "elements": lambda e: e,
    "rows": lambda e: np.sum(e, axis=-1),
    "total": np.sum,
    "batch_mean": lambda e: np.mean(np.sum(e, axis=-1)),
    "row_means": lambda e: np.mean(e, axis=-1),
    "mean_of_row_means": lambda e: np.mean(np.mean(e, axis=-1)),
    "mean": np.mean,
    "broadcast": lambda e: np.sum(e) * np.ones(len(e)),
    "columns": lambda e: np.sum(e, axis=0),
    "twice_averaged": lambda e: np.mean(np.sum(e, axis=-1)) / len(e),
}

WRONG_REDUCTIONS = (
    Slip("mean-over-latent", "mean over the latents", {"reduction": "row_means"}),
    Slip("mean-over-latent", "mean over the latents, then over the batch", {"reduction": "mean_of_row_means"}),
    Slip("mean-over-all", "mean over all", {"reduction": "mean"}),
    Slip("wrong-reduction-axis", "batch total for every sample", {"reduction": "broadcast"}),
    Slip("wrong-reduction-axis", "sum over the batch, one value a latent", {"reduction": "columns"}),
    Slip("double-averaging", "mean over the batch, twice", {"reduction": "twice_averaged"}),
)

SCALES = (
    Slip("wrong-sign", "all negated", {"scale": -1.0}),
    Slip("missing-half", "whole ½ missing", {"scale": 2.0}, ("doubled", "kl-counted-twice")),
    Slip("halved", "halved", {"scale": 0.5}),
    Slip("wrong-scale", "3/10 of it", {"scale": 0.3}, ("custom-weight",)),
)

CONSTANTS = (
    Slip("missing-constant", "constant missing", {"constant": 0.0}),
    Slip("missing-dim-term", "constant counted once", {"counted": False}),
    Slip("wrong-constant", "constant without its half", {"constant": -1.0}, ("missing-half",)),
    Slip("wrong-constant", "constant halved", {"constant": -0.25}),
    Slip("wrong-constant", "½ log 2π more", {"constant": -0.5 + 0.5 * np.log(2 * np.pi)}),
    Slip("wrong-sign", "sign of the constant", {"constant": 0.5}, ("wrong-constant",)),
)

UNTOUCHED: Switches = {
    "mean": lambda m: m**2,
    "mean_weight": 0.5,
    "spread_weight": 0.5,
    "log_weight": -0.5,
    "constant": -0.5,
    "counted": True,
    "scale": 1.0,
    "reduction": "rows",
}


def build(s: Switches) -> Function:
    def elements(mean: Any, second: Any) -> Any:
        terms = s["mean_weight"] * s["mean"](mean) + s["spread_weight"] * s["spread"](second)
        return terms + s["log_weight"] * s["log"](second)

    def kl(mean: Any, second: Any) -> Any:
        share = 1 if s["counted"] else mean.shape[-1]
        return REDUCTIONS[s["reduction"]](s["scale"] * (elements(mean, second) + s["constant"] / share))

    return kl


def terms(reading: Reading, role: str) -> Iterator[Slip]:
    """Slips in one or two of the terms."""
    yield Slip("wrong-sign", "sign of the mean's square", {"mean_weight": -0.5})
    yield Slip("wrong-sign", "sign of the variance", {"spread_weight": -0.5})
    yield Slip("wrong-sign", "sign of the logarithm", {"log_weight": 0.5})
    yield Slip("missing-half", "½ missing from the squares", {"mean_weight": 1.0, "spread_weight": 1.0})
    yield Slip("missing-half", "½ missing from the mean's square", {"mean_weight": 1.0})
    yield Slip("missing-half", "½ missing from the variance", {"spread_weight": 1.0})
    yield Slip("missing-half", "½ missing from the logarithm", {"log_weight": -1.0})
    yield Slip("misplaced-parenthesis", "½ of the squares only", {"log_weight": -1.0, "constant": -1.0})
    yield Slip("missing-mean-term", "no mean", {"mean_weight": 0.0})
    yield Slip("missing-log-term", "no logarithm", {"log_weight": 0.0}, ("missing-log",))
    yield Slip("not-squared", "μ for μ²", {"mean": lambda m: m})
    yield Slip("not-squared", "σ for σ²", {"spread": reading.deviation})
    yield Slip("half-on-logsigma", "half of the logarithm", {"log_weight": -0.25})
    yield Slip("square-of-log", "a square outside the logarithm", {"log": _squared_log(reading, role)})
    if role in {"std", "variance", "softplus_std"}:
        for base in (2, 10):
            yield Slip("wrong-log-base", f"logarithm to base {base}", {"log": _log_to(base, reading)})
    if role in {"log_variance", "log_std"}:
        turned = {"spread": lambda t: reading.variance(np.abs(t)), "log": lambda t: reading.log_variance(np.abs(t))}
        yield Slip("abs-on-logvar", "absolute value of the logarithm", turned)


def _squared_log(reading: Reading, role: str) -> Callable[[Any], Any]:
    if role in {"variance", "log_variance"}:
        return lambda second: reading.log_variance(second) ** 2
    return lambda second: (0.5 * reading.log_variance(second)) ** 2


def _log_to(base: int, reading: Reading) -> Callable[[Any], Any]:
    return lambda second: reading.log_variance(second) / np.log(base)


def misreadings(role: str) -> Iterator[Slip]:
    """The second argument read as if it held something else: in both terms, in the variance, in the logarithm."""
    held = READINGS[role]
    for other, read in READINGS.items():
        if other == role:
            continue
        slug = f"{held.short}-as-{read.short}"
        words = f"{role} read as {other}"
        if held.positive or not read.positive:
            yield Slip(slug, words, {"spread": read.variance, "log": read.log_variance})
            yield Slip(slug, f"{words} in the logarithm", {"log": read.log_variance})
        elif other == "std":
            yield Slip(slug, words, {"spread": lambda t: t**2, "log": lambda t: np.log(1e-20 + t**2)})
        yield Slip(slug, f"{words} in the variance", {"spread": read.variance})


def family(role: str) -> Family:
    reading = READINGS[role]
    untouched = {**UNTOUCHED, "spread": reading.variance, "log": reading.log_variance}
    slips = (*terms(reading, role), *CONSTANTS, *SCALES, *misreadings(role), *WRONG_REDUCTIONS)
    truth = truths.standard(role)
    return Family(f"kl of mean and {role}", ("mean", role), None, truth, untouched, build, slips)


GAUSSIANS: tuple[Family, ...] = tuple(family(role) for role in READINGS)
