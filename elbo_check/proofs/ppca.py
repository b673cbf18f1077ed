"""Probabilistic PCA: the maximum of the likelihood, in the eigenbasis of the sample covariance."""

from __future__ import annotations

from typing import Any

from sympy import Integer, log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import derivative, indexed_sum, sequence
from ..symbols import author_form, count, positive

__all__ = ["derivation"]

INDEX, KEPT, LEFT, V, MEAN = count("i"), count("k"), count("m"), positive("v"), positive("rho_bar")
C, LAMBDA, RHO = (sequence(positive(name)) for name in ("c", "lambda_", "rho"))


def derivation() -> Derivation:
    """Return the least value of log det C + tr(C⁻¹ S) over the covariances of pPCA, with its proof."""
    return Derivation(
        name="ppca",
        title="Maximum likelihood of probabilistic PCA",
        words="Σ_i (log c_i + λ_i/c_i) + Σ_i (log v + ρ_i/v) ≥ Σ_i (log λ_i + 1) + m (log ρ̄ + 1), ρ̄ = mean of ρ_i",
        assumptions=(
            "C = W Wᵀ + v I has the eigenvalues c_1, …, c_k and m times v, all positive",
            "S has the eigenvalues λ_1, …, λ_k, ρ_1, …, ρ_m, all positive, the largest kept",
            "C and S have the same eigenvectors: by von Neumann's trace inequality no others give a smaller tr(C⁻¹ S)",
            "equality exactly at c_i = λ_i and v = ρ̄",
        ),
        chains=(_least(), _stationary()),
        sources=(
            "M. E. Tipping and C. M. Bishop (1999), Probabilistic Principal Component Analysis, JRSS B 61",
            "L. Mirsky (1975), A trace inequality of John von Neumann, Monatshefte für Mathematik 79",
        ),
    )


def _abbreviation() -> tuple[Any, Any]:
    with author_form():
        return MEAN, indexed_sum(RHO[INDEX], INDEX, LEFT) / LEFT


def _least() -> Chain:
    one = Integer(1)
    with author_form():
        kept, left = log(C[INDEX]) + LAMBDA[INDEX] / C[INDEX], log(V) + RHO[INDEX] / V
        whole = indexed_sum(kept, INDEX, KEPT) + indexed_sum(left, INDEX, LEFT)
        together = indexed_sum(kept, INDEX, KEPT) + LEFT * (log(V) + MEAN / V)
        by_ratio = log(LAMBDA[INDEX]) + (LAMBDA[INDEX] / C[INDEX] - log(LAMBDA[INDEX] / C[INDEX]))
        shared = log(MEAN) + (MEAN / V - log(MEAN / V))
        turned = indexed_sum(by_ratio, INDEX, KEPT) + LEFT * shared
        least = indexed_sum(log(LAMBDA[INDEX]) + one, INDEX, KEPT) + LEFT * (log(MEAN) + one)
    steps = (
        Step("v is shared: only the mean of the ρ_i counts", whole, together, laws.algebra),
        Step("logarithms of the ratios", together, turned, laws.log_of_product),
        Step("log t ≤ t − 1 at t = λ_i/c_i and t = ρ̄/v", turned, least, laws.log_bound, "≥"),
    )
    parameters = (C.label, LAMBDA.label, RHO.label, V, KEPT, LEFT)
    return Chain(Statement(whole, least, "≥"), steps, parameters, (_abbreviation(),), title="The least value")


def _stationary() -> Chain:
    with author_form():
        shared = derivative(LEFT * (log(V) + MEAN / V), V)
        carried_out = LEFT * (1 / V - MEAN / V**2)
        factored = LEFT / V**2 * (V - MEAN)
    steps = (
        Step("differentiate", shared, carried_out, laws.differentiation),
        Step("zero exactly at v = ρ̄", carried_out, factored, laws.algebra),
    )
    return Chain(Statement(shared, factored), steps, (V, MEAN, LEFT), title="Stationary exactly at v = ρ̄")
