"""Which mistake a wrong gradient is: a path that was cut, or a gradient that no cut gives.

Where an argument is held fixed in some terms of a sum, the gradient is that of the other terms, entry by entry; where a
sample z = μ + σ·ε is held fixed, it is the derivative along a line on which z stays, which the value itself tells: move
μ or σ, and ε against it. All else is a gradient written by hand, or changed on its way.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.formula import Formula
from ..diagnosis.probing import Arrays, Sample
from ..diagnosis.quantities.seconds import RAW, SECONDS
from ..errors import LossFunctionError
from ..inputs.failures import is_cut_off
from .calls import Asked
from .slopes import Slope, gradient_of, output_dtype, slope, total_along
from .values import sum_along

__all__ = ["DETACHED", "is_all_cut", "slugs_of"]

FloatArray = NDArray[np.float64]

DETACHED, WRONG = "detached-sample", "wrong-gradient"
_ENTRIES = 16
_MOST_TERMS = 5
_SAME = {"float64": 1e-4}  # relative; of one entry, so that several are not met by chance
_COARSELY = 1e-2  # as differences in float32 are


def is_all_cut(call: Asked, point: Arrays, roles: Sequence[str], error: LossFunctionError) -> bool:
    """Whether a function returned a tensor that nothing is learnt through, and none beside it that may be the loss.

    Numbers that are logged beside a loss are cut off on purpose; so is what leaves the framework.
    """
    if not is_cut_off(error):
        return False
    outputs = call.answer(point).outputs
    most = outputs[call.output].size
    beside = (replace(call, output=name) for name, values in outputs.items() if values.size <= most)
    return not any(_has_gradient(each, point, roles) for each in beside)


def _has_gradient(call: Asked, point: Arrays, roles: Sequence[str]) -> bool:
    try:
        return gradient_of(call, point, roles, answers=True) is not None
    except LossFunctionError:
        return False


def slugs_of(
    call: Asked,
    formula: Formula | None,
    sample: Sample,
    point: Arrays,
    role: str,
    gradient: FloatArray,
    worst: tuple[int, ...],
) -> tuple[str, tuple[str, ...]]:
    """Return the name of a wrong gradient, and the names of what is the same function.

    `formula` is what the value computes, if that is known; `worst` is the place of an entry that is wrong. A product of
    which one factor is held fixed has half of its gradient, as a factor of 2 has that was forgotten in a gradient
    written by hand.
    """
    if not np.any(gradient):
        return DETACHED, ()
    same = _SAME.get(output_dtype(call, point), _COARSELY)
    entries = list(_entries(call, formula, sample, point, role, gradient, worst))
    if all(_is_made(own, parts, (0.0, 1.0), held, same) for own, parts, held in entries):
        return DETACHED, (WRONG,)
    if all(_is_made(own, parts, (0.0, 0.5, 1.0), held, same) for own, parts, held in entries):
        return WRONG, (DETACHED,)
    return WRONG, ()


def _is_made(own: float, parts: list[float], shares: tuple[float, ...], held: float, same: float) -> bool:
    """Whether a derivative is made of shares of those of the terms, and of what is left where the sample is held."""
    size = max(abs(own), abs(held), *(abs(part) for part in parts))
    apart = (
        abs(sum(share * part for share, part in zip(chosen, parts, strict=True)) + sign * held - own)
        for chosen in itertools.product(shares, repeat=len(parts))
        for sign in ((0.0, 1.0, -1.0) if held else (0.0,))
    )
    return min(apart) <= same * size


def _entries(
    call: Asked,
    formula: Formula | None,
    sample: Sample,
    point: Arrays,
    role: str,
    gradient: FloatArray,
    worst: tuple[int, ...],
) -> Iterator[tuple[float, list[float], float]]:
    """Yield, for some entries, the gradient, the derivatives of the terms, and that at a sample that is held."""
    spaced = np.unique(np.linspace(0, gradient.size - 1, _ENTRIES).astype(int))
    chosen = [tuple(int(i) for i in np.unravel_index(each, gradient.shape)) for each in spaced]
    for place in dict.fromkeys((worst, *chosen)):
        direction = np.zeros(np.shape(gradient))
        direction[place] = 1.0
        held = _holding_the_sample(call, point, role, direction)
        yield float(gradient[place]), _parts(call, formula, sample, point, role, direction), held


def _parts(
    call: Asked, formula: Formula | None, sample: Sample, point: Arrays, role: str, direction: FloatArray
) -> list[float]:
    """Return the derivatives of the terms along a line, those of no effect left out; that of the value if unknown."""
    terms = [Formula({term: held}) for term, held in formula.coefficients.items()] if formula else []
    lines = [sum_along(each, sample, point, role, direction) for each in terms]
    found = [part for part in (_number(slope(line, "float64")) for line in lines) if part]
    if found and len(found) <= _MOST_TERMS:
        return found
    return [_number(slope(total_along(call, point, role, direction), output_dtype(call, point)))]


def _holding_the_sample(call: Asked, point: Arrays, role: str, direction: FloatArray) -> float:
    """Return the derivative of the value along a line on which μ + σ·ε stays; 0 where no such sample is inside."""
    second = next((name for name in SECONDS if name in point), None)
    if call.quantity.name == "sampler" or "noise" not in point or second is None:
        return 0.0
    deviation = RAW[SECONDS[second].deviation].value
    drawn = point["mean"] + deviation(point[second]) * point["noise"]

    def total(t: float) -> float:
        moved = {**point, role: point[role] + t * direction}
        noise = (drawn - moved["mean"]) / deviation(moved[second])
        return float(np.sum(call({**moved, "noise": noise})))

    return _number(slope(total, output_dtype(call, point)))


def _number(found: Slope | None) -> float:
    return 0.0 if found is None or found.is_coarse else found.value
