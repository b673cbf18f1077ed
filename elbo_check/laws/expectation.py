"""Laws of densities, integrals and expectations."""

from __future__ import annotations

from typing import Any

from ..normal_form import Context, Rule
from .law import BISHOP, by_rewriting, law

__all__ = [
    "bayes",
    "change_of_variables",
    "conditional_density",
    "constants",
    "definition_of_expectation",
    "differentiation_under_expectation",
    "discrete_mean",
    "independence",
    "independent_factors",
    "last_draw",
    "last_factor",
    "linearity",
    "marginalisation",
    "multiply_and_divide",
    "normalisation",
    "one_draw_less",
    "total_expectation",
    "unbiased_average",
]

_DIVISOR = "what f is divided by is not 0 where E runs"
_POSITIVE = ("p(x) > 0 and p(z) > 0 where they are divided by",)


@law("conditional density", conditions=_POSITIVE, source=BISHOP + "(1.32)", divides=True)
def conditional_density(left: Any, right: Any, context: Context) -> str:
    """p(x, z) = p(z | x) p(x) = p(x | z) p(z)."""
    return by_rewriting(left, right, context, Rule.CONDITIONAL)


@law("Bayes' theorem", conditions=("p(x) > 0",), source=BISHOP + "(1.12)", divides=True)
def bayes(left: Any, right: Any, context: Context) -> str:
    """p(z | x) = p(x | z) p(z)/p(x)."""
    return by_rewriting(left, right, context, Rule.CONDITIONAL)


@law("normalisation", conditions=("p is a density",), source=BISHOP + "(1.26), (1.31)")
def normalisation(left: Any, right: Any, context: Context) -> str:
    """∫ p(z) dz = 1, ∫ p(x, z) dz = p(x), E_q[1] = 1."""
    return by_rewriting(left, right, context, Rule.NORMALISED)


@law("definition of E", conditions=("f is integrable under q", _DIVISOR), source=BISHOP + "(1.34)")
def definition_of_expectation(left: Any, right: Any, context: Context) -> str:
    """E_q[f] = ∫ q(z) f(z) dz, where f is not divided by q."""
    return by_rewriting(left, right, context, Rule.INTEGRAL)


@law(
    "multiplying and dividing by q",
    conditions=("q > 0 everywhere: p and q have the same support", "f is integrable"),
    source="C. P. Robert and G. Casella (2004), Monte Carlo Statistical Methods, 2nd edition, section 3.3",
    full_support=True,
)
def multiply_and_divide(left: Any, right: Any, context: Context) -> str:
    """E_q[f/q] = ∫ f(z) dz, if q vanishes nowhere; E_q[p/q] = ∫ p(z) dz = 1."""
    rules = (Rule.INTEGRAL, Rule.EVERYWHERE, Rule.CONDITIONAL, Rule.LINEAR, Rule.NORMALISED)
    return by_rewriting(left, right, context, *rules)


@law("linearity of E", conditions=("each part is integrable", "∫ q = 1"), source=BISHOP + "section 1.2.2")
def linearity(left: Any, right: Any, context: Context) -> str:
    """E_q[a f + b g] = a E_q f + b E_q g for constants a, b in z; E_q[1] = 1; E_q Σ_j f_j = Σ_j E_q f_j."""
    objection = by_rewriting(left, right, context, Rule.LINEAR)
    return objection and by_rewriting(left, right, context, Rule.LINEAR, Rule.WRITTEN)


@law("constants leave E", conditions=("f is integrable", "∫ q = 1"), source=BISHOP + "section 1.2.2")
def constants(left: Any, right: Any, context: Context) -> str:
    """E_q[c f] = c E_q f and E_q[c] = c for a constant c in z."""
    return by_rewriting(left, right, context, Rule.CONSTANTS)


@law("independence", conditions=("the blocks are independent under q and under p",), source=BISHOP + "section 1.2")
def independence(left: Any, right: Any, context: Context) -> str:
    """The density of independent blocks is the product of their densities: (q₁ × q₂)(z₁, z₂) = q₁(z₁) q₂(z₂).

    Over an index it is ∏_l q_l(z_l), and log ∏_l q_l(z_l) = Σ_l log q_l(z_l); q₁(z₁) q₂(z₂) where it runs to 2.
    """
    objection = by_rewriting(left, right, context, Rule.INDEPENDENT)
    return objection and by_rewriting(left, right, context, Rule.INDEPENDENT, Rule.FACTORS) and objection


