"""Reads expressions where every density is a Gaussian with rational parameters: moments in fractions, logs in balls.

A density of which only the name is known is read as the exponential of a test polynomial: it is not normalised, so that
only its logarithm is read, in equations, and only where a chain uses one form of the name. A function is one, too.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

import flint
import sympy

from ..boxes import written
from ..deadline import check_deadline
from ..errors import WitnessError
from ..nodes import Arbitrary, Bernoulli, Gaussian, Iterated, Member, Product, Uniform, derivative_parts
from ..reading import written_out
from .ball_polynomials import BallPolynomial, bits_of, constant, fraction, infinitesimal, rational
from .ball_worlds import ball_polynomial_world
from .draws import Draws, fits
from .exponentials import INFINITESIMAL, Exponentials, change_of, settled
from .filled import Filled
from .gaussian_blocks import Block, joined, log_density, mean_of, point_of
from .gaussian_means import expectation
from .outcome import Outcome
from .outline import Outline
from .reading import Reading, counted, require_short
from .undefined import NoValueError, UndefinedError

__all__ = ["NO_KIND", "PRECISION", "GaussianReading", "Values"]

PRECISION = 256
_SMALL = 2.0**-160
_STANDARD = Block((flint.fmpq(0),), ((flint.fmpq(1),),))
_MOST_OUTCOMES = 2**14
NO_KIND = Fraction(-1, 3)  # a symbol that may be this may be any real number

Values = Mapping[str, Any]


class GaussianReading(Reading):
    """One assignment of rational numbers, arbitrary densities being Gaussians as well."""

    kind = "rational assignment"
    normalised = False  # arbitrary densities are not

    def __init__(self, draws: Draws, outline: Outline) -> None:
        self._coordinates = itertools.count()
        super().__init__(draws, outline, ball_polynomial_world(), {sympy.Pow: self._power}, Filled())

    def read(self, expression: Any) -> Any:
        """Return the number that an expression is worth; raises `WitnessError` where it is none."""
        return constant(super().read(expression))

    def agreement(self, left: Any, relation: str, right: Any) -> bool | None:
        """Balls that exclude each other decide; tiny balls that overlap count as equal, larger ones as no answer."""
        difference = left - right
        ball = flint.arb(difference)
        if not ball.is_finite():
            raise WitnessError("the two sides are not finite here")
        if not ball.contains(0):
            return (relation == "≤" and bool(ball < 0)) or (relation == "≥" and bool(ball > 0))
        size = max(flint.arb(1), flint.arb(left).abs_lower())
        return True if flint.arb(ball.rad()) <= _SMALL * size else None

    def certainly(self, left: Any, relation: str, right: Any) -> bool:
        """Balls that overlap are not certainly equal: only what is 0 exactly is."""
        ball = flint.arb(left - right)
        if relation == "=":
            return bool(ball == 0)
        return bool(ball <= 0) if relation == "≤" else bool(ball >= 0)

    def _power(self, node: Any, values: Values) -> Any:
        node = written_out(node, lambda exponent: self._limit(exponent, values))
        if not node.is_Pow:
            return self.reader.read(node, values)
        base = self.reader.read(node.base, values)
        require_short(bits_of(base), node.exp)
        return self.reader.power(base, node.exp)

    def _number(self, value: Fraction) -> Any:
        return rational(value)

    def _rational(self, value: Any) -> Fraction:
        return fraction(value)

    def _blocks(self, density: Any, values: Values) -> list[Block]:
        if isinstance(density, Product):
            return [block for factor in density.args for block in self._blocks(factor, values)]
        if isinstance(density, Gaussian):
            return [self._gaussian(density, values)]
        if isinstance(density, Iterated):
            each = self._each(density, values, lambda within: self._blocks(density.args[0], within))
            return [joined([block for blocks in each for block in blocks])]
        if isinstance(density, Member):
            family, index = density.args[0].name, counted(self._index(density.args[1], values))
            if not all(fits(symbol, NO_KIND) for symbol in self.outline.kinds_of_family(family)):
                raise WitnessError("a Gaussian has outcomes that a variable of the families is assumed not to be")
            mean, scale = self.draws.get(("gaussian", family, index), _mean_and_scale)
            return [Block((rational(mean),), ((rational(scale),),))]
        raise WitnessError(f"{written(density)} is no Gaussian, and is not normalised here")

    def _gaussian(self, density: Any, values: Values) -> Block:
        mean, factor = density.args
        rows = tuple(tuple(self.reader.read(entry, values) for entry in row) for row in factor)
        for row in rows:
            scale = flint.arb(infinitesimal(row[-1])[0])
            if not scale > 0:
                raise (NoValueError if scale <= 0 else WitnessError)("a scale is not positive")
        return Block(tuple(self.reader.read(entry, values) for entry in mean), rows)

    def _value(self, node: Any, values: Values) -> Any:
        density, *point = node.args
        places = [self.reader.read(place, values) for place in point]
        if isinstance(density, Arbitrary):
            return self._density(density, places, values)
        if isinstance(density, Bernoulli):
            return self._mass(density, places[0], values)
        return Exponentials.of(log_density(self._blocks(density, values), places, self.reader.world))

    def _density(self, density: Any, point: list[Any], values: Values) -> Any:
        name = density.args[0].name
        if len(self.outline.forms[name]) > 1:
            raise WitnessError(f"{name} is used in several forms, which test polynomials cannot all be")
        given = [self.reader.read(place, values) for place in density.args[3]]
        return Exponentials.of(self._polynomial("density", name, [*point, *given]), normalised=False)

    def _mass(self, density: Any, bit: Any, values: Values) -> Any:
        """Return y for the bit 1 and 1 − y for the bit 0."""
        probability = self.reader.read(density.args[0], values)
        if fraction(bit) not in (0, 1):
            raise UndefinedError(f"a bit is 0 or 1, not {bit}")
        return probability if bit == 1 else 1 - probability

    def _expectation(self, node: Any, values: Values) -> Any:
        density, body, *variables = node.args
        each = density.args[0] if isinstance(density, Iterated) else density
        if isinstance(each, Uniform | Bernoulli):
            return self._finite(density, body, variables[0], values)
        return self._over(self._blocks(density, values), body, variables, values)

    def _over(self, blocks: list[Block], body: Any, variables: Sequence[Any], values: Values) -> Any:
        numbers = self._fresh(blocks)
        bound = {v.name: place for v, place in zip(variables, point_of(blocks, numbers), strict=True)}
        return expectation(self.reader.read(body, {**values, **bound}), blocks, numbers)

    def _integral(self, node: Any, values: Values) -> Any:
        """Return ∫ f dz over the real line, which is E[f(z)/N(z; 0, 1)] under N(0, 1)."""
        body, *variables = node.args
        blocks = [_STANDARD] * len(variables)
        numbers = self._fresh(blocks)
        places = point_of(blocks, numbers)
        bound = {variable.name: place for variable, place in zip(variables, places, strict=True)}
        weight = Exponentials.of(-log_density(blocks, places, self.reader.world))
        return expectation(weight * self.reader.read(body, {**values, **bound}), blocks, numbers)

    def _finite(self, density: Any, body: Any, variable: Any, values: Values) -> Any:
        total = rational(Fraction(0))
        for place, mass in self._masses(density, values):
            total = total + self.reader.read(body, {**values, variable.name: place}) * mass
        return total

    def _masses(self, density: Any, values: Values) -> list[tuple[Any, Any]]:
        if isinstance(density, Bernoulli):
            probability = self.reader.read(density.args[0], values)
            return [(flint.fmpq(1), probability), (flint.fmpq(0), 1 - probability)]
        if isinstance(density, Uniform):
            number = self._index(density.args[0], values)
            if not number:
                raise NoValueError("there is no uniform density over no indices")
            return [(flint.fmpq(place), flint.fmpq(1, number)) for place in range(1, number + 1)]
        each = self._each(density, values, lambda within: self._masses(density.args[0], within))
        if math.prod(map(len, each)) > _MOST_OUTCOMES:
            raise WitnessError("there are too many outcomes to be listed")
        result = []
        for chosen in itertools.product(*each):
            check_deadline()
            mass = flint.fmpq(1)
            for _, own in chosen:
                mass = mass * own
            result.append((Outcome(tuple(place for place, _ in chosen)), mass))
        return result

    def _fresh(self, blocks: Sequence[Block]) -> list[list[int]]:
        return [[next(self._coordinates) for _ in block.mean] for block in blocks]

    def _kl(self, node: Any, values: Values) -> Any:
        q, p = (self._blocks(density, values) for density in node.args)
        return self._mean_log(q, [(q, 1), (p, -1)])

    def _entropy(self, node: Any, values: Values) -> Any:
        blocks = self._blocks(node.args[0], values)
        return self._mean_log(blocks, [(blocks, -1)])

    def _mean_log(self, q: list[Block], terms: list[tuple[list[Block], int]]) -> Any:
        numbers = self._fresh(q)
        point = point_of(q, numbers)
        total = flint.fmpq(0)
        for blocks, sign in terms:
            total = log_density(blocks, point, self.reader.world) * flint.fmpq(sign) + total
        return mean_of(total, q, numbers)

    def _function(self, node: Any, values: Values) -> Any:
        arguments = [self.reader.read(argument, values) for argument in node.args]
        return self._polynomial("function", node.func.__name__, arguments)

    def _polynomial(self, kind: str, name: str, arguments: list[Any]) -> Any:
        """Return the test polynomial of a name: of degree two in all coordinates, and three in the first."""
        each = (list(part.places) if isinstance(part, Outcome) else [part] for part in arguments)
        places = list(itertools.chain.from_iterable(each))
        total = rational(self._coefficient(kind, name, ()))
        for i, place in enumerate(places):
            total = place * rational(self._coefficient(kind, name, (i,))) + total
            for k in range(i + 1):
                total = place * places[k] * rational(self._coefficient(kind, name, (k, i))) + total
        return places[0] ** 3 * rational(self._coefficient(kind, name, (0, 0, 0))) + total if places else total

    def _coefficient(self, kind: str, name: str, powers: tuple[int, ...]) -> Fraction:
        number: Fraction = self.draws.get(("coefficient", name, powers, kind), _small)
        return number

    def _derivative(self, node: Any, values: Values) -> Any:
        """Return the derivative as the coefficient of an infinitesimal change of the parameter."""
        body, parameter = derivative_parts(node)
        opened = self.outline.opened(body, parameter)
        if any(part.has(sympy.Derivative) for part in (body, *opened.values())):
            raise WitnessError("a derivative of a derivative is not computed here")
        changed = {**values, parameter.name: BallPolynomial.variable(INFINITESIMAL) + values[parameter.name]}
        for symbol, meaning in opened.items():
            with self.filled.apart(symbol):
                changed[symbol.name] = self.reader.read(meaning, changed)
        result = self.reader.read(body, changed)
        if isinstance(result, Exponentials) and result.normalised:
            changes = [(BallPolynomial({}) + change_of(factor), log) for factor, log in result.terms]
            return settled(Exponentials(changes))
        return change_of(result)


def _mean_and_scale(rng: Random) -> tuple[Fraction, Fraction]:
    return Fraction(rng.randint(-9, 9), rng.randint(1, 5)), Fraction(rng.randint(1, 9), rng.randint(1, 5))


def _small(rng: Random) -> Fraction:
    return Fraction(rng.choice((-3, -2, -1, 1, 2, 3)), rng.randint(1, 3))
