"""Places at which a gradient is not that of the value: by the recovered formula at a glance, then by differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.formula import Formula
from ..errors import LossFunctionError
from .gaps import Gap, gaps_in
from .gradient_reach import Place, places, plainer
from .heard import Heard
from .slopes import direction_in, gradient_or_zeros, slope
from .values import value_at

__all__ = ["Departure", "departures"]

FloatArray = NDArray[np.float64]

_SAME = {"float64": 1e-6}  # relative: what rounding does to a derivative along a line
_COARSELY = 1e-3
_LEFT = 1e-3  # relative: of a value


@dataclass(frozen=True, slots=True)
class Departure:
    """A place, the arguments in which the gradient is wrong there, and the gradients."""

    place: Place
    gaps: list[Gap]
    gradients: Mapping[str, FloatArray]


def departures(
    heard: Heard, formula: Formula, roles: Sequence[str], generator: np.random.Generator
) -> tuple[Departure | None, list[Departure]]:
    """Return the first departure at an ordinary place; or else the first along each line to places that are not.

    A gradient is that of the formula, or else set beside differences of the value, which may be clamped there. A place
    at which the value itself has left the formula is none that models are meant to come to: a clamp that lets the
    gradient pass is no worse there than one that stops it.
    """
    far: dict[str, Departure] = {}
    for place in places(heard, generator):
        line = place.line or place.where
        if line not in far:
            found = _departure(place, heard.dtype, formula, roles, generator)
            if found is not None and place.is_ordinary and not _has_left(formula, place):
                return _departure(plainer(place), heard.dtype, formula, roles, generator) or found, []
            far |= {line: found} if found is not None else {}
    return None, list(far.values())


def _has_left(formula: Formula, place: Place) -> bool:
    """Whether the value is another than that of the formula at a place, as beyond a clamp."""
    true = value_at(formula, place.sample, place.point)
    return not np.max(np.abs(np.squeeze(place.call(place.point)) - true)) <= _LEFT * np.max(np.abs(true))


def _departure(
    place: Place, dtype: str, formula: Formula, roles: Sequence[str], generator: np.random.Generator
) -> Departure | None:
    gradients = _gradients(place, roles)
    if gradients is None or not all(np.isfinite(each).all() for each in gradients.values()):
        return None
    if _is_that_of(formula, place, gradients, _SAME.get(dtype, _COARSELY), generator):
        return None
    gaps, _ = gaps_in(place.call, [place.point], [gradients], roles, generator, dtype)
    return Departure(place, gaps, gradients) if gaps else None


def _gradients(place: Place, roles: Sequence[str]) -> Mapping[str, FloatArray] | None:
    """Return the gradients at a place, which are 0 where nothing is differentiable; None where it is not asked."""
    try:
        return gradient_or_zeros(place.call, place.point, roles)
    except LossFunctionError:
        return None


def _is_that_of(
    formula: Formula,
    place: Place,
    gradients: Mapping[str, FloatArray],
    same: float,
    generator: np.random.Generator,
) -> bool:
    """Whether gradients are those of a formula, along one line that moves all arguments by different lengths."""
    point = place.point
    along = {role: direction_in(role, point, generator) for role in gradients}

    def total(t: float) -> float:
        moved = {role: point[role] + t * direction for role, direction in along.items()}
        return float(np.sum(value_at(formula, place.sample, {**point, **moved})))

    with np.errstate(all="ignore"):  # a logarithm of a negative number: there is no such point then
        true = slope(total, "float64")
    parts = [gradients[role] * direction for role, direction in along.items()]
    own, size = sum(float(np.sum(part)) for part in parts), sum(float(np.sum(np.abs(part))) for part in parts)
    return true is not None and not true.is_coarse and abs(own - true.value) <= same * size + true.error
