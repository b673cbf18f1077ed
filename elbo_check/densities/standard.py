"""A density p seen in the standard coordinates of q, and what a Gaussian family lends a witness there.

With z = μq + σq ε, the density p has the residual r = offset + ratio·ε and the log-scale −log_ratio (in units of q's
scale). Differences of centres and ratios of scales are formed before anything rounds: log q − log p from a rounded
z is 50 standard errors off at σ = 1e-16. Nothing here is a closed form of the divergence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Seen", "centred_cumulant", "gaussian_tail_bound", "quadratic_parts", "sub_gamma"]

# the logarithm in a cumulant cancels to 3e-12 of itself, at worst
ROUNDED_UP = 1 + 1e-11


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """The affine map from ε to p's residual, r = offset + ratio·ε, with log_ratio = log(σq/σp).

    `blur` says how many times the usual rounding the numbers carry: more than 1 where they come from a factorisation.
    """

    offset: Any
    ratio: Any
    log_ratio: Any
    blur: float = 1.0

    def residual(self, epsilon: Any) -> Any:
        """Return (z − μp)/σp at z = μq + σq ε."""
        return self.offset + self.ratio * epsilon


def quadratic_parts(seen: Seen) -> tuple[Any, Any]:
    """Return (β, c) such that log q/p, less its mean, is β ε + c (ε² − 1); the mean itself is not lent."""
    return seen.offset * seen.ratio, (seen.ratio - 1) * (seen.ratio + 1) / 2


def centred_cumulant(linear: Any, quadratic: Any, s: float) -> Any:
    """Return K(s) = log E exp(s Y) of the centred log-ratio Y = βε + c(ε² − 1), ε ~ N(0, 1); +inf where 2sc ≥ 1.

    K(s) = −½ log(1 − 2sc) − sc + (sβ)²/(2(1 − 2sc)). K'(0) = 0: the cumulant does not contain the divergence.
    An upper bound on K, at most 1e-4 K above it: a sampling bound may be too wide, never too narrow.
    """
    x = 2.0 * s * np.asarray(quadratic, dtype=np.float64)
    with np.errstate(all="ignore"):
        shifted = (s * np.asarray(linear)) ** 2 / (2 * (1 - x))
        curve = -(np.log1p(-x) + x) / 2 + shifted
        # its first part cancels near 0; ¼x²/(1 − max(x, 0)) is an upper bound there (its coefficients ¼ exceed 1/2k)
        series = x * x / (4 * (1 - np.maximum(x, 0.0))) + shifted
        small = np.abs(x) < 1e-4
    return np.where(x < 1, np.where(small, series, curve) * ROUNDED_UP, np.inf)


def sub_gamma(linear: Any, quadratic: Any) -> tuple[Any, Any]:
    """Return (variance of Y, |2c|): K(s) ≤ s²·variance/(2(1 − |2c| s)), which guides the choice of s, no more."""
    return linear * linear + 2 * quadratic * quadratic, np.abs(2 * quadratic)


def gaussian_tail_bound(seen: Seen, cut: Any, log_two_pi: Any) -> Any:
    """Return a bound on ∫_{|ε|>T} φ(ε)·|log q/p| dε in the world (balls) of its arguments, for T = cut ≥ 1.

    |log q/p| ≤ ½ε² + ½(|offset| + ratio |ε|)² + |log_ratio| =: c₀ + c₁|ε| + c₂ε², and with Q(T) ≤ φ(T)/T:
    ∫_T^∞ φ·(c₀ + c₁ε + c₂ε²) = c₀Q + c₁φ(T) + c₂(Tφ(T) + Q) ≤ φ(T)·(c₀/T + c₁ + c₂(T + 1/T)), on both sides.
    """
    size, ratio = abs(seen.offset), abs(seen.ratio)
    c0 = size * size / 2 + abs(seen.log_ratio)
    c1 = size * ratio
    c2 = (1 + ratio * ratio) / 2
    density = (-(cut * cut) / 2 - log_two_pi / 2).exp()
    return 2 * density * (c0 / cut + c1 + c2 * (cut + 1 / cut))