@law(
    "product of independent factors",
    conditions=("z and w are independent", "f and g are integrable (Fubini)"),
    source="P. Billingsley (1995), Probability and Measure, 3rd edition, section 21",
)
def independent_factors(left: Any, right: Any, context: Context) -> str:
    """E[f(z) g(w)] = E f(z) E g(w) for independent z and w; E is linear."""
    return by_rewriting(left, right, context, Rule.LINEAR, Rule.MARGINAL, Rule.SEPARATE)


@law("marginalisation", conditions=("the integrand is integrable (Fubini)", "∫ q₂ = 1"), source=BISHOP + "(1.31)")
def marginalisation(left: Any, right: Any, context: Context) -> str:
    """E over independent blocks of a function of some of them is its expectation over these alone."""
    return by_rewriting(left, right, context, Rule.MARGINAL)


@law(
    "total expectation",
    conditions=("the integrand is integrable (Fubini)", _DIVISOR),
    source=BISHOP + "(2.270)",
)
def total_expectation(left: Any, right: Any, context: Context) -> str:
    """E_{p(x)} E_{p(z | x)} f(x, z) = E_{p(x, z)} f(x, z); of a function of x alone it is E_{p(x)}."""
    rules = (Rule.INTEGRAL, Rule.CONDITIONAL, Rule.LINEAR, Rule.NORMALISED, Rule.FUBINI)
    return by_rewriting(left, right, context, *rules)


@law("last factor", conditions=("n ≥ 1",), source="definition of a product of n + 1 densities")
def last_factor(left: Any, right: Any, context: Context) -> str:
    """q₁ × … × q_{n+1} = (q₁ × … × q_n) × q_{n+1}; a product of one density is that density."""
    return by_rewriting(left, right, context, Rule.LAST_FACTOR)


@law(
    "unbiasedness of an average",
    conditions=("the draws have the same density", "f is integrable"),
    source="C. P. Robert and G. Casella (2004), Monte Carlo Statistical Methods, 2nd edition, section 3.2",
)
def unbiased_average(left: Any, right: Any, context: Context) -> str:
    """E (1/L) Σ_l f(z_l) = E_q f for draws z_1, …, z_L from q."""
    return by_rewriting(left, right, context, Rule.LINEAR, Rule.MARGINAL)


@law(
    "one draw less",
    conditions=("the draws are independent and have the same density", "the integrand is integrable (Fubini)"),
    source="Y. Burda, R. Grosse, R. Salakhutdinov (2016), Importance Weighted Autoencoders, appendix A",
)
def one_draw_less(left: Any, right: Any, context: Context) -> str:
    """E g(Σ_{k=1}^{n+1} h(z_k) − h(z_i)) = E g(Σ_{k=1}^n h(z_k)): whichever of n + 1 draws is left out, n are left."""
    return by_rewriting(left, right, context, Rule.ALIKE)


@law(
    "last draw",
    conditions=("the draws are independent and have the same density", "the integrand is integrable (Fubini)"),
    source="definition of a product of n + 1 densities",
)
def last_draw(left: Any, right: Any, context: Context) -> str:
    """E g(Σ_{k=1}^{n+1} h(z_k)) = E g(Σ_{k=1}^n h(z_k) + h(w)): the last of n + 1 draws is a variable of its own."""
    return by_rewriting(left, right, context, Rule.LAST_DRAW)


@law(
    "mean over an index",
    conditions=("the index is uniform on 1 … n, or a bit is 1 with probability y",),
    source=BISHOP + "(1.33)",
)
def discrete_mean(left: Any, right: Any, context: Context) -> str:
    """E f = (1/n) Σ_i f(i) for an index uniform on 1 … n; E f = y f(1) + (1 − y) f(0) for a Bernoulli(y) bit."""
    return by_rewriting(left, right, context, Rule.DISCRETE)


@law(
    "change of variables",
    conditions=("σ > 0 (in n dimensions: L_ii > 0)",),
    source="D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, section 2.4",
)
def change_of_variables(left: Any, right: Any, context: Context) -> str:
    """For q = N(μ, σ²) and ε ~ N(0, 1): E_q f(z) = E f(μ + σ ε); coordinate by coordinate in n dimensions."""
    return by_rewriting(left, right, context, Rule.CHANGE)


@law(
    "differentiation under E",
    conditions=("f, all that is under E, is differentiable", "∂f is dominated by an integrable function"),
    source="P. Billingsley (1995), Probability and Measure, 3rd edition, theorem 16.8",
)
def differentiation_under_expectation(left: Any, right: Any, context: Context) -> str:
    """∂ ∫ f = ∫ ∂f, and ∂ E_q f = E_q ∂f for a density q that does not depend on the parameter."""
    return by_rewriting(left, right, context, Rule.UNDER_EXPECTATION)
