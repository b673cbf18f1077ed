"""Laws of arithmetic and calculus: polynomials, logarithms, sums over an index, derivatives, extrema."""

from __future__ import annotations

from typing import Any

from ..normal_form import Context, Rule
from .law import by_rewriting, by_rewriting_as_assumed, law

__all__ = [
    "algebra",
    "differentiation",
    "exchange_of_sums",
    "last_term",
    "log_of_product",
    "negation",
    "nonnegativity",
    "substitution",
]


@law("algebra", source="arithmetic of real numbers")
def algebra(left: Any, right: Any, context: Context) -> str:
    """Both sides are the same polynomial, or quotient of polynomials, in the same terms, wherever both are defined.

    A constant factor leaves a finite sum, and a sum of sums is one sum. eˢ is eᵗ where s is t, and log eᵗ is t.
    """
    return by_rewriting(left, right, context)


@law("substitution", source="an abbreviation stands for its meaning")
def substitution(left: Any, right: Any, context: Context) -> str:
    """An abbreviation may be replaced by what it stands for, and the other way round."""
    return by_rewriting(left, right, context)


@law("log of a product", conditions=("every factor is positive",), source="definition of the logarithm")
def log_of_product(left: Any, right: Any, context: Context) -> str:
    """For a, b > 0: log(ab) = log a + log b, log(a/b) = log a − log b, log aʳ = r log a."""
    return by_rewriting(left, right, context, Rule.LOGS)


@law("last term", conditions=("n ≥ 1",), source="definition of a sum of n + 1 terms")
def last_term(left: Any, right: Any, context: Context) -> str:
    """Σ_{j=1}^{n+1} a_j = Σ_{j=1}^n a_j + a_{n+1} = a_1 + Σ_{j=2}^{n+1} a_j: first or last terms are set apart.

    A sum of one term is that term, one of none is 0, and Σ_{j=1}^n a_{j+1} = Σ_{j=2}^{n+1} a_j.
    """
    return by_rewriting(left, right, context, Rule.LAST_TERM)


@law(
    "exchange of sums",
    conditions=("no end of one sum depends on the index of the other",),
    source="arithmetic of real numbers",
)
def exchange_of_sums(left: Any, right: Any, context: Context) -> str:
    """Σ_i Σ_j a_ij = Σ_j Σ_i a_ij for finite sums."""
    return by_rewriting(left, right, context, Rule.EXCHANGE)


@law("nonnegativity", source="arithmetic of real numbers")
def nonnegativity(left: Any, right: Any, context: Context) -> str:
    """A sum of squares and of products of positive terms is not negative, nor is E of it.

    e^t − 1 and log(1 + t) count as such terms where t does, and a − b where a ≥ b is assumed.
    """
    return by_rewriting_as_assumed(left, right, context, Rule.NONNEGATIVE)


@law("differentiation", conditions=("every function is differentiable there",), source="one-variable calculus")
def differentiation(left: Any, right: Any, context: Context) -> str:
    """∂(a + b) = ∂a + ∂b, ∂(ab) = b ∂a + a ∂b, ∂ log a = ∂a/a, ∂eᵃ = eᵃ ∂a, ∂√a = ∂a/(2√a)."""
    return by_rewriting(left, right, context, Rule.DIFFERENTIATE)


@law("negation swaps max and min", conditions=("the extrema are attained",), source="definition of an extremum")
def negation(left: Any, right: Any, context: Context) -> str:
    """max_θ f(θ) = −min_θ(−f(θ)), and both are attained at the same θ."""
    return by_rewriting(left, right, context, Rule.NEGATION)
