"""Polynomials in parts of formal numbers: products and sums of monomials, and what all of these have in common."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .formal import Part

__all__ = ["ONE", "Monomial", "Terms", "bits_of", "collected", "content_of", "product_of"]

Exponent = int | Fraction
Monomial = frozenset[tuple["Part", Exponent]]
Terms = dict[Monomial, Fraction]

ONE: Monomial = frozenset()


def product_of(one: Monomial, other: Monomial) -> Monomial:
    """Return the product of two monomials."""
    powers = dict(one)
    for part, exponent in other:
        powers[part] = powers.get(part, 0) + exponent
    return frozenset((part, exponent) for part, exponent in powers.items() if exponent)


def collected(pairs: Iterable[tuple[Monomial, Fraction]]) -> Terms:
    """Return a polynomial of these terms, added up."""
    terms: Terms = {}
    for monomial, coefficient in pairs:
        terms[monomial] = terms.get(monomial, Fraction(0)) + coefficient
    return {monomial: c for monomial, c in terms.items() if c}


def content_of(terms: Terms) -> tuple[Fraction, Monomial]:
    """Return the number and the positive parts, e and roots and exponentials, that all terms have in common."""
    numbers = terms.values()
    content = Fraction(math.gcd(*(c.numerator for c in numbers)), math.lcm(*(c.denominator for c in numbers)))
    powers = [dict(monomial) for monomial in terms]
    parts = {part for power in powers for part in power if part.function in ("e", "root", "exp")}
    least = {part: min(power.get(part, 0) for power in powers) for part in parts}
    return content, frozenset((part, exponent) for part, exponent in least.items() if exponent)


def bits_of(terms: Terms) -> int:
    """Return how many binary digits the longest number in a polynomial has."""
    numbers = itertools.chain.from_iterable((c.numerator, c.denominator) for c in terms.values())
    return max((number.bit_length() for number in numbers), default=0)
