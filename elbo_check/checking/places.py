"""The outcomes of a finite world: they are real numbers, so that −x and 2 x have a meaning."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..witnesses.enumeration import LogSum
from .reading import Outcome

__all__ = ["NUMBERS", "Place", "Places", "as_number"]

NUMBERS = (Fraction(1), Fraction(-1), Fraction(2))  # what the outcomes of every space are


class Places(Outcome):
    """The outcomes of a block of coordinates."""

    __slots__ = ()

    @property
    def numbers(self) -> tuple[Any, ...]:
        """The real numbers that the outcomes are."""
        return tuple(LogSum.number(NUMBERS[place]) if isinstance(place, int) else place for place in self.places)


class Place(Places):
    """One outcome of a space; the outcomes are real numbers, so that −x and 2 x have a meaning."""

    __slots__ = ()

    def __init__(self, place: int) -> None:
        super().__init__((place,))

    @property
    def number(self) -> LogSum:
        """The real number that the outcome is."""
        return LogSum.number(NUMBERS[self.places[0]])

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
