"""The outcomes of a finite world: they are real numbers, so that −x and 2 x have a meaning."""

from __future__ import annotations

import functools
from collections.abc import Collection
from fractions import Fraction
from typing import Any

from ..errors import WitnessError
from ..symbols import Unit
from ..witnesses.enumeration import LogSum
from .draws import fits
from .outcome import Outcome

__all__ = ["Place", "Places", "as_number", "has_room", "numbers_for"]

_NUMBERS = tuple(Fraction(*pair) for pair in ((1, 1), (-1, 1), (2, 1), (1, 2), (0, 1), (3, 1), (1, 3), (3, 4)))
_MOST = 3


def numbers_for(symbols: Collection[Any]) -> tuple[Fraction, ...]:
    """Return what the outcomes of a space may be, two or three numbers: all that its variables are assumed to be.

    Raises `WitnessError` where fewer than two of the numbers tried are.
    """
    found = _fitting(frozenset(symbols))
    if len(found) < 2:
        raise WitnessError("no two numbers were found that are what the variables of a space are assumed to be")
    return found


@functools.lru_cache(maxsize=1024)
def _fitting(symbols: frozenset[Any]) -> tuple[Fraction, ...]:
    return tuple(number for number in _NUMBERS if all(fits(symbol, number) for symbol in symbols))[:_MOST]


def has_room(symbols: Collection[Any], size: int, volume: Fraction) -> bool:
    """Whether so many outcomes of one volume have room in a space: a whole number and (0, 1) have the volume 1."""
    if any(symbol.is_integer for symbol in symbols):
        return volume == 1
    return volume * size <= 1 or not any(isinstance(symbol, Unit) for symbol in symbols)


class Places(Outcome):
    """The outcomes of a block of coordinates."""

    __slots__ = ()

    @property
    def numbers(self) -> tuple[Any, ...]:
        """The real numbers that the outcomes are."""
        return tuple(as_number(place) for place in self.places)


class Place(Places):
    """One outcome of a space, and the only coordinate of itself."""

    __slots__ = ("value",)

    def __init__(self, value: Fraction) -> None:
        super().__init__((self,))
        self.value = value

    @property
    def number(self) -> LogSum:
        """The real number that the outcome is."""
        return LogSum.number(self.value)

    def __add__(self, other: Any) -> Any:
        return self.number + as_number(other)

    def __mul__(self, other: Any) -> Any:
        return self.number * as_number(other)

    def __neg__(self) -> Any:
        return -self.number

    def __sub__(self, other: Any) -> Any:
        return self.number - as_number(other)

    def __truediv__(self, other: Any) -> Any:
        return self.number / as_number(other)

    def __rtruediv__(self, other: Any) -> Any:
        return as_number(other) / self.number

    def __pow__(self, power: int) -> Any:
        return self.number**power

    __radd__ = __add__
    __rmul__ = __mul__


def as_number(value: Any) -> Any:
    """Return the number that an outcome is, and any other value as it is."""
    return value.number if isinstance(value, Place) else value
