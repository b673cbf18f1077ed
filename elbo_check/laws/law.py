"""What a law is: a value whose statement is the docstring of its checker, and the tests run it.

A checker gets the two sides of a step and returns "" where the law turns the left into the right under its conditions,
otherwise a sentence saying why it does not. It is sound but incomplete: it never licenses a false step.
"""

from __future__ import annotations

import contextlib
import inspect
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ..errors import WitnessError
from ..nodes import Integral
from ..normal_form import Context, NormalForm, Rule

__all__ = ["BISHOP", "COVER", "OPPOSITE", "Law", "by_rewriting", "by_rewriting_as_assumed", "law", "turned", "ways"]

OPPOSITE = {"=": "=", "≤": "≥", "≥": "≤"}

Checker = Callable[[Any, Any, Context], str]
Triple = tuple[Any, str, Any]

BISHOP = "C. M. Bishop (2006), Pattern Recognition and Machine Learning, "
COVER = "T. M. Cover and J. A. Thomas (2006), Elements of Information Theory, 2nd edition, "


@dataclass(frozen=True, slots=True)
class Law:
    """A reason a step may give: its name, what it says, under which conditions, and where to read about it.

    A law that is itself a theorem of the project names it in `rests_on`; a step then has to cite that theorem.
    A law with `full_support` speaks of densities that vanish nowhere; others are tried where densities vanish, too.
    One that `divides` says among its conditions that the densities that are divided by are not 0.
    """

    name: str
    statement: str
    conditions: tuple[str, ...]
    source: str
    checker: Checker = field(repr=False)
    rests_on: str = ""
    full_support: bool = False
    divides: bool = False

    @property
    def anchor(self) -> str:
        """The address of the law on a page: its name, in small letters and hyphens."""
        return "law-" + re.sub("[^a-z0-9]+", "-", self.name.lower()).strip("-")

    def objection(self, left: Any, right: Any, context: Context | None = None) -> str:
        """Return "" if this law turns `left` into `right`, else why not.

        >>> from elbo_check.laws import algebra
        >>> from elbo_check.symbols import real
        >>> z, m = real("z"), real("m")
        >>> algebra.objection((z - m) ** 2, z**2 - 2 * z * m + m**2)
        ''
        """
        try:
            return self.checker(left, right, context or Context())
        except WitnessError as reason:
            return f"{self.name} cannot be applied: {reason}"


def law(
    name: str,
    *,
    conditions: tuple[str, ...] = (),
    source: str,
    rests_on: str = "",
    full_support: bool = False,
    divides: bool = False,
) -> Callable[[Checker], Law]:
    """Make a law of a checker; the checker's docstring is the law's statement."""

    def made(checker: Checker) -> Law:
        statement = inspect.cleandoc(checker.__doc__ or "")
        return Law(name, statement, conditions, source, checker, rests_on, full_support, divides)

    return made


def by_rewriting(left: Any, right: Any, context: Context, *rules: Rule) -> str:
    """Compare the normal forms of two expressions under the given rules, in the relation of the step."""
    objection = _objection(left, right, context, *rules)
    if objection and _integrates(left, right, rules) and not _objection(left, right, context, *rules, Rule.FUBINI):
        return f"{objection}; {_EXCHANGED}"
    return objection


def _objection(left: Any, right: Any, context: Context, *rules: Rule) -> str:
    form = NormalForm(frozenset(rules), context)
    difference = form.shows(left, context.relation, right)
    if difference is None:
        return ""
    missing = len(difference.numerator.terms)
    return "; ".join((f"by it the two sides still differ by {missing} term{'s' * (missing > 1)}", *form.notes))


def _integrates(left: Any, right: Any, rules: tuple[Rule, ...]) -> bool:
    """Whether there are integrals that the rules take apart, and leave in their order."""
    opens = Rule.FUBINI not in rules and (Rule.LINEAR in rules or Rule.NORMALISED in rules)
    return opens and (Rule.INTEGRAL in rules or bool(left.has(Integral) or right.has(Integral)))


_EXCHANGED = (
    "with integrals in another order they would not: exchange them by “total expectation”, with its condition that "
    "the integrand is integrable (Fubini)"
)


def by_rewriting_as_assumed(left: Any, right: Any, context: Context, *rules: Rule) -> str:
    """Do the same, and where that is not enough use what the chain assumes as well."""
    objection = by_rewriting(left, right, context, *rules)
    for equations in ways(context.assumed) if objection else ():
        assumed = replace(context, equations=equations)
        with contextlib.suppress(WitnessError):  # an assumption that replaces nothing
            if not by_rewriting(left, right, assumed, Rule.EQUATIONS, *rules):
                return ""
    return objection


def turned(statement: Triple) -> Triple:
    """Return a statement with what is not a number on its left: 1 ≤ β is β ≥ 1."""
    return _opposite(statement) if statement[0].is_number else statement


def ways(statements: Iterable[Triple]) -> list[tuple[Triple, ...]]:
    """Return the ways to write statements, of which the left sides are replaced: s ≤ x says of x what x ≥ s does.

    As they are written, with what is larger on the left, and with what is smaller; a number stays on the right.
    """
    written = tuple(map(turned, statements))
    others = (tuple(turned(_opposite(one) if one[1] in kept else one) for one in written) for kept in ("≤", "≥="))
    return list(dict.fromkeys((written, *others))) if written else []


def _opposite(statement: Triple) -> Triple:
    left, relation, right = statement
    return right, OPPOSITE[relation], left
