"""Gaussians in numbers: blocks of coordinates, their log-densities and their expectations of polynomials."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import flint

from ..densities.normal import normal_log_density_terms
from ..errors import WitnessError
from ..witnesses import moments
from .ball_polynomials import BallPolynomial, fraction, rational
from .outcome import Outcome
from .undefined import NoValueError

__all__ = ["Block", "joined", "log_density", "mean_of", "point_at", "point_of"]


@dataclass(frozen=True, slots=True)
class Block:
    """N(mean, L Lᵀ) in numbers; a `joined` block is a single variable with several coordinates.

    `draws` are the numbers of coordinates of its parts, where these are blocks themselves.
    """

    mean: tuple[Any, ...]
    factor: tuple[tuple[Any, ...], ...]
    joined: bool = False
    draws: tuple[int, ...] = ()

    @property
    def names(self) -> int:
        """The number of variables that stand for its coordinates."""
        return 1 if self.joined else len(self.mean)

    @property
    def exact(self) -> bool:
        """Whether all its parameters are rational numbers."""
        return all(isinstance(entry, flint.fmpq) for row in (self.mean, *self.factor) for entry in row)


def joined(blocks: Sequence[Block]) -> Block:
    """Return independent blocks of one variable each as the coordinates of one variable, or as its draws."""
    if any(block.names != 1 or block.draws for block in blocks):
        raise WitnessError("a product over an index has scalar Gaussians, or blocks of them, as factors here")
    scales = [row[-1] for block in blocks for row in block.factor]
    rows = tuple((*(flint.fmpq(0) for _ in range(i)), scale) for i, scale in enumerate(scales))
    draws = tuple(len(block.mean) for block in blocks if block.joined)
    return Block(tuple(mean for block in blocks for mean in block.mean), rows, joined=True, draws=draws)


def point_of(blocks: Sequence[Block], numbers: Sequence[Sequence[int]]) -> list[Any]:
    """Return the variables of some blocks, by the numbers of their coordinates."""
    return _point(
        blocks, [[_coordinate(b, own, i) for i in range(len(own))] for b, own in zip(blocks, numbers, strict=True)]
    )


def point_at(blocks: Sequence[Block], standard: Sequence[Sequence[Any]]) -> list[Any]:
    """Return the variables of some blocks where their standard coordinates are numbers: z = m + L ε."""
    return _point(
        blocks, [[_combined(b, own, i) for i in range(len(own))] for b, own in zip(blocks, standard, strict=True)]
    )


def _point(blocks: Sequence[Block], coordinates: Sequence[list[Any]]) -> list[Any]:
    pairs = zip(blocks, coordinates, strict=True)
    return [place for block, own in pairs for place in ([_variable(block, own)] if block.joined else own)]


def _variable(block: Block, coordinates: list[Any]) -> Outcome:
    """Return the one variable of a joined block: its coordinates, or its draws with the coordinates of each."""
    if not block.draws:
        return Outcome(tuple(coordinates))
    rest = iter(coordinates)
    return Outcome(tuple(Outcome(tuple(itertools.islice(rest, size))) for size in block.draws))


def _coordinate(block: Block, own: Sequence[int], i: int) -> Any:
    """Return z_i: a variable of its own, or m_i + Σ L_ik ε_k where the parameters are not rational."""
    if block.exact:
        return BallPolynomial.variable(own[i])
    return _combined(block, [BallPolynomial.variable(number) for number in own], i)


def _combined(block: Block, standard: Sequence[Any], i: int) -> Any:
    """Return m_i + Σ L_ik ε_k."""
    form = BallPolynomial({(): flint.fmpq(0)}) + block.mean[i]
    for entry, at in zip(block.factor[i], standard, strict=False):
        form = form + at * entry
    return form


def log_density(blocks: Sequence[Block], point: Sequence[Any], world: Any) -> Any:
    """Return log N at a point, the residuals by forward substitution."""
    total, rest = flint.fmpq(0), list(point)
    for block in blocks:
        own, rest = rest[: block.names], rest[block.names :]
        total = total + _log_of_block(block, _coordinates(block, own), world)
    return total


def _log_of_block(block: Block, point: Sequence[Any], world: Any) -> Any:
    residuals: list[Any] = []
    total = flint.fmpq(0)
    for z, mean, row in zip(point, block.mean, block.factor, strict=True):
        distance = z - mean
        for entry, residual in zip(row, residuals, strict=False):
            distance = distance - residual * entry
        residuals.append(distance / row[-1])
        terms = normal_log_density_terms(residuals[-1], world.log(row[-1]), world)
        total = terms[0] + total + terms[1] + terms[2]
    return total


def _coordinates(block: Block, own: Sequence[Any]) -> list[Any]:
    """Return the coordinates that the variables of a block stand for."""
    places = list(own[0].places) if block.joined and isinstance(own[0], Outcome) else list(own)
    if block.draws:
        sizes = tuple(len(draw.places) if isinstance(draw, Outcome) else 1 for draw in places)
        if sizes != block.draws:
            raise NoValueError(f"draws of {block.draws} coordinates have no density at draws of {sizes}")
        places = [place for draw in places for place in draw.places]
    if block.joined and not isinstance(own[0], Outcome):
        raise WitnessError(f"a number stands where a block of coordinates is meant, here of {len(block.mean)}")
    if len(places) != len(block.mean):
        raise NoValueError(f"a density of {len(block.mean)} coordinates has no value at a point of {len(places)}")
    return places


def mean_of(body: Any, blocks: Sequence[Block], numbers: Sequence[Sequence[int]]) -> Any:
    """Return the expectation of a polynomial; powers of other variables stay."""
    if not isinstance(body, BallPolynomial):
        return body + flint.fmpq(0)  # which what is no number refuses
    result: dict[Any, Any] = {}
    for powers, coefficient in body.terms.items():
        held = dict(powers)
        weight = Fraction(1)
        for block, own in zip(blocks, numbers, strict=True):
            weight *= _moment(block, tuple(held.pop(number, 0) for number in own))
        rest = tuple(sorted(held.items()))
        term = coefficient * rational(weight)
        result[rest] = result[rest] + term if rest in result else term
    return result[()] if result.keys() == {()} else BallPolynomial(result)


def _moment(block: Block, exponents: tuple[int, ...]) -> Fraction:
    """Return E ∏ z_i^k_i by Stein's identity, or that of the standard coordinates where those were used."""
    if not block.exact:
        result = Fraction(1)
        for power in exponents:
            result *= moments.standard_moment(power)
        return result
    mean = tuple(fraction(entry) for entry in block.mean)
    rows = [[fraction(entry) for entry in row] for row in block.factor]
    return moments.moment(exponents, mean, moments.covariance_of(rows))
