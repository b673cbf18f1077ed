"""Two distributions: KL(q ‖ p) of two Gaussians, of two categoricals, and to the uniform categorical."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from . import truths
from .case import Function
from .planted_gaussian import CONSTANTS, READINGS, REDUCTIONS, SCALES, WRONG_REDUCTIONS, Reading
from .switches import Family, Slip, Switches

# The terms are log(σp²/σq²), σq²/σp², (mq − mp)²/σp² and a constant.
UNTOUCHED: Switches = {
    "ratio_weight": 0.5,
    "shift_weight": 0.5,
    "log_weight": 0.5,
    "constant": -0.5,
    "counted": True,
    "shift": lambda mq, mp: (mq - mp) ** 2,
    "ratio_over": lambda vp: vp,
    "shift_over": lambda vp: vp,
    "log_under": lambda vp: vp,
    "root": lambda ratio: ratio,
    "swapped": False,
    "scale": 1.0,
    "reduction": "rows",
}


def build(s: Switches) -> Function:
    def elements(mq: Any, vq: Any, mp: Any, vp: Any) -> Any:
        if s["swapped"]:
            mq, vq, mp, vp = mp, vp, mq, vq
        log = s["log_weight"] * np.log(s["log_under"](vp) / vq)
        ratio = s["ratio_weight"] * s["root"](vq / s["ratio_over"](vp))
        return log + ratio + s["shift_weight"] * s["shift"](mq, mp) / s["shift_over"](vp)

    def kl(mean_q: Any, second_q: Any, mean_p: Any, second_p: Any) -> Any:
        share = 1 if s["counted"] else mean_q.shape[-1]
        each = elements(mean_q, s["variance"](second_q), mean_p, s["variance"](second_p)) + s["constant"] / share
        return REDUCTIONS[s["reduction"]](s["scale"] * each)

    return kl


def terms() -> Iterator[Slip]:
    one = np.ones_like
    yield Slip("reversed-kl", "KL(p ‖ q)", {"swapped": True})
    ignored = {"shift": lambda mq, mp: mq**2, "ratio_over": one, "shift_over": one, "log_under": one}
    yield Slip("prior-ignored", "standard normal for p", ignored)
    yield Slip("misplaced-parenthesis", "the ratio divided by σp² again", {"ratio_over": lambda vp: vp**2})
    yield Slip("wrong-sign", "mq + mp", {"shift": lambda mq, mp: (mq + mp) ** 2})
    yield Slip("wrong-sign", "sign of the logarithm", {"log_weight": -0.5})
    yield Slip("wrong-sign", "sign of the shift", {"shift_weight": -0.5})
    yield Slip("wrong-sign", "sign of the ratio", {"ratio_weight": -0.5})
    yield Slip("missing-half", "½ missing from ratio and shift", {"ratio_weight": 1.0, "shift_weight": 1.0})
    yield Slip("missing-half", "½ missing from the shift", {"shift_weight": 1.0})
    yield Slip("missing-half", "½ missing from the ratio", {"ratio_weight": 1.0})
    yield Slip("not-squared", "mq − mp for its square", {"shift": lambda mq, mp: mq - mp})
    yield Slip("not-squared", "σq/σp for its square", {"root": np.sqrt})
    yield Slip("half-on-logsigma", "half of the logarithm", {"log_weight": 0.25})
    yield Slip("missing-log-term", "no logarithm", {"log_weight": 0.0}, ("missing-log",))
    yield Slip("missing-mean-term", "no shift", {"shift_weight": 0.0})


def misreadings(role: str, held: Reading) -> Iterator[Slip]:
    for other, read in READINGS.items():
        if other != role and (held.positive or not read.positive):
            yield Slip(f"{held.short}-as-{read.short}", f"{role} read as {other}", {"variance": read.variance})


def gaussians(role: str) -> Family:
    untouched = {**UNTOUCHED, "variance": READINGS[role].variance}
    slips = (*terms(), *CONSTANTS, *SCALES, *misreadings(role, READINGS[role]), *WRONG_REDUCTIONS)
    roles = ("mean_q", f"{role}_q", "mean_p", f"{role}_p")
    return Family(f"kl of two means and {role}", roles, None, truths.pair(role), untouched, build, slips)


def _build_residual(s: Switches) -> Function:
    def kl(delta_mean: Any, delta_log_variance: Any, mean_p: Any, log_variance_p: Any) -> Any:
        shift = s["shift"](delta_mean, mean_p) / s["over"](np.exp(log_variance_p))
        share = 1 if s["counted"] else delta_mean.shape[-1]
        spread = s["spread_weight"] * np.exp(delta_log_variance) + s["log_weight"] * delta_log_variance
        return REDUCTIONS[s["reduction"]](s["scale"] * (spread + s["shift_weight"] * shift + s["constant"] / share))

    return kl


RESIDUAL_UNTOUCHED: Switches = {
    "shift": lambda delta, mp: delta**2,
    "over": lambda vp: vp,
    "spread_weight": 0.5,
    "shift_weight": 0.5,
    "log_weight": -0.5,
    "constant": -0.5,
    "counted": True,
    "scale": 1.0,
    "reduction": "rows",
}


def residual() -> Family:
    slips = (
        Slip("prior-ignored", "the shift not over σp²", {"over": np.ones_like}),
        Slip("prior-ignored", "the mean of p added to the shift", {"shift": lambda delta, mp: (mp + delta) ** 2}),
        Slip("not-squared", "the shift for its square", {"shift": lambda delta, mp: delta}),
        Slip("not-squared", "the shift over σp", {"over": np.sqrt}),
        Slip("wrong-sign", "sign of the logarithm", {"log_weight": 0.5}),
        Slip("missing-half", "½ missing from the shift", {"shift_weight": 1.0}),
        Slip("missing-log-term", "no logarithm", {"log_weight": 0.0}, ("missing-log",)),
        *CONSTANTS,
        *SCALES,
        *WRONG_REDUCTIONS,
    )
    roles = ("delta_mean", "delta_log_variance", "mean_p", "log_variance_p")
    return Family("kl of residuals", roles, None, truths.residual, RESIDUAL_UNTOUCHED, _build_residual, slips)


def _build_categorical(s: Switches) -> Function:
    def kl(first: Any, second: Any) -> Any:
        q, p = s["probabilities"](first), s["probabilities"](second)
        if s["swapped"]:
            q, p = p, q
        return REDUCTIONS[s["reduction"]](s["scale"] * q * s["inside"](q, p))

    return kl


LATENT_ONLY = tuple(slip for slip in WRONG_REDUCTIONS if slip.turned["reduction"] != "columns")

CLASS_SLIPS = (
    Slip("reversed-kl", "KL(p ‖ q)", {"swapped": True}),
    Slip("kldiv-input-not-log", "p for log p", {"inside": lambda q, p: np.log(q) - p}),
    Slip("missing-log", "no logarithm", {"inside": lambda q, p: q / p}),
    Slip("wrong-log-base", "logarithm to base 2", {"inside": lambda q, p: np.log2(q / p)}),
    *SCALES,
    *LATENT_ONLY,
)


def categoricals(role: str) -> Family:
    probabilities = truths.PROBABILITIES[role]
    untouched = {"probabilities": probabilities, "swapped": False, "inside": lambda q, p: np.log(q / p), "scale": 1.0}
    truth = truths.categorical(role, role)
    roles = (f"{role}_q", f"{role}_p")
    return Family(f"kl of two {role}", roles, None, truth, untouched, _build_categorical, CLASS_SLIPS)


def _build_uniform(s: Switches) -> Function:
    def kl(q: Any) -> Any:
        entropies = s["log_weight"] * q * s["log"](q)
        return REDUCTIONS[s["reduction"]](s["scale"] * (entropies - q * s["prior"](q.shape[-1])))

    return kl


def uniform() -> Family:
    untouched = {"log": np.log, "log_weight": 1.0, "prior": lambda k: np.log(1 / k), "scale": 1.0}
    slips = (
        Slip("prob-instead-of-logprob", "1/K for log 1/K", {"prior": lambda k: 1 / k}),
        Slip("missing-constant", "no log K", {"prior": lambda k: 0.0}),
        Slip("wrong-sign", "sign of log K", {"prior": np.log}),
        Slip("wrong-sign", "sign of the entropy", {"log_weight": -1.0}),
        *SCALES,
        *LATENT_ONLY,
    )
    return Family("kl to uniform", ("probabilities",), None, truths.uniform, untouched, _build_uniform, slips)


PAIRS: tuple[Family, ...] = (
    *(gaussians(role) for role in READINGS),
    residual(),
    *(categoricals(role) for role in truths.PROBABILITIES),
    uniform(),
)
