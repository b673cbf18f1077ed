"""What is certain of e^t and log t where the sign of t, or of t − 1, is: e^t is 1 + w for some w ≥ 0 where t ≥ 0."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .polynomials import Monomial, Polynomial, Ratio, constant, generator
from .signs import Sign

if TYPE_CHECKING:
    from .terms import Terms

__all__ = ["bounded"]

_HIGHEST = 20  # power of a bound that is multiplied out: e^200 is above 0, and no more is asked of it


def bounded(part: Ratio, terms: Terms) -> Ratio | None:
    """Return a ratio with 1 + w for e^t and ±w for log t, where the signs of their arguments tell; None if none does.

    Each of them has a w of its own: what is certain for all w is certain of the ratio.
    """
    meanings = {base: _bound_of(base, terms) for base in terms.bases(part)}
    told = {base: meaning for base, meaning in meanings.items() if meaning is not None}
    return part.mapped(lambda whole: _replaced(whole, told)) if told else None


def _bound_of(base: int, terms: Terms) -> Ratio | None:
    term, one = terms[base], constant(1)
    if term.tag not in (("exp",), ("log",)):
        return None
    amount = term.parts[0] if term.tag == ("exp",) else term.parts[0] - one
    for direction, way in ((1, amount), (-1, -amount)):
        sign = terms.sign(way)
        if sign is not Sign.UNKNOWN:
            growth = generator(terms.symbol(("growth", base, sign.name), sign))
            return (one + growth) ** direction if term.tag == ("exp",) else constant(direction) * growth
    return None


def _replaced(whole: Polynomial, told: dict[int, Ratio]) -> Ratio:
    """Return a polynomial with meanings of generators in it, as often as a power of one holds it as a whole.

    Terms over the same denominator are added up first: denominators are multiplied once for each that there is.
    """
    above: dict[Any, tuple[Polynomial, list[tuple[Monomial, Fraction]]]] = {}
    for monomial, coefficient in whole.terms.items():
        product = constant(coefficient)
        for base, exponent in monomial:
            times = math.floor(exponent) if base in told else 0
            times = times if abs(times) <= _HIGHEST else 0
            left = exponent - times
            product = product * (told[base] ** times if times else constant(1))
            product = product * (generator(base, left) if left else constant(1))
        held = above.setdefault(product.denominator.key, (product.denominator, []))[1]
        held.extend(product.numerator.terms.items())
    parts = (Ratio(Polynomial.collect(held), denominator) for denominator, held in above.values())
    return sum(parts, start=constant(0))
