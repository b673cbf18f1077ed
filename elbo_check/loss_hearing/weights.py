"""Data that count more or less by their sign or size: a mask of what is negative, a weight of what is large.

One of two arguments goes far out, and the other moves among ordinary numbers. Where all that moves is a multiple of
what should, w times it, the function weighs the data, and is wrong unless w is 1. Beyond a clamp or a ReLU of a mean
the function does not move with it, which may be meant: it is told of as an edge. What moves on in another way, as with
|r| or a leaky ReLU, or steps to a constant, is another function, and so is what is scaled by the largest number of all,
which shows where one alone goes out. The same holds of data, beside a mean that stays; they may be clamped where nobody
said that they are a Gaussian's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

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

_Laid = Callable[[tuple[int, ...], float], NDArray[np.float64]]

_AS_ONE: Mapping[str, _Laid] = {}
_FAR = (-2.0, 2.0, -8.0, 8.0)
_BETWEEN = (-2.5, 2.5)  # of a mean: no whole numbers, which a rounding leaves as they are
_MARKS = (-1.0,)  # what is missing is often marked so
_MOST_WRITTEN = 4  # numbers of the code that may mark it: 255, −999
_ANY = "vae-loss"
_ORDINARY = 2.0  # of data: what is changed further out is told of
_START = 0.25  # data that are not yet far out, and not what the decoder gives
_FURTHER = (1.5, 2.0)  # times as far out: two places, for what is folded may come back to the same number
_NEAR = (0.5, 0.25, 0.75, 0.125)
_LEAST = 1e-6  # relative: how well a multiple is one
_SAME = 1e-3  # of a weight, which is 1 where nothing is weighed

_WORDS = (
    "it computes this at the numbers that were drawn; {place} {what}: a mask or a weight by the sign, the size or the "
    "value of {name}?"
)
_CHANGED = (
    "it computes this at the numbers that were drawn; where {far} = {number:g}, and {near} is an ordinary number, it "
    "is no square of their difference: is {far} {how} there?"
)
_TOGETHER = (
    "it computes this at the numbers that were drawn; where one number of {far} is {number:g}, and all others are "
    "ordinary ones, these count otherwise as well: is {far} scaled by its largest number, or all of it {how}?"
)
_HOW = {True: "clamped, folded or scaled", False: "folded or scaled"}


def weighing_spot(call: Asked, recovery: Recovery, fit: Fit, sample: Sample, dtype: str) -> Spot | None:
    """Return a spot at which a function weighs the data by another number than at those that were drawn."""
    if call.quantity.only_at:
        return None
    for far, near in call.quantity.weighed:
        if _bends(fit, sample, call, far, near):
            spot = _spot_of(call, recovery, fit, sample, dtype, far, near)
            if spot is not None:
                return spot
    return None


def _spot_of(call: Asked, recovery: Recovery, fit: Fit, sample: Sample, dtype: str, far: str, near: str) -> Spot | None:
    """Return such a spot where this one of two goes far out; what is as beyond a clamp nearer by is not asked again."""
    clamped: list[tuple[float, Arrays]] = []
    for number in _places(call, far):
        points = [_point(call, sample, {far: number, near: value}) for value in _NEAR]
        spot = departing_at(call, recovery, fit, sample.sizes, points[0])
        if spot is None or spot.case is None:
            continue
        weight = _weight(call, fit, sample, points, max(_LEAST, rounding_of(dtype)))
        if weight is not None:
            return replace(spot, words=_words(call, far, number, near, weight))
        if not any(0 < n / number < 1 and is_flat(call, [({}, nearer), ({}, points[-1])]) for n, nearer in clamped):
            changed = _changed_spot(call, recovery, fit, sample, far, number, near)
            if changed is not None:
                return changed
            clamped.append((number, points[-1]))
    return None


def _changed_spot(
    call: Asked, recovery: Recovery, fit: Fit, sample: Sample, far: str, number: float, near: str
) -> Spot | None:
    """Return a spot at which ordinary data, or a mean, are taken for others, though the other argument stays.

    It may be clamped, as that of an image is: then nothing moves further out, nor does it step, and each number by
    itself.
    """
    if far == "x" and abs(number) > _ORDINARY:
        return None
    for laid, words in ((np.full, _CHANGED), (_with_one, _TOGETHER)):
        here = _point(call, sample, {far: number, near: _NEAR[0]}, {far: laid})
        further = [{**here, far: laid(np.shape(here[far]), times * number)} for times in _FURTHER]
        if (far != "x" or _is_open(call)) and _is_clamped(call, fit, sample, here, further, far, near):
            continue
        spot = departing_at(call, recovery, fit, sample.sizes, here)
        if spot is not None and spot.case is not None:
            names, how = call.assignment.names, _HOW[far == "x"]
            return replace(spot, words=words.format(far=names[far], number=number, near=names[near], how=how))
    return None


def _is_clamped(
    call: Asked, fit: Fit, sample: Sample, here: Arrays, further: Sequence[Arrays], far: str, near: str
) -> bool:
    """Whether nothing moves further out than here, nor steps on the way.

    A move from one number to another does not show beside the mean of both: two are asked.
    """
    for value in (_NEAR[0], _NEAR[-1]):
        beside = {near: np.full(np.shape(here[near]), value)}
        there = {**here, **beside}
        if not all(is_flat(call, [({}, there), ({}, {**beyond, **beside})]) for beyond in further):
            return False
        start = {**there, far: np.full(np.shape(here[far]), _START)}
        if is_step(error_along(call, fit.computed, sample, start, there), fit.tolerance):
            return False
    return True


def _is_open(call: Asked) -> bool:
    """Whether nobody said that the data are a Gaussian's, which may be any numbers."""
    return call.quantity.name == _ANY and not any(role.startswith("decoder_") for role in call.quantity.axes)


def _places(call: Asked, far: str) -> Sequence[float]:
    """Return the numbers far out, and of data those that may mark what is missing."""
    if far != "x":
        return (*_FAR, *_BETWEEN)
    written = [number for number in call.function.holds.numbers if number not in _FAR][:_MOST_WRITTEN]
    return (*_FAR, *_MARKS, *(float(sign * number) for number in written for sign in (1, -1)))


def _words(call: Asked, far: str, number: float, near: str, weight: float) -> str:
    names = call.assignment.names
    what = f"the difference of {names[far]} and {names[near]} counts {weight:.3g} times"
    if abs(weight - 1) < _SAME:
        what = "another constant stands beside it"
    return _WORDS.format(place=f"where {names[far]} = {number:g}", what=what, name=names[far])


def _point(call: Asked, sample: Sample, numbers: Mapping[str, float], laid: Mapping[str, _Laid] = _AS_ONE) -> Arrays:
    """Return a point with these numbers, one far out and one ordinary, where all else is simple."""
    point = {}
    for role, array in sample.arrays[0].items():
        number = numbers.get(role, call.quantity.simple[role][0])
        point[role] = laid.get(role, np.full)(np.shape(array), number)
    return point


def _with_one(shape: tuple[int, ...], number: float) -> NDArray[np.float64]:
    """Return ordinary numbers but for one."""
    array = np.full(shape, _START)
    array[(0,) * array.ndim] = number
    return array


def _bends(fit: Fit, sample: Sample, call: Asked, far: str, near: str) -> bool:
    """Whether the formula has a value far out, and is no straight line there: a Bernoulli's data are no numbers."""
    low, middle, high = (_value(fit, sample, _point(call, sample, {far: n, near: _NEAR[0]})) for n in (-2.0, 0.0, 2.0))
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
