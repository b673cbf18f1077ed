"""Laws of particular densities: Gaussians and Bernoulli masses."""

from __future__ import annotations

from typing import Any

from ..normal_form import Context, Rule
from .law import BISHOP, by_rewriting, law

__all__ = ["bernoulli_log_mass", "gaussian_log_density", "gaussian_moments"]


@law("Gaussian log-density", conditions=("σ > 0 (in n dimensions: Σ = L Lᵀ, L_ii > 0)",), source=BISHOP + "(1.46)")
def gaussian_log_density(left: Any, right: Any, context: Context) -> str:
    """For one dimension log N(z; μ, σ²) = −(z − μ)²/(2σ²) − log σ − ½ log 2π.

    For n dimensions −½ rᵀr − Σ log L_ii − (n/2) log 2π with L r = z − μ. Logarithms of positive products may be taken
    apart, so that constants cancel; outside of a logarithm N is e to that power.
    """
    return by_rewriting(left, right, context, Rule.GAUSSIAN, Rule.LOGS)


@law("Gaussian moments", conditions=("q = N(μ, σ²), σ > 0",), source=BISHOP + "(1.49), (1.50)")
def gaussian_moments(left: Any, right: Any, context: Context) -> str:
    """E_q(z − μ) = 0, E_q(z − μ)² = σ²; in general z = μ + L ε with independent ε_i, E εᵏ = (k − 1) E εᵏ⁻².

    E_q e^(a z) = e^(a μ + a² σ²/2), and E_q zᵏ e^(a z) is that times the moment of N(μ + a σ², σ²).
    """
    return by_rewriting(left, right, context, Rule.MOMENTS)


@law("Bernoulli log-mass", conditions=("x is 0 or 1", "0 < y < 1"), source=BISHOP + "(2.2)")
def bernoulli_log_mass(left: Any, right: Any, context: Context) -> str:
    """For x ∈ {0, 1}: log Bernoulli(x; y) = x log y + (1 − x) log(1 − y)."""
    return by_rewriting(left, right, context, Rule.BERNOULLI)
