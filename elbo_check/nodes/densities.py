"""Densities, and their values at a point.

A density binds variables. Each has a kind: a "number", a "block" of several coordinates, an "index", a "bit", the
name of the space it lives in, or "" where that is not known: a member of a family.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import sympy

from ..errors import DerivationError
from ..symbols import kind_of
from .given import expression

__all__ = ["KNOWN_KINDS", "Density", "Value", "kind_of_density", "require_density", "require_own_kinds"]

KNOWN_KINDS = ("number", "block", "index", "bit")
_KINDS = {"real": "number", "positive": "number", "unit": "number", "count": "index", "bit": "bit"}
_WORDS = {"number": "a real number", "index": "an index", "bit": "a bit"}
_DOORS = {"number": "real('z')", "index": "count('i')", "bit": "bit('b')"}


class Density(sympy.Basic):  # type: ignore[misc]
    """A probability density; `variables` are the kinds of the variables an expectation over it binds."""

    @property
    @abstractmethod
    def variables(self) -> tuple[str, ...]:
        """The kinds of its variables, in order."""

    @property
    def kinds(self) -> tuple[str, ...]:
        """What each variable is, a block being what its coordinates are: "number", "index", "bit"; "" if not known."""
        return self.variables

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
        places = [expression(coordinate) for coordinate in point]
        require_own_kinds(density, places)
        return super().__new__(cls, density, *places)

    def _sympystr(self, printer: Any) -> str:
        density, *point = self.args
        return str(density.at(point, printer))


def require_density(node: str, density: object) -> None:
    """Refuse what is no density."""
    if not isinstance(density, Density):
        raise DerivationError(f"{node} needs a density first, not {density!r}")


def kind_of_density(assumed: str) -> str:
    """Return what a variable is for a density, from what `symbols.kind_of` says: "" for nothing."""
    return _KINDS.get(assumed, "")


def require_own_kinds(density: Density, point: Sequence[Any]) -> None:
    """Refuse N(0, 1) at a bit and a Bernoulli at a real number: neither is a density there.

    What is known of a place of another form, such as 1 − b, does not say what it is. An arbitrary density is known by
    its variables.
    """
    for named, kind, place in zip(density.variables, density.kinds, point, strict=True):
        label = place.base.label if isinstance(place, sympy.Indexed) else place
        own = kind_of_density(kind_of(label)) if isinstance(label, sympy.Symbol) else ""
        if own and kind and own != kind and named in KNOWN_KINDS:
            given = f"{place} is {_WORDS[own]}"
            raise DerivationError(f"{density} is a density of {_WORDS[kind]}, and {given}: use {_DOORS[kind]}")
