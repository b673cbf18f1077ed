"""Densities, and their values at a point.

A density binds variables. Each has a kind: a "number", a "block" of several coordinates, an "index", a "bit", or the
name of the space it lives in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from ..errors import DerivationError
from .given import expression

__all__ = ["Density", "Value", "require_density"]


class Density(sympy.Basic):  # type: ignore[misc]
    """A probability density; `variables` are the kinds of the variables an expectation over it binds."""

    @property
    def variables(self) -> tuple[str, ...]:
        """The kinds of its variables, in order."""
        return ("number",)

    @property
    def dimension(self) -> int:
        """The number of its variables."""
        return len(self.variables)

    def __call__(self, *point: Any) -> Any:
        """Return the density at a point: `gaussian(0, 1)(z)`."""
        return Value(self, *point)

    def at(self, point: Sequence[Any], printer: Any) -> str:
        """Return how the density at a point is written."""
        return f"{printer.doprint(self)}({', '.join(map(printer.doprint, point))})"


class Value(sympy.Expr):  # type: ignore[misc]
    """q(z): a density at a point; positive wherever its logarithm is taken."""

    is_commutative = True
    is_positive = True

    def __new__(cls, density: Any, *point: Any) -> Any:
        """Take the density and the coordinates of the point."""
        require_density("Value", density)
        if len(point) != density.dimension:
            raise DerivationError(f"a density of {density.dimension} variables has no value at {len(point)} of them")
        return super().__new__(cls, density, *(expression(coordinate) for coordinate in point))

    def _sympystr(self, printer: Any) -> str:
        density, *point = self.args
        return str(density.at(point, printer))


def require_density(node: str, density: object) -> None:
    """Refuse what is no density."""
    if not isinstance(density, Density):
        raise DerivationError(f"{node} needs a density first, not {density!r}")
