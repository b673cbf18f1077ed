"""Samplers, IWAE bounds, losses of a minibatch, entropies and likelihoods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from . import truths
from .case import ENTROPY, IWAE, LIKELIHOOD, MINIBATCH, SAMPLER, Function
from .planted_gaussian import READINGS, REDUCTIONS, WRONG_REDUCTIONS
from .switches import Family, Slip, Switches


def _build_sampler(s: Switches) -> Function:
    return lambda mean, second, noise: s["mean_weight"] * mean + s["factor"] * s["deviation"](second) * noise


def _sampler_misreadings(role: str) -> Iterator[Slip]:
    """What is taken for σ: the variance, or the argument as it stands, or its exponential."""
    held = READINGS[role]
    if role != "std":
        yield Slip("var-as-std-in-reparam", "σ² for σ", {"deviation": held.variance})
    for other, read in READINGS.items():
        if other != role and (held.positive or other != "variance"):
            slug = f"{held.short}-as-{read.short}"
            slug = "logvar-as-logstd-in-reparam" if slug == "logvar-as-logsigma" else slug
            yield Slip(slug, f"{role} read as {other}", {"deviation": read.deviation})


def sampler(role: str) -> Family:
    untouched = {"deviation": READINGS[role].deviation, "factor": 1.0, "mean_weight": 1.0}
    slips = (
        *_sampler_misreadings(role),
        Slip("deterministic-z-at-eval", "no noise", {"factor": 0.0}, ("missing-noise",)),
        Slip("noise-scale", "a hundredth of the noise", {"factor": 0.01}),
        Slip("missing-mean-term", "no mean", {"mean_weight": 0.0}),
    )
    roles, truth = ("mean", role, "noise"), truths.sample(role)
    return Family(f"sampler of {role}", roles, SAMPLER, truth, untouched, _build_sampler, slips, ("elements",))


def _build_iwae(s: Switches) -> Function:
    def bound(log_weights: Any) -> Any:
        return s["scale"] * (s["mean"](log_weights) - s["log_k"](*log_weights.shape))

    return bound


def _log_sum(log_weights: Any) -> Any:
    return np.log(np.sum(np.exp(log_weights), axis=0))


def iwae() -> Family:
    untouched = {"mean": _log_sum, "log_k": lambda k, b: np.log(k), "scale": 1.0}
    slips = (
        Slip("mean-of-logs", "mean of the logarithms", {"mean": lambda w: w.mean(axis=0), "log_k": lambda k, b: 0.0}),
        Slip("missing-logK", "no log K", {"log_k": lambda k, b: 0.0}),
        Slip("wrong-sign", "log K added", {"log_k": lambda k, b: -np.log(k)}),
        Slip("wrong-reduction-axis", "log of the other axis", {"log_k": lambda k, b: np.log(b)}),
        Slip("prob-instead-of-logprob", "1/K for log 1/K", {"log_k": lambda k, b: -1 / k}),
    )
    return Family("iwae", ("log_weights",), IWAE, truths.iwae, untouched, _build_iwae, slips, ("rows",))


def _build_minibatch(s: Switches) -> Function:
    def loss(nll: Any, kl: Any, dataset_size: Any) -> Any:
        m, n = len(nll), dataset_size
        return s["scale"] * (s["nll_weight"](m, n) * np.sum(nll) + s["sign"] * s["kl_weight"](m, n) * kl)

    return loss


def minibatch() -> Family:
    untouched = {"nll_weight": lambda m, n: n / m, "kl_weight": lambda m, n: 1.0, "sign": 1.0, "scale": 1.0}
    slips = (
        Slip("minibatch-weight", "sum over the batch + KL", {"nll_weight": lambda m, n: 1.0}),
        Slip("minibatch-weight", "mean over the batch + KL", {"nll_weight": lambda m, n: 1 / m}),
        Slip("minibatch-weight", "KL over the batch size", {"kl_weight": lambda m, n: 1 / m}),
        Slip("minibatch-weight", "KL over the data's size", {"kl_weight": lambda m, n: 1 / n}),
        Slip("minibatch-weight", "M/N for N/M", {"nll_weight": lambda m, n: m / n}),
        Slip("minibatch-weight", "sum over the batch, times N", {"nll_weight": lambda m, n: n}),
        Slip("wrong-sign", "KL subtracted", {"sign": -1.0}),
        Slip("wrong-sign", "+ELBO", {"scale": -1.0}),
        Slip("missing-kl-term", "no KL", {"sign": 0.0}),
        Slip("kl-counted-twice", "KL twice", {"sign": 2.0}, ("doubled", "missing-half")),
    )
    roles, truth = ("nll", "kl", "dataset_size"), truths.minibatch
    return Family("minibatch", roles, MINIBATCH, truth, untouched, _build_minibatch, slips, ("total",))


GAUSSIAN_TERMS: Switches = {"square": 0.5, "logarithm": 0.5, "constant": 0.5, "counted": True, "scale": 1.0}


def _build_entropy(s: Switches) -> Function:
    def entropy(second: Any) -> Any:
        share = 1 if s["counted"] else second.shape[-1]
        each = s["logarithm"] * s["log"](second) + s["constant"] * (1 + truths.LOG_2PI) / share
        return REDUCTIONS[s["reduction"]](s["scale"] * each)

    return entropy


def _likelihood_each(s: Switches, x: Any, mean: Any, second: Any) -> Any:
    share = 1 if s["counted"] else x.shape[-1]
    square = s["square"] * (x - mean) ** 2 / s["variance"](second)
    return square + s["logarithm"] * s["log"](second) + s["constant"] * truths.LOG_2PI / share


def _build_likelihood(s: Switches) -> Function:
    return lambda x, mean, second: REDUCTIONS[s["reduction"]](s["scale"] * _likelihood_each(s, x, mean, second))


def density_slips(role: str) -> Iterator[Slip]:
    held = READINGS[role]
    yield Slip("missing-constant", "no constant", {"constant": 0.0})
    yield Slip("missing-dim-term", "constant counted once", {"counted": False})
    yield Slip("wrong-constant", "constant without its half", {"constant": 1.0})
    yield Slip("half-on-logsigma", "half of the logarithm", {"logarithm": 0.25})
    yield Slip("missing-log-term", "no logarithm", {"logarithm": 0.0}, ("missing-log",))
    yield Slip("wrong-sign", "sign of the logarithm", {"logarithm": -0.5})
    yield Slip("wrong-sign", "all negated", {"scale": -1.0})
    for other, read in READINGS.items():
        if other != role and (held.positive or not read.positive):
            turned = {"variance": read.variance, "log": read.log_variance}
            yield Slip(f"{held.short}-as-{read.short}", f"{role} read as {other}", turned)
    yield from (slip for slip in WRONG_REDUCTIONS if slip.turned["reduction"] != "columns")


def entropy(role: str) -> Family:
    untouched = {**GAUSSIAN_TERMS, "log": READINGS[role].log_variance, "variance": READINGS[role].variance}
    slips = tuple(density_slips(role))
    return Family(f"entropy of {role}", (role,), ENTROPY, truths.entropy(role), untouched, _build_entropy, slips)


def likelihood(role: str) -> Family:
    held = READINGS[role]
    untouched = {**GAUSSIAN_TERMS, "log": held.log_variance, "variance": held.variance}
    slips = (
        Slip("missing-half", "½ missing from the square", {"square": 1.0}),
        Slip("not-squared", "the square over σ", {"variance": held.deviation}),
        *density_slips(role),
    )
    roles, truth = ("x", "mean", role), truths.likelihood(role)
    return Family(f"likelihood of {role}", roles, LIKELIHOOD, truth, untouched, _build_likelihood, slips)


OTHERS: tuple[Family, ...] = (
    *(sampler(role) for role in READINGS),
    iwae(),
    minibatch(),
    *(entropy(role) for role in READINGS),
    *(likelihood(role) for role in READINGS),
)
