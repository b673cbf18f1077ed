"""A proved error bound for sample means: Chernoff's, from the exact centred cumulant that the family lends."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ..densities.standard import Seen, centred_cumulant, quadratic_parts, sub_gamma

__all__ = ["chernoff_radius"]

# multiples of the sub-gamma optimum at which the exact cumulant is tried; every one gives a valid bound
TRIALS = (1.0, 0.7, 0.85, 1.2, 1.5, 2.0)
MANY = 4096
SMALLEST = float(np.finfo(np.float64).tiny)  # a variance may underflow where the numbers themselves do not


def chernoff_radius(axes: Callable[[], Iterable[Seen]], draws: int, level: float) -> float:
    """Return a radius t with P(|mean − KL| ≥ t) ≤ level for the sum of independent elements, each drawn `draws` times.

    Each side gets level/2: t = (ΣK(s) + log(2/level)/n)/s for a good s; any s > 0 proves it, so only its quality
    depends on how s is chosen. `axes` yields the elements anew at each call.
    """
    needed = (math.log(2) - math.log(level)) / draws
    return max(_side(lambda: map(quadratic_parts, axes()), sign, needed) for sign in (1.0, -1.0))


def _side(parts: Callable[[], Iterable[tuple[Any, Any]]], sign: float, needed: float) -> float:
    variance = width = largest = 0.0
    count = 0
    for linear, quadratic in parts():
        variances, widths = sub_gamma(linear, quadratic)
        variance += float(np.sum(variances))
        width = max(width, float(np.max(widths, where=sign * quadratic > 0, initial=0.0)))
        largest = max(largest, float(np.max(np.abs(linear))), float(np.max(widths)))
        count += np.size(linear)
    if largest == 0.0:
        return 0.0
    if not (math.isfinite(variance) and math.isfinite(variance / needed)):
        return math.inf
    best = 1 / (width + math.sqrt(max(variance, SMALLEST) / (2 * needed)))
    tried = [best * factor for factor in (TRIALS if count <= MANY else TRIALS[:1])]
    return min((_cumulant(parts, sign, s) + needed) / s for s in tried)


def _cumulant(parts: Callable[[], Iterable[tuple[Any, Any]]], sign: float, s: float) -> float:
    return math.fsum(float(np.sum(centred_cumulant(linear, sign * quadratic, s))) for linear, quadratic in parts())
