"""Reads expressions about arbitrary densities in finite worlds with rational probabilities: exact, and decidable."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from random import Random
from typing import Any

import flint

from ..densities.world import World
from ..errors import WitnessError
from ..nodes import Gaussian, Independent, Product
from ..witnesses import enumeration
from ..witnesses.enumeration import LogSum
from .reading import Abbreviations, Outcome, Reading, UndefinedError

__all__ = ["FiniteReading"]

Vector = tuple[Fraction, ...]
Block = tuple[Vector, ...]  # the coordinates that one variable stands for


class FiniteReading(Reading):
    """One world: every q_j is a short list of rational probabilities, some of them zero in every other world."""

    kind = "finite world"

    def __init__(self, seed: int, parameters: tuple[Any, ...], where: Abbreviations) -> None:
        world = World(
            name="finite worlds",
            half=LogSum.number(Fraction(1, 2)),
            log=_log,
            exp=_refuse,
            sqrt=_refuse,
            log_two_pi=lambda: _refuse(None),
            exact=LogSum.number,
        )
        super().__init__(seed, parameters, where, world)

    def agreement(self, left: Any, relation: str, right: Any) -> bool | None:
        """Decide exactly whether the two sides are equal; if they are not, balls tell which is larger."""
        difference = left - right
        if difference.is_zero():
            return True
        return relation != "=" and (relation == "≤") == bool(_ball(difference) < 0)

    def _number(self, value: Fraction) -> Any:
        return LogSum.number(value)

    def _rational(self, value: Any) -> Fraction:
        return Fraction(value.rational)

    def _blocks(self, density: Any, values: Mapping[str, Any]) -> list[Block]:
        if isinstance(density, Product):
            return [block for factor in density.args for block in self._blocks(factor, values)]
        if isinstance(density, Gaussian):
            raise WitnessError("a Gaussian has no finite world")
        family, index = density.args[0].name, self._index(density.args[1], values)
        block = range(1, index + 1) if isinstance(density, Independent) else (index,)
        return [tuple(self._member(family, j) for j in block)]

    def _drawn_member(self, family: str, index: int) -> Vector:
        """Draw the probabilities of q_j; all of them have the same outcomes."""
        size = 3 if self.seed == 0 else 2
        zeros = self.seed % 2 == 1 and Random(f"{self.seed} zeros {family}").random() < 0.5
        vector = enumeration.probabilities(Random(f"{self.seed} {family} {index}"), size, zeros=zeros)
        self.drawn[f"{family}_{index}"] = vector
        return vector

    def _value(self, node: Any, values: Mapping[str, Any]) -> Any:
        density, *point = node.args
        return LogSum.number(_at(self._blocks(density, values), [_outcome(z, values) for z in point]))

    def _expectation(self, node: Any, values: Mapping[str, Any]) -> Any:
        density, body, *variables = node.args
        blocks = self._blocks(density, values)

        def weighted() -> Any:
            for point, probability in _outcomes(blocks):
                bound = {variable.name: outcome for variable, outcome in zip(variables, point, strict=True)}
                value = self.reader.read(body, {**values, **bound})
                if not isinstance(value, LogSum):
                    raise WitnessError("an outcome has no mean in a finite world")
                yield probability, value

        return enumeration.expectation(weighted())

    def _kl(self, node: Any, values: Mapping[str, Any]) -> Any:
        q, p = (self._blocks(density, values) for density in node.args)
        return enumeration.expectation(
            (probability, _log(LogSum.number(_at(q, point))) - _log(LogSum.number(_at(p, point))))
            for point, probability in _outcomes(q)
        )


def _outcomes(blocks: list[Block]) -> Any:
    """Run through the outcomes of positive probability: one tuple of places a block, and the probability."""
    for places, probability in enumeration.joint([vector for block in blocks for vector in block]):
        rest = iter(places)
        yield [Outcome(tuple(next(rest) for _ in block)) for block in blocks], probability


def _at(blocks: list[Block], point: list[Outcome]) -> Fraction:
    result = Fraction(1)
    for block, places in zip(blocks, (outcome.places for outcome in point), strict=True):
        if len(block) != len(places):
            raise UndefinedError(f"a density of {len(block)} coordinates has no value at a point of {len(places)}")
        for vector, place in zip(block, places, strict=True):
            result *= vector[place]
    return result


def _outcome(coordinate: Any, values: Mapping[str, Any]) -> Outcome:
    outcome = values.get(coordinate.name) if coordinate.is_Symbol else None
    if not isinstance(outcome, Outcome):
        raise WitnessError(f"{coordinate} is no outcome of a finite world")
    return outcome


def _log(value: LogSum) -> LogSum:
    return LogSum.log(value.rational)


def _refuse(_: Any) -> Any:
    raise WitnessError("exp, √ and π have no rational value in a finite world")


def _ball(value: LogSum) -> Any:
    """Return a ball around a value that is not zero, fine enough to tell its sign."""
    bits = 128
    while True:
        with flint.ctx.workprec(bits):
            ball = flint.arb(_rational(value.constant))
            for number, coefficient in value.logs.items():
                ball += flint.arb(number).log() * _rational(coefficient)
        if not ball.contains(0):
            return ball
        bits *= 2


def _rational(number: Fraction) -> Any:
    return flint.fmpq(number.numerator, number.denominator)
