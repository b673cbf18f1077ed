"""Proved bounds for sample means, two-sided at a stated level, or the reason why there is none.

No bound knows the mean of what it bounds: it comes from the spread of the integrand under the density that is drawn
from, which the densities lend: their centred cumulant, the outcomes of a finite one, or a slope.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..densities.latent import cumulant_of
from ..densities.standard import centred_cumulant as gaussian_cumulant

__all__ = [
    "Bound",
    "bernstein",
    "chernoff",
    "cumulant_radius",
    "hoeffding",
    "lipschitz",
    "none",
    "quadratic",
    "together",
]

FloatArray = NDArray[np.float64]
Cumulant = Callable[[float], float]

# s is tried at powers of 256, then between the neighbours of the best: every s > 0 gives a valid bound
POWERS = range(-64, 65, 8)
REFINEMENTS = 16
GOLDEN = (math.sqrt(5) - 1) / 2
ROUNDED_UP = 1 + 1e-9  # a variance over many outcomes is computed, with its rounding


@dataclass(frozen=True, slots=True)
class Bound:
    """A radius at the level asked for, by the kind of proof; kind "none" has no radius but a reason."""

    kind: str
    radius: float
    reason: str = ""

    @property
    def proved(self) -> bool:
        """Whether there is a bound."""
        return self.kind != "none"


def none(reason: str) -> Bound:
    """Return that there is no bound, and why."""
    return Bound("none", math.inf, f"no proved bound: {reason}")


def chernoff(drawn: Any, coefficients: tuple[float, ...], draws: int, level: float) -> Bound:
    """Bound the mean of c·t(z), z drawn from an exponential family with statistics t, by its exact centred cumulant."""
    largest = max(map(abs, coefficients))
    if largest == 0:
        return Bound("chernoff", 0.0)
    unit = tuple(c / largest for c in coefficients)

    return _finite("chernoff", largest * cumulant_radius(cumulant_of(drawn, unit), draws, level))


def quadratic(linear: FloatArray, curvature: FloatArray, draws: int, level: float) -> Bound:
    """Bound the mean of b·ε + ½ εᵀA ε, ε ~ N(0, I), along the axes of A by the cumulant of βε + c(ε² − 1)."""
    if not (np.isfinite(linear).all() and np.isfinite(curvature).all()):
        return none("the coefficients leave the range of float64")
    roots, axes = np.linalg.eigh(curvature)
    along, halves = axes.T @ linear, roots / 2
    largest = max(float(np.abs(along).max()), float(np.abs(halves).max()))
    if largest == 0:
        return Bound("chernoff", 0.0)

    def cumulant(s: float) -> float:
        scaled = math.copysign(1, s) * halves / largest
        return float(np.sum(gaussian_cumulant(along / largest, scaled, abs(s))))

    return _finite("chernoff", largest * cumulant_radius(cumulant, draws, level))


def lipschitz(slope: float, draws: int, level: float) -> Bound:
    """Bound the mean of f(ε), |f(a) − f(b)| ≤ slope·|a − b|, ε ~ N(0, I): t = slope·√(2 log(2/level)/n).

    Source: Boucheron, Lugosi, Massart (2013), Concentration Inequalities, theorem 5.6.
    """
    return _finite("lipschitz", slope * math.sqrt(2 * _needed(draws, level)))


def hoeffding(least: float, most: float, draws: int, level: float) -> Bound:
    """Bound the mean of numbers from [least, most]: t = (most − least)·√(log(2/level)/2n)."""
    return _finite("bounded", (most - least) * math.sqrt(_needed(draws, level) / 2))


def bernstein(values: FloatArray, probabilities: FloatArray, draws: int, level: float) -> Bound:
    """Bound the mean of a number of finitely many values by its exact range and variance.

    With L = log(2/level)/n, range b and variance v: t = bL/3 + √(2vL), or Hoeffding's if that is less.
    Source: Boucheron, Lugosi, Massart (2013), Concentration Inequalities, corollary 2.11.
    """
    spread = float(np.ptp(values))
    shifted = values - values[0]
    mean = float(np.sum(probabilities * shifted) / np.sum(probabilities))
    variance = ROUNDED_UP * float(np.sum(probabilities * (shifted - mean) ** 2) / np.sum(probabilities))
    needed = _needed(draws, level)
    radius = spread * needed / 3 + math.sqrt(2 * variance * needed)
    return _finite("bounded", min(radius, hoeffding(float(values.min()), float(values.max()), draws, level).radius))


def together(one: Bound, other: Bound) -> Bound:
    """Return the bound on a sum, by that on each part, proved at half the level: it is of the first one's kind."""
    if not (one.proved and other.proved):
        return other if one.proved else one
    return Bound(one.kind, one.radius + other.radius)


def cumulant_radius(cumulant: Cumulant, draws: int, level: float) -> float:
    """Return t with P(|mean| ≥ t) ≤ level for a centred number with an upper bound K on its cumulant, at s of any sign.

    On each side t = (K(±s) + log(2/level)/n)/s for the best s > 0 that is found.
    """
    needed = _needed(draws, level)
    above = _least(lambda s: (cumulant(s) + needed) / s)
    below = _least(lambda s: (cumulant(-s) + needed) / s)
    return max(above, below)


def _least(radius: Callable[[float], float]) -> float:
    """Return the least value that a search on the logarithm of s finds: golden sections around the best power."""
    values = [radius(2.0**power) for power in POWERS]
    centre, least = POWERS[int(np.argmin(values))], min(values)
    low, high = float(centre - POWERS.step), float(centre + POWERS.step)
    left, right = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
    at_left, at_right = radius(2.0**left), radius(2.0**right)
    for _ in range(REFINEMENTS):
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - GOLDEN * (high - low)
            at_left = radius(2.0**left)
        else:
            low, left, at_left = left, right, at_right
            right = low + GOLDEN * (high - low)
            at_right = radius(2.0**right)
        least = min(least, at_left, at_right)
    return least


def _needed(draws: int, level: float) -> float:
    return (math.log(2) - math.log(level)) / draws


def _finite(kind: str, radius: float) -> Bound:
    return Bound(kind, radius) if math.isfinite(radius) else none("the radius leaves the range of float64")
