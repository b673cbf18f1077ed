"""Reads expressions about arbitrary densities in finite worlds with rational probabilities: exact, and decidable."""

from __future__ import annotations

import contextlib
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from random import Random
from typing import Any

import sympy

from ..boxes import written
from ..errors import WitnessError
from ..nodes import Maximum, derivative_parts, space_of
from ..reading import written_out
from ..witnesses import enumeration
from ..witnesses.enumeration import LogSum
from .block_parameters import BlockParameter
from .continuum import require_finite
from .draws import Draws, unusual
from .filled import Filled
from .finite_densities import Densities, Point, Read
from .finite_values import bits_of, exact_world, key_of, log_mass, plain
from .outline import Outline
from .places import Place
from .reading import Reading, require_short
from .real_balls import RealBall, exponential, logarithm, power, root, telling
from .slopes import slope_of
from .supports import require_same_outcomes
from .thinner import require_unchanged
from .undefined import DivisionByZeroError, LogOfZeroError, UndefinedError, all_defined, unabsorbed
from .zeros import certainly_zero, divides_by_density

__all__ = ["FiniteReading"]

Values = Mapping[str, Any]
_FUNCTION_VALUES = tuple(Fraction(n, d) for n, d in ((0, 1), (1, 1), (-1, 1), (2, 1), (1, 2), (-3, 2), (3, 1)))


