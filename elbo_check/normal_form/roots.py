"""Square roots in normal form: √u·√u = u, where it is certain that u is not negative."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from .numbers import content_of, factors_of
from .polynomials import ONE, Exponent, Polynomial, Ratio, constant, generator

if TYPE_CHECKING:
    from .table import Table
    from .terms import Terms

__all__ = ["reduced", "settled", "square_root"]


def square_root(argument: Ratio, terms: Terms) -> Ratio:
    """Return √argument: positive factors are taken out, and what is left stays one term, whose square it is."""
    whole = argument.whole
    if whole is None:
        top, bottom = Ratio(argument.numerator), Ratio(argument.denominator)
        if terms.is_positive(bottom):
            return square_root(top, terms) / square_root(bottom, terms)
        return _opaque(argument, terms)
    if not whole.terms:
        return constant(0)
    content, outside = content_of(whole), terms.positive_factors(whole)
    inverse = frozenset((base, -exponent) for base, exponent in outside)
    rest = Ratio(whole * Polynomial({inverse: 1 / content}))
    halved = frozenset((base, Fraction(exponent) / 2) for base, exponent in outside)
    result = _of_number(content, terms) * Ratio(Polynomial({halved: Fraction(1)}))
    return result if rest.key == constant(1).key else result * _opaque(rest, terms)


def reduced(part: Ratio, terms: Table) -> Ratio:
    """Return a ratio in which no root is multiplied by itself, nor what else has a known power."""
    bases = (base for p in (part.numerator, part.denominator) for monomial in p.terms for base, _ in monomial)
    if terms.known_powers.keys().isdisjoint(bases):
        return part
    return part.mapped(lambda polynomial: _reduced(polynomial, terms))


def settled(part: Ratio, terms: Terms) -> Ratio:
    """Return what is 0 exactly where a ratio is: its numerator, times the roots by which some terms are divided."""
    result = reduced(part, terms)
    for base, _ in sorted({pair for monomial in result.numerator.terms for pair in monomial if pair[1] == -1}):
        if base in terms.known_powers:
            result = reduced(Ratio(result.numerator) * generator(base), terms)
    return result


def _reduced(whole: Polynomial, terms: Table) -> Ratio:
    total, changed = constant(0), False
    for monomial, coefficient in whole.terms.items():
        product = constant(coefficient)
        for base, exponent in monomial:
            degree, value = terms.known_powers.get(base, (1, None))
            times = 0 if value is None else _times(exponent, degree, value, terms.is_bit(base))
            changed = changed or bool(times)
            left = exponent - degree * times
            product = product * (generator(base, left) if left else constant(1))
            product = product * value**times if value is not None and times else product
        total = total + product
    return reduced(total, terms) if changed else total


def _times(exponent: Exponent, degree: int, value: Ratio, bit: bool) -> int:
    """Return how often a power holds the known one: 1/√u stays, and 1/b² of a bit, and 1/√2 is √2/2."""
    amount = Fraction(exponent) / degree
    if value.whole is not None and value.whole.terms.keys() == {ONE}:
        return math.floor(amount)
    return max(math.trunc(amount), 0) if bit else math.trunc(amount)


def _opaque(argument: Ratio, terms: Terms) -> Ratio:
    return generator(terms.make(("root",), argument, signed=terms.sign(argument)))


def _of_number(number: Fraction, terms: Terms) -> Ratio:
    """Return the root of a positive number: that of every prime factor is a term of its own."""
    result = constant(1)
    for part, sign in ((number.numerator, 1), (number.denominator, -1)):
        for factor, times in _with_roots(part):
            result = result * constant(factor) ** (sign * (times // 2))
            if times % 2:
                result = result * reduced(_opaque(constant(factor), terms) ** sign, terms)
    return result


def _with_roots(number: int) -> Iterator[tuple[int, int]]:
    """Yield factors with their multiplicity: a factor that is a square is one of an even one."""
    for factor, times in factors_of(number):
        root = math.isqrt(factor)
        yield (root, 2 * times) if root * root == factor else (factor, times)
