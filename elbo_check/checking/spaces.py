"""The spaces of a finite world: a few outcomes each, which are numbers, and how much room one of them takes."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..errors import WitnessError
from ..witnesses.enumeration import LogSum
from .draws import Draws
from .outline import Outline
from .places import as_number, has_room, numbers_for
from .reading import NoValueError, Outcome

__all__ = ["Spaces"]

_VOLUMES = (Fraction(1), Fraction(1), Fraction(1, 2), Fraction(1, 4), Fraction(1, 8))


class Spaces:
    """The spaces of one world, by their names."""

    def __init__(self, draws: Draws, outline: Outline) -> None:
        self.draws = draws
        self.outline = outline

    def size(self, space: str) -> int:
        """Return the number of outcomes of a space: two, or now and then three."""
        return len(self.numbers(space))

    def numbers(self, space: str) -> tuple[Fraction, ...]:
        """Return the outcomes of a space: each is what all variables of the space are assumed to be."""
        number: int = self.draws.get(("size", space), lambda rng: rng.choice((2, 2, 3)))
        return numbers_for(self.outline.kinds.get(space, ()))[:number]

    def place(self, space: str, value: Any) -> int:
        """Return which outcome of a space a variable or a number is; what is none lies beyond all of them."""
        number, numbers = _outcome(value), self.numbers(space)
        return numbers.index(number) if number in numbers else len(numbers)

    def volume(self, space: str) -> Fraction:
        """Return the volume of one outcome of a space: 1, or now and then less, so that a density may be above e.

        That of a whole number is 1; between 0 and 1 there is room for a volume of 1 in all.
        """
        kinds, size = self.outline.kinds.get(space, ()), self.size(space)
        possible = [volume for volume in _VOLUMES if has_room(kinds, size, volume)]
        volume: Fraction = self.draws.get(("volume", space), lambda rng: rng.choice(possible))
        if not has_room(kinds, size, volume):
            raise WitnessError(f"there is no room for {size} outcomes of volume {volume} in the space {space}")
        return volume

    def mirrored(self, space: str) -> bool:
        """Whether the negative of every outcome of a space is an outcome, too."""
        numbers = self.numbers(space)
        return all(-number in numbers for number in numbers)

    def whole(self, space: str) -> bool:
        """Whether the outcomes of a space are whole numbers, and no parts of a line."""
        return any(symbol.is_integer for symbol in self.outline.kinds.get(space, ()))


def _outcome(value: Any) -> Fraction:
    """Return the number that a variable, or a block of one coordinate, is."""
    if isinstance(value, Outcome) and len(value.places) != 1:
        raise NoValueError(f"a density of one coordinate has no value at a block of {len(value.places)}")
    number = as_number(value.places[0] if isinstance(value, Outcome) else value)
    if not isinstance(number, LogSum) or number.logs:
        raise WitnessError("a density of a finite world is taken at outcomes of its space")
    return number.constant
