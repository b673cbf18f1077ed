"""Exact numbers of which logarithms, exponentials and roots are parts: equal where they are formally equal.

A number is a quotient of polynomials over the rationals in log n, eʳ, log S, √S and e^S, S being such a number itself.
What is formally 0 is 0. What is not may be 0 all the same, so that only a ball tells two numbers apart.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from ..deadline import check_deadline
from .factors import as_fmpq, factors_of
from .formal_terms import ONE, Terms, bits_of, collected, content_of, product_of

__all__ = ["LOG_TWO_PI", "Formal", "TooLongError"]

_UNIT: Terms = {ONE: Fraction(1)}
_MOST_TERMS, _MOST_PRODUCTS = 300, 10_000
_MOST_BITS = 2**16


class TooLongError(ArithmeticError):
    """A number has too many terms to be kept exactly."""


@dataclass(frozen=True, slots=True)
class Part:
    """One transcendental or algebraic number: a function of a number."""

    function: str  # "log", "root", "exp", "e" (of 1) or "log 2π"
    of: Formal | None = None

    def ball(self) -> Any:
        """Return a ball around it."""
        if self.of is None:
            return flint.arb(1).exp() if self.function == "e" else (2 * flint.arb.pi()).log()
        inner = self.of.ball()
        return {"log": inner.log, "root": inner.sqrt, "exp": inner.exp}[self.function]()


_E = Part("e")


class Formal:
    """A quotient of two polynomials in `Part`s; never changed once made."""

    __slots__ = ("_hash", "bottom", "top")

    def __init__(self, top: Terms, bottom: Terms | None = None) -> None:
        bottom = bottom or _UNIT
        if len(top) > _MOST_TERMS or len(bottom) > _MOST_TERMS:
            raise TooLongError
        if len(bottom) == 1:
            ((monomial, coefficient),) = bottom.items()
            inverse = frozenset((part, -exponent) for part, exponent in monomial)
            top, bottom = {product_of(m, inverse): c / coefficient for m, c in top.items()}, _UNIT
        self.top, self.bottom = top, bottom
        self._hash = hash((frozenset(top.items()), frozenset(bottom.items())))

    @classmethod
    def number(cls, value: Fraction | int) -> Formal:
        """Return a rational number."""
        return cls({ONE: Fraction(value)} if value else {})

    @classmethod
    def of_logs(cls, terms: Mapping[tuple[int, ...], Fraction]) -> Formal:
        """Return Σ c ∏ log n."""
        products = (math.prod(map(_log_of_number, logs), start=cls.number(c)) for logs, c in terms.items())
        return sum(products, start=cls.number(0))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formal) and self.top == other.top and self.bottom == other.bottom

    def __add__(self, other: Formal) -> Formal:
        if self.bottom == other.bottom:
            return Formal(collected([*self.top.items(), *other.top.items()]), self.bottom)
        first, second = _multiplied(self.top, other.bottom), _multiplied(other.top, self.bottom)
        return (first + second) * _multiplied(self.bottom, other.bottom).inverse()

    def __mul__(self, other: Formal) -> Formal:
        top = _multiplied(self.top, other.top)
        if self.bottom == other.bottom == _UNIT:
            return top
        below = _multiplied(self.bottom, other.bottom)
        if below.bottom != _UNIT or top.bottom != _UNIT:
            return top * below.inverse()
        return Formal(top.top, below.top)

    def __neg__(self) -> Formal:
        return self.scaled(Fraction(-1))

    def __sub__(self, other: Formal) -> Formal:
        return self + -other

    def __pow__(self, exponent: int) -> Formal:
        """Return a whole power, by squares; raises `TooLongError` for one of too many digits."""
        base, left = self if exponent >= 0 else self.inverse(), abs(exponent)
        if left > 1 and left * (bits_of(base.top) + bits_of(base.bottom)) > _MOST_BITS:
            raise TooLongError
        result = Formal.number(1)
        while left:
            check_deadline()
            result = result * base if left % 2 else result
            base, left = base * base if left > 1 else base, left // 2
        return result

    def scaled(self, factor: Fraction) -> Formal:
        """Return factor·self."""
        return Formal({monomial: factor * c for monomial, c in self.top.items()} if factor else {}, self.bottom)

    def inverse(self) -> Formal:
        """Return 1/self; raises `ZeroDivisionError` for what is formally 0."""
        if not self.top:
            raise ZeroDivisionError
        return Formal(self.bottom, self.top) * Formal.number(1)  # which brings roots above the line

    @property
    def rational(self) -> Fraction | None:
        """The number, if it is rational as it stands."""
        known = self.bottom == _UNIT and self.top.keys() <= {ONE}
        return self.top.get(ONE, Fraction(0)) if known else None

    def ball(self) -> Any:
        """Return a ball around the number, at the precision of the running `flint.ctx`."""
        return _ball(self.top) / _ball(self.bottom)

    def log(self) -> Formal:
        """Return the logarithm of a number that is positive: a sum over its positive factors."""
        if self.bottom != _UNIT:
            apart = _ball(self.top) > 0 and _ball(self.bottom) > 0
            return Formal(self.top).log() - Formal(self.bottom).log() if apart else _single(Part("log", self))
        content, outside = content_of(self.top)
        inverse = Formal({frozenset((part, -exponent) for part, exponent in outside): 1 / content})
        result = _log_of_number(content.numerator) - _log_of_number(content.denominator)
        rest = self * inverse
        for part, exponent in outside:
            result = result + _log_of_part(part).scaled(Fraction(exponent))
        return result if rest.rational == 1 else result + _single(Part("log", rest))

    def root(self) -> Formal:
        """Return the square root of a number that is positive; the roots of different primes are different parts."""
        number = self.rational
        if number is None:
            return _single(Part("root", self))
        result = Formal.number(Fraction(1, number.denominator))
        for prime, times in factors_of(number.numerator * number.denominator):
            prime_root = _single(Part("root", Formal.number(prime)))
            result = result.scaled(Fraction(prime ** (times // 2))) * prime_root ** (times % 2)
        return result

    def exp(self) -> Formal:
        """Return e to the number: a product over its terms."""
        if self.bottom != _UNIT:
            return _single(Part("exp", self))
        result, rest = Formal.number(1), {}
        for monomial, coefficient in self.top.items():
            only = next(iter(monomial)) if len(monomial) == 1 else None
            if not monomial:
                result = result * Formal({frozenset({(_E, coefficient)}): Fraction(1)})
            elif only and only[0].function == "log" and only[0].of and only[1] == 1 and coefficient.denominator == 1:
                result = result * only[0].of ** int(coefficient)
            else:
                rest[monomial] = coefficient
        return result * _single(Part("exp", Formal(rest))) if rest else result


def _single(part: Part) -> Formal:
    return Formal({frozenset({(part, 1)}): Fraction(1)})


def _multiplied(one: Terms, other: Terms) -> Formal:
    """Return the product of two polynomials, in which no root is multiplied by itself."""
    if len(one) * len(other) > _MOST_PRODUCTS:
        raise TooLongError
    product = Formal(collected((product_of(a, b), c * d) for a, c in one.items() for b, d in other.items()))
    squared = next(
        (pair for m in product.top for pair in m if pair[0].function == "root" and pair[1] not in (0, 1)), None
    )
    return product if squared is None else _without_square(product, squared[0])


def _without_square(whole: Formal, root: Part) -> Formal:
    """Return the same number with √S·√S = S, and 1/√S = √S/S."""
    total = Formal.number(0)
    for monomial, coefficient in whole.top.items():
        exponent = int(dict(monomial).get(root, 0))
        kept = frozenset(pair for pair in monomial if pair[0] != root) | ({(root, 1)} if exponent % 2 else set())
        factor = root.of ** (exponent // 2) if root.of is not None else Formal.number(1)
        total = total + Formal({kept: coefficient}) * factor
    return total


def _ball(terms: Terms) -> Any:
    total = flint.arb(0)
    for monomial, coefficient in terms.items():
        product = flint.arb(as_fmpq(coefficient))
        for part, exponent in monomial:
            product *= flint.arb(as_fmpq(Fraction(exponent))).exp() if part == _E else part.ball() ** int(exponent)
        total += product
    return total


def _log_of_part(part: Part) -> Formal:
    """Return the logarithm of e, of a root or of an exponential."""
    if part.of is None:
        return Formal.number(1)
    return part.of.log().scaled(Fraction(1, 2)) if part.function == "root" else part.of


@functools.lru_cache(maxsize=4096)
def _log_of_number(number: int) -> Formal:
    """Return log n for a whole n > 0, by the factors of n."""
    logs: Terms = {}
    for prime, times in factors_of(number):
        logs[frozenset({(Part("log", Formal.number(prime)), 1)})] = Fraction(times)
    return Formal(logs)


LOG_TWO_PI = _single(Part("log 2π"))
