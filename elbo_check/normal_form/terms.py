"""The terms of one comparison: their signs, and between what ends whole numbers among them run."""

from __future__ import annotations

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from .gathering import gathered
from .growth import bounded
from .polynomials import ONE, Exponent, Monomial, Polynomial, Ratio, constant, generator
from .signs import Sign, complements
from .squares import is_sum_of_squares
from .table import Table, Tag, Term

__all__ = ["Sign", "Tag", "Term", "Terms"]


class Terms(Table):
    """The table of generators of one comparison.

    A law speaks of where a density is positive that it divides by, or of which it takes the logarithm; `density` is the
    sign of one at a point where nothing says that.
    """

    def __init__(self, density: Sign = Sign.POSITIVE) -> None:
        super().__init__()
        self._density = density
        self._last: dict[int, Ratio] = {}
        self._signs: dict[Any, Sign] = {}
        self._least: dict[int, int] = {}  # what whole numbers are not below
        self.are_told = False  # whether statements may say of terms what others are
        self.kinds_of_spaces: dict[str, str] = {}  # as symbols that stand for outcomes say them

    def density(self, kinds: Iterable[Tag], *parts: Ratio) -> int:
        """Return the generator of a density at a point: that of a Gaussian vanishes nowhere."""
        tag = ("value", *kinds)
        gaussian = all(kind[0] == "gaussian" for kind in tag[1:])
        return self.make(tag, *parts, signed=Sign.POSITIVE if gaussian else self._density)

    def at_least(self, base: int, least: int) -> int:
        """Return a generator; that it is a whole number, and not below another, is noted."""
        self._least[base] = max(least, self._least.get(base, least))
        return base

    def least_of(self, monomial: Monomial) -> int | None:
        """Return what a product of whole numbers is not below; None where a factor may be none, or negative."""
        if not all(base in self._least and exponent >= 1 and exponent == int(exponent) for base, exponent in monomial):
            return None
        return int(math.prod(self._least[base] ** int(exponent) for base, exponent in monomial))

    def index(self, last: Ratio) -> int:
        """Return the generator of a new index that runs from 1 to `last`."""
        return self.runs(self.fresh(), last)

    def runs(self, base: int, last: Ratio) -> int:
        """Return a generator; that it is an index that runs from 1 to `last` is noted."""
        self._last[base] = last
        return self.at_least(base, 1)

    def running(self, first: Ratio, last: Ratio, bit: bool = False) -> int:
        """Return the generator of a new index that runs from `first` to `last`."""
        if first == constant(1):
            return self.index(last)
        fresh = self.fresh(bit=bit)
        if self.sign(first) is Sign.UNKNOWN:
            return fresh
        number = first.numerator.terms.get(ONE, Fraction(0)) if first.numerator.terms.keys() <= {ONE} else None
        return self.at_least(fresh, int(self.is_positive(first) if number is None else number))

    def within(self, place: Ratio, upper: Ratio) -> bool:
        """Whether a place is certainly one of 1 … upper: as the index of a sum to there, or from signs."""
        only = place.whole.single if place.whole is not None else None
        base = next(iter(only[0]))[0] if only is not None and len(only[0]) == 1 else None
        if base in self._last and place == generator(base) and self._reaches(self._last[base], upper):
            return True
        return self.sign(place) is Sign.POSITIVE and self._reaches(place, upper)

    def _reaches(self, last: Ratio, upper: Ratio) -> bool:
        """Whether one whole number is at least another: n ≥ 1 where n > 0."""
        return self.sign(upper - last) is not Sign.UNKNOWN or self.is_positive(upper - last + constant(1))

    def sign(self, part: Ratio) -> Sign:
        """Return what is known of the sign of a ratio, from the signs of its generators and in e^t, log t."""
        if part.key not in self._signs:
            found = self._sign_of_ratio(part)
            other = bounded(part, self) if found is Sign.UNKNOWN else None
            self._signs[part.key] = found if other is None else self._sign_of_ratio(other)
        return self._signs[part.key]

    def _sign_of_ratio(self, part: Ratio) -> Sign:
        top, bottom = self._sign(part.numerator), self._sign(part.denominator)
        return top if bottom is Sign.POSITIVE else Sign.UNKNOWN

    def sign_of_single(self, part: Ratio) -> Sign:
        """Return what is known of the sign of a single generator; of what is more than that, nothing."""
        only = part.whole.single if part.whole is not None else None
        if only is None or only[1] != 1 or [exponent for _, exponent in only[0]] != [1]:
            return Sign.UNKNOWN
        return self._table[next(iter(only[0]))[0]].signed

    def is_positive(self, part: Ratio) -> bool:
        """Whether a ratio is certainly above zero."""
        return self.sign(part) is Sign.POSITIVE

    def positive_factors(self, whole: Polynomial) -> Monomial:
        """Return the positive generators that divide every term, with the exponents that leave none negative."""
        powers = [dict(monomial) for monomial in whole.terms]
        bases = {base for power in powers for base in power if self._table[base].positive}
        least = {base: min(power.get(base, 0) for power in powers) for base in bases}
        return frozenset((base, exponent) for base, exponent in least.items() if exponent)

    def _sign(self, whole: Polynomial) -> Sign:
        """Return the sign of a polynomial: no part may be negative, and one has to be positive; or a sum of squares."""
        parts = complements(whole.terms, lambda base: self._table[base].signed is Sign.UNIT)
        signs = [self._sign_of_term(monomial, coefficient) for monomial, coefficient in parts]
        if Sign.UNKNOWN in signs:
            told = is_sum_of_squares(whole.terms, self._has_root) or self._is_so_under_sums(whole)
            return Sign.NOT_NEGATIVE if told else Sign.UNKNOWN
        return Sign.POSITIVE if Sign.POSITIVE in signs else Sign.NOT_NEGATIVE

    def _is_so_under_sums(self, whole: Polynomial) -> bool:
        """Whether a polynomial is not negative since no summand is, where sums over the same range are one."""
        parts = gathered(whole, self)
        return bool(parts) and all(self._sign(part) is not Sign.UNKNOWN for part in parts)

    def _sign_of_term(self, monomial: Monomial, coefficient: Fraction) -> Sign:
        signs = [self._sign_of_power(base, exponent) for base, exponent in monomial]
        if coefficient < 0 or Sign.UNKNOWN in signs:
            return Sign.UNKNOWN
        return Sign.NOT_NEGATIVE if Sign.NOT_NEGATIVE in signs else Sign.POSITIVE

    def _sign_of_power(self, base: int, exponent: Exponent) -> Sign:
        signed = self._table[base].signed
        return Sign.NOT_NEGATIVE if signed is Sign.UNKNOWN and exponent % 2 == 0 else signed

    def _has_root(self, base: int, exponent: Exponent) -> bool:
        """Whether half a power of a generator is a real number wherever the power is one."""
        term = self._table[base]
        known = term.positive or (term.signed is Sign.NOT_NEGATIVE and exponent > 0)
        return known or exponent % 2 == 0