class FiniteReading(Reading):
    """One world: each density is a table of small weights; some of them have zeros in some worlds."""

    kind = "finite world"

    def __init__(self, draws: Draws, outline: Outline, zeros: bool = False) -> None:
        self.zeros = zeros
        vanishing = frozenset(draws.get(("vanishing",), lambda rng: _some(rng, draws.seed, outline)) if zeros else ())
        filled = Filled()
        self.densities = Densities(draws, outline, vanishing, filled)
        for _, meaning in outline.where:
            require_finite(meaning, outline.calls, self.densities.moves)
        super().__init__(
            draws,
            outline,
            exact_world(),
            {
                sympy.Mul: self._product,
                sympy.Pow: self._power,
                sympy.log: self._logarithm,
                sympy.exp: self._exponential,
            },
            filled,
        )

    @property
    def full_support(self) -> bool:
        """Whether no density vanishes anywhere."""
        return not self.zeros and not any(map(self.densities.doubles, self.outline.doubled))

    def read(self, expression: Any) -> Any:
        """Return the value of an expression; raises `WitnessError` where it has none here, or needs the real line."""
        if expression not in self._known:
            require_finite(expression, self.outline.calls, self.densities.moves)
        return super().read(expression)

    def agreement(self, left: Any, relation: str, right: Any) -> bool | None:
        """Decide exactly whether the two sides are equal; if they are not, balls tell which is larger.

        Raises `WitnessError` where one side is known as a ball alone that does not exclude the other side.
        """
        difference = plain(left) - plain(right)
        zero: bool | None = difference.is_zero()
        if zero is None and isinstance(difference, RealBall):
            raise WitnessError("a ball does not tell whether the two sides differ")
        if zero or relation == "=":
            return zero
        ball = telling(difference)
        return None if ball is None else (relation == "≤") == bool(ball < 0)

    def require_same_outcomes(self, expressions: Sequence[Any]) -> None:
        """Require that the densities of one index have the same outcomes, for a law by which none vanishes."""
        require_same_outcomes(self, list(expressions))

    def require_told(self, expressions: Sequence[Any]) -> None:
        """Require that expressions are worth the same where outcomes are thinner, if these are numbers, too."""

        def make(changed: Mapping[Any, Any]) -> Reading:
            return FiniteReading(Draws(self.draws.seed, {**self.draws.made, **changed}), self.outline, self.zeros)

        require_unchanged(self, self.densities, make, expressions)

    def _parameter(self, symbol: Any) -> Any:
        space, index = self.outline.places.get(symbol.name), self.outline.ends.get(symbol.name)
        if index is not None and self.draws.seed % 2:  # Uniform(n) has the outcomes that a world lists
            return self._number(self.draws.get(("number", symbol), lambda _: Fraction(self.densities.size(index))))
        return super()._parameter(symbol) if space is None else self._place(symbol.name, space)

    def _coordinate(self, block: BlockParameter, place: int) -> Any:
        name, space = f"{block.symbol.name}_{place}", block.space
        return super()._coordinate(block, place) if space is None else self._place(name, space)

    def _place(self, name: str, space: str) -> Place:
        size = self.densities.size(space)
        place: int = self.draws.get(("place", name, space, size), lambda rng: rng.randrange(size))
        return Place(self.densities.numbers(space)[place])

    def _number(self, value: Fraction) -> Any:
        return LogSum.number(value)

    def _rational(self, value: Any) -> Fraction:
        return Fraction(plain(value).rational)

    def _read_with(self, values: Values) -> Read:
        return lambda expression, **bound: self.reader.read(expression, {**values, **bound})

    def _product(self, node: Any, values: Values) -> Any:
        """Multiply; a factor that is exactly 0 makes the product 0 even where another is log 0: 0·log 0 = 0.

        It does not where another is e^(−log 0): 0·∞ has no value.
        """
        result, undefined, zero = LogSum.number(1), None, False
        for part in node.args:
            try:
                factor = self.reader.read(part, values)
            except UndefinedError as reason:
                if not reason.absorbed:
                    raise
                undefined = reason
                continue
            zero = zero or (isinstance(factor, LogSum) and not factor.logs and not factor.constant)
            result = result * factor
        if undefined is not None and not zero:
            raise undefined
        return LogSum.number(0) if zero else result

    def _power(self, node: Any, values: Values) -> Any:
        """Take a power. Where no density vanishes one is 0 only at what is no outcome, and nothing is divided by it."""
        node = written_out(node, lambda exponent: self._limit(exponent, values))
        if not node.is_Pow:
            return self._exponential(node, values)
        exponent = node.exp
        with unabsorbed() if exponent.is_negative else contextlib.nullcontext():
            base = plain(self.reader.read(node.base, values))
        if exponent < 0 and base.is_zero():
            kind = DivisionByZeroError if divides_by_density(node.base) else WitnessError
            raise kind(f"{written(node.base)} is 0, and nothing is divided by it")
        require_short(bits_of(base), exponent)
        return power(base if exponent.q == 1 else root(base), int(exponent.p))

    def _exponential(self, node: Any, values: Values) -> Any:
        with unabsorbed():
            return exponential(self.number(node.args[0], values))

    def _logarithm(self, node: Any, values: Values) -> Any:
        (argument,) = node.args
        value = self.number(argument, values)
        if value.is_zero() and certainly_zero(argument, values, lambda part: self.number(part, values).rational):
            raise LogOfZeroError(f"{written(argument)} is 0, and log of 0 is not real")
        return logarithm(value)

    def _value(self, node: Any, values: Values) -> Any:
        density, *point = node.args
        places = tuple(self.reader.read(place, values) for place in point)
        return LogSum.number(self.densities.at(density, places, self._read_with(values)))

    def _outcomes(self, density: Any, values: Values) -> Iterator[tuple[Point, Fraction]]:
        return self.densities.outcomes(density, self._read_with(values))

    def _expectation(self, node: Any, values: Values) -> Any:
        density, body, *variables = node.args
        names, each = [variable.name for variable in variables], self._outcomes(density, values)

        def weighted(point: Point, probability: Fraction) -> tuple[Fraction, Any]:
            return probability, self.number(body, {**values, **dict(zip(names, point, strict=True))})

        return enumeration.expectation(all_defined(partial(weighted, *outcome) for outcome in each))

    def number(self, body: Any, values: Values) -> Any:
        """Return the value of an expression that must be a number."""
        return plain(self.reader.read(body, values))

    def _kl(self, node: Any, values: Values) -> Any:
        q, p = node.args
        read = self._read_with(values)
        return enumeration.expectation(
            (mass, log_mass(self.densities.at(q, point, read)) - log_mass(self.densities.at(p, point, read)))
            for point, mass in self._outcomes(q, values)
        )

    def _entropy(self, node: Any, values: Values) -> Any:
        (q,), read = node.args, self._read_with(values)
        points = self._outcomes(q, values)
        return enumeration.expectation((mass, -log_mass(self.densities.at(q, point, read))) for point, mass in points)

    def everywhere(self, variables: Any, values: Values) -> Iterator[tuple[Fraction, Values]]:
        """Run through all outcomes of the spaces of some variables, with the volume of each."""
        names, spaces = [variable.name for variable in variables], list(map(space_of, variables))
        for places in itertools.product(*(map(Place, self.densities.numbers(space)) for space in spaces)):
            volume = math.prod(map(self.densities.room, spaces, places), start=Fraction(1))
            yield volume, {**values, **dict(zip(names, places, strict=True))}

    def _integral(self, node: Any, values: Values) -> Any:
        body, *variables = node.args
        everywhere = self.everywhere(variables, values)
        return enumeration.expectation((volume, self.number(body, within)) for volume, within in everywhere)

    def _derivative(self, node: Any, values: Values) -> Any:
        body, parameter = derivative_parts(node)
        return slope_of(self, body, parameter, values)

    def _extremum(self, node: Any, values: Values) -> Any:
        body, variable = node.args
        relation = "≥" if isinstance(node, Maximum) else "≤"
        best: Any = None
        for _, within in self.everywhere((variable,), values):
            value = self.number(body, within)
            better = True if best is None else self.agreement(value, relation, best)
            if better is None:
                raise WitnessError("it is not decided which of two values is the larger")
            best = value if better else best
        return best

    def _function(self, node: Any, values: Values) -> Any:
        with unabsorbed():
            arguments = tuple(key_of(self.reader.read(argument, values)) for argument in node.args)
        key = ("function", node.func.__name__, arguments)
        return LogSum.number(self.draws.get(key, unusual if self.wide else lambda rng: rng.choice(_FUNCTION_VALUES)))


def _some(rng: Random, seed: int, outline: Outline) -> tuple[str, ...]:
    """Choose the names whose densities vanish somewhere: one after the other alone, then some of them."""
    names = sorted({*outline.forms, *outline.families})
    if seed < len(names):
        return (names[seed],)
    chosen = [name for name in names if rng.random() < 0.5]
    return tuple(chosen or rng.sample(names, min(1, len(names))))
