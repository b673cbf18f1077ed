"""KL between two Gaussians with full covariance, explicit in 1, 2 and 3 dimensions, by Gaussian moments."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from sympy import Integer, Rational, log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import KL, Expectation, Value
from ..symbols import author_form
from ._matrices import Normal, double_sum, quadratic, total, trace

__all__ = ["derivation"]

HALF = Rational(1, 2)
DIMENSIONS = (1, 2, 3)


def derivation() -> Derivation:
    """Return KL = ½(tr Σ_p⁻¹Σ_q + Δᵀ Σ_p⁻¹ Δ − J + log det Σ_p/det Σ_q), proved for J = 1, 2, 3; Δ = μ_q − μ_p."""
    return Derivation(
        name="gaussian-kl-full",
        title="KL between two Gaussians with full covariance",
        words="KL(N(μ_q, Σ_q)‖N(μ_p, Σ_p)) = ½(tr Σ_p⁻¹Σ_q + Δᵀ Σ_p⁻¹ Δ − J + log det Σ_p/det Σ_q), "
        "Δ = μ_q − μ_p, J = 1, 2, 3",
        assumptions=(
            "J = 1, 2, 3",
            "μ_q, μ_p real",
            "Σ_q, Σ_p symmetric positive definite, that is Σ = L Lᵀ with L lower triangular, L_ii > 0 (Cholesky)",
        ),
        chains=tuple(_chain(dimension) for dimension in DIMENSIONS),
        sources=("J. Duchi (2007), Derivations for Linear Algebra and Optimization",),
    )


_REASONS = (
    ("definition", laws.definition_of_kl, "K2"),
    ("log-densities", laws.gaussian_log_density, "G1"),
    ("quadratic form about the mean of q", laws.algebra, "G3"),
    ("linearity", laws.linearity, ""),
    ("moments", laws.gaussian_moments, "G2"),
    ("trace of the identity", laws.algebra, "G8"),
    ("inverse by cofactors", laws.algebra, "G8"),
)


def _chain(dimension: int) -> Chain:
    """The definition, log-densities, (z − μ_p) = (z − μ_q) + Δ, linearity, moments, and Σ_p⁻¹ through its cofactors."""
    with author_form():
        q, p = Normal("q", dimension), Normal("p", dimension)
        forms = (KL(q.density, p.density), *_under_expectation(q, p), *_integrated(q, p))
    steps = tuple(
        Step(name, left, right, law, label=label)
        for (name, law, label), (left, right) in zip(_REASONS, itertools.pairwise(forms), strict=True)
    )
    where = (*q.abbreviations, *p.abbreviations)
    statement = Statement(forms[0], forms[-1])
    return Chain(statement, steps, (*q.parameters, *p.parameters), where, title=f"J = {dimension}")


def _about(z: list[Any], mean: list[Any]) -> list[Any]:
    """Return z − mean."""
    return [coordinate - centre for coordinate, centre in zip(z, mean, strict=True)]


def _under_expectation(q: Normal, p: Normal) -> Iterator[Any]:
    """Yield E_q of the difference of logs, of the quadratic forms, and of these about the mean of q."""
    z = q.variables
    from_q, shift = _about(z, q.mean), _about(q.mean, p.mean)
    logs = log(p.determinant / q.determinant)
    own, other = quadratic(q.inverse, from_q), quadratic(p.inverse, _about(z, p.mean))
    cross = double_sum(lambda i, j: p.inverse[i][j] * shift[i] * from_q[j], q.dimension)
    opened = quadratic(p.inverse, from_q) + 2 * cross + quadratic(p.inverse, shift)
    yield Expectation(q.density, log(Value(q.density, *z)) - log(Value(p.density, *z)), *z)
    yield Expectation(q.density, HALF * (logs + other - own), *z)
    yield Expectation(q.density, HALF * (logs + opened - own), *z)


def _integrated(q: Normal, p: Normal) -> Iterator[Any]:
    """Yield ½ of the sum of means; of traces; with J for the trace of the identity; in the entries of Σ_q and Σ_p."""
    z, axes, count = q.variables, range(q.dimension), Integer(q.dimension)
    from_q, shift = _about(z, q.mean), _about(q.mean, p.mean)
    logs, shifted = log(p.determinant / q.determinant), quadratic(p.inverse, shift)
    first = [Expectation(q.density, from_q[i], *z) for i in axes]
    second = [[Expectation(q.density, from_q[i] * from_q[j], *z) for j in axes] for i in axes]
    crossed = double_sum(lambda i, j: p.inverse[i][j] * shift[i] * first[j], q.dimension)
    yield HALF * total([logs, trace(p.inverse, second), 2 * crossed, shifted, -trace(q.inverse, second)])
    yield HALF * (trace(p.inverse, q.covariance) + shifted - trace(q.inverse, q.covariance) + logs)
    yield HALF * (trace(p.inverse, q.covariance) + shifted - count + logs)
    cofactors = trace(p.adjugate, q.covariance) + quadratic(p.adjugate, shift)
    logs_of_entries = log(p.determinant_of_entries / q.determinant_of_entries)
    yield HALF * (cofactors / p.determinant_of_entries - count + logs_of_entries)
