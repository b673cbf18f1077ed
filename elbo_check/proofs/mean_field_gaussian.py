"""The best factorised approximation of a Gaussian, and what it costs."""

from __future__ import annotations

from typing import Any

from sympy import Integer, Rational, log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import KL, Expectation, Gaussian
from ..symbols import author_form, positive, real
from ._matrices import Normal, quadratic, total

__all__ = ["derivation"]

DIMENSIONS = (2, 3)
HALF = Rational(1, 2)


def derivation() -> Derivation:
    """Return KL(N(m, diag s²)‖N(m, Λ⁻¹)) ≥ ½(Σ_j log Λ_jj − log det Λ) with its proof for J = 2, 3."""
    return Derivation(
        name="mean-field-gaussian",
        title="Mean field for a Gaussian",
        words="KL(N(m, diag s²)‖N(m, Λ⁻¹)) ≥ ½(Σ_j log Λ_jj − log det Λ), with equality exactly at s_j² = 1/Λ_jj",
        assumptions=(
            "J = 2, 3",
            "Λ⁻¹ = L Lᵀ with L lower triangular, L_ii > 0: every symmetric positive definite Λ",
            "q factorises, s_j > 0",
        ),
        chains=tuple(_chain(dimension) for dimension in DIMENSIONS),
        sources=("C. M. Bishop (2006), Pattern Recognition and Machine Learning, section 10.1.2",),
    )


def _chain(dimension: int) -> Chain:
    axes = range(dimension)
    z = [real(f"z_{i + 1}") for i in axes]
    scales = [positive(f"s_{i + 1}") for i in axes]
    with author_form():
        p = Normal("p", dimension)
        rows = [[Integer(0)] * i + [scales[i]] for i in axes]
        q = Gaussian(p.mean, rows)
        precision = [p.inverse[i][i] for i in axes]
        distance = [z[i] - p.mean[i] for i in axes]
        logs = total([log(scale) for scale in scales])
        divergence = KL(q, p.density)
        defined = Expectation(q, log(q(*z)) - log(p.density(*z)), *z)
        own = total([distance[i] ** 2 / scales[i] ** 2 for i in axes])
        written = Expectation(q, HALF * (quadratic(p.inverse, distance) - own + log(p.determinant)) - logs, *z)
        traces = total([precision[i] * scales[i] ** 2 for i in axes])
        moments = HALF * (traces - Integer(dimension) + log(p.determinant)) - logs
        loss = HALF * (total([log(entry) for entry in precision]) + log(p.determinant))
        regrouped = HALF * total([_excess(precision[i] * scales[i] ** 2) for i in axes]) + loss
    steps = (
        Step("definition", divergence, defined, laws.definition_of_kl),
        Step("log-densities", defined, written, laws.gaussian_log_density),
        Step("moments", written, moments, laws.gaussian_moments),
        Step("regroup the logarithms", moments, regrouped, laws.log_of_product),
        Step("log t ≤ t − 1 at t = Λ_jj s_j²", regrouped, loss, laws.log_bound, "≥", words="det_p is det Λ⁻¹"),
    )
    parameters = (*p.parameters, *scales)
    return Chain(Statement(divergence, loss, "≥"), steps, parameters, tuple(p.abbreviations), title=f"J = {dimension}")


def _excess(t: Any) -> Any:
    """Return t − 1 − log t, which is never negative."""
    return t - 1 - log(t)
