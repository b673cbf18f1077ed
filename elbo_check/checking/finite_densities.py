"""Densities in a finite world: tables of small whole weights, and the outcomes that they make possible."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

from ..boxes import written
from ..deadline import check_deadline
from ..errors import WitnessError
from ..nodes import Arbitrary, Bernoulli, Gaussian, Iterated, Member, Product, space_of_family, spaces_of
from ..witnesses.enumeration import LogSum
from .draws import Draws
from .filled import Filled
from .outcome import Outcome
from .outline import Outline
from .places import Place, Places, as_number
from .reading import LARGEST_COUNT, counted
from .spaces import Spaces
from .undefined import NoValueError, UndefinedError

__all__ = ["Densities"]

Read = Callable[..., Any]
Point = tuple[Any, ...]
Weighted = Iterator[tuple[Point, Fraction]]
Row = tuple[int, ...]

_LARGEST_WEIGHT = 3
_MOST_OUTCOMES = 4096
_LARGEST_TABLE = 2**14


class Densities(Spaces):
    """The densities of one world. With `zeros` those of some names vanish here and there."""

    def __init__(self, draws: Draws, outline: Outline, zeros: frozenset[str], filled: Filled) -> None:
        super().__init__(draws, outline)
        self.filled = filled
        self.zeros = zeros
        self._sums: dict[Any, Fraction] = {}
        self._chances: dict[Any, Fraction] = {}

    def outcomes(self, density: Any, read: Read) -> Weighted:
        """Run through the points of positive probability: one value for each variable, and the probability."""
        if isinstance(density, Product):
            return self._of_product([list(self.outcomes(factor, read)) for factor in density.args])
        if isinstance(density, Iterated):
            if isinstance(density.args[0], Iterated):
                raise WitnessError("draws of whole blocks are too many outcomes to be listed")
            return self._of_iterated(density, read)
        points = self._points(density, read)
        everywhere = ((point, self.at(density, point, read) * self._room_of(density, point)) for point in points)
        return ((point, mass) for point, mass in everywhere if mass)

    def at(self, density: Any, point: Point, read: Read) -> Fraction:
        """Return the density at a point: its probability, divided by its volume."""
        if isinstance(density, Product):
            return self._at_product(density, point, read)
        if isinstance(density, Iterated):
            factors, block = list(self._factors(density, read)), _block(point[0])
            if len(factors) != len(block):
                raise NoValueError(f"a density of {len(factors)} coordinates has no value at {len(block)} of them")
            return math.prod(
                (self.at(f, (place,), r) for (f, r), place in zip(factors, block, strict=True)),
                start=Fraction(1),
            )
        if isinstance(density, Arbitrary):
            return self._conditional(density, point, read)
        if isinstance(density, Member):
            return self._of_member(density, point, read)
        return _of_family(density, _number(point[0]), read)

    def _of_member(self, density: Any, point: Point, read: Read) -> Fraction:
        space = space_of_family(density.args[0].name)
        place, row = self.place(space, point[0]), self._row(density, counted(_whole(read(density.args[1]))))
        return row[place] / self.spread(space, point[0]) if place < len(row) else Fraction(0)

    def _room_of(self, density: Any, point: Point) -> Fraction:
        pairs = zip(spaces_of(density), point, strict=True)
        return math.prod((self.room(space, at) for space, at in pairs if space is not None), start=Fraction(1))

    def _points(self, density: Any, read: Read) -> Iterator[Point]:
        if isinstance(density, Arbitrary | Member):
            spaces = [map(Place, self.numbers(space)) for space in spaces_of(density) if space is not None]
            return itertools.product(*spaces)
        if isinstance(density, Gaussian):
            raise WitnessError("a Gaussian has no finite world")
        numbers = (0, 1) if isinstance(density, Bernoulli) else range(1, _upper(density, read) + 1)
        return ((LogSum.number(number),) for number in numbers)

    def _of_product(self, factors: list[list[tuple[Point, Fraction]]]) -> Weighted:
        if math.prod(map(len, factors)) > _MOST_OUTCOMES:
            raise WitnessError("there are too many outcomes to be listed")
        for chosen in itertools.product(*factors):
            mass = math.prod((mass for _, mass in chosen), start=Fraction(1))
            yield tuple(value for point, _ in chosen for value in point), mass

    def _of_iterated(self, density: Any, read: Read) -> Weighted:
        for point, mass in self._of_product([list(self.outcomes(f, r)) for f, r in self._factors(density, read)]):
            yield (Places(point),), mass

    def _factors(self, density: Any, read: Read) -> Iterator[tuple[Any, Read]]:
        factor, index, upper = density.args
        count = _whole(read(upper))
        if count > LARGEST_COUNT:
            raise WitnessError(f"{count} densities are too many to be read one by one")
        self.filled.note(density, bool(count))
        inside = self.filled.reader(density, read)
        for number in range(1, count + 1):
            yield factor, _with(inside, index.name, LogSum.number(number))

    def _at_product(self, density: Any, point: Point, read: Read) -> Fraction:
        result = Fraction(1)
        for factor in density.args:
            own, point = point[: factor.dimension], point[factor.dimension :]
            result *= self.at(factor, own, read)
        return result

    def _conditional(self, density: Any, point: Point, read: Read) -> Fraction:
        name, spaces, under, given = density.args
        below = {space.name: self.place(space.name, read(place)) for space, place in zip(under, given, strict=True)}
        above = below | {space.name: self.place(space.name, at) for space, at in zip(spaces, point, strict=True)}
        key = name.name, tuple(below.items()), tuple(above.items())
        if key not in self._chances:
            self._chances[key] = self._chance(density, below, above)
        spread = math.prod(map(self.spread, (space.name for space in spaces), point), start=Fraction(1))
        return self._chances[key] / spread

    def _chance(self, density: Any, below: Mapping[str, int], above: Mapping[str, int]) -> Fraction:
        """Return the probability of one outcome, given others; 0 if it is none."""
        name = density.args[0].name
        sizes = {space: self.size(space) for space in above}
        if any(place >= sizes[space] for space, place in below.items()):
            raise UndefinedError(f"{written(density)} conditions on what is no outcome")
        mass = self._mass(name, below)
        if not mass:
            raise UndefinedError(f"{name} has no mass where {written(density)} conditions")
        outside = any(place >= sizes[space] for space, place in above.items())
        return Fraction(0) if outside else self._mass(name, above) / mass

    def appears(self, name: str, space: str, here: int, there: int) -> bool:
        """Whether something is impossible at one place of a space, and possible at another."""
        spaces = self.outline.spaces(name)
        places = itertools.product(*(range(self.size(each)) for each in spaces))
        weights = dict(zip(places, self._weights(name, spaces), strict=True))
        axis = spaces.index(space)
        return any(
            not weight and weights[*at[:axis], there, *at[axis + 1 :]]
            for at, weight in weights.items()
            if at[axis] == here
        )

    def _mass(self, name: str, held: Mapping[str, int]) -> Fraction:
        """Return the sum of the joint weights of a name where some coordinates are held (not normalised)."""
        key = (name, *sorted(held.items()))
        if key not in self._sums:
            check_deadline()
            spaces = self.outline.spaces(name)
            sizes = [range(self.size(space)) for space in spaces]
            total = 0
            for weight, places in zip(self._weights(name, spaces), itertools.product(*sizes), strict=True):
                at = dict(zip(spaces, places, strict=True))
                total += weight if all(at[space] == place for space, place in held.items()) else 0
            self._sums[key] = Fraction(total)
        return self._sums[key]

    def _weights(self, name: str, spaces: tuple[str, ...]) -> Row:
        sizes = tuple(self.size(space) for space in spaces)
        if math.prod(sizes) > _LARGEST_TABLE:
            raise WitnessError(f"{name} has too many outcomes to be listed")
        least = 0 if name in self.zeros else 1
        row: Row = self.draws.get(("joint", name, spaces, sizes), lambda rng: _joint(rng, sizes, least))
        return row

    def _row(self, member: Member, index: int) -> tuple[Fraction, ...]:
        family = member.args[0].name
        sizes, least = (self.size(space_of_family(family)),), 0 if family in self.zeros else 1
        weights = self.draws.get(("member", family, index, sizes), lambda rng: _joint(rng, sizes, least))
        return tuple(Fraction(weight, sum(weights)) for weight in weights)


def _joint(rng: Random, sizes: tuple[int, ...], least: int) -> Row:
    """Draw weights, not all zero. Where some may be zero one is, or all at one place of one coordinate."""
    row = [rng.randint(least, _LARGEST_WEIGHT) for _ in range(math.prod(sizes))]
    places = list(itertools.product(*map(range, sizes)))
    gone = rng.choice(places)
    axes = [axis for axis, size in enumerate(sizes) if size > 1]
    if least == 0 and axes:
        axis = rng.choice(axes) if rng.random() < 0.5 else None
        lost = [at == gone if axis is None else at[axis] == gone[axis] for at in places]
        row = [0 if is_lost else weight for weight, is_lost in zip(row, lost, strict=True)]
        kept = rng.choice([number for number, is_lost in enumerate(lost) if not is_lost])
        row[kept] = row[kept] or 1
    elif not any(row):
        row = [1] * len(row)
    return tuple(row)


def _of_family(density: Any, number: Fraction, read: Read) -> Fraction:
    if isinstance(density, Gaussian):
        raise WitnessError("a Gaussian has no finite world")
    if isinstance(density, Bernoulli):
        parameter = _number(read(density.args[0]))
        return Fraction({Fraction(0): 1 - parameter, Fraction(1): parameter}.get(number, 0))
    upper = _upper(density, read)
    return Fraction(1, upper) if 1 <= number <= upper else Fraction(0)


def _upper(density: Any, read: Read) -> int:
    """Return how many indices a uniform density is over: over none it is no density."""
    upper = _whole(read(density.args[0]))
    if not upper:
        raise NoValueError("there is no uniform density over no indices")
    return upper


def _number(value: Any) -> Fraction:
    """Return a number as a fraction; an outcome is one, a block is none."""
    number = as_number(value)
    if not isinstance(number, LogSum):
        raise WitnessError("a bit or an index is a number")
    return number.rational


def _with(read: Read, name: str, value: Any) -> Read:
    return lambda expression, **bound: read(expression, **{name: value, **bound})


def _whole(value: Any) -> int:
    number = _number(value)
    if number.denominator != 1 or number < 0:
        raise NoValueError(f"{number} is no number of densities")
    return int(number)


def _block(value: Any) -> tuple[Any, ...]:
    if not isinstance(value, Outcome):
        raise WitnessError("a product over an index is taken at a block of coordinates")
    return value.places
