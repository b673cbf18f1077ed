"""Exact arithmetic of quotients of polynomials over the rationals: sound and complete zero tests, without SymPy.

Generators are whole numbers; what they stand for is the business of `terms`. Exponents may be negative, and
fractions where a generator is positive: monomials are invertible, so that most denominators never arise.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from ..deadline import check_deadline
from ..errors import WitnessError

__all__ = ["ONE", "Exponent", "Monomial", "Polynomial", "Ratio", "constant", "generator", "multiply"]

Exponent = int | Fraction
Monomial = frozenset[tuple[int, Exponent]]
ONE: Monomial = frozenset()

_LARGEST_POWER = 100
_MOST_PRODUCTS = 2_000_000
_MOST_BITS = 10_000  # of the number of a single term to a power


def multiply(a: Monomial, b: Monomial) -> Monomial:
    """Return the product of two monomials: exponents add up, zeros vanish."""
    if not a or not b:
        return a or b
    powers = dict(a)
    for base, exponent in b:
        total = powers.pop(base, 0) + exponent
        if total:
            powers[base] = total
    return frozenset(powers.items())


def _within_time(terms: Mapping[Monomial, Fraction]) -> Iterator[tuple[Monomial, Fraction]]:
    for term in terms.items():
        check_deadline()
        yield term


class Polynomial:
    """Σ c·m with rational c ≠ 0 and different monomials m; never changed once made."""

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[Monomial, Fraction]) -> None:
        self.terms = terms

    @classmethod
    def collect(cls, pairs: Iterable[tuple[Monomial, Fraction]]) -> Polynomial:
        """Return the sum of the given terms, equal monomials together."""
        terms: dict[Monomial, Fraction] = {}
        for monomial, coefficient in pairs:
            terms[monomial] = terms[monomial] + coefficient if monomial in terms else coefficient
        return cls({monomial: coefficient for monomial, coefficient in terms.items() if coefficient})

    def __add__(self, other: Polynomial) -> Polynomial:
        return Polynomial.collect([*self.terms.items(), *other.terms.items()])

    def __mul__(self, other: Polynomial) -> Polynomial:
        if len(self.terms) * len(other.terms) > _MOST_PRODUCTS:
            raise WitnessError("a product of sums has too many terms to be multiplied out")
        return Polynomial.collect(
            (multiply(a, b), c * d) for a, c in _within_time(self.terms) for b, d in other.terms.items()
        )

    def scaled(self, factor: Fraction) -> Polynomial:
        """Return factor·self for a factor that is not zero."""
        return Polynomial({monomial: factor * coefficient for monomial, coefficient in self.terms.items()})

    @property
    def single(self) -> tuple[Monomial, Fraction] | None:
        """The only term, or None if there is not exactly one."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None

    @property
    def key(self) -> frozenset[tuple[Monomial, Fraction]]:
        """A hashable form: equal polynomials have equal keys."""
        return frozenset(self.terms.items())


_UNIT = Polynomial({ONE: Fraction(1)})


class Ratio:
    """numerator/denominator. What divides every term of the denominator is multiplied away; more is not cancelled.

    Equality multiplies crosswise, so it is exact; `key` is the same for equal ratios only where the denominator is 1.
    """

    __slots__ = ("denominator", "numerator")

    def __init__(self, numerator: Polynomial, denominator: Polynomial = _UNIT) -> None:
        only = denominator.single
        if denominator is not _UNIT:
            outside = only or _content(denominator)
            inverse = Polynomial({_inverted(outside[0]): 1 / outside[1]})
            numerator, denominator = numerator * inverse, _UNIT if only else denominator * inverse
        self.numerator = numerator
        self.denominator = denominator

    def __add__(self, other: Ratio) -> Ratio:
        if self.denominator.key == other.denominator.key:
            return Ratio(self.numerator + other.numerator, self.denominator)
        crossed = self.numerator * other.denominator + other.numerator * self.denominator
        return Ratio(crossed, self.denominator * other.denominator)

    def __neg__(self) -> Ratio:
        return Ratio(self.numerator.scaled(Fraction(-1)), self.denominator)

    def __sub__(self, other: Ratio) -> Ratio:
        return self + -other

    def __mul__(self, other: Ratio) -> Ratio:
        if self.denominator is _UNIT and other.denominator is _UNIT:
            return Ratio(self.numerator * other.numerator)
        return Ratio(self.numerator * other.numerator, self.denominator * other.denominator)

    def __truediv__(self, other: Ratio) -> Ratio:
        return self * other.inverse()

    def __pow__(self, exponent: int) -> Ratio:
        base = self if exponent >= 0 else self.inverse()
        single = base.numerator.single if base.denominator is _UNIT else None
        if single is not None and _has_few_digits(single[1], exponent):
            monomial, number = single
            powers = frozenset((factor, times * abs(exponent)) for factor, times in monomial if exponent)
            return Ratio(Polynomial({powers: number ** abs(exponent)}))
        if abs(exponent) > _LARGEST_POWER:
            raise WitnessError(f"the power {exponent} is too large to be multiplied out")
        result = Ratio(_UNIT)
        for _ in range(abs(exponent)):
            result = result * base
        return result

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Ratio) and not (self - other).numerator.terms

    __hash__ = None  # type: ignore[assignment]  # equal ratios may have different keys

    def inverse(self) -> Ratio:
        """Return 1/self; raises `WitnessError` where self is zero."""
        if not self.numerator.terms:
            raise WitnessError("a division by zero has no meaning")
        return Ratio(self.denominator, self.numerator)

    @property
    def whole(self) -> Polynomial | None:
        """The polynomial itself where there is no denominator."""
        return self.numerator if self.denominator is _UNIT else None

    @property
    def key(self) -> Any:
        """A hashable form: equal keys mean equal ratios."""
        return self.numerator.key, self.denominator.key

    def mapped(self, change: Callable[[Polynomial], Ratio]) -> Ratio:
        """Return change(numerator)/change(denominator)."""
        return change(self.numerator) / change(self.denominator)


def _content(whole: Polynomial) -> tuple[Monomial, Fraction]:
    """Return the monomial and the number that every term has in common; the number has the sign of the first term."""
    powers = [dict(monomial) for monomial in whole.terms]
    bases = {base for power in powers for base in power}
    least = {base: min(power.get(base, 0) for power in powers) for base in bases}
    numbers = whole.terms.values()
    size = Fraction(math.gcd(*(c.numerator for c in numbers)), math.lcm(*(c.denominator for c in numbers)))
    first = min(whole.terms, key=sorted)
    return frozenset((base, e) for base, e in least.items() if e), size if whole.terms[first] > 0 else -size


def constant(value: Fraction | int) -> Ratio:
    """Return a rational number as a ratio."""
    return Ratio(Polynomial({ONE: Fraction(value)} if value else {}))


def generator(base: int, exponent: Exponent = 1) -> Ratio:
    """Return one generator to a power as a ratio."""
    return Ratio(Polynomial({frozenset({(base, exponent)}): Fraction(1)}))


def _has_few_digits(number: Fraction, exponent: int) -> bool:
    bits = max(number.numerator.bit_length(), number.denominator.bit_length())
    return abs(number) == 1 or bits * abs(exponent) <= _MOST_BITS


def _inverted(monomial: Monomial) -> Monomial:
    return frozenset((base, -exponent) for base, exponent in monomial)
