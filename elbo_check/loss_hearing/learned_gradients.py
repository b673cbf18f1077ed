"""Gradients where all that is learned is moved: those that are right where training starts may be wrong elsewhere.

A network that is trained on plain squared errors, beside a σ that is fitted apart, has the gradient of σ = 1; below
some σ a term may be held fixed. No value shows it, and at σ = 1 no gradient does.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Protocol

import numpy as np

from ..errors import ElboCheckError
from ..loss_verdict import Diagnosis
from ..verdict import Outcome
from .estimators import bias
from .gaps import Gap, broken_in, gaps_in
from .gradient_notes import gap_words, mistakes_of_broken
from .heard import Heard
from .scores import Moved
from .slopes import gradient_or_zeros, is_differentiable, off_grid, slope, tells_apart

__all__ = ["WRONG", "gradient_slip"]

WRONG = "right-value-wrong-gradient"
_CUT = "its value moves by {0:.6g}, and its gradient says {1:.6g}: is a detach(), item() or data in one of its terms?"
_ALIKE, _MOST = 1.0, 2.0  # several numbers that are learned are moved by different lengths


class Told(Moved, Protocol):
    """Where all that is learned is moved to, in float64 if that is `exact`, and what is told of it there."""

    @property
    def exact(self) -> bool:
        """Whether it takes float64 there."""

    @property
    def told(self) -> Diagnosis | None:
        """What is told of it there; None where it is right of a decoder of another spread."""

    @property
    def words(self) -> str:
        """Say how far it is moved."""


def gradient_slip(heard: Heard, found: Sequence[Told]) -> str:
    """Say at which of these places a gradient, to what is learned or to the arguments, is wrong; "" if at none."""
    for moved in found:
        words = _cut(heard, moved, is_nearest=moved is found[0]) if moved.exact else ""
        words = words or _wrong(moved)
        if words:
            return f"{moved.words}, {words}"
    return ""


def _cut(heard: Heard, moved: Told, *, is_nearest: bool) -> str:
    """Say how the value moves with what is learned, and what its gradient says, where these differ; else "".

    Further out a σ may be clamped: what lets the gradient pass there, straight through, is no mistake.
    """
    function, output = heard.call.function, heard.call.output
    first = function.first
    if first is None:  # pragma: no cover - what is learned was found in it
        return ""
    arguments, dtype = first[0], moved.there.dtype

    def total(t: float) -> float:
        with moved.block(_ALIKE * t, _MOST * t), np.errstate(all="ignore"):
            return float(np.sum(function(arguments).outputs[output]))

    true = slope(total, dtype)
    if true is None or true.is_coarse or (abs(true.value) <= true.error and not is_nearest):
        return ""
    with suppress(ElboCheckError):
        with moved.block():
            own = function.slope(arguments, output, moved.learned, (_ALIKE, _MOST))
        if true.excludes(own) and tells_apart(total, true, own, dtype):
            return _CUT.format(true.value, own)
    return ""


def _wrong(moved: Told) -> str:
    """Say in which arguments the gradient is not that of the value, at one point; "" where it was asked already."""
    if moved.told is not None and moved.told.finding(WRONG) is not None:
        return moved.told.mistakes[0].evidence
    if moved.told is not None and moved.told.outcome is Outcome.CONSISTENT:
        return ""
    there, generator = moved.there, np.random.default_rng(0)
    call = replace(there.call, negated=False)
    point = off_grid(there.samples[0].arrays[0], generator)
    roles = [role for role in call.quantity.axes if is_differentiable(call, role, point)]
    with suppress(ElboCheckError), moved.block():
        gradients = gradient_or_zeros(call, point, roles) or {}
        broken = broken_in(call, [point], [gradients], roles)
        if broken:
            return mistakes_of_broken(call, broken)[0].evidence
        gaps, _ = gaps_in(call, [point], [gradients], roles, generator, there.dtype)
        return "; ".join(gap_words(call, gap) for gap in gaps if not _is_estimated(there, gap, generator))
    return ""


def _is_estimated(there: Heard, gap: Gap, generator: np.random.Generator) -> bool:
    """Whether a gradient that is another one draw by draw is not known to be so on average over the noise."""
    if "noise" not in there.samples[0].arrays[0]:
        return False
    found = bias(replace(there.call, negated=False), there.samples, gap.role, generator)
    return found is None or not found.is_seen
