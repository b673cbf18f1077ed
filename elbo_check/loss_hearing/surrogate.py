"""Surrogates to differentiate: their gradient is that of the right value, which they do not return.

What returns a right value is no surrogate: its gradient must be that of its own value, reduction and decoder included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.probing import Sample
from ..errors import LossFunctionError
from .calls import Asked
from .slopes import gradient_of, off_grid, slope
from .values import sum_along

__all__ = ["is_of_the_right_value"]

FloatArray = NDArray[np.float64]


def is_of_the_right_value(
    call: Asked, samples: Sequence[Sample], roles: Sequence[str], generator: np.random.Generator
) -> bool:
    """Whether the gradient is that of one of the right formulas, which the values then are not.

    Along one direction for each argument, with different numbers: logits do not feel a common shift. At two choices of
    sizes: half a sum is a mean where there are two samples.
    """
    own = replace(call, negated=False)  # the gradients are those of the output itself
    points = [(sample, off_grid(arrays, generator)) for sample in samples[:2] for arrays in sample.arrays[:2]]
    try:
        gradients = [gradient_of(own, point, roles) for _, point in points]
    except LossFunctionError:
        return False
    sign = -1.0 if call.negated else 1.0
    lines = [
        (sample, point, role, along, sign * gradient[role] * along)
        for (sample, point), gradient in zip(points, gradients, strict=True)
        if gradient is not None
        for role in roles
        for along in [generator.uniform(0.5, 1.0, np.shape(point[role]))]
    ]
    return any(
        all(
            _agrees(sum_along(right.formula, sample, point, role, along), claim)
            for sample, point, role, along, claim in lines
        )
        for right in call.quantity.rights(samples[0].kind, call.layout)
    )


def _agrees(function: Callable[[float], float], gradient: FloatArray) -> bool:
    found = slope(function, "float64")
    return found is not None and not found.is_coarse and not found.excludes(float(np.sum(gradient)))
