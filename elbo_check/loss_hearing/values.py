"""The values of formulas at points, in the shape of the function's output."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.formula import Formula
from ..diagnosis.probing import Arrays, Sample, reduction
from .calls import Asked

__all__ = ["rest_at", "sum_along", "value_at", "values_at"]

FloatArray = NDArray[np.float64]


def value_at(formula: Formula, sample: Sample, arrays: Arrays) -> FloatArray:
    """Return a formula at a point, in the shape of the output."""
    return values_at([formula], sample)(arrays)[0]


def rest_at(call: Asked, sample: Sample, formula: Formula, arrays: Arrays) -> float:
    """Return what a function's one value at a point counts beside a formula."""
    return float(np.mean(np.squeeze(call(arrays)) - np.squeeze(value_at(formula, sample, arrays))))


def values_at(formulas: Sequence[Formula], sample: Sample) -> Callable[[Arrays], list[FloatArray]]:
    """Return what gives several formulas at points of one choice of sizes; terms that they share are reckoned once."""
    sizes = sample.sizes
    shape = [sizes[name] for name in sample.layout.concrete(sample.kind.kept)]
    numbers = [{term: held.value(sizes) for term, held in each.coefficients.items()} for each in formulas]
    terms = dict.fromkeys(term for each in numbers for term in each)
    totals = {axes: reduction(sample, axes) for axes in {term.axes for term in terms if not term.constant}}

    def values(arrays: Arrays) -> list[FloatArray]:
        parts: dict[Any, Any] = {
            term: term.value(sizes) if term.constant else totals[term.axes](term.value(arrays)) for term in terms
        }
        return [sum((n * parts[term] for term, n in each.items()), start=np.zeros(shape)) for each in numbers]

    return values


def sum_along(
    formula: Formula, sample: Sample, point: Arrays, role: str, direction: FloatArray
) -> Callable[[float], float]:
    """Return a formula, summed over the output, along a line in one argument."""
    return lambda t: float(np.sum(value_at(formula, sample, {**point, role: point[role] + t * direction})))
