"""What a chain speaks of: the spaces of its densities, the symbols that are places, and the assumptions it makes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from ..derivation import Chain, Statement
from ..nodes import (
    Arbitrary,
    Bernoulli,
    Member,
    Uniform,
    Value,
    free_symbols,
    outcomes_in,
    parts_of,
    same_spaces,
    space_of_family,
    spaces_of,
)
from .block_parameters import BlockParameter, blocks_in
from .continuum import doubled_spaces
from .supports import ends_in

__all__ = ["Outline", "outline_of"]

_SMALL, _LARGE = 3, 40
Form = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """The facts about a chain that a reading needs.

    `forms` holds, for each name of an arbitrary density, the spaces it is used with, of its variables and given;
    `families` the names of families; `places` are the symbols that stand for an outcome of a space, with its name;
    `same` holds a common name for spaces that are one, as those of q_j and p_j in KL(q_j‖p_j);
    `kinds`, for each space by that name, all symbols that stand for an outcome, bound ones as well, or say what it is.
    `ends` holds for the n of a Uniform(n) the space of its indices, where another density has the same ones.
    `blocks` holds the parameters that stand for a block of coordinates, by name.
    `calls` holds, for each function of which only the name is known, what it is applied to; `doubled` are the spaces of
    which a density is taken at 2 z; `largest` is the largest whole number that is written in it, 0 where that is small.
    It is
    `exponential` where it holds e^f for such a function.
    """

    parameters: tuple[Any, ...] = ()
    where: tuple[tuple[Any, Any], ...] = ()
    assuming: tuple[Statement, ...] = ()
    forms: dict[str, set[Form]] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    same: dict[str, str] = field(default_factory=dict)
    kinds: dict[str, set[Any]] = field(default_factory=dict)
    families: set[str] = field(default_factory=set)
    functions: set[str] = field(default_factory=set)
    calls: dict[str, set[Any]] = field(default_factory=dict)
    ends: dict[str, str] = field(default_factory=dict)
    blocks: dict[str, BlockParameter] = field(default_factory=dict)
    doubled: set[str] = field(default_factory=set)
    largest: int = 0
    exponential: bool = False

    def spaces(self, name: str) -> tuple[str, ...]:
        """Return all spaces of the joint distribution of one name, sorted."""
        return tuple(sorted({space for form in self.forms[name] for part in form for space in part}))

    def name_of(self, space: str) -> str:
        """Return the name that a space shares with those that are one with it."""
        return self.same.get(space, space)

    def kinds_of(self, space: str) -> frozenset[Any]:
        """Return the symbols that say what the outcomes of a space are."""
        return frozenset(self.kinds.get(self.name_of(space), ()))

    def kinds_of_family(self, family: str) -> frozenset[Any]:
        """Return the symbols that say what the outcomes of the members of a family are."""
        return self.kinds_of(space_of_family(family))

    def opened(self, body: Any, parameter: Any) -> dict[Any, Any]:
        """Return what the abbreviations of an expression stand for that depend on a parameter, in order."""
        used = set(free_symbols(body))
        for symbol, meaning in reversed(self.where):  # each is made of those before it
            used |= free_symbols(meaning) if symbol in used else set()
        moving: dict[Any, Any] = {}
        for symbol, meaning in self.where:
            if symbol in used and not free_symbols(meaning).isdisjoint({parameter, *moving}):
                moving[symbol] = meaning
        return moving

    @property
    def abstract(self) -> bool:
        """Whether it speaks of densities of which only the name is known."""
        return bool(self.forms or self.families)

    @property
    def finite(self) -> bool:
        """Whether there is something in it that a finite world can read and plain numbers cannot."""
        return self.abstract or bool(self.functions)


def outline_of(chain: Chain) -> Outline:
    """Return the outline of a chain."""
    same = same_spaces(_expressions(chain))
    parts = (part for side in _expressions(chain) for part in parts_of(side))
    exponents = {part.args[-1] for part in parts if isinstance(part, sympy.exp | sympy.Pow)}
    outline = Outline(
        chain.parameters,
        chain.where,
        chain.assuming,
        same=same,
        largest=_largest_number(chain),
        exponential=any(exponent.has(AppliedUndef) for exponent in exponents),
        blocks=blocks_in(_expressions(chain), chain.parameters),
    )
    for expression in _expressions(chain):
        for node in parts_of(expression):
            for space, symbol in outcomes_in(node):
                outline.kinds.setdefault(outline.name_of(space), set()).add(symbol)
            outline.ends.update((end.name, outline.name_of(space)) for end, space in ends_in(node))
            outline.doubled.update(map(outline.name_of, doubled_spaces(node)))
            if isinstance(node, Arbitrary):
                _note_density(node, outline)
            elif isinstance(node, Value) and isinstance(node.args[0], Arbitrary | Member):
                _note_places(node.args[1:], spaces_of(node.args[0]), outline)
            elif isinstance(node, Member):
                outline.families.add(node.args[0].name)
            elif isinstance(node, AppliedUndef | Uniform | Bernoulli):
                outline.functions.add(node.func.__name__)
                outline.calls.setdefault(node.func.__name__, set()).add(node.args)
    return outline


def _largest_number(chain: Chain) -> int:
    """Return the largest whole number in a chain: Σ from 6 to n is empty for every small n."""
    parts = (part for side in _expressions(chain) for part in parts_of(side))
    numbers = {abs(int(part)) for part in parts if isinstance(part, sympy.Integer)}
    return max((number for number in numbers if _SMALL <= number <= _LARGE), default=0)


def _expressions(chain: Chain) -> Iterator[Any]:
    yield from chain.statement.sides
    for step in chain.steps:
        yield from (step.left, step.right)
    for statement in chain.assuming:
        yield from statement.sides
    for _, meaning in chain.where:
        yield meaning


def _note_density(density: Any, outline: Outline) -> None:
    name, of, under, places = density.args
    spaces = tuple(space.name for space in of), tuple(space.name for space in under)
    outline.forms.setdefault(name.name, set()).add(spaces)
    _note_places(places, spaces[1], outline)


def _note_places(places: Any, spaces: tuple[str | None, ...], outline: Outline) -> None:
    for place, space in zip(places, spaces, strict=True):
        if isinstance(place, sympy.Symbol) and space is not None:
            outline.places[place.name] = space
