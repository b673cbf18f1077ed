"""What a mended function may give at some points: every shape and reduction that is right, up to a factor that is free.

A function that is accused gives none of these; where a positive factor is free, one point seldom shows that, and a few
points together do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.probing import Arrays, Kind, Sample
from ..errors import ElboCheckError
from .calls import Asked
from .counterexample import Counterexample, nearness, plain_points
from .values import value_at

__all__ = ["Expected", "expected_difference", "expected_of"]

FloatArray = NDArray[np.float64]

_MOST_POINTS = 6
_DRAWS = 4
_ROOM = 4.0  # times what a right function may depart by: what is accused departs by more


@dataclass(frozen=True, slots=True)
class Expected:
    """Points, and the values that are right there: each of `rights` has a row a point. `near` is how near, as allclose.

    `free` says that a positive factor of all rows is free.
    """

    points: tuple[Arrays, ...]
    rights: tuple[FloatArray, ...]
    near: tuple[float, float]
    free: bool


def expected_of(call: Asked, case: Counterexample, dtype: str) -> Expected | None:
    """Return points at which a function gives nothing that is right, the first that of its counterexample; or None."""
    near, free = case.near or nearness(dtype), call.quantity.objective
    points, found = [case.arrays], [np.squeeze(case.yours)]
    rights = _rights(call, case.sample, points)
    others = _candidates(call, case.sample) if free else iter(())
    while (left := [right for right in rights if _is_met(np.array(found), right, near, free=free)]) and free:
        point = next(others, None)
        if point is None or len(points) == _MOST_POINTS:
            break
        with suppress(ElboCheckError):
            yours = np.squeeze(call(point))
            more = _rights(call, case.sample, [*points, point])
            if yours.shape == found[0].shape and np.isfinite(yours).all() and len(more) == len(rights):
                met = sum(_is_met(np.array([*found, yours]), right, near, free=free) for right in more)
                if met < len(left):
                    points, found, rights = [*points, point], [*found, yours], more
    kept = [right for right in rights if not any(right is met for met in left)]
    return Expected(tuple(points), tuple(_distinct(kept)), near, free) if kept else None


def expected_difference(call: Asked, case: Counterexample, other: Arrays, dtype: str) -> Expected | None:
    """Return two points, and what a right function may lose from the first to the other, and this one does not."""
    points, near = [case.arrays, other], case.near or nearness(dtype)
    found = np.squeeze(call(case.arrays)) - np.squeeze(call(other))
    rights = [_short(right[:1] - right[1:]) for right in _rights(call, case.sample, points)]
    kept = [right for right in rights if not _is_met(found[None], right, near, free=False)]
    return Expected(tuple(points), tuple(_distinct(kept)), near, free=True) if kept else None


def _short(values: FloatArray) -> FloatArray:
    return np.reshape([float(f"{value:.12g}") for value in np.ravel(values)], values.shape)


def _rights(call: Asked, sample: Sample, points: Sequence[Arrays]) -> list[FloatArray]:
    """Return the right values at points in every shape and reduction, as far as they are finite."""
    found = []
    for kind in dict.fromkeys(_kinds(call, sample)):
        for right in call.quantity.rights(kind, call.layout):
            at = replace(sample, kind=kind)
            with np.errstate(all="ignore"):
                found.append(np.array([np.squeeze(value_at(right.formula, at, arrays)) for arrays in points]))
    return [values for values in found if np.isfinite(values).all()]


def _kinds(call: Asked, sample: Sample) -> Iterator[Kind]:
    """Yield what a number of an output may stand for: as it is, the whole, a sample, one place where all are alike."""
    quantity, batch = call.quantity, call.layout.batch
    yield Kind(sample.kind.kept)
    yield Kind(())
    if batch and any("B" in axes for axes in quantity.axes.values()):
        yield Kind(("B",))
    axes = {*quantity.axes.values(), *(term.axes for term in quantity.formula.terms)}
    if len(axes) == 1 and not quantity.parts:
        (every,) = axes
        yield Kind(tuple(axis for axis in every if batch or axis != "B"))


def _candidates(call: Asked, sample: Sample) -> Iterator[Arrays]:
    yield from plain_points(call, sample)
    yield from sample.arrays
    generator = np.random.default_rng(0)
    yield from (call.quantity.draw(generator, sample.sizes) for _ in range(_DRAWS))


def _is_met(found: FloatArray, right: FloatArray, near: tuple[float, float], *, free: bool) -> bool:
    """Whether values are right, or nearly so: up to a positive factor, if it is free."""
    if found.shape != right.shape:
        return False
    factor = 1.0
    if free:
        factor = float(np.sum(found * right) / (np.sum(right * right) or 1.0))
        if factor <= 0:
            return False
    relative, absolute = (_ROOM * each for each in near) if free else near
    size = np.abs(found).max() if free else 1.0
    return np.allclose(found, factor * right, relative, absolute * size)


def _distinct(rights: Sequence[FloatArray]) -> list[FloatArray]:
    """Leave out what is there already: two forms may have the same values."""
    return list({(right.shape, right.tobytes()): right for right in rights}.values())
