"""What every reading *by meaning* shares: numbers for the symbols, sums over an index, blocks of a density.

A reading is one assignment: it draws small rational numbers for the parameters from its seed and then says what an
expression is worth there. It knows no law, and rewrites nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

import sympy

from ..densities.world import World
from ..errors import WitnessError
from ..nodes import KL, Expectation, Value, sum_parts
from ..reading import Reader

__all__ = ["Abbreviations", "NoNumber", "Outcome", "Reading", "UndefinedError", "draw"]

LARGEST_COUNT = 64

Abbreviations = tuple[tuple[Any, Any], ...]
_TRIES = 40


class UndefinedError(WitnessError):
    """What was read is not defined there: the logarithm of a negative number, a density at a point of another space."""


class NoNumber:
    """A value with which nobody can reckon: an outcome, a block of coordinates. Every operation is refused."""

    __slots__ = ()
    what = "this value"

    def _refuse(self, *_: Any) -> Any:
        raise WitnessError(f"{self.what} is no number")

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __pow__ = _refuse


class Outcome(NoNumber):
    """One variable's place in a world: a tuple of coordinates."""

    __slots__ = ("places",)
    what = "an outcome"

    def __init__(self, places: tuple[Any, ...]) -> None:
        self.places = places


class Reading:
    """One assignment of numbers to the parameters of a chain, and the value of expressions at it."""

    kind = "reading"

    def __init__(self, seed: int, parameters: tuple[Any, ...], where: Abbreviations, world: World) -> None:
        self.seed = seed
        self.drawn: dict[str, Any] = {}
        handlers = {sympy.Sum: self._sum, Value: self._value, Expectation: self._expectation, KL: self._kl}
        self.reader = Reader(world, handlers)
        self.values: dict[str, Any] = {}
        self._known: dict[Any, Any] = {}
        self._members: dict[tuple[str, int], Any] = {}
        for symbol in parameters:
            number = draw(symbol, Random(f"{seed} {symbol.name}"))
            self.drawn[symbol.name] = number
            self.values[symbol.name] = self._number(number)
        for symbol, meaning in where:
            self.values[symbol.name] = self.reader.read(meaning, self.values)

    def read(self, expression: Any) -> Any:
        """Return the value of an expression; raises `WitnessError` where it has none here."""
        if expression not in self._known:
            self._known[expression] = self.reader.read(expression, self.values)
        return self._known[expression]

    def agreement(self, left: Any, relation: str, right: Any) -> bool | None:
        """Whether two values stand in the relation; None if the precision does not tell."""
        raise NotImplementedError

    def _number(self, value: Fraction) -> Any:
        raise NotImplementedError

    def _index(self, expression: Any, values: Mapping[str, Any]) -> int:
        """Return a whole number ≥ 0."""
        number = self._rational(self.reader.read(expression, values))
        if number.denominator != 1 or number < 0:
            raise UndefinedError(f"{number} is no index")
        if number > LARGEST_COUNT:
            raise WitnessError(f"{number} densities are too many to be read one by one")
        return int(number)

    def _rational(self, value: Any) -> Fraction:
        raise NotImplementedError

    def _member(self, family: str, index: int) -> Any:
        """Return q_j in numbers, drawn when first asked for."""
        if index < 1:
            raise UndefinedError(f"there is no {family}_{index}: densities are counted from 1")
        if (family, index) not in self._members:
            self._members[family, index] = self._drawn_member(family, index)
        return self._members[family, index]

    def _drawn_member(self, family: str, index: int) -> Any:
        raise NotImplementedError

    def _sum(self, node: Any, values: Mapping[str, Any]) -> Any:
        body, index, lower, upper = sum_parts(node)
        total = self._number(Fraction(0))
        for at in range(self._index(lower, values), self._index(upper, values) + 1):
            total = total + self.reader.read(body, {**values, index.name: self._number(Fraction(at))})
        return total

    def _value(self, node: Any, values: Mapping[str, Any]) -> Any:
        raise NotImplementedError

    def _expectation(self, node: Any, values: Mapping[str, Any]) -> Any:
        raise NotImplementedError

    def _kl(self, node: Any, values: Mapping[str, Any]) -> Any:
        raise NotImplementedError


def draw(symbol: Any, rng: Random) -> Fraction:
    """Return a small rational number that has every property the symbol is assumed to have.

    >>> draw(sympy.Symbol("J", integer=True, positive=True), Random(0)) in (1, 2)
    True

    Raises `WitnessError` where none of the numbers tried has them all.
    """
    if symbol.is_integer:
        candidates = [Fraction(n) for n in (*rng.sample((1, 2), 2), 0, -1, -2, 3)]
    else:
        candidates = [rng.choice((1, -1)) * Fraction(rng.randint(1, 9), rng.randint(1, 5)) for _ in range(_TRIES)]
    assumed = frozenset(symbol.assumptions0.items())
    fitting = next((candidate for candidate in candidates if _fits(assumed, candidate)), None)
    if fitting is None:
        raise WitnessError(f"no number was found that is what {symbol} is assumed to be")
    return fitting


@functools.lru_cache(maxsize=1024)
def _fits(assumed: frozenset[tuple[str, bool]], candidate: Fraction) -> bool:
    number = sympy.Rational(candidate.numerator, candidate.denominator)
    return all(getattr(number, f"is_{name}") == value for name, value in assumed)
