"""The laws a step may cite. A law is a value; its statement is the docstring of its checker, and the tests run it.

A checker gets the two sides of a step and returns "" where the law turns the left into the right under its conditions,
otherwise a sentence saying why it does not. It is sound but incomplete: it never licenses a false step.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from .errors import WitnessError
from .normal_form import Context, NormalForm, Rule

__all__ = [
    "Law",
    "algebra",
    "definition_of_kl",
    "factorisation",
    "gaussian_log_density",
    "gaussian_moments",
    "independence",
    "induction_hypothesis",
    "last_factor",
    "last_term",
    "law",
    "linearity",
    "log_of_product",
    "marginalisation",
    "theorem",
]

Checker = Callable[[Any, Any, Context], str]

_ANY_TEXT = "C. M. Bishop (2006), Pattern Recognition and Machine Learning, "
_COVER = "T. M. Cover and J. A. Thomas (2006), Elements of Information Theory, 2nd edition, "


@dataclass(frozen=True, slots=True)
class Law:
    """A reason a step may give: its name, what it says, under which conditions, and where to read about it.

    A law that is itself a theorem of the project names it in `rests_on`; a step then has to cite that theorem.
    A law with `full_support` speaks of densities that vanish nowhere; others are tried where densities vanish, too.
    """

    name: str
    statement: str
    conditions: tuple[str, ...]
    source: str
    checker: Checker = field(repr=False)
    rests_on: str = ""
    full_support: bool = False

    @property
    def anchor(self) -> str:
        """The address of the law on a page: its name, in small letters and hyphens."""
        return "law-" + re.sub("[^a-z0-9]+", "-", self.name.lower()).strip("-")

    def objection(self, left: Any, right: Any, context: Context | None = None) -> str:
        """Return "" if this law turns `left` into `right`, else why not.

        >>> from elbo_check.symbols import real
        >>> z, m = real("z"), real("m")
        >>> algebra.objection((z - m) ** 2, z**2 - 2 * z * m + m**2)
        ''
        """
        try:
            return self.checker(left, right, context or Context())
        except WitnessError as reason:
            return f"{self.name} cannot be applied: {reason}"


def law(name: str, *, conditions: tuple[str, ...] = (), source: str, rests_on: str = "") -> Callable[[Checker], Law]:
    """Make a law of a checker; the checker's docstring is the law's statement."""

    def made(checker: Checker) -> Law:
        return Law(name, inspect.cleandoc(checker.__doc__ or ""), conditions, source, checker, rests_on)

    return made


def by_rewriting(left: Any, right: Any, context: Context, *rules: Rule) -> str:
    """Compare the normal forms of two expressions under the given rules."""
    form = NormalForm(frozenset(rules), context)
    difference = form.rewritten(left) - form.rewritten(right)
    missing = len(difference.numerator.terms)
    return f"the two sides still differ by {missing} term{'s' * (missing > 1)}" if missing else ""


@law("algebra", source="arithmetic of real numbers")
def algebra(left: Any, right: Any, context: Context) -> str:
    """Both sides are the same polynomial, or quotient of polynomials, in the same terms, wherever both are defined."""
    return by_rewriting(left, right, context)


@law("log of a product", conditions=("every factor is positive",), source="definition of the logarithm")
def log_of_product(left: Any, right: Any, context: Context) -> str:
    """For a, b > 0: log(ab) = log a + log b, log(a/b) = log a − log b, log aʳ = r log a."""
    return by_rewriting(left, right, context, Rule.LOGS)


@law("definition of KL", conditions=("q ≪ p", "log(q/p) is integrable under q"), source=_COVER + "(2.26)")
def definition_of_kl(left: Any, right: Any, context: Context) -> str:
    """KL(q‖p) = E_q[log q(z) − log p(z)]."""
    return by_rewriting(left, right, context, Rule.KL)


@law("linearity of E", conditions=("each part is integrable", "∫ q = 1"), source=_ANY_TEXT + "section 1.2.2")
def linearity(left: Any, right: Any, context: Context) -> str:
    """E_q[a f + b g] = a E_q f + b E_q g for constants a, b in z; E_q[1] = 1."""
    return by_rewriting(left, right, context, Rule.LINEAR)


@law("Gaussian log-density", conditions=("σ > 0 (in n dimensions: Σ = L Lᵀ, L_ii > 0)",), source=_ANY_TEXT + "(1.46)")
def gaussian_log_density(left: Any, right: Any, context: Context) -> str:
    """For one dimension log N(z; μ, σ²) = −(z − μ)²/(2σ²) − log σ − ½ log 2π.

    For n dimensions −½ rᵀr − Σ log L_ii − (n/2) log 2π with L r = z − μ. Logarithms of positive products may be taken
    apart, so that constants cancel.
    """
    return by_rewriting(left, right, context, Rule.GAUSSIAN, Rule.LOGS)


@law("Gaussian moments", conditions=("q = N(μ, σ²), σ > 0",), source=_ANY_TEXT + "(1.49), (1.50)")
def gaussian_moments(left: Any, right: Any, context: Context) -> str:
    """E_q(z − μ) = 0, E_q(z − μ)² = σ²; in general z = μ + L ε with independent ε_i, E εᵏ = (k − 1) E εᵏ⁻²."""
    return by_rewriting(left, right, context, Rule.MOMENTS)


@law("independence", conditions=("the blocks are independent under q and under p",), source=_ANY_TEXT + "section 1.2")
def independence(left: Any, right: Any, context: Context) -> str:
    """The density of independent blocks is the product of their densities: (q₁ × q₂)(z₁, z₂) = q₁(z₁) q₂(z₂)."""
    return by_rewriting(left, right, context, Rule.INDEPENDENT)


@law("marginalisation", conditions=("the integrand is integrable (Fubini)", "∫ q₂ = 1"), source=_ANY_TEXT + "(1.31)")
def marginalisation(left: Any, right: Any, context: Context) -> str:
    """E over q₁ × q₂ of a function of z₁ alone is its expectation over q₁."""
    return by_rewriting(left, right, context, Rule.MARGINAL)


@law("last factor", conditions=("n ≥ 1",), source="definition of a product of n + 1 densities")
def last_factor(left: Any, right: Any, context: Context) -> str:
    """q₁ × … × q_{n+1} = (q₁ × … × q_n) × q_{n+1}; a product of one density is that density."""
    return by_rewriting(left, right, context, Rule.LAST_FACTOR)


@law("last term", conditions=("n ≥ 1",), source="definition of a sum of n + 1 terms")
def last_term(left: Any, right: Any, context: Context) -> str:
    """Σ_{j=1}^{n+1} a_j = Σ_{j=1}^n a_j + a_{n+1}; a sum of one term is that term."""
    return by_rewriting(left, right, context, Rule.LAST_TERM)


@law(
    "factorisation",
    conditions=("q and p factorise over the same coordinates",),
    source=_COVER + "theorem 2.5.3",
    rests_on="kl-additivity",
)
def factorisation(left: Any, right: Any, context: Context) -> str:
    """KL(q₁ × … × q_J ‖ p₁ × … × p_J) = Σ_j KL(q_j‖p_j)."""
    return by_rewriting(left, right, context, Rule.ADDITIVE)


@law("theorem", conditions=("the conditions of the theorem",), source="the theorem that the step cites")
def theorem(left: Any, right: Any, context: Context) -> str:
    """The left side of a proved statement, at the parameters the step names, may be replaced by its right side."""
    return _by_equations(left, right, context, "the step cites no theorem")


@law("induction hypothesis", conditions=("the statement holds at J",), source="the principle of induction")
def induction_hypothesis(left: Any, right: Any, context: Context) -> str:
    """In the step from J to J + 1 the statement may be used at J."""
    return _by_equations(left, right, context, "there is no induction hypothesis here")


def _by_equations(left: Any, right: Any, context: Context, none: str) -> str:
    return by_rewriting(left, right, context) if context.equations else none
