"""Densities of which only the name is known: p(x, z), p(z | x), and the members of a family q_1, q_2, …."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import sympy

from ..errors import DerivationError
from .densities import Density, Value, kind_of_density
from .given import Space, counted, expression, is_variable_of, kind_of_space, named, place_space

__all__ = ["Arbitrary", "Member", "Model", "model"]


class Arbitrary(Density):
    """p(z | x): a density of which only the name is known.

    All densities of one name are marginals and conditionals of one joint distribution: p(x), p(x, z), p(z | x).
    """

    def __new__(cls, name: Any, spaces: Iterable[Any], given: Iterable[Any] = (), places: Iterable[Any] = ()) -> Any:
        """Take the name, the spaces of its variables, and the spaces and places of what is given."""
        of = sympy.Tuple(*map(_space, spaces))
        under = sympy.Tuple(*map(_space, given))
        at = sympy.Tuple(*(expression(place) for place in places))
        if not of or len({*of, *under}) != len(of) + len(under) or len(at) != len(under):
            raise DerivationError(f"{name} needs different spaces, at least one, and a place for each that is given")
        return super().__new__(cls, named(name, "a density"), of, under, at)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the spaces."""
        return tuple(space.name for space in self.args[1])

    @property
    def kinds(self) -> tuple[str, ...]:
        """What the variables of each space are."""
        return tuple(kind_of_density(kind_of_space(space)) for space in self.args[1])

    def _sympystr(self, printer: Any) -> str:
        return self._called([space.name for space in self.args[1]], printer)

    def at(self, point: Sequence[Any], printer: Any) -> str:
        """Return how the density at a point is written: p(x | z), p(x | z = 2)."""
        return self._called(_assigned(self.args[1], point, printer), printer)

    def _called(self, point: Sequence[str], printer: Any) -> str:
        under = ", ".join(_assigned(self.args[2], self.args[3], printer))
        return f"{self.args[0].name}({', '.join(point)}{' | ' * bool(under)}{under})"


def _assigned(spaces: Iterable[Any], places: Iterable[Any], printer: Any) -> list[str]:
    """Return how places are written: z as it is, and z = 2 where the place does not say which space is meant."""
    return [
        f"{'' if is_variable_of(space, place) else f'{space.name} = '}{printer.doprint(place)}"
        for space, place in zip(spaces, places, strict=True)
    ]


class Model:
    """The door to the densities of one name, written as in a book: `p(x, z)`, `p(z, given=x)`."""

    def __init__(self, name: object) -> None:
        self.name = named(name, "a density").name

    def __repr__(self) -> str:
        return f"model({self.name!r}) without its variables, as in {self.name}(z)"

    def __call__(self, *variables: Any, given: Any = ()) -> Any:
        """Return the density at these variables, under those that are given.

        A variable is given at an expression by a mapping: `p(x, given={z: mu + sigma * epsilon})`.
        """
        if not isinstance(given, Mapping):
            given = {variable: variable for variable in (given if isinstance(given, tuple | list) else (given,))}
        spaces, below = list(map(place_space, variables)), list(map(place_space, given))
        _require_different(self.name, [*variables, *given], [*spaces, *below])
        return Value(Arbitrary(self.name, spaces, below, given.values()), *variables)


def _require_different(name: str, variables: Iterable[Any], spaces: Iterable[Any]) -> None:
    """Refuse p(x_1, x_2): its variables have different spaces, as each is known by its space alone."""
    seen: dict[Any, Any] = {}
    for variable, space in zip(variables, spaces, strict=True):
        if space in seen:
            same = f"{seen[space]} and {variable} stand for the same space {space.name}"
            raise DerivationError(f"{name} needs variables of different spaces: {same}; give one another letter")
        seen[space] = variable


def _space(given: Any) -> Any:
    return given if isinstance(given, Space) else named(given, "a space")


def model(name: str) -> Model:
    """Return the door to p(x, z), p(x), p(z | x) …: the densities of one joint distribution, named once.

    >>> from elbo_check.symbols import real
    >>> p, x, z = model("p"), real("x"), real("z")
    >>> p(z, given=x).args[0].variables
    ('z',)
    """
    return Model(name)


class Member(Density):
    """q_j: the j-th density of a family of arbitrary densities q_1, q_2, …, of which nothing is known."""

    def __new__(cls, family: Any, index: Any) -> Any:
        """Take the name of the family and the index."""
        return super().__new__(cls, named(family, "a family of densities"), counted(index))

    @property
    def variables(self) -> tuple[str, ...]:
        """One outcome: what it is, the chain says in which the family stands."""
        return ("",)

    def _sympystr(self, printer: Any) -> str:
        return f"{self.args[0].name}_{printer.doprint(self.args[1])}"
