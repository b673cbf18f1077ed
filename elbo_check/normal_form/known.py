"""Statements that a step may use: theorems at instances, hypotheses, assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from ..boxes import written
from ..errors import WitnessError
from .polynomials import Exponent, Polynomial, Ratio, constant, generator
from .terms import Sign

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["Equation", "read_equation", "used"]


@dataclass(frozen=True, slots=True)
class Equation:
    """A generator, or a power of one, and what it may be replaced by."""

    base: int
    meaning: Ratio
    power: Exponent = 1


def read_equation(
    form: NormalForm, number: int, values: Mapping[str, Ratio], about: frozenset[int] = frozenset()
) -> Equation:
    """Read left = right (or ≤, ≥) as the meaning of one generator of the left side; ≤ costs something not negative.

    Where no generator stands alone there, it is that of a power: (f − c)² ≥ 0 is f² = 2 c f − c² + s. What depends on
    the symbols it is `about` comes first: f, not c. A statement with ≤ says left = right − s with s ≥ 0, one s for each
    statement and each value of its symbols.
    """
    left, relation, right = form.statement(number)
    sides = [form.inside(side, form.values_for(side, values)) for side in (left, right)]
    rest, meaning = sides
    if relation != "=":
        key = ("slack of a statement", number)
        slack = generator(form.terms.make(key, *sides, signed=Sign.NOT_NEGATIVE))
        meaning = meaning - slack if relation == "≤" else meaning + slack
    whole = rest.whole
    lone = [(*pair, m) for m in (whole.terms if whole is not None else ()) for pair in m if len(m) == 1]
    for base, power, monomial in sorted(
        lone, key=lambda at: (at[1] < 1, at[1], form.terms[at[0]].depends.isdisjoint(about))
    ):
        others = rest - Ratio(Polynomial({monomial: rest.numerator.terms[monomial]}))
        if _leads(base, power, others, form.terms[base].positive):
            return Equation(base, (meaning - others) / constant(rest.numerator.terms[monomial]), power)
    raise WitnessError(f"a statement is used from left to right, and {written(left)} has no term of its own to replace")


def _leads(base: int, power: Exponent, others: Ratio, positive: bool) -> bool:
    """Whether a whole power of a generator stands above all that the others have of it; 1/s and √s stand alone."""
    rest = [exponent for monomial in others.numerator.terms for other, exponent in monomial if other == base]
    if power != int(power) or power < 1:
        return positive and not rest
    return all(0 < exponent < power and exponent == int(exponent) for exponent in rest)


def used(form: Ratio, equation: Equation) -> Ratio:
    """Return the form with a generator, or a power of it, replaced by its meaning."""
    return form.mapped(lambda polynomial: _substituted(polynomial, equation))


def _substituted(polynomial: Polynomial, equation: Equation) -> Ratio:
    """Return the polynomial with a power replaced as often as it divides a whole exponent."""
    result = constant(0)
    for monomial, coefficient in polynomial.terms.items():
        exponent, power = dict(monomial).get(equation.base, 0), equation.power
        if Fraction(power).denominator % Fraction(exponent).denominator:
            raise WitnessError("an equation cannot be used inside a root")
        times = int(exponent) if power == 1 else max(0, int(exponent // power))
        left = exponent - times * power
        rest = frozenset((other, e) for other, e in monomial if other != equation.base)
        kept = rest | {(equation.base, left)} if left else rest
        result = result + Ratio(Polynomial({kept: coefficient})) * equation.meaning**times
    return result
