"""Laws of information: KL, entropy, and the inequalities between them."""

from __future__ import annotations

from typing import Any

from sympy import Rational, exp, log

from ..nodes import free_symbols
from ..normal_form import Context, Rule
from ..symbols import author_form, known
from .law import COVER, by_rewriting, by_rewriting_as_assumed, law

__all__ = [
    "definition_of_entropy",
    "definition_of_information",
    "definition_of_kl",
    "factorisation",
    "gibbs",
    "jensen",
    "log_bound",
    "log_cosh_tangent",
    "mass_on_the_support",
]


@law("definition of information", conditions=("p(x) > 0",), source=COVER + "section 2.1")
def definition_of_information(left: Any, right: Any, context: Context) -> str:
    """I_p(x) = −log p(x)."""
    return by_rewriting(left, right, context, Rule.INFORMATION)


@law("definition of entropy", conditions=("log q is integrable under q",), source=COVER + "(2.1), (8.1)")
def definition_of_entropy(left: Any, right: Any, context: Context) -> str:
    """H[q] = −E_q log q(z)."""
    return by_rewriting(left, right, context, Rule.ENTROPY, Rule.CONSTANTS)


@law("definition of KL", conditions=("q ≪ p", "log(q/p) is integrable under q"), source=COVER + "(2.26)")
def definition_of_kl(left: Any, right: Any, context: Context) -> str:
    """KL(q‖p) = E_q[log q(z) − log p(z)]."""
    return by_rewriting(left, right, context, Rule.KL)


@law(
    "factorisation",
    conditions=("q and p factorise over the same coordinates",),
    source=COVER + "theorem 2.5.3",
    rests_on="kl-additivity",
)
def factorisation(left: Any, right: Any, context: Context) -> str:
    """KL(q₁ × … × q_J ‖ p₁ × … × p_J) = Σ_j KL(q_j‖p_j)."""
    return by_rewriting(left, right, context, Rule.ADDITIVE)


@law(
    "log t ≤ t − 1",
    conditions=("t > 0", "each part is integrable"),
    source="concavity of the logarithm; " + COVER + "(2.83)",
)
def log_bound(left: Any, right: Any, context: Context) -> str:
    """For t > 0: log t ≤ t − 1, with equality exactly at t = 1; E keeps the order (monotonicity)."""
    return by_rewriting(left, right, context, Rule.TANGENT, Rule.LINEAR)


@law(
    "mass on the support",
    conditions=("p is a density", "each part is integrable"),
    source=COVER + "theorem 2.6.3",
)
def mass_on_the_support(left: Any, right: Any, context: Context) -> str:
    """E_q[p(z)/q(z)] = ∫_{q > 0} p(z) dz ≤ ∫ p(z) dz, with equality exactly if p has no mass where q = 0.

    The logarithm keeps the order.
    """
    return by_rewriting(left, right, context, Rule.SUPPORT, Rule.LINEAR)


@law(
    "Gibbs' inequality",
    conditions=("q ≪ p", "log(q/p) is integrable under q"),
    source=COVER + "theorem 2.6.3",
    rests_on="kl-nonnegative",
)
def gibbs(left: Any, right: Any, context: Context) -> str:
    """KL(q‖p) ≥ 0, with equality exactly if q = p almost everywhere; β KL ≥ KL where β ≥ 1 is assumed."""
    return by_rewriting_as_assumed(left, right, context, Rule.GIBBS)


@law("Jensen's inequality", conditions=("f > 0", "f and log f are integrable"), source=COVER + "theorem 2.6.2")
def jensen(left: Any, right: Any, context: Context) -> str:
    """E log f ≤ log E f, and (1/n) Σ_k log a_k ≤ log((1/n) Σ_k a_k): the logarithm is concave.

    Σ_k w_k log a_k ≤ log Σ_k w_k a_k for a few terms with weights w_k > 0 that add up to 1.
    """
    objection = by_rewriting(left, right, context, Rule.JENSEN, Rule.LINEAR)
    return objection and by_rewriting(left, right, context, Rule.JENSEN, Rule.WEIGHTS, Rule.LINEAR) and objection


@law(
    "tangent of log cosh in x²",
    conditions=("x real", "ξ > 0"),
    source="T. S. Jaakkola and M. I. Jordan (2000), Bayesian parameter estimation via variational methods",
)
def log_cosh_tangent(left: Any, right: Any, context: Context) -> str:
    """log(e^{x/2} + e^{−x/2}) is concave in x², so that it lies below its tangent at x² = ξ².

    log(e^{x/2} + e^{−x/2}) ≤ log(e^{ξ/2} + e^{−ξ/2}) + tanh(ξ/2)/(4ξ)·(x² − ξ²), tanh(ξ/2) = (e^ξ − 1)/(e^ξ + 1).
    """
    symbols = sorted(free_symbols(left) | free_symbols(right), key=lambda symbol: str(symbol.name))
    objection = "no symbol ξ of the step is known to be positive"
    for xi in (symbol for symbol in symbols if known(symbol, "positive")):
        for x in (symbol for symbol in symbols if symbol != xi):
            statement = (_log_cosh(x), "≤", _tangent(x, xi))
            used = Context(context.where, (statement,), context.relation)
            objection = by_rewriting(left, right, used, Rule.EQUATIONS)
            if not objection:
                return ""
    return objection


def _log_cosh(x: Any) -> Any:
    half = Rational(1, 2)
    with author_form():
        return log(exp(half * x) + exp(-half * x))


def _tangent(x: Any, xi: Any) -> Any:
    with author_form():
        return _log_cosh(xi) + (exp(xi) - 1) / (exp(xi) + 1) / (4 * xi) * (x**2 - xi**2)
