"""A sampler in which no single draw from a standard normal was found: what does it draw instead?

Where μ = 0 and σ = 1 a right sampler gives the noise itself, independent standard normal numbers, whatever its second
argument holds. Numbers that are equal in every draw are one number that is shared. Numbers with another distribution
are told from normal ones by the Dvoretzky-Kiefer-Wolfowitz inequality with Massart's constant,
P(sup |F_n − Φ| > t) ≤ 2·exp(−2·n·t²).
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.quantities import quantity_for
from ..diagnosis.quantities.seconds import SECONDS
from ..diagnosis.roles import Assignment
from ..errors import LossFunctionError
from ..loss_verdict import Diagnosis
from ..verdict import Finding, Outcome
from ..witnesses.seeding import Seeds
from .asking import asked
from .calls import Asked, Case, takes
from .cards import mistake_of
from .heard import Heard
from .hearing import verdict_on_loss
from .told import claim_of

__all__ = ["rejecting", "verdict_on_draws"]

FloatArray = NDArray[np.float64]

_NAME = "ε"
_NUMBERS = 40_000
_SECONDS = 0.5
_FEW, _FEWEST = 32, 500  # draws: to see that numbers are the same, and to see how they are distributed
_CHANCE = 1e-12  # of calling normal numbers others
_SAME = 1e-9
_ONES = {"std": 1.0, "variance": 1.0, "softplus_std": math.log(math.e - 1)}  # logarithms are 0
_SLUG = "wrong-noise"
_REMEDY = "give it its noise as an argument (role noise, for a standard normal), or let it draw once in the shape of z"
_REJECTS = (
    "where its draws were replaced by chosen numbers it went on drawing: it rejects some, so that its noise is not "
    "standard normal"
)


class _Fault(NamedTuple):
    """What is wrong with a draw, in words, and a number that shows it beside the right one."""

    words: str
    claim: float
    truth: float


def verdict_on_draws(case: Case, seeds: Seeds) -> Diagnosis:
    """Judge a sampler that is not known to draw one normal number for each of its mean."""
    call, point = _undrawn(case)
    if not call.function.is_random(call.arguments(point), call.output):
        return _without_draws(case, call, point, seeds)
    record = {
        "seed": seeds.record["entropy"],
        "roles": dict(case.assignment.roles),
        "proposed": case.assignment.proposed,
        "backend": call.function.backend,
        "dtype": call.function.dtype,
    }
    return _told(call, point, case.assignment, record)


def rejecting(told: Diagnosis) -> Diagnosis:
    """Return a diagnosis of a function that rejects its draws, which was not asked with known ones: never CONSISTENT.

    What it computes of those that it keeps was not seen.
    """
    told = replace(told, findings=(*told.findings, Finding("rejected-draws", _REJECTS, "warning")))
    if told.outcome is not Outcome.CONSISTENT:
        return told
    return replace(told, outcome=Outcome.UNDECIDED, missing=f"{_REJECTS}: {_REMEDY}", resolution=None)


def _told(call: Asked, point: Mapping[str, Any], roles: Assignment, record: Mapping[str, Any]) -> Diagnosis:
    """Judge what is drawn where z is the noise itself."""
    drawn, noise = _drawn_by(call, point), _noise(call, point)
    claim = claim_of(Heard(call, call.function.dtype))
    if noise is None or noise.shape[1:] != np.shape(point["mean"]):
        missing = f"no one draw from a standard normal with the shape of z was found in it{drawn}: {_REMEDY}"
        return Diagnosis(Outcome.UNDECIDED, claim, missing=missing, record=record)
    fault = _shared(noise)
    if fault is None and (fault := _of_another_law(noise)) is not None and roles.proposed:
        held = " and ".join(f"{name} as {role}" for name, role in roles.roles.items())
        missing = f"{fault.words}{drawn}; that hangs on the roles, which the names alone tell ({held}): say them"
        return Diagnosis(Outcome.UNDECIDED, claim, missing=missing, record=record)
    if fault is not None:
        return _refuted(call, point, claim, fault, drawn, record)
    missing = (
        f"where μ = 0 and σ = 1 its draws look standard normal (mean {noise.mean():.3f}, standard deviation "
        f"{noise.std():.3f}), but no one draw with the shape of z was found in it{drawn}: {_REMEDY}"
    )
    return Diagnosis(Outcome.UNDECIDED, claim, missing=missing, record=record)


def _undrawn(case: Case) -> tuple[Asked, dict[str, Any]]:
    """Return a sampler that goes on drawing, and the point at which z is the noise itself."""
    held = Assignment({**case.assignment.roles, _NAME: "noise"}, case.assignment.proposed)
    function = case.function.with_own_noise(_NAME, given=False)
    quantity = quantity_for(frozenset(held.names), "sampler", case.options)
    call, _ = asked(replace(case, function=function, assignment=held, name="sampler"), held, quantity)
    several = list(call.sizes())
    most = max(several, key=lambda sizes: sizes.get("B", 1) * sizes["d"])
    sizes = most if takes(call, **{name: most[name] for name in "Bd" if name in most}) else several[0]
    drawn = call.quantity.draw(np.random.default_rng(0), sizes)
    second = next(role for role in drawn if role in SECONDS)
    return call, {
        "mean": np.zeros_like(drawn["mean"]),
        second: np.full_like(drawn[second], _ONES.get(second, 0.0)),
        "noise": drawn["noise"],
    }


def _without_draws(case: Case, call: Asked, point: Mapping[str, Any], seeds: Seeds) -> Diagnosis:
    """Judge a sampler that gives the same z in every call: z = μ, μ + σ, or what a seed within makes of it."""
    held = replace(case, function=call.function, assignment=call.assignment, name="sampler")
    told = verdict_on_loss(held, seeds)
    kept = tuple(found for found in told.findings if found.code != "own-noise")
    if told.outcome is Outcome.REFUTED and told.mistakes:
        return replace(told, findings=kept)
    fault = _shared(np.array([call(point)]))
    if fault is not None:
        return _refuted(call, point, told.claim, fault, "", told.record)
    kept = tuple(found for found in kept if found.severity != "error")  # what it makes of an ε that it has not
    missing = f"it gives the same z in every call, and is no function of its arguments that is known: {_REMEDY}"
    return Diagnosis(Outcome.UNDECIDED, told.claim, missing=missing, findings=kept, record=told.record)


def _noise(call: Asked, point: Mapping[str, Any]) -> FloatArray | None:
    """Return many draws at one point, or few where they show enough; None where their shape changes."""
    started, found = time.perf_counter(), [np.asarray(call(point)) for _ in range(_FEW)]
    most = max(_FEWEST, _NUMBERS // found[0].size)
    is_plain = len({each.shape for each in found}) == 1 and _shared(np.array(found)) is None
    while is_plain and len(found) < most and (len(found) < _FEWEST or time.perf_counter() - started < _SECONDS):
        found.append(np.asarray(call(point)))
    shapes = {each.shape for each in found}
    return np.array(found) if len(shapes) == 1 and np.isfinite(found).all() else None


def _shared(noise: FloatArray) -> _Fault | None:
    """Return what is shared: one number for the whole batch, for all samples, or for all latents of a sample."""
    ways = {
        (1, 2): "one number is drawn for the whole batch: all samples and all latents share their noise",
        (1,): "one row is drawn for the whole batch: all samples share their noise",
        (2,): "one number a sample is drawn: all latents of a sample share their noise",
    }
    for axes, words in ways.items():
        if noise.ndim == 3 and np.std(noise) > 0 and np.ptp(noise, axis=axes).max() <= _SAME * np.abs(noise).max():
            said = "the correlation of two entries of z at μ = 0, σ = 1"
            return _Fault(f"{words} ({said} is 1, right is 0)", 1.0, 0.0)  # they are equal, whatever is drawn
    return None


def _of_another_law(noise: FloatArray) -> _Fault | None:
    """Return where the numbers are distributed otherwise than standard normal ones, if they are."""
    numbers = np.sort(np.ravel(noise))
    count = len(numbers)
    right = np.array([0.5 * math.erfc(-number / math.sqrt(2)) for number in numbers])
    over, under = np.arange(1, count + 1) / count - right, right - np.arange(count) / count
    place = int(np.argmax(np.maximum(over, under)))
    if max(over[place], under[place]) <= math.sqrt(math.log(2 / _CHANCE) / (2 * count)):
        return None
    share = (place + 1) / count if over[place] >= under[place] else place / count
    bounds = f"between {numbers[0]:.3g} and {numbers[-1]:.3g}"
    return _Fault(
        f"where μ = 0 and σ = 1 its z has mean {numbers.mean():.3f} and standard deviation {numbers.std():.3f}, all of "
        f"{count} {bounds}; {share:.1%} are below {numbers[place]:.3g}, of standard normal numbers {right[place]:.1%} "
        f"(by chance once in 10¹² times){_like(numbers)}",
        share,
        float(right[place]),
    )


def _like(numbers: FloatArray) -> str:
    """Say which noise it is like, if it is one of those that are met."""
    low, high = numbers[0], numbers[-1]
    if low >= 0 and high <= 1 and low < 0.01 and high > 0.99:
        return ": like uniform numbers of [0, 1), as rand and rand_like draw; randn and randn_like draw normal ones"
    return ""


def _drawn_by(call: Asked, point: Mapping[str, Any]) -> str:
    with suppress(LossFunctionError):
        names = call.function.drawn_from(call.arguments(point))
        return f" (it draws by {', '.join(names)})" if names else ""
    return ""


def _refuted(
    call: Asked, point: Mapping[str, Any], claim: str, fault: _Fault, drawn: str, record: Mapping[str, Any]
) -> Diagnosis:
    arguments = {name: value for name, value in call.arguments(point).items() if name != _NAME}
    words = "it was judged by the numbers that it draws, not by its formula"
    return Diagnosis(
        Outcome.REFUTED,
        claim,
        findings=(Finding("by-its-draws", words, "note"),),
        counterexample={"claim": fault.claim, "truth": fault.truth, **arguments},
        record=record,
        mistakes=(mistake_of(_SLUG, f"{fault.words}{drawn}"),),
    )
