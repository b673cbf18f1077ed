"""Division of one polynomial by another, with a remainder that is the same however the first was written."""

from __future__ import annotations

from fractions import Fraction
from functools import cmp_to_key

from .polynomials import Monomial, Polynomial, multiply

__all__ = ["divided"]

_MOST_STEPS = 500


def divided(whole: Polynomial, by: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Return quotient and remainder: no term of the remainder is a multiple of the divisor's leading term.

    Terms are ordered by their powers, one generator after the other. Where this takes too long, nothing is divided.

    >>> x, y = (frozenset({(base, 1)}) for base in (0, 1))
    >>> total = Polynomial({x: Fraction(1), y: Fraction(1)})
    >>> quotient, remainder = divided(Polynomial({x: Fraction(1)}), total)
    >>> [list(part.terms.values()) for part in (quotient, remainder)]
    [[Fraction(1, 1)], [Fraction(-1, 1)]]
    """
    leading = max(by.terms, key=cmp_to_key(_order))
    inverse = frozenset((base, -exponent) for base, exponent in leading)
    quotient, rest = Polynomial({}), whole
    for _ in range(_MOST_STEPS):
        found = next((term for term in sorted(rest.terms, key=sorted) if _is_multiple(term, leading)), None)
        if found is None:
            return quotient, rest
        factor = Polynomial({multiply(found, inverse): rest.terms[found] / by.terms[leading]})
        quotient, rest = quotient + factor, rest + (factor * by).scaled(Fraction(-1))
    return Polynomial({}), whole


def _order(one: Monomial, other: Monomial) -> int:
    """Compare two different products, by the power of the generator of the smallest number in which they differ."""
    first, second = dict(one), dict(other)
    bases = sorted(first.keys() | second.keys())
    base = next(base for base in bases if first.get(base, 0) != second.get(base, 0))
    return 1 if first.get(base, 0) > second.get(base, 0) else -1


def _is_multiple(term: Monomial, leading: Monomial) -> bool:
    powers = dict(term)
    return all(powers.get(base, 0) >= exponent for base, exponent in leading)
