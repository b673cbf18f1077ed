"""Logarithms, exponentials and square roots of normal forms."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from ..errors import WitnessError
from .polynomials import Monomial, Polynomial, Ratio, constant, generator
from .terms import Sign, Terms

__all__ = ["exponential", "logarithm", "square_root"]

_TRIAL_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)

OfBase = Callable[[int], Ratio]


def logarithm(argument: Ratio, terms: Terms, of_base: OfBase, split: bool) -> Ratio:
    """Return log(argument); `of_base` gives the logarithm of one generator.

    With `split`, positive factors are taken out of it: log(a·b) = log a + log b for a > 0, whatever b is, wherever
    the left side is defined. What is left stays one term; two such terms are equal only if their arguments are.
    """
    if argument.key == constant(1).key:
        return constant(0)
    base = _single_base(argument)
    if base is not None:
        return of_base(base)
    if not split:
        return _opaque("log", argument, terms)
    whole = argument.whole
    if whole is not None:
        return _split(whole, terms, of_base)
    top, bottom = argument.numerator, argument.denominator
    if not all(terms.sign(Ratio(part)) is Sign.POSITIVE for part in (top, bottom)):
        return _opaque("log", argument, terms)
    return _split(top, terms, of_base) - _split(bottom, terms, of_base)


def exponential(argument: Ratio, terms: Terms) -> Ratio:
    """Return exp(argument): a product over the terms c·m of the argument, each exp(m) to the power c."""
    whole = argument.whole
    if whole is None:
        return generator(terms.make(("exp",), argument, signed=Sign.POSITIVE))
    result = constant(1)
    for monomial, coefficient in whole.terms.items():
        result = result * _exponential_of_term(monomial, coefficient, terms)
    return result


def square_root(argument: Ratio, terms: Terms) -> Ratio:
    """Return √argument: exponents are halved where all is positive and a square; otherwise it stays one term."""
    only = argument.whole.single if argument.whole is not None else None
    if only is None or not _all_positive(only[0], terms) or _rational_root(only[1]) is None:
        return generator(terms.make(("root",), argument, signed=terms.sign(argument)))
    halved = frozenset((base, Fraction(exponent) / 2) for base, exponent in only[0])
    return Ratio(Polynomial({halved: _rational_root(only[1]) or Fraction(0)}))


def _split(whole: Polynomial, terms: Terms, of_base: OfBase) -> Ratio:
    if not whole.terms:
        raise WitnessError("log 0 has no meaning")
    content = _content(whole)
    outside = _common(whole, terms)
    inverse = frozenset((base, -exponent) for base, exponent in outside)
    rest = whole * Polynomial({inverse: 1 / content})
    result = _of_number(content, terms)
    for base, exponent in outside:
        result = result + constant(exponent) * of_base(base)
    return result + logarithm(Ratio(rest), terms, of_base, split=False)


def _content(whole: Polynomial) -> Fraction:
    """Return the positive rational that leaves whole, coprime coefficients behind."""
    coefficients = whole.terms.values()
    return Fraction(math.gcd(*(c.numerator for c in coefficients)), math.lcm(*(c.denominator for c in coefficients)))


def _common(whole: Polynomial, terms: Terms) -> Monomial:
    """Return the positive generators that divide every term, with the exponents that leave none negative."""
    powers = [dict(monomial) for monomial in whole.terms]
    bases = {base for power in powers for base in power if terms[base].positive}
    least = {base: min(power.get(base, 0) for power in powers) for base in bases}
    return frozenset((base, exponent) for base, exponent in least.items() if exponent)


def _of_number(number: Fraction, terms: Terms) -> Ratio:
    result = constant(0)
    for part, sign in ((number.numerator, 1), (number.denominator, -1)):
        for prime, times in _factors(part):
            result = result + constant(sign * times) * _opaque("log", constant(prime), terms)
    return result


def _factors(number: int) -> list[tuple[int, int]]:
    """Return small prime factors with multiplicity; what is left over counts as one factor (sound, incomplete)."""
    found = []
    for prime in _TRIAL_PRIMES:
        times = 0
        while number % prime == 0:
            number, times = number // prime, times + 1
        if times:
            found.append((prime, times))
    return found if number == 1 else [*found, (number, 1)]


def _exponential_of_term(monomial: Monomial, coefficient: Fraction, terms: Terms) -> Ratio:
    exponent = coefficient.numerator if coefficient.denominator == 1 else coefficient
    base = _single_base(Ratio(Polynomial({monomial: Fraction(1)})))
    if base is not None and terms[base].tag == ("log",) and isinstance(exponent, int):
        return terms[base].parts[0] ** exponent
    part = Ratio(Polynomial({monomial: Fraction(1)}))
    return generator(terms.make(("exp",), part, signed=Sign.POSITIVE), exponent)


def _single_base(argument: Ratio) -> int | None:
    only = argument.whole.single if argument.whole is not None else None
    if only is None or only[1] != 1 or len(only[0]) != 1:
        return None
    base, exponent = next(iter(only[0]))
    return base if exponent == 1 else None


def _rational_root(number: Fraction) -> Fraction | None:
    if number <= 0:
        return None
    root = Fraction(math.isqrt(number.numerator), math.isqrt(number.denominator))
    return root if root * root == number else None


def _all_positive(monomial: Monomial, terms: Terms) -> bool:
    return all(terms[base].positive for base, _ in monomial)


def _opaque(tag: str, argument: Ratio, terms: Terms) -> Ratio:
    return generator(terms.make((tag,), argument))
