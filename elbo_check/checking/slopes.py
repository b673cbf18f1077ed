"""Derivatives in a finite world: a parameter moves along the line from its outcome to another, and densities with it.

Between two outcomes a and b of a parameter φ, the density q(z | φ) is the mixture of q(z | a) and q(z | b), so that it
has a slope at a: (q(z | b) − q(z | a))/(b − a). Everything else follows by the rules of differentiation. Where q(z | a)
is 0 for any z, and q(z | b) is not, that is the slope of no density around a: such a world is not read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy

from ..boxes import written
from ..errors import WitnessError
from ..nodes import Arbitrary, Expectation, Integral, Value, free_symbols
from ..witnesses import enumeration
from ..witnesses.enumeration import LogSum
from .places import Place
from .undefined import DivisionByZeroError, UndefinedError

if TYPE_CHECKING:
    from .finite_worlds import FiniteReading

__all__ = ["slope_of"]

Values = Mapping[str, Any]
Coordinate = tuple[Any, Any, bool]  # its space, its place, and whether it is given


def slope_of(reading: FiniteReading, body: Any, parameter: Any, values: Values) -> Any:
    """Return the derivative of an expression with respect to a parameter that densities are conditioned on."""
    if not isinstance(values[parameter.name], Place):
        raise WitnessError("a derivative is computed in a finite world where a density is given its parameter")
    return _Path(reading, parameter, reading.outline.opened(body, parameter)).slope(body, values)


class _Path:
    """A parameter on its way to another outcome, and the abbreviations that depend on it."""

    def __init__(self, reading: FiniteReading, parameter: Any, opened: Mapping[Any, Any]) -> None:
        self.reading = reading
        self.parameter = parameter
        self.opened = opened

    def slope(self, node: Any, values: Values) -> Any:
        """Return the slope of an expression at the beginning of the path."""
        if not self._moves(node):
            return LogSum.number(0)
        if node == self.parameter:
            return LogSum.number(1)
        if node in self.opened:
            with self.reading.filled.apart(node):
                return self.slope(self.opened[node], values)
        for kind, rule in _RULES.items():
            if isinstance(node, kind):
                return rule(self, node, values)
        raise WitnessError(f"the derivative of {written(node)} is not computed in a finite world")

    def _moves(self, node: Any) -> bool:
        """Whether an expression depends on the parameter, perhaps through an abbreviation."""
        return not free_symbols(node).isdisjoint({self.parameter, *self.opened})

    def read(self, node: Any, values: Values) -> Any:
        """Return the value of an expression."""
        return self.reading.number(node, values)

    def sum(self, node: Any, values: Values) -> Any:
        """(a + b)′ = a′ + b′."""
        return _total(self.slope(part, values) for part in node.args)

    def product(self, node: Any, values: Values) -> Any:
        """(a b)′ = a′ b + a b′."""
        return _total(self._with_slope(node, place, values) for place in range(len(node.args)))

    def _with_slope(self, node: Any, place: int, values: Values) -> Any:
        result = self.slope(node.args[place], values)
        for other, part in enumerate(node.args):
            result = result if other == place else result * self.read(part, values)
        return result

    def power(self, node: Any, values: Values) -> Any:
        """(aⁿ)′ = n aⁿ⁻¹ a′."""
        base, exponent = node.args
        if not exponent.is_Integer:
            raise WitnessError(f"the power {exponent} is not differentiated in a finite world")
        outer = self.read(base, values) ** (int(exponent) - 1) * LogSum.number(int(exponent))
        return outer * self.slope(base, values)

    def logarithm(self, node: Any, values: Values) -> Any:
        """(log a)′ = a′/a; nothing is divided by a = 0."""
        value = self.read(node.args[0], values)
        if value.is_zero():
            raise DivisionByZeroError(f"{written(node)} has no slope where {written(node.args[0])} is 0")
        return self.slope(node.args[0], values) / value

    def integral(self, node: Any, values: Values) -> Any:
        """(∫ a)′ = ∫ a′."""
        body, *variables = node.args
        weighted = self.reading.everywhere(variables, values)
        return enumeration.expectation((volume, self.slope(body, within)) for volume, within in weighted)

    def expectation(self, node: Any, values: Values) -> Any:
        """(E_q a)′ = ∫ q′ a + ∫ q a′."""
        density, body, *variables = node.args
        value = density(*variables)
        total = LogSum.number(0)
        for volume, within in self.reading.everywhere(variables, values):
            mass, change = self.read(value, within), self.slope(value, within)
            if not change.is_zero():
                total = total + (change * self.read(body, within)).scaled(volume)
            if not mass.is_zero():
                total = total + (mass * self.slope(body, within)).scaled(volume)
        return total

    def density(self, node: Any, values: Values) -> Any:
        """The slope of p(z | x, φ) = N/D, or of p(z, φ | x) = N M/O, times that of the place that φ has moved to.

        N and D are the densities of all others, and of what else is given, under φ alone; M is that of φ, O that of x.
        Between one outcome and the next, N, D and M are mixtures.
        """
        density, *point = node.args
        others, space, place, given = self._taken_apart(node, point)
        here = self.reading.densities.place(space, self.reading.reader.read(place, values))
        numbers = self.reading.densities.numbers(space)
        if here >= len(numbers):
            raise UndefinedError(f"{written(density)} is taken at what is no outcome")
        ends = [
            {**values, self.parameter.name: Place(at)} for at in (numbers[here], numbers[(here + 1) % len(numbers)])
        ]
        under, held = ([space], [self.parameter]), [pair for pair in others if pair[2]]
        top = self._ends(density, others, under, ends)
        if self.reading.densities.appears(density.args[0].name, space, here, (here + 1) % len(numbers)):
            raise WitnessError("a density that is not negative has no slope where it is 0, and this world gives it one")
        if given:
            bottom = self._ends(density, held, under, ends)
            change = ((top[1] - top[0]) - top[0] / bottom[0] * (bottom[1] - bottom[0])) / bottom[0]
        else:
            own = self._ends(density, [(space, self.parameter, False)], ([], []), ends)
            change = (top[1] - top[0]) * own[0] + top[0] * (own[1] - own[0])
            change = change / self._ends(density, held, ([], []), ends)[0]
        length = ends[1][self.parameter.name].number - ends[0][self.parameter.name].number
        return change / length * self.slope(place, values)

    def _taken_apart(self, node: Any, point: list[Any]) -> tuple[list[Coordinate], str, Any, bool]:
        """Return the coordinates that stay, and the space and place of the one that moves, and whether it is given."""
        density = node.args[0]
        if isinstance(density, Arbitrary):
            _, spaces, under, places = density.args
            own = [(space, place, False) for space, place in zip(spaces, point, strict=True)]
            all_of_them = [*own, *((space, place, True) for space, place in zip(under, places, strict=True))]
            moving = [coordinate for coordinate in all_of_them if self._moves(coordinate[1])]
            if len(moving) == 1:
                ((space, place, given),) = moving
                return [other for other in all_of_them if other is not moving[0]], space.name, place, given
        raise WitnessError(f"how {written(node)} depends on {self.parameter} is not known in a finite world")

    def _ends(self, density: Any, of: list[Coordinate], under: Any, ends: Sequence[Values]) -> Any:
        """Return a density of one name at both ends of the path, 1 for that of nothing."""
        if not of:
            return LogSum.number(1), LogSum.number(1)
        spaces, places = [space for space, _, _ in of], [place for _, place, _ in of]
        whole = Value(Arbitrary(density.args[0], spaces, *under), *places)
        return tuple(self.read(whole, at) for at in ends)


def _total(parts: Iterator[Any]) -> Any:
    return enumeration.expectation((Fraction(1), part) for part in parts)


_RULES: dict[type, Callable[[_Path, Any, Values], Any]] = {
    sympy.Add: _Path.sum,
    sympy.Mul: _Path.product,
    sympy.Pow: _Path.power,
    sympy.log: _Path.logarithm,
    Integral: _Path.integral,
    Expectation: _Path.expectation,
    Value: _Path.density,
}
