"""Reads arbitrary densities as marginals and conditionals of one joint Gaussian a name: normalised, on the real line.

The coordinate i of a space is m + u·t + √d·ε, with a factor t that all coordinates of the name share, and an ε of its
own: any marginal is one, and any conditional has rational coefficients and a rational covariance. A coordinate is drawn
when it is first named, so that a space has as many as the block has that stands in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

import flint

from ..errors import WitnessError
from ..nodes import Arbitrary
from .ball_polynomials import rational
from .draws import Draws, fits
from .exponentials import Exponentials
from .gaussian_blocks import Block, log_density
from .gaussians import NO_KIND, GaussianReading, Values
from .outcome import Outcome
from .outline import Outline

__all__ = ["GaussianWorld"]

_EVERY = 3
Coordinate = tuple[str, str, int]  # the name of the density, the space, and which of its coordinates


class GaussianWorld(GaussianReading):
    """One world in which all densities of one name are those of one joint Gaussian."""

    kind = "Gaussian world"
    normalised = True

    def __init__(self, draws: Draws, outline: Outline) -> None:
        self._sizes: dict[str, int] = {}
        super().__init__(draws, outline)

    def _coefficient(self, kind: str, name: str, powers: tuple[int, ...]) -> Fraction:
        """Return a coefficient of a test polynomial: now and then it is linear, where e^f is to have an expectation."""
        if self.outline.exponential and self.draws.seed % _EVERY == 1 and kind == "function" and len(powers) > 1:
            return Fraction(self.draws.get(("coefficient", name, powers, kind), lambda _: Fraction(0)))
        return super()._coefficient(kind, name, powers)

    def _blocks(self, density: Any, values: Values) -> list[Block]:
        if isinstance(density, Arbitrary):
            return [self._conditional(density, [1] * density.dimension, values)]
        return super()._blocks(density, values)

    def _density(self, density: Any, point: list[Any], values: Values) -> Any:
        places = [_coordinates(place) for place in point]
        block = self._conditional(density, [len(own) for own in places], values)
        return Exponentials.of(log_density([block], [place for own in places for place in own], self.reader.world))

    def _conditional(self, density: Any, sizes: Sequence[int], values: Values) -> Block:
        """Return N(m + K (y − n), C) for the density of its variables under those that are y."""
        name, spaces, under, given = density.args
        known = [_coordinates(self.reader.read(place, values)) for place in given]
        own = self._named(name.name, spaces, sizes)
        other = self._named(name.name, under, [len(places) for places in known])
        slope, covariance = self._regression(own, other)
        held = [place for places in known for place in places]
        away = [place - rational(self._drawn(at)[0]) for at, place in zip(other, held, strict=True)]
        means = []
        for row, at in enumerate(own):
            mean = rational(self._drawn(at)[0])
            for column, distance in enumerate(away):
                mean = distance * slope[row, column] + mean
            means.append(mean)
        return Block(tuple(means), _cholesky(covariance, self.reader.world.sqrt))

    def _regression(self, own: list[Coordinate], other: list[Coordinate]) -> tuple[Any, Any]:
        covariance = self._covariance(own, own)
        if not other:
            return None, covariance
        slope = self._covariance(own, other) * self._covariance(other, other).inv()
        return slope, covariance - slope * self._covariance(other, own)

    def _named(self, name: str, spaces: Any, sizes: Sequence[int]) -> list[Coordinate]:
        for space, size in zip(spaces, sizes, strict=True):
            if not all(fits(symbol, NO_KIND) for symbol in self.outline.kinds_of(space.name)):
                raise WitnessError(f"a Gaussian has outcomes that a variable of {space.name} is assumed not to be")
            if self._sizes.setdefault(space.name, size) != size:
                raise WitnessError(f"{space.name} stands for blocks of several sizes here")
        pairs = zip(spaces, sizes, strict=True)
        return [(name, space.name, place) for space, size in pairs for place in range(size)]

    def _covariance(self, rows: list[Coordinate], columns: list[Coordinate]) -> Any:
        entries = []
        for one in rows:
            for other in columns:
                (_, loading, variance), (_, second, _) = self._drawn(one), self._drawn(other)
                entries.append(rational(loading * second + (variance if one == other else 0)))
        return flint.fmpq_mat(len(rows), len(columns), entries)

    def _drawn(self, coordinate: Coordinate) -> tuple[Fraction, Fraction, Fraction]:
        made: tuple[Fraction, Fraction, Fraction] = self.draws.get(("normal", *coordinate), _mean_loading_variance)
        return made


def _mean_loading_variance(rng: Random) -> tuple[Fraction, Fraction, Fraction]:
    mean, loading = (Fraction(rng.choice((1, -1)) * rng.randint(1, 5), rng.randint(1, 3)) for _ in range(2))
    return mean, loading, Fraction(rng.randint(1, 6), rng.randint(1, 4))


def _coordinates(place: Any) -> list[Any]:
    """Return the coordinates of a place: those of a block, or the number that it is; of one draw, those of the draw."""
    places = list(place.places) if isinstance(place, Outcome) else [place]
    if len(places) == 1 and isinstance(places[0], Outcome):
        return _coordinates(places[0])
    if any(isinstance(one, Outcome) for one in places):
        raise WitnessError("a density of several draws is not computed in a Gaussian world")
    return places


def _cholesky(covariance: Any, sqrt: Any) -> tuple[tuple[Any, ...], ...]:
    rows: list[list[Any]] = []
    for i in range(covariance.nrows()):
        row: list[Any] = []
        for k, above in enumerate(rows):
            product = sum((row[m] * above[m] for m in range(k)), start=flint.fmpq(0))
            row.append((covariance[i, k] - product) / above[k])
        rows.append([*row, sqrt(covariance[i, i] - sum((entry * entry for entry in row), start=flint.fmpq(0)))])
    return tuple(map(tuple, rows))
