"""Data that count more or less by their sign or size: a mask of what is negative, a weight of what is large.

One of two arguments goes far out, and the other moves among ordinary numbers. A clamp or a ReLU of a mean moves the
vertex of the square there, which may be meant: it is told of as an edge. Where all that moves is a multiple of what
should, w times it, the function weighs the data, and is wrong unless w is 1. Beside a mean that stays, data may be any
numbers: a function of |x| is another one. They may be clamped where nobody said that they are a Gaussian's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.fitting import Fit, rounding_of
from ..diagnosis.probing import Arrays, Sample
from ..diagnosis.recovery import Recovery
from ..errors import ElboCheckError
from .calls import Asked
from .spots import Spot, departing_at
from .thresholds import error_along, is_flat, is_step
from .values import value_at

__all__ = ["weighing_spot"]

_FAR = (-2.0, 2.0, -8.0, 8.0)
_MARKS = (-1.0,)  # what is missing is often marked so
_MOST_WRITTEN = 4  # numbers of the code that may mark it: 255, −999
_ANY = "vae-loss"
_ORDINARY = 2.0  # of data: what is changed further out is told of
_START = 0.25  # data that are not yet far out, and not what the decoder gives
_NEAR = (0.5, 0.25, 0.75, 0.125)
_LEAST = 1e-6  # relative: how well a multiple is one
_SAME = 1e-3  # of a weight, which is 1 where nothing is weighed

_WORDS = (
    "it computes this at the numbers that were drawn; {place} {what}: a mask or a weight by the sign, the size or the "
    "value of {name}?"
)
_CHANGED = (
    "it computes this at the numbers that were drawn; where {far} = {number:g}, and {near} is an ordinary number, it "
    "is no square of their difference: is {far} clamped, folded or scaled there?"
)


def weighing_spot(call: Asked, recovery: Recovery, fit: Fit, sample: Sample, dtype: str) -> Spot | None:
    """Return a spot at which a function weighs the data by another number than at those that were drawn."""
    if call.quantity.only_at:
        return None
    for far, near in call.quantity.weighed:
        for number in _places(call, far) if _bends(fit, sample, call, far, near) else ():
            points = list(_points(call, sample, far, number, near))
            spot = departing_at(call, recovery, fit, sample.sizes, points[0])
            if spot is not None and spot.case is not None:
                weight = _weight(call, fit, sample, points, max(_LEAST, rounding_of(dtype)))
                if weight is not None or _is_changed(call, fit, sample, far, number, near):
                    return Spot(call, "", spot.yours, spot.case, _words(call, far, number, near, weight))
    return None


def _is_changed(call: Asked, fit: Fit, sample: Sample, far: str, number: float, near: str) -> bool:
    """Whether ordinary data are taken for others, though the mean stays, and not as the clamp of an image does."""
    if far != "x" or abs(number) > _ORDINARY:
        return False
    start, here, beyond = (next(_points(call, sample, far, n, near)) for n in (_START, number, 2 * number))
    is_open = call.quantity.name == _ANY and not any(role.startswith("decoder_") for role in call.quantity.axes)
    is_bound = is_open and is_flat(call, [({}, here), ({}, beyond)])
    return not is_bound or is_step(error_along(call, fit.computed, sample, start, here), fit.tolerance)


def _places(call: Asked, far: str) -> Sequence[float]:
    """Return the numbers far out, and of data those that may mark what is missing."""
    if far != "x":
        return _FAR
    written = [number for number in call.function.holds.numbers if number not in _FAR][:_MOST_WRITTEN]
    return (*_FAR, *_MARKS, *(float(sign * number) for number in written for sign in (1, -1)))


def _words(call: Asked, far: str, number: float, near: str, weight: float | None) -> str:
    names = call.assignment.names
    if weight is None:
        return _CHANGED.format(far=names[far], number=number, near=names[near])
    what = f"the difference of {names[far]} and {names[near]} counts {weight:.3g} times"
    if abs(weight - 1) < _SAME:
        what = "another constant stands beside it"
    return _WORDS.format(place=f"where {names[far]} = {number:g}", what=what, name=names[far])


def _points(call: Asked, sample: Sample, far: str, number: float, near: str) -> Iterator[Arrays]:
    """Yield points with one argument far out, the other at a few ordinary numbers, and all else simple."""
    simple = {role: np.full(np.shape(array), call.quantity.simple[role][0]) for role, array in sample.arrays[0].items()}
    simple[far] = np.full(np.shape(simple[far]), number)
    yield from ({**simple, near: np.full(np.shape(simple[near]), value)} for value in _NEAR)


def _bends(fit: Fit, sample: Sample, call: Asked, far: str, near: str) -> bool:
    """Whether the formula has a value far out, and is no straight line there: a Bernoulli's data are no numbers."""
    low, middle, high = (_value(fit, sample, next(_points(call, sample, far, n, near))) for n in (-2.0, 0.0, 2.0))
    bend = np.abs(low - 2 * middle + high)
    return bool(np.max(bend) > _LEAST * np.max(np.abs(high))) if np.isfinite(bend).all() else False


def _value(fit: Fit, sample: Sample, point: Arrays) -> NDArray[np.float64]:
    with np.errstate(all="ignore"):
        return np.ravel(value_at(fit.formula, sample, point))


def _weight(call: Asked, fit: Fit, sample: Sample, points: list[Arrays], tolerance: float) -> float | None:
    """Return w, where the answers at these points are w times the formula and a constant; None where they are not."""
    with suppress(ElboCheckError):
        yours = np.array([np.ravel(np.squeeze(call(point)))[0] for point in points])
        right = np.array([_value(fit, sample, point)[0] for point in points])
        columns = np.stack([right, np.ones_like(right)], axis=-1)
        solution = np.linalg.lstsq(columns, yours, rcond=None)[0]
        if np.max(np.abs(columns @ solution - yours)) <= tolerance * np.max(np.abs(yours)):
            return 0.0 if abs(solution[0]) <= tolerance else float(solution[0])
    return None
