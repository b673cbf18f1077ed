"""Logarithms and exponentials of normal forms."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from ..errors import WitnessError
from .cancelling import parted
from .factors import positive_sums
from .numbers import content_of, factors_of
from .polynomials import Monomial, Polynomial, Ratio, constant, generator
from .roots import reduced, square_root
from .terms import Sign, Terms

__all__ = ["exponential", "logarithm"]

_SQUARE = 2

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
    exponent = _exponent(argument, terms)
    if exponent is not None:
        return exponent
    if not split:
        return _opaque("log", argument, terms)
    whole = argument.whole
    if whole is not None:
        outside, rest = _taken_apart(whole, terms, of_base)
        return outside + logarithm(Ratio(rest), terms, of_base, split=False)
    above, top = _taken_apart(argument.numerator, terms, of_base)
    below, bottom = _taken_apart(argument.denominator, terms, of_base)
    if not all(terms.is_positive(Ratio(part)) for part in (top, bottom)):
        return _opaque("log", argument, terms)
    first, second = (logarithm(Ratio(part), terms, of_base, split=False) for part in (top, bottom))
    return above - below + first - second


def exponential(argument: Ratio, terms: Terms) -> Ratio:
    """Return exp(argument): a product over the terms c·m of the argument, each exp(m) to the power c.

    What stands over a denominator that is no monomial is one factor.
    """
    whole, result = argument.whole, constant(1)
    if whole is None:
        whole, rest = parted(argument, terms)
        result = generator(terms.make(("exp",), rest, signed=Sign.POSITIVE))
    for monomial, coefficient in whole.terms.items():
        result = result * _exponential_of_term(monomial, coefficient, terms)
    return result


def _exponent(argument: Ratio, terms: Terms) -> Ratio | None:
    """Return t for a product e^t of exponentials and nothing else."""
    only = argument.whole.single if argument.whole is not None else None
    if only is None or only[1] != 1 or any(terms[base].tag != ("exp",) for base, _ in only[0]):
        return None
    return sum((constant(Fraction(times)) * terms[base].parts[0] for base, times in only[0]), constant(0))


def _taken_apart(whole: Polynomial, terms: Terms, of_base: OfBase) -> tuple[Ratio, Polynomial]:
    """Return the logarithm of all factors that are certainly positive, and what is left."""
    if not whole.terms:
        raise WitnessError("log 0 has no meaning")
    content = content_of(whole)
    outside = terms.positive_factors(whole)
    inverse = frozenset((base, -exponent) for base, exponent in outside)
    factors, rest = positive_sums(whole * Polynomial({inverse: 1 / content}), terms)
    result = _of_number(content, terms)
    for base, exponent in outside:
        result = result + constant(exponent) * of_base(base)
    for factor, times in factors:
        result = result + constant(times) * _opaque("log", Ratio(factor), terms)
    return result, rest


def _of_number(number: Fraction, terms: Terms) -> Ratio:
    result = constant(0)
    for part, sign in ((number.numerator, 1), (number.denominator, -1)):
        for prime, times in factors_of(part):
            result = result + constant(sign * times) * _opaque("log", constant(prime), terms)
    return result


def _exponential_of_term(monomial: Monomial, coefficient: Fraction, terms: Terms) -> Ratio:
    exponent = coefficient.numerator if coefficient.denominator == 1 else coefficient
    base = _single_base(Ratio(Polynomial({monomial: Fraction(1)})))
    if base is not None and terms[base].tag == ("log",):
        argument = terms[base].parts[0]
        positive = _single_base(argument)
        if isinstance(exponent, int):
            return argument**exponent
        if positive is not None and terms[positive].positive:  # e^(½ log s) is √s
            return generator(positive, exponent)
        if coefficient.denominator == _SQUARE and terms.sign(argument) is not Sign.UNKNOWN:
            return reduced(square_root(argument, terms) ** coefficient.numerator, terms)
        whole = terms.make(("exp",), generator(base), signed=Sign.POSITIVE)
        terms.known_powers[whole] = (1, argument)  # e^(⅓ log(1 + s)) three times is 1 + s
        return generator(whole, exponent)
    part = Ratio(Polynomial({monomial: Fraction(1)}))
    return generator(terms.make(("exp",), part, signed=Sign.POSITIVE), exponent)


def _single_base(argument: Ratio) -> int | None:
    only = argument.whole.single if argument.whole is not None else None
    if only is None or only[1] != 1 or len(only[0]) != 1:
        return None
    base, exponent = next(iter(only[0]))
    return base if exponent == 1 else None


def _opaque(tag: str, argument: Ratio, terms: Terms) -> Ratio:
    return generator(terms.make((tag,), argument))
