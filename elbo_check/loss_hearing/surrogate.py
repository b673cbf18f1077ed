"""Surrogates to differentiate: their gradient is that of the right value, whatever they return."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.formula import Formula
from ..diagnosis.probing import Arrays, Sample
from .calls import Asked
from .slopes import slope
from .values import value_at

__all__ = ["is_of_the_right_value"]

FloatArray = NDArray[np.float64]


def is_of_the_right_value(
    call: Asked,
    sample: Sample,
    points: Sequence[Arrays],
    gradients: Sequence[Mapping[str, FloatArray]],
    roles: Sequence[str],
    generator: np.random.Generator,
) -> bool:
    """Whether the gradient is that of one of the right formulas, which the values then are not.

    Along one direction for each argument, with different numbers: logits do not feel a common shift.
    """
    sign = -1.0 if call.negated else 1.0  # the gradients are those of the output itself
    along = {role: generator.uniform(0.5, 1.0, np.shape(points[0][role])) for role in roles}
    return any(
        all(
            _agrees(_right_along(right.formula, sample, point, role, along[role]), sign * gradient[role] * along[role])
            for point, gradient in zip(points, gradients, strict=True)
            for role in roles
        )
        for right in call.quantity.rights(sample.kind, call.layout)
    )


def _agrees(function: Callable[[float], float], gradient: FloatArray) -> bool:
    found = slope(function, "float64")
    return found is not None and not found.is_coarse and not found.excludes(float(np.sum(gradient)))


def _right_along(
    formula: Formula, sample: Sample, point: Arrays, role: str, direction: FloatArray
) -> Callable[[float], float]:
    """The right value, summed, along a line in one argument."""
    return lambda t: float(np.sum(value_at(formula, sample, {**point, role: point[role] + t * direction})))
