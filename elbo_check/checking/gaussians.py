"""Reads expressions where every density is a Gaussian with rational parameters: moments in fractions, logs in balls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from random import Random
from typing import Any

import flint

from ..densities.normal import normal_log_density_terms
from ..errors import WitnessError
from ..nodes import Gaussian, Independent, Product
from ..witnesses import moments
from .ball_polynomials import BallPolynomial, Exponential, ball_polynomial_world, fraction, rational
from .reading import Abbreviations, Outcome, Reading, UndefinedError

__all__ = ["PRECISION", "GaussianReading"]

PRECISION = 256
_SMALL = 2.0**-160


@dataclass(frozen=True, slots=True)
class Block:
    """N(mean, L Lᵀ) in numbers; a `joined` block is a single variable with several coordinates."""

    mean: tuple[Fraction, ...]
    factor: tuple[tuple[Fraction, ...], ...]
    joined: bool = False

    @property
    def names(self) -> int:
        """The number of variables that stand for its coordinates."""
        return 1 if self.joined else len(self.mean)


class GaussianReading(Reading):
    """One assignment of rational numbers, arbitrary densities being Gaussians as well."""

    kind = "rational assignment"

    def __init__(self, seed: int, parameters: tuple[Any, ...], where: Abbreviations) -> None:
        self._coordinates = count()
        super().__init__(seed, parameters, where, ball_polynomial_world())

    def agreement(self, left: Any, relation: str, right: Any) -> bool | None:
        """Balls that exclude each other decide; tiny balls that overlap count as equal, larger ones as no answer."""
        ball = flint.arb(left - right)
        if not ball.is_finite():
            raise WitnessError("the two sides are not finite here")
        if not ball.contains(0):
            return (relation == "≤" and bool(ball < 0)) or (relation == "≥" and bool(ball > 0))
        return True if float(ball.rad()) <= _SMALL else None

    def _number(self, value: Fraction) -> Any:
        return rational(value)

    def _rational(self, value: Any) -> Fraction:
        return fraction(value)

    def _blocks(self, density: Any, values: Mapping[str, Any]) -> list[Block]:
        if isinstance(density, Product):
            return [block for factor in density.args for block in self._blocks(factor, values)]
        if isinstance(density, Gaussian):
            mean, factor = density.args
            rows = tuple(tuple(fraction(self.reader.read(entry, values)) for entry in row) for row in factor)
            if any(row[-1] <= 0 for row in rows):
                raise UndefinedError("a scale is not positive")
            return [Block(tuple(fraction(self.reader.read(entry, values)) for entry in mean), rows)]
        family, index = density.args[0].name, self._index(density.args[1], values)
        if isinstance(density, Independent):
            return [self._independent([self._member(family, j) for j in range(1, index + 1)])]
        mean, scale = self._member(family, index)
        return [Block((mean,), ((scale,),))]

    def _drawn_member(self, family: str, index: int) -> tuple[Fraction, Fraction]:
        """Draw the mean and the scale of q_j."""
        rng = Random(f"{self.seed} {family} {index}")
        mean, scale = Fraction(rng.randint(-9, 9), rng.randint(1, 5)), Fraction(rng.randint(1, 9), rng.randint(1, 5))
        self.drawn[f"{family}_{index}"] = f"N({mean}, ({scale})²)"
        return mean, scale

    @staticmethod
    def _independent(members: list[tuple[Fraction, Fraction]]) -> Block:
        zero = Fraction(0)
        rows = tuple((*(zero for _ in range(i)), scale) for i, (_, scale) in enumerate(members))
        return Block(tuple(mean for mean, _ in members), rows, joined=True)

    def _value(self, node: Any, values: Mapping[str, Any]) -> Any:
        density, *point = node.args
        return self._at(self._blocks(density, values), [self.reader.read(z, values) for z in point])

    def _at(self, blocks: list[Block], point: list[Any]) -> Any:
        """Return the density at a point, as the exponential of its logarithm."""
        log = flint.fmpq(0)
        for block in blocks:
            own, point = point[: block.names], point[block.names :]
            log = log + _log_density(block, _coordinates(block, own), self.reader.world)
        return Exponential(log)

    def _expectation(self, node: Any, values: Mapping[str, Any]) -> Any:
        density, body, *variables = node.args
        blocks = self._blocks(density, values)
        point, numbers = self._point(blocks)
        bound = {variable.name: place for variable, place in zip(variables, point, strict=True)}
        return _mean(self.reader.read(body, {**values, **bound}), blocks, numbers)

    def _kl(self, node: Any, values: Mapping[str, Any]) -> Any:
        q, p = (self._blocks(density, values) for density in node.args)
        point, numbers = self._point(q)
        return _mean(self._at(q, point).log - self._at(p, point).log, q, numbers)

    def _point(self, blocks: list[Block]) -> tuple[list[Any], list[list[int]]]:
        """Return new variables for the blocks, and the numbers of their coordinates block by block."""
        point: list[Any] = []
        numbers = []
        for block in blocks:
            own = [next(self._coordinates) for _ in block.mean]
            coordinates = [BallPolynomial.variable(number) for number in own]
            point.extend([Outcome(tuple(coordinates))] if block.joined else coordinates)
            numbers.append(own)
        return point, numbers


def _coordinates(block: Block, own: list[Any]) -> list[Any]:
    """Return the coordinates that the variables of a block stand for."""
    places = list(own[0].places) if block.joined and isinstance(own[0], Outcome) else own
    if len(places) != len(block.mean):
        raise UndefinedError(f"a density of {len(block.mean)} coordinates has no value at a point of {len(places)}")
    return places


def _log_density(block: Block, point: list[Any], world: Any) -> Any:
    """Return log N(point; mean, L Lᵀ), the residuals by forward substitution."""
    residuals: list[Any] = []
    total = flint.fmpq(0)
    for z, mean, row in zip(point, block.mean, block.factor, strict=True):
        distance = z - rational(mean)
        for entry, residual in zip(row, residuals, strict=False):
            distance = distance - rational(entry) * residual
        residuals.append(distance / rational(row[-1]))
        terms = normal_log_density_terms(residuals[-1], world.log(rational(row[-1])), world)
        total = total + terms[0] + terms[1] + terms[2]
    return total


def _mean(body: Any, blocks: list[Block], numbers: list[list[int]]) -> Any:
    """Return the expectation of a polynomial; powers of other variables stay."""
    if not isinstance(body, BallPolynomial):
        return body + flint.fmpq(0)  # which what is no number refuses
    result: dict[Any, Any] = {}
    covariances = [moments.covariance_of(block.factor) for block in blocks]
    for powers, coefficient in body.terms.items():
        held = dict(powers)
        weight = Fraction(1)
        for block, covariance, own in zip(blocks, covariances, numbers, strict=True):
            exponents = tuple(held.pop(number, 0) for number in own)
            weight *= moments.moment(exponents, block.mean, covariance)
        rest = tuple(sorted(held.items()))
        term = coefficient * rational(weight)
        result[rest] = result[rest] + term if rest in result else term
    return result[()] if result.keys() == {()} else BallPolynomial(result)
