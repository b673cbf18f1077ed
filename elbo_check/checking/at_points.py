"""Reads means that have no exact value at a few points: that of log(1 + e^z) under a Gaussian, or of log a mixture.

A mean under N(μ, σ²) is read as one over μ and μ ± a σ, a > 1 being drawn, with the masses 1 − 1/a² and 1/(2 a²): these
are a distribution of the same mean and variance, under which E is linear, convex functions obey Jensen, and so on. What
is true of Gaussians need not be true of it: where the sides of a step differ there, nothing is told of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import flint

from ..deadline import check_deadline
from ..errors import WitnessError
from .ball_polynomials import rational
from .gaussian_blocks import Block, point_at
from .gaussian_worlds import GaussianWorld
from .gaussians import GaussianReading, Values

__all__ = ["Assignment", "World"]

_MOST_COORDINATES = 5


class AtPoints(GaussianReading):
    """Means over a few points of each standard coordinate; those of indices and bits stay what they are."""

    kind = "few-point mean"

    def _over(self, blocks: list[Block], body: Any, variables: Sequence[Any], values: Values) -> Any:
        total: Any = flint.fmpq(0)
        for mass, standard in self._points(blocks):
            check_deadline()
            point = point_at(blocks, standard)
            bound = {variable.name: place for variable, place in zip(variables, point, strict=True)}
            total = self.reader.read(body, {**values, **bound}) * rational(mass) + total
        return total

    def _points(self, blocks: list[Block]) -> Iterator[tuple[Fraction, list[list[Any]]]]:
        number = sum(len(block.mean) for block in blocks)
        if number > _MOST_COORDINATES:
            raise WitnessError("there are too many points at which a mean would be read")
        away: Fraction = self.draws.get(("away from the mean",), _above_one)
        share = 1 / (2 * away * away)
        each = ((1 - 2 * share, Fraction(0)), (share, away), (share, -away))
        for chosen in itertools.product(each, repeat=number):
            mass, places = Fraction(1), iter([rational(place) for _, place in chosen])
            for own, _ in chosen:
                mass *= own
            yield mass, [list(itertools.islice(places, len(block.mean))) for block in blocks]

    def _integral(self, _node: Any, _values: Values) -> Any:
        raise WitnessError("an integral is not one over a few points")


class Assignment(AtPoints):
    """A rational assignment whose means are read at points."""


class World(AtPoints, GaussianWorld):
    """A Gaussian world whose means are read at points."""


def _above_one(rng: Random) -> Fraction:
    return Fraction(rng.randint(11, 29), 10)
