"""The laws a step may cite. A law is a value; its statement is the docstring of its checker, and the tests run it."""

import difflib

from .arithmetic import (
    algebra,
    differentiation,
    exchange_of_sums,
    last_term,
    log_of_product,
    negation,
    nonnegativity,
    substitution,
)
from .expectation import (
    bayes,
    change_of_variables,
    conditional_density,
    constants,
    definition_of_expectation,
    differentiation_under_expectation,
    discrete_mean,
    independence,
    independent_factors,
    last_draw,
    last_factor,
    linearity,
    marginalisation,
    multiply_and_divide,
    normalisation,
    one_draw_less,
    total_expectation,
    unbiased_average,
)
from .families import bernoulli_log_mass, gaussian_log_density, gaussian_moments
from .information import (
    definition_of_entropy,
    definition_of_information,
    definition_of_kl,
    factorisation,
    gibbs,
    jensen,
    log_bound,
    log_cosh_tangent,
    mass_on_the_support,
)
from .law import Law, law
from .statements import assumption, induction_hypothesis, monotonicity, theorem

LAWS: tuple[Law, ...] = tuple(value for value in list(globals().values()) if isinstance(value, Law))


def __getattr__(name: str) -> Law:
    """Say which law may have been meant."""
    close = difflib.get_close_matches(name.lower(), __all__, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else "see docs/laws.md"
    raise AttributeError(f"there is no law {name!r}; {hint}")


__all__ = [
    "LAWS",
    "Law",
    "algebra",
    "assumption",
    "bayes",
    "bernoulli_log_mass",
    "change_of_variables",
    "conditional_density",
    "constants",
    "definition_of_entropy",
    "definition_of_expectation",
    "definition_of_information",
    "definition_of_kl",
    "differentiation",
    "differentiation_under_expectation",
    "discrete_mean",
    "exchange_of_sums",
    "factorisation",
    "gaussian_log_density",
    "gaussian_moments",
    "gibbs",
    "independence",
    "independent_factors",
    "induction_hypothesis",
    "jensen",
    "last_draw",
    "last_factor",
    "last_term",
    "law",
    "linearity",
    "log_bound",
    "log_cosh_tangent",
    "log_of_product",
    "marginalisation",
    "mass_on_the_support",
    "monotonicity",
    "multiply_and_divide",
    "negation",
    "nonnegativity",
    "normalisation",
    "one_draw_less",
    "substitution",
    "theorem",
    "total_expectation",
    "unbiased_average",
]
