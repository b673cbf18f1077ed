"""Statements that a step may use: theorems at instances, hypotheses, assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..errors import WitnessError
from .polynomials import Polynomial, Ratio, constant, generator
from .terms import Sign

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["Equation", "read_equation", "used"]


@dataclass(frozen=True, slots=True)
class Equation:
    """A generator, and what it may be replaced by."""

    base: int
    meaning: Ratio


def read_equation(form: NormalForm, number: int, values: Mapping[str, Ratio]) -> Equation:
    """Read left = right (or ≤, ≥) as the meaning of one generator of the left side; ≤ costs something not negative.

    A statement with ≤ says left = right − s with s ≥ 0, one s for each statement and each value of its symbols.
    """
    left, relation, right = form.statement(number)
    sides = [form.inside(side, form.values_for(side, values)) for side in (left, right)]
    rest, meaning = sides
    if relation != "=":
        key = ("slack of a statement", number)
        slack = generator(form.terms.make(key, *sides, signed=Sign.NOT_NEGATIVE))
        meaning = meaning - slack if relation == "≤" else meaning + slack
    whole = rest.whole
    for monomial, coefficient in whole.terms.items() if whole is not None else ():
        powers = list(monomial)
        if len(powers) != 1 or powers[0][1] != 1:
            continue
        base = powers[0][0]
        others = rest - Ratio(Polynomial({monomial: coefficient}))
        if not any(base == other for m in others.numerator.terms for other, _ in m):
            return Equation(base, (meaning - others) / constant(coefficient))
    raise WitnessError(f"a statement is used from left to right, and {left} has no term of its own to replace")


def used(form: Ratio, equation: Equation) -> Ratio:
    """Return the form with a generator replaced by its meaning."""
    return form.mapped(lambda polynomial: _substituted(polynomial, equation.base, equation.meaning))


def _substituted(polynomial: Polynomial, base: int, meaning: Ratio) -> Ratio:
    """Return the polynomial with a generator replaced, where its exponent is a whole number."""
    result = constant(0)
    for monomial, coefficient in polynomial.terms.items():
        exponent = dict(monomial).get(base, 0)
        if exponent != int(exponent):
            raise WitnessError("an equation cannot be used inside a root")
        rest = frozenset((other, e) for other, e in monomial if other != base)
        result = result + Ratio(Polynomial({rest: coefficient})) * meaning ** int(exponent)
    return result
