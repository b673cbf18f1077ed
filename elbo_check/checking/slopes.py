"""Derivatives in a finite world: a parameter moves along the line from its outcome to another, and densities with it.

Between two outcomes a and b of a parameter φ, the density q(z | φ) is the mixture of q(z | a) and q(z | b), so that it
has a slope at a: (q(z | b) − q(z | a))/(b − a). Everything else follows by the rules of differentiation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy

from ..errors import WitnessError
from ..nodes import Arbitrary, Expectation, Integral, Value, free_symbols
from ..witnesses import enumeration
from ..witnesses.enumeration import LogSum
from .places import Place

if TYPE_CHECKING:
    from .finite_worlds import FiniteReading

__all__ = ["slope_of"]

Values = Mapping[str, Any]


def slope_of(reading: FiniteReading, body: Any, parameter: Any, values: Values) -> Any:
    """Return the derivative of an expression with respect to a parameter that densities are conditioned on."""
    here = values[parameter.name]
    if not isinstance(here, Place):
        raise WitnessError("a derivative is computed in a finite world where a density is given its parameter")
    there = Place((here.places[0] + 1) % reading.densities.size(reading.outline.places[parameter.name]))
    return _Path(reading, parameter, there).slope(body, values)


class _Path:
    """A parameter on its way to another outcome."""

    def __init__(self, reading: FiniteReading, parameter: Any, there: Place) -> None:
        self.reading = reading
        self.parameter = parameter
        self.there = there

    def slope(self, node: Any, values: Values) -> Any:
        """Return the slope of an expression at the beginning of the path."""
        if self.parameter not in free_symbols(node):
            return LogSum.number(0)
        if node == self.parameter:
            return LogSum.number(1)
        for kind, rule in _RULES.items():
            if isinstance(node, kind):
                return rule(self, node, values)
        raise WitnessError(f"the derivative of {node} is not computed in a finite world")

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
        """(log a)′ = a′/a."""
        return self.slope(node.args[0], values) / self.read(node.args[0], values)

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
        """The slope of N/D, where N and D are the densities of all, and of what is given, under the parameter alone."""
        density, *point = node.args
        under = density.args[3] if isinstance(density, Arbitrary) else ()
        moving = [place for place in under if self.parameter in free_symbols(place)]
        if moving != [self.parameter] or any(self.parameter in free_symbols(place) for place in point):
            raise WitnessError(f"how {node} depends on {self.parameter} is not known in a finite world")
        top, bottom = (self._ends(part, values) for part in _joints(density, point, self.parameter))
        length = self.there.number - values[self.parameter.name]
        change = (top[1] - top[0]) - self.read(node, values) * (bottom[1] - bottom[0])
        return change / bottom[0] / length

    def _ends(self, density: Any, values: Values) -> tuple[Any, Any]:
        """Return a density at both ends of the path."""
        if density is None:
            return LogSum.number(1), LogSum.number(1)
        return self.read(density, values), self.read(density, {**values, self.parameter.name: self.there})


def _joints(density: Any, point: list[Any], parameter: Any) -> Iterator[Any]:
    """Yield p(z, x | φ) and p(x | φ) for p(z | x, φ); None for the density of nothing."""
    name, spaces, under, places = density.args
    given = list(zip(under, places, strict=True))
    fixed = [(space, place) for space, place in given if place != parameter]
    moving = [space for space, place in given if place == parameter]
    for pairs in ([*zip(spaces, point, strict=True), *fixed], fixed):
        names, at = [space for space, _ in pairs], [place for _, place in pairs]
        yield Value(Arbitrary(name, names, moving, [parameter]), *at) if pairs else None


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
