"""The simplest numbers at which a loss is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.fitting import rounding_of
from ..diagnosis.formula import Formula
from ..diagnosis.probing import Arrays, Kind, Sample, reduced
from ..diagnosis.recovery import Recovery
from ..errors import ElboCheckError
from .calls import Asked

__all__ = ["PERIOD", "Counterexample", "counterexample", "nearness", "plain_points", "simple_points", "value_at"]

FloatArray = NDArray[np.float64]

PERIOD = 11  # numbers that a large array may repeat, so that it is short to tell
_MANY = 60
_APART = 1e-4  # relative: a difference that shows in the first digits
_FINELY = (1e-9, 1e-12)  # in float64, of what is wrong by less than a test asks for otherwise
_NEAR = {"float16": (1e-2, 1e-3), "bfloat16": (5e-2, 1e-2)}


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Arguments by name, what the function says of them, and every value that would be right.

    `sample` and `arrays` are the sizes and the arguments by role; `near` is how near a right value is, if not as usual.
    """

    arguments: Mapping[str, Any]
    yours: FloatArray
    rights: tuple[FloatArray, ...]
    nearest: int
    sample: Sample
    arrays: Arrays
    near: tuple[float, float] | None = None

    @staticmethod
    def at(call: Asked, sample: Sample, arrays: Arrays, yours: FloatArray, formula: Formula) -> Counterexample:
        """Return the case of a function that should have this formula at this point, and has not."""
        right = np.squeeze(value_at(formula, sample, arrays))
        return Counterexample(call.arguments(arrays), np.squeeze(yours), (right,), 0, sample, arrays)

    @property
    def numbers(self) -> Mapping[str, Any]:
        """The case as plain numbers: one entry of the output where it is wrong."""
        right = self.rights[self.nearest]
        place = np.unravel_index(int(np.argmax(np.abs(self.yours - right))), self.yours.shape)
        case = {"claim": float(self.yours[place]), "truth": float(right[place])}
        where = {"index": [int(i) for i in place]} if place else {}
        return {**where, **case, **self.arguments}


def nearness(dtype: str) -> tuple[float, float]:
    """Return how near a right function may be asked to be, in the dtype of its answers: relatively, and absolutely."""
    return _NEAR.get(dtype, (1e-5, 1e-6))


def counterexample(call: Asked, recovery: Recovery, samples: Sequence[Sample], dtype: str) -> Counterexample | None:
    """Return a failing case, made of numbers as simple as can be; None if none is found (it is then not far off)."""
    true = call.quantity.rights(Kind(recovery.kind.kept), call.layout) if recovery.kind.spread else recovery.rights
    rights = [right.formula for right in true]
    preferred = next((i for i, right in enumerate(true) if right is recovery.relation.right), 0)
    for least, near in _levels(recovery, dtype):
        for each in samples:  # 2·mean is the sum where there are two samples
            sample = replace(each, kind=Kind(recovery.kind.kept))
            for arrays in (*plain_points(call, sample), *sample.arrays):
                case = _case(call, sample, arrays, rights, preferred, near, least)
                if case is not None:
                    return case
    return None


def _levels(recovery: Recovery, dtype: str) -> Iterator[tuple[float, tuple[float, float]]]:
    """Yield by how much values have to differ, and how near a right one is: more finely where the formula is known."""
    usual = nearness(dtype)
    yield _APART, usual
    if recovery.fit is not None and recovery.fit.tolerance <= rounding_of(dtype) and dtype not in _NEAR:
        yield 0.0, usual
        if dtype == "float64":
            yield 0.0, _FINELY


def plain_points(call: Asked, sample: Sample) -> Iterator[Arrays]:
    """Yield points that are short to tell: the simple ones, and of large arrays some that repeat a few numbers."""
    yield from simple_points(call, sample)
    for arrays in sample.arrays if call.quantity.simple else ():
        if any(np.size(array) > _MANY for array in arrays.values()):
            yield {role: np.resize(np.ravel(array)[:PERIOD], np.shape(array)) for role, array in arrays.items()}


def simple_points(call: Asked, sample: Sample) -> Iterator[Arrays]:
    """Yield points where nearly all numbers are the simplest, and a few the next: in one place of each array."""
    simple = call.quantity.simple
    if not all(role in simple for role in sample.arrays[0]):
        return
    base = {role: np.full(np.shape(array), simple[role][0]) for role, array in sample.arrays[0].items()}
    yield base
    for role, array in base.items():
        yield from ({**base, role: _with_first(array, value)} for value in simple[role][1:])
    for role, array in base.items():
        yield from ({**base, role: np.full(np.shape(array), value)} for value in simple[role][1:])
    yield {role: np.full(np.shape(array), simple[role][-1]) for role, array in base.items()}


def _with_first(array: FloatArray, value: float) -> FloatArray:
    changed = array.copy()
    changed[(0,) * array.ndim] = value
    return changed


def _case(
    call: Asked,
    sample: Sample,
    arrays: Arrays,
    rights: Sequence[Formula],
    preferred: int,
    near: tuple[float, float],
    least: float,
) -> Counterexample | None:
    try:
        yours = np.squeeze(call(arrays))
    except ElboCheckError:
        return None
    found = tuple(value_at(formula, sample, arrays) for formula in rights)
    largest = max(float(np.max(np.abs(right))) for right in found)
    relative, absolute = near
    apart = max(least * (1e-2 + largest), 2 * (absolute + relative * largest))
    if not np.isfinite(yours).all() or any(np.max(np.abs(yours - right)) <= apart for right in found):
        return None
    return Counterexample(call.arguments(arrays), yours, found, preferred, sample, arrays, near)


def value_at(formula: Formula, sample: Sample, arrays: Arrays) -> FloatArray:
    """Return a formula at a point, in the shape of the output."""
    total = np.zeros([sample.sizes[name] for name in sample.layout.concrete(sample.kind.kept)])
    for term, held in formula.coefficients.items():
        number = float(held.at(sample.sizes).number)
        value = term.value(sample.sizes) if term.constant else reduced(term.value(arrays), sample, term.axes)
        total = total + number * value
    return total
