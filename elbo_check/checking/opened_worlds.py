"""Finite worlds in which a Gaussian is a function of its point: q(w) log N(w; 0, 1) for a positive w, say.

Nothing else reads a Gaussian beside outcomes that are no whole line. It is not normalised there: where the sides of a
step differ, nothing is told of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..densities.normal import normal_log_density_terms
from ..errors import WitnessError
from ..nodes import Gaussian
from ..witnesses import enumeration
from .finite_values import log_mass, plain
from .finite_worlds import FiniteReading, Values

__all__ = ["OpenedWorld"]


class OpenedWorld(FiniteReading):
    """A finite world in which a Gaussian of one coordinate is a function."""

    kind = "opened finite world"

    def require_told(self, expressions: Sequence[Any]) -> None:
        """Require nothing: sides that differ here are not refuted by it, and must not pass for unread."""

    def _value(self, node: Any, values: Values) -> Any:
        density, *point = node.args
        if not isinstance(density, Gaussian):
            return super()._value(node, values)
        return self.reader.world.exp(self._log_of(density, [self.number(place, values) for place in point], values))

    def _kl(self, node: Any, values: Values) -> Any:
        q, p = node.args
        if not isinstance(p, Gaussian):
            return super()._kl(node, values)
        read = self._read_with(values)
        return enumeration.expectation(
            (mass, log_mass(self.densities.at(q, point, read)) - self._log_of(p, list(map(plain, point)), values))
            for point, mass in self._outcomes(q, values)
        )

    def _log_of(self, density: Any, point: list[Any], values: Values) -> Any:
        """Return log N at a point, that of a bit or an index being none."""
        (mean, *more), ((scale,), *_) = density.args
        if more:
            raise WitnessError("a Gaussian of several coordinates is no function in a finite world")
        world, deviation = self.reader.world, self.number(scale, values)
        residual = (point[0] - self.number(mean, values)) / deviation
        first, *others = normal_log_density_terms(residual, world.log(deviation), world)
        return sum(others, start=first)
