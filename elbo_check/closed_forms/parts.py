"""The two parts of the divergence of two normals of one kind: what the centres cost and what the scales cost.

Differences are formed before ratios. Near equality the part of the scales is a sum of terms that do not cancel;
elsewhere it is the textbook form. What leaves the range of float64 on the way comes out as inf or nan, never as
a plausible number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..densities import Scale

__all__ = ["LOCATION_PART", "SCALE_PART", "difference", "log_part", "log_variance"]

FloatArray = NDArray[np.float64]
Expansion = list[FloatArray]  # a number as a sum of floats, each what the former ones leave over

SMALLEST_NORMAL = float(np.finfo(np.float64).tiny)
SERIES_TERMS = 16  # of atanh r, for r² ≤ 1/9: the first one left out is below 2⁻⁵⁴ of the sum
LOG_BITS = 256


def half_excess(s: FloatArray) -> FloatArray:
    """Return ½(s − log(1 + s)) for −½ ≤ s ≤ 1, without cancellation near 0.

    log(1 + s) = 2 atanh r with r = s/(2 + s), and s − 2r = s·r: half of it is ½s·r − r³(⅓ + r²/5 + r⁴/7 + …).
    """
    r = s / (2 + s)
    square = r * r
    tail = np.full_like(square, 1 / (2 * SERIES_TERMS + 1))
    for k in range(SERIES_TERMS - 1, 0, -1):
        tail *= square
        tail += 1 / (2 * k + 1)
    return (0.5 * s) * r - (r * square) * tail


def sigma_part(sigma: FloatArray, prior: FloatArray) -> FloatArray:
    """Return ½(b² − 1) − log b for b = sigma/prior; with t = b − 1 it is ½t² + (t − log(1 + t))."""
    t, b = (sigma - prior) / prior, sigma / prior
    near = 0.5 * t * t + 2 * half_excess(t)
    far = 0.5 * (b - 1) * (b + 1) - _log_quotient(b, sigma, prior)
    return np.where((b > 0.5) & (b < 2), near, far)


def variance_part(variance: FloatArray, prior: FloatArray) -> FloatArray:
    """Return ½(c − 1 − log c) for c = variance/prior; with s = c − 1 it is ½(s − log(1 + s))."""
    c = variance / prior
    far = 0.5 * ((c - 1) - _log_quotient(c, variance, prior))
    return np.where((c > 0.5) & (c < 2), half_excess((variance - prior) / prior), far)


def log_part(x: FloatArray, rest: FloatArray) -> FloatArray:
    """Return ½(exp(y) − 1 − y) for y = x + rest, the difference of two log-variances as two floats.

    The rest matters to the exponential alone: in y it is half a unit.
    """
    s = np.expm1(x) + rest * np.exp(x)
    return np.where((s > -0.5) & (s < 1), half_excess(s), 0.5 * (s - x))


def exact_sum(a: Any, b: Any) -> tuple[Any, Any]:
    """Return a + b as a float and, exactly, what its rounding left over (Knuth's two-sum)."""
    total = a + b
    back = total - a
    return total, (a - (total - back)) + (b - back)


def difference(a: Expansion, b: Expansion) -> tuple[FloatArray, FloatArray]:
    """Return a − b as a float and what its rounding left over, however much of it cancels (Rump's SumK, K = 4)."""
    terms = [*a, *(-each for each in b)]
    for _ in range(3):
        for i in range(1, len(terms)):
            terms[i], terms[i - 1] = exact_sum(terms[i], terms[i - 1])
    total: tuple[FloatArray, FloatArray] = exact_sum(terms[-1], sum(terms[:-1]))
    return total


def log_variance(scale: Scale) -> Expansion:
    """Return log σ² to 212 bits; the logarithm of each distinct number is taken once, in balls."""
    to_variance = 2 / scale.power
    if scale.is_log:
        return [to_variance * scale.values]
    import flint

    distinct, places = np.unique(scale.values, return_inverse=True)
    with flint.ctx.workprec(LOG_BITS):
        pieces = np.array([_expansion(to_variance * flint.arb(float(number)).log()) for number in distinct])
    return list(pieces.T[:, places.reshape(scale.values.shape)])


def sigma_location(shift: FloatArray, sigma: FloatArray) -> FloatArray:
    """Return ½(shift/σ)²; the half goes first, so that only what is too large overflows."""
    d = shift / sigma
    return 0.5 * d * d


def variance_location(shift: FloatArray, variance: FloatArray) -> FloatArray:
    """Return ½shift²/σ² without the square of the shift, which may overflow."""
    return 0.5 * (shift / variance) * shift


def log_location(shift: FloatArray, log_of_variance: FloatArray) -> FloatArray:
    """Return ½shift² exp(−log σ²), nan where the exponential has lost digits to underflow."""
    precision = np.exp(-log_of_variance)
    return 0.5 * (shift * np.where(precision < SMALLEST_NORMAL, np.nan, precision)) * shift


LOCATION_PART: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "sigma": sigma_location,
    "variance": variance_location,
    "log_sigma": lambda shift, prior: log_location(shift, 2 * prior),
    "log_variance": log_location,
}
SCALE_PART: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "sigma": sigma_part,
    "variance": variance_part,
    "log_sigma": lambda held, prior: log_part(*exact_sum(2 * held, -2 * prior)),
    "log_variance": lambda held, prior: log_part(*exact_sum(held, -prior)),
}


def _log_quotient(quotient: FloatArray, above: FloatArray, below: FloatArray) -> FloatArray:
    """Return log(above/below), also where the quotient itself has lost digits to underflow."""
    logs = np.log(quotient)
    lost = quotient < SMALLEST_NORMAL
    return np.where(lost, np.log(above) - np.log(below), logs) if lost.any() else logs


def _expansion(ball: Any) -> list[float]:
    pieces: list[float] = []
    for _ in range(4):
        pieces.append(float(ball))
        ball -= pieces[-1]
    return pieces
