"""The spaces of a finite world: a few outcomes each, which are numbers, and how much room one of them takes.

Where a density is taken at 2 z, outcomes are [1, 2), [2, 4) and so on, and the last is all that is beyond: there each
density is a fourth at 2 z of what it is at z, so that half of the mass lies in the first part [2ⁿ, 2ⁿ⁺¹), a fourth in
the next. One of the parts stands for all: which one, and how many are listed before it, makes no difference to what is
told (`checking/thinner`).
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from ..errors import WitnessError
from ..symbols import kind_of
from ..witnesses.enumeration import LogSum
from .draws import Draws, fits
from .outcome import Outcome
from .outline import Outline
from .places import Place, as_number, has_room, numbers_for
from .undefined import NoValueError

__all__ = ["Spaces"]

_TWO = Fraction(2)
_BEYOND = Fraction(5, 2)  # what may be this number may be any number above it
_VOLUMES = (Fraction(1), Fraction(1), Fraction(1, 2), Fraction(1, 4), Fraction(1, 8))


class Spaces:
    """The spaces of one world, by their names."""

    def __init__(self, draws: Draws, outline: Outline) -> None:
        self.draws = draws
        self.outline = outline
        self._numbers: dict[str, tuple[Fraction, ...]] = {}
        self._sizes: dict[str, int] = {}
        self._volumes: dict[str, Fraction] = {}
        self._doubles: dict[str, bool] = {}

    def size(self, space: str) -> int:
        """Return the number of outcomes of a space that have weights: two, or now and then three."""
        if space not in self._sizes:
            self._sizes[space] = len(self.numbers(space)) - self._beyond(space)[0]
        return self._sizes[space]

    def numbers(self, space: str) -> tuple[Fraction, ...]:
        """Return the outcomes of a space: each is what all variables of the space are assumed to be."""
        if space not in self._numbers:
            self._numbers[space] = self._listed(space)
        return self._numbers[space]

    def _listed(self, space: str) -> tuple[Fraction, ...]:
        number: int = self.draws.get(("size", self.outline.name_of(space)), lambda rng: rng.choice((2, 2, 3)))
        if self.doubles(space):
            listed, depth = self._beyond(space)
            last = number - 1 + listed
            return tuple(Fraction(2**power) for power in (*range(last), last + depth))
        return numbers_for(self.outline.kinds_of(space))[:number]

    def place(self, space: str, value: Any) -> int:
        """Return which outcome of a space a variable or a number is; what is none lies beyond all of them."""
        number, numbers = _outcome(value), self.numbers(space)
        if self.doubles(space) and _power_of_two(number) is not None:
            return min(_power_of_two(number) or 0, self.size(space) - 1)
        return numbers.index(number) if number in numbers else len(numbers)

    def volume(self, space: str) -> Fraction:
        """Return the volume of one outcome of a space: 1, or now and then less, so that a density may be above e.

        That of a whole number is 1; between 0 and 1 there is room for a volume of 1 in all.
        """
        if space not in self._volumes:
            self._volumes[space] = self._drawn_volume(space)
        return self._volumes[space]

    def _drawn_volume(self, space: str) -> Fraction:
        kinds, size = self.outline.kinds_of(space), self.size(space)

        def drawn(rng: Random) -> Fraction:
            return rng.choice([volume for volume in _VOLUMES if has_room(kinds, size, volume)])

        volume: Fraction = self.draws.get(("volume", self.outline.name_of(space)), drawn)
        if not has_room(kinds, size, volume):
            raise WitnessError(f"there is no room for {size} outcomes of volume {volume} in the space {space}")
        return volume

    def room(self, space: str, value: Any) -> Fraction:
        """Return how much of the line an outcome is, as if its density were the same on all of it."""
        number = _outcome(value)
        if not self.doubles(space):
            return self.volume(space)
        if number == self.numbers(space)[-1]:
            return self.spread(space, value) / _TWO ** self._beyond(space)[0]
        return self.volume(space) * number

    def spread(self, space: str, value: Any) -> Fraction:
        """Return over how much of the line a weight is spread at an outcome."""
        power = _power_of_two(_outcome(value)) if self.doubles(space) else None
        if power is None:
            return self.volume(space)
        last = self.size(space) - 1
        return self.volume(space) * (_TWO**power if power < last else _TWO ** (2 * power - last + 1))

    def doubles(self, space: str) -> bool:
        """Whether the outcomes of a space double from one to the next."""
        if space not in self._doubles:
            doubled = self.outline.name_of(space) in self.outline.doubled
            self._doubles[space] = doubled and all(fits(symbol, _BEYOND) for symbol in self.outline.kinds_of(space))
        return self._doubles[space]

    def moves(self, space: str, other: str, factor: Any) -> bool:
        """Whether the outcomes of a space times a factor are outcomes of another, as parts of the line."""
        same = self.outline.name_of(space) == self.outline.name_of(other)
        if factor == 2 or self.doubles(space):
            return same and self.doubles(space) and factor in (1, 2)
        numbers, others = self.numbers(space), self.numbers(other)
        alike = same or (
            self._kind(space) == self._kind(other) and numbers == others and self.volume(space) == self.volume(other)
        )
        return alike and (factor == 1 or (factor == -1 and all(-number in numbers for number in numbers)))

    def _beyond(self, space: str) -> tuple[int, int]:
        """Return how many parts beyond are listed, and how many are passed over up to the one that stands for all."""
        if not self.doubles(space):
            return 0, 0
        beyond: tuple[int, int] = self.draws.get(("beyond", self.outline.name_of(space)), lambda _: (0, 0))
        return beyond

    def whole(self, space: str) -> bool:
        """Whether the outcomes of a space are whole numbers, and no parts of a line."""
        return any(symbol.is_integer for symbol in self.outline.kinds_of(space))

    def _kind(self, space: str) -> str:
        """Return what the outcomes of a space are; all symbols that say it are of one kind."""
        return next(map(kind_of, self.outline.kinds_of(space)), "real")


def _power_of_two(number: Fraction) -> int | None:
    """Return n where a number is 2ⁿ, for n ≥ 0."""
    whole = number.denominator == 1 and number > 0 and number.numerator.bit_count() == 1
    return number.numerator.bit_length() - 1 if whole else None


def _outcome(value: Any) -> Fraction:
    """Return the number that a variable, or a block of one coordinate, is."""
    if isinstance(value, Place):
        return value.value
    if isinstance(value, Outcome) and len(value.places) != 1:
        raise NoValueError(f"a density of one coordinate has no value at a block of {len(value.places)}")
    number = as_number(value.places[0] if isinstance(value, Outcome) else value)
    if not isinstance(number, LogSum) or number.logs:
        raise WitnessError("a density of a finite world is taken at outcomes of its space")
    return number.constant
