"""Where a right function stops being right: digits lost near the prior, numbers at which it overflows or is clamped.

The function is set beside the quantity's own reference, or beside the formula that was recovered of it, along a few
lines: towards the prior, where the KL is a small difference of large terms, and out to extreme parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.fitting import Fit, rounding_of
from ..diagnosis.formula import Formula, Term
from ..diagnosis.probing import Sample
from ..diagnosis.quantity import Edge, Right
from ..diagnosis.recovery import Recovery
from ..diagnosis.telling_apart import digits_apart
from ..errors import LossFunctionError
from ..verdict import Finding
from .bits import with_bits
from .calls import Asked
from .edge_lines import Place, along, arrays_at, place_words
from .thresholds import error_along, is_flat, is_step, is_sudden, relative_error
from .values import value_at

__all__ = ["edge_findings"]

FloatArray = NDArray[np.float64]

_LOST = 1e-3  # relative: fewer than three digits are right
_BESIDE = 0.1  # of what the right value moves by
_BINDS, _DIGITS = "a clamp or an epsilon binds", "digits are lost"
_BEYOND = "a threshold, a clamp or a penalty binds"
_LARGEST = {"float64": 1e300, "float32": 1e37, "float16": 6e4}


def edge_findings(call: Asked, recovery: Recovery, dtype: str, edges: Sequence[Edge] | None = None) -> list[Finding]:
    """Return where a function that is right departs from the accurate value: the first place along each edge."""
    right, fit = recovery.relation.right, recovery.fit
    if right is None or fit is None or recovery.kind.spread:  # pragma: no cover - asked of right functions only
        return []
    sizes = next(call.sizes())
    sample = Sample(sizes, call.layout, recovery.kind, (), ())
    is_moved = fit.shift is not None  # then no digits are lost near the prior
    chosen = [edge for edge in (call.quantity.edges if edges is None else edges) if not (edge.near and is_moved)]
    known = [(edge, _reference(edge, right, fit)) for edge in chosen if _is_read(edge, recovery)]
    found = (_first(call, sample, edge, formula, dtype) for edge, formula in known)
    told = [finding for finding in found if finding is not None]
    return list({finding.message: finding for finding in told}.values())


def _is_read(edge: Edge, recovery: Recovery) -> bool:
    """Whether a reference has all axes of the output: none is there for the value of a single category."""
    return edge.reference is None or "K" not in recovery.kind.kept


def _reference(edge: Edge, right: Right, fit: Fit) -> Formula:
    """Return what is right along an edge; a harmless number that is added elsewhere belongs to it."""
    if edge.reference is None:
        added = {place.role for place in fit.shift.numbers} if fit.shift is not None else set()
        return fit.formula if added & edge.points[0].keys() else fit.computed
    return Formula({Term("reference", edge.axes, edge.reference, lambda _: 0): right.scale})


def _first(call: Asked, sample: Sample, edge: Edge, formula: Formula, dtype: str) -> Finding | None:
    largest = _LARGEST.get(dtype, 1e37)
    drawn = with_bits(call, call.quantity.draw(np.random.default_rng(0), sample.sizes))
    ordinary = value_at(formula, sample, drawn) if edge.reference is None else 0.0
    places = list(along(call, sample, edge, drawn))
    for index, (numbers, arrays) in enumerate(places):
        true = _true(formula, sample, arrays)
        if not np.isfinite(true).all() or np.max(np.abs(true)) > largest or _vanishes(numbers, largest):
            return None
        try:
            yours = np.squeeze(call(arrays))
        except LossFunctionError:
            return None
        allowed = _LOST * np.max(np.abs(true - ordinary))
        if edge.reference is None:
            allowed += rounding_of(dtype) * np.max(np.abs(true))
        if not np.max(np.abs(yours - true)) <= allowed:
            told = (-yours, -true) if call.negated else (yours, true)
            line = _Line(call, sample, edge, formula, drawn, dtype)
            return _finding(call, edge, numbers, *told, line.words(places, index))
    return None


class _Line(NamedTuple):
    """A line along which a function is set beside a formula."""

    call: Asked
    sample: Sample
    edge: Edge
    formula: Formula
    drawn: Mapping[str, Any]
    dtype: str

    def words(self, places: Sequence[Place], index: int) -> tuple[str, str]:
        """Return the code for what happens at a place, and say what it is.

        Beyond a clamp it does not move; where digits are lost it goes beside the right value, and began to before.
        """
        points, rounding = places[index : index + 2], rounding_of(self.dtype)
        line = error_along(self.call, self.formula, self.sample, self.drawn, places[index][1])
        is_moving = not is_flat(self.call, points)
        if is_step(line, rounding) or (is_moving and is_sudden(self._way(places, index), rounding)):
            return "binding-clamp", _BEYOND
        return ("binding-clamp", _BINDS) if self._goes_another_way(points) else ("unstable-form", _DIGITS)

    def _way(self, places: Sequence[Place], index: int) -> Callable[[float], float]:
        """Return the error on the way from the numbers of the place before, or from a half, to those of this one."""
        bad = places[index][0]
        good = places[index - 1][0] if index else {role: number / 2 for role, number in bad.items()}

        def error(part: float) -> float:
            numbers = {role: _between(good[role], bad[role], part) for role in good}
            arrays = arrays_at(self.call, self.sample, self.edge, numbers, self.drawn)
            return relative_error(self.call, self.formula, self.sample, arrays)

        return error

    def _goes_another_way(self, places: Sequence[Place]) -> bool:
        """Whether a value goes another way than the right one from here on: where digits are lost it goes beside it."""
        points = [arrays for _, arrays in places]
        try:
            yours = [np.squeeze(self.call(arrays)) for arrays in points]
        except LossFunctionError:
            return True
        with np.errstate(all="ignore"):
            right = _true(self.formula, self.sample, points[-1]) - _true(self.formula, self.sample, points[0])
            return not np.max(np.abs(yours[-1] - yours[0] - right)) < _BESIDE * np.max(np.abs(right))


def _true(formula: Formula, sample: Sample, arrays: Mapping[str, Any]) -> FloatArray:
    with np.errstate(all="ignore"):  # a logarithm of a negative number: there is no such point then
        return value_at(formula, sample, arrays)


def _between(one: float, other: float, part: float) -> float:
    """Return a number between two: in equal ratios, where they have one sign."""
    if one * other > 0:
        return float(one * (other / one) ** part)
    return one + part * (other - one)


def _vanishes(numbers: Mapping[str, float], largest: float) -> bool:
    return any(0 < abs(number) < 1 / largest for number in numbers.values())


def _finding(
    call: Asked, edge: Edge, numbers: Mapping[str, float], yours: Any, true: Any, told: tuple[str, str]
) -> Finding:
    place = place_words(call, edge, numbers)
    mine, its = (float(np.ravel(np.asarray(value))[0]) for value in (yours, true))
    if edge.near:
        digits = digits_apart(mine, its, 3)
        words = f"it loses its digits near the prior: at {place} it gives {mine:.{digits}g}, right is {its:.{digits}g}"
        return Finding("unstable-form", words, "note", resolution=abs(its))
    details = {"usual": edge.usual}
    if not np.isfinite(mine):
        flows = "it underflows" if edge.usual and min(numbers.values()) < 0 else "it overflows"
        what = "it has no value" if np.isnan(mine) else flows
        words = f"{what}: at {place} it gives {mine}, right is {its:.6g}"
        return Finding("unstable-form", words, "warning", details=details)
    code, what = ("unstable-form", "it is wrong at usual numbers") if edge.usual else told
    digits = digits_apart(mine, its, 6)
    words = f"{what}: at {place} it gives {mine:.{digits}g}, right is {its:.{digits}g}"
    return Finding(code, words, "warning", details=details)
