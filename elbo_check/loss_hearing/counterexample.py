"""The simplest numbers at which a loss is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.fitting import rounding_of
from ..diagnosis.formula import Formula
from ..diagnosis.probing import Arrays, Kind, Sample
from ..diagnosis.recovery import Recovery
from ..errors import ElboCheckError
from .calls import Asked
from .values import value_at, values_at

__all__ = ["FINELY", "PERIOD", "Counterexample", "counterexample", "nearness", "plain_points", "simple_points"]

FloatArray = NDArray[np.float64]

PERIOD = 11  # numbers that a large array may repeat, so that it is short to tell
_MANY = 60
_APART = 1e-4  # relative: a difference that shows in the first digits
FINELY = (1e-9, 1e-12)  # in float64, of what is wrong by less than a test asks for otherwise
_NEAR = {"float16": (1e-2, 1e-3), "bfloat16": (5e-2, 1e-2)}


@dataclass(frozen=True, slots=True)
class Counterexample:
    """Arguments by name, what the function says of them, and every value that would be right.

    `sample` and `arrays` are the sizes and the arguments by role; `near` is how near a right value is, if not as usual;
    `negated` says that all values are those of the output's negative.
    """

    arguments: Mapping[str, Any]
    yours: FloatArray
    rights: tuple[FloatArray, ...]
    nearest: int
    sample: Sample
    arrays: Arrays
    near: tuple[float, float] | None = None
    negated: bool = False

    @staticmethod
    def at(call: Asked, sample: Sample, arrays: Arrays, yours: FloatArray, formula: Formula) -> Counterexample:
        """Return the case of a function that should have this formula at this point, and has not."""
        right = np.squeeze(value_at(formula, sample, arrays))
        return Counterexample(
            call.arguments(arrays), np.squeeze(yours), (right,), 0, sample, arrays, None, call.negated
        )

    @property
    def numbers(self) -> Mapping[str, Any]:
        """The case as plain numbers: one entry of the output where it is wrong."""
        right = self.rights[self.nearest]
        place = np.unravel_index(int(np.argmax(np.abs(self.yours - right))), self.yours.shape)
        sign = -1.0 if self.negated else 1.0
        case = {"claim": sign * float(self.yours[place]), "truth": sign * float(right[place])}
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
    levels, finer = list(_levels(recovery, dtype)), dict[int, Counterexample]()
    for each in samples:  # 2·mean is the sum where there are two samples
        sample = replace(each, kind=Kind(recovery.kind.kept))
        right_at = values_at(rights, sample)
        for arrays in (*plain_points(call, sample), *sample.arrays):
            with suppress(ElboCheckError):
                yours, found = np.squeeze(call(arrays)), tuple(right_at(arrays))
                level = _level(yours, found, levels)
                if level is not None and level not in finer:
                    near = levels[level][1]
                    finer[level] = Counterexample(
                        call.arguments(arrays), yours, found, preferred, sample, arrays, near, call.negated
                    )
            if 0 in finer:
                return finer[0]
    return finer[min(finer)] if finer else None


def _level(
    yours: FloatArray, rights: Sequence[FloatArray], levels: Sequence[tuple[float, tuple[float, float]]]
) -> int | None:
    """Return the first level at which an answer is apart from every right one, or None."""
    if not np.isfinite(yours).all():
        return None
    largest = max(float(np.max(np.abs(right))) for right in rights)
    gaps = [float(np.max(np.abs(yours - right))) for right in rights]
    aparts = [max(least * (1e-2 + largest), 2 * (near[1] + near[0] * largest)) for least, near in levels]
    return next((level for level, apart in enumerate(aparts) if not any(gap <= apart for gap in gaps)), None)


def _levels(recovery: Recovery, dtype: str) -> Iterator[tuple[float, tuple[float, float]]]:
    """Yield by how much values have to differ, and how near a right one is: more finely where the formula is known."""
    usual = nearness(dtype)
    yield _APART, usual
    if recovery.fit is not None and recovery.fit.tolerance <= rounding_of(dtype) and dtype not in _NEAR:
        yield 0.0, usual
        if dtype == "float64":
            yield 0.0, FINELY


def plain_points(call: Asked, sample: Sample) -> Iterator[Arrays]:
    """Yield points that are short to tell: the simple ones, and of large arrays some that repeat a few numbers."""
    yield from simple_points(call, sample)
    yield from _of_two(call, sample)
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


def _of_two(call: Asked, sample: Sample) -> Iterator[Arrays]:
    """Yield points where two arguments hold the next of the simple numbers: (x − m)² and 1/σ² meet in a product."""
    simple, drawn = call.quantity.simple, sample.arrays[0]
    if all(role in simple for role in drawn):
        for pair in combinations(drawn, 2):
            numbers = {role: simple[role][:2][-1] if role in pair else simple[role][0] for role in drawn}
            yield {role: np.full(np.shape(array), numbers[role]) for role, array in drawn.items()}


def _with_first(array: FloatArray, value: float) -> FloatArray:
    changed = array.copy()
    changed[(0,) * array.ndim] = value
    return changed
