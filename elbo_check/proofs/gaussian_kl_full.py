"""KL between two Gaussians with full covariance, explicit in 1, 2 and 3 dimensions, by Gaussian moments."""

from __future__ import annotations

from sympy import Integer, Rational, log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import KL, Expectation, Value
from ..symbols import author_form, real
from ._matrices import Normal, double_sum, quadratic, total, trace

__all__ = ["derivation"]

DIMENSIONS = (1, 2, 3)


def derivation() -> Derivation:
    """Return KL = ½(tr Σp⁻¹Σq + Δᵀ Σp⁻¹ Δ − J + log det Σp/det Σq), Δ = μq − μp, with its proof for J = 1, 2, 3."""
    return Derivation(
        name="gaussian-kl-full",
        title="KL between two Gaussians with full covariance",
        words="KL(N(μq, Σq)‖N(μp, Σp)) = ½(tr Σp⁻¹Σq + Δᵀ Σp⁻¹ Δ − J + log det Σp/det Σq), Δ = μq − μp, J = 1, 2, 3",
        assumptions=(
            "J = 1, 2, 3",
            "μq, μp real",
            "Σq, Σp symmetric positive definite, that is Σ = L Lᵀ with L lower triangular, L_ii > 0 (Cholesky)",
        ),
        chains=tuple(_chain(dimension) for dimension in DIMENSIONS),
        sources=("J. Duchi (2007), Derivations for Linear Algebra and Optimization",),
    )


def _chain(dimension: int) -> Chain:
    """The definition, log-densities, (z − μp) = (z − μq) + Δ, linearity, moments, and Σp⁻¹ through its cofactors."""
    half = Rational(1, 2)
    axes = range(dimension)
    z = [real(f"z_{i + 1}") for i in axes]
    with author_form():
        q, p = Normal("q", dimension), Normal("p", dimension)
        divergence = KL(q.density, p.density)
        defined = Expectation(q.density, log(Value(q.density, *z)) - log(Value(p.density, *z)), *z)

        from_q = [z[i] - q.mean[i] for i in axes]
        from_p = [z[i] - p.mean[i] for i in axes]
        shift = [q.mean[i] - p.mean[i] for i in axes]
        logs = log(p.determinant / q.determinant)
        own = quadratic(q.inverse, from_q)
        written = Expectation(q.density, half * (logs + quadratic(p.inverse, from_p) - own), *z)

        cross = double_sum(lambda i, j: p.inverse[i][j] * shift[i] * from_q[j], dimension)
        shifted = quadratic(p.inverse, shift)
        opened = quadratic(p.inverse, from_q) + 2 * cross + shifted
        centred = Expectation(q.density, half * (logs + opened - own), *z)

        first = [Expectation(q.density, from_q[i], *z) for i in axes]
        second = [[Expectation(q.density, from_q[i] * from_q[j], *z) for j in axes] for i in axes]
        crossed = double_sum(lambda i, j: p.inverse[i][j] * shift[i] * first[j], dimension)
        parts = [logs, trace(p.inverse, second), 2 * crossed, shifted, -trace(q.inverse, second)]
        apart = half * total(parts)

        own_trace = trace(q.inverse, q.covariance)
        moments = half * (trace(p.inverse, q.covariance) + shifted - own_trace + logs)
        counted = half * (trace(p.inverse, q.covariance) + shifted - Integer(dimension) + logs)

        cofactors = trace(p.adjugate, q.covariance) + quadratic(p.adjugate, shift)
        logs_of_entries = log(p.determinant_of_entries / q.determinant_of_entries)
        closed = half * (cofactors / p.determinant_of_entries - Integer(dimension) + logs_of_entries)
        where = (*q.abbreviations, *p.abbreviations)
    steps = (
        Step("definition", divergence, defined, laws.definition_of_kl, label="K2"),
        Step("log-densities", defined, written, laws.gaussian_log_density, label="G1"),
        Step("quadratic form about the mean of q", written, centred, laws.algebra, label="G3"),
        Step("linearity", centred, apart, laws.linearity),
        Step("moments", apart, moments, laws.gaussian_moments, label="G2"),
        Step("trace of the identity", moments, counted, laws.algebra, label="G8"),
        Step("inverse by cofactors", counted, closed, laws.algebra, label="G8"),
    )
    return Chain(Statement(divergence, closed), steps, (*q.parameters, *p.parameters), where, title=f"J = {dimension}")
