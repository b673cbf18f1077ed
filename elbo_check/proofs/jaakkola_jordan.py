"""The quadratic lower bound of the logistic function by Jaakkola and Jordan."""

from __future__ import annotations

from sympy import Rational, exp, log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..symbols import author_form, positive, real

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return log σ(x) ≥ log σ(ξ) + (x − ξ)/2 − λ(ξ)(x² − ξ²), λ(ξ) = tanh(ξ/2)/(4ξ), with its proof."""
    return Derivation(
        name="jaakkola-jordan",
        title="The Jaakkola–Jordan bound",
        words="log σ(x) ≥ log σ(ξ) + (x − ξ)/2 − λ(ξ)(x² − ξ²), where σ(x) = 1/(1 + e^{−x}), λ(ξ) = tanh(ξ/2)/(4ξ)",
        assumptions=("x real", "ξ > 0", "equality exactly at x = ±ξ"),
        chains=(_chain(),),
        sources=("T. S. Jaakkola and M. I. Jordan (2000), Bayesian parameter estimation via variational methods",),
    )


def _chain() -> Chain:
    x, xi, half = real("x"), positive("xi"), Rational(1, 2)
    slope = real("lambda_")
    with author_form():
        tangent = (exp(xi) - 1) / (exp(xi) + 1) / (4 * xi)
        logistic = -log(1 + exp(-x))
        factored = -log(exp(-half * x) * (exp(half * x) + exp(-half * x)))
        centred = half * x - log(exp(half * x) + exp(-half * x))
        at_xi = log(exp(half * xi) + exp(-half * xi))
        below = half * x - at_xi - slope * (x**2 - xi**2)
        refactored = (
            half * (x - xi) - log(exp(-half * xi) * (exp(half * xi) + exp(-half * xi))) - slope * (x**2 - xi**2)
        )
        bound = -log(1 + exp(-xi)) + half * (x - xi) - slope * (x**2 - xi**2)
    steps = (
        Step("factor out e^{−x/2}", logistic, factored, laws.algebra),
        Step("logarithm of the product", factored, centred, laws.log_of_product),
        Step("concave in x²: below the tangent at ξ²", centred, below, laws.log_cosh_tangent, "≥"),
        Step("factor out again", below, refactored, laws.log_of_product),
        Step("multiply out", refactored, bound, laws.algebra),
    )
    return Chain(Statement(logistic, bound, "≥"), steps, (x, xi), ((slope, tangent),))
