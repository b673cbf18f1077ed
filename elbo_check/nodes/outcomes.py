"""Which symbols stand for an outcome of which space, and which spaces are one and the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sympy

from ..symbols import bit, count, kind_of, positive, unit
from .arbitrary import Arbitrary, Member
from .densities import Density, Value
from .expressions import KL, Expectation, Integral, Maximum, Minimum
from .families import Bernoulli, Gaussian, Uniform
from .given import kind_of_space, parts_of, space_of
from .products import Iterated, Product

__all__ = ["beside_gaussians", "family_of", "outcomes_in", "own_kinds", "same_spaces", "space_of_family", "spaces_of"]

_MAKE = {"bit": bit, "count": count, "unit": unit, "positive": positive}
_SAID = {Bernoulli: bit, Uniform: count}


def space_of_family(family: str) -> str:
    """Return the name of the space of all members of a family: no letter has it.

    >>> space_of_family("q"), family_of("q_"), family_of("q")
    ('q_', 'q', '')
    """
    return f"{family}_"


def family_of(space: str) -> str:
    """Return the name of the family of which a space is, "" where it is the space of a letter."""
    return space.removesuffix("_") if space.endswith("_") else ""


def outcomes_in(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield (space, symbol) for each symbol that a node takes as outcome, or that is what its outcomes are.

    Of a space that is a line nothing is said where only its letter is named, as in H[q(z)].
    """
    pairs: list[tuple[str | None, Any]] = []
    if isinstance(node, Arbitrary):
        pairs = [(space.name, place) for space, place in zip(node.args[2], node.args[3], strict=True)]
        pairs += [(space, _MAKE[kind](space)) for space, kind in own_kinds(node) if kind in _MAKE]
    elif isinstance(node, Value):
        pairs = list(zip(spaces_of(node.args[0]), node.args[1:], strict=True))
    elif isinstance(node, Expectation):
        pairs = list(zip(spaces_of(node.args[0]), node.args[2:], strict=True))
    elif isinstance(node, Integral | Maximum | Minimum):
        pairs = [(space_of(variable), variable) for variable in node.args[1:]]
    elif isinstance(node, KL):
        pairs = [
            (space, make(family_of(space)))
            for space, other in _beside(node)
            for kind, make in _SAID.items()
            if isinstance(other, kind) and family_of(space)
        ]
    for space, place in pairs:
        symbol = place.base.label if isinstance(place, sympy.Indexed) else place
        if isinstance(symbol, sympy.Symbol) and space is not None:
            yield space, symbol


def own_kinds(node: Any) -> Iterator[tuple[str, str]]:
    """Yield for each space of an arbitrary density its name, and what its outcomes are."""
    if isinstance(node, Arbitrary):
        yield from ((space.name, kind_of_space(space)) for space in (*node.args[1], *node.args[2]))


def beside_gaussians(node: Any) -> Iterator[str]:
    """Yield the spaces of what is compared with a Gaussian: KL(q_1‖N(0, 1)) is one of numbers."""
    yield from (space for space, other in _beside(node) if isinstance(other, Gaussian))


def same_spaces(sides: Iterable[Any]) -> dict[str, str]:
    """Return for spaces that are one a common name: those of q and p in KL(q‖p), of q_j and of the z in q_j(z)."""
    same: dict[str, str] = {}

    def name(space: str) -> str:
        while same.get(space, space) != space:
            space = same[space]
        return space

    for side in sides:
        for node in parts_of(side):
            for pair in _one(node):
                first, second = sorted(map(name, pair), key=lambda space: (bool(family_of(space)), space))
                same |= {second: first} if first != second else {}
    return {space: name(space) for space in same}


def _one(node: Any) -> Iterator[tuple[str, str]]:
    """Yield pairs of spaces that are the same, because something is an outcome of both."""
    if isinstance(node, KL):
        pairs = zip(*(spaces_of(density) for density in node.args), strict=True)
        yield from ((of_q, of_p) for of_q, of_p in pairs if of_q is not None and of_p is not None)
    elif isinstance(node, Value | Expectation):
        yield from ((space, space_of(symbol)) for space, symbol in outcomes_in(node) if family_of(space))
    if isinstance(node, Value):
        places = zip(spaces_of(node.args[0]), map(_multiplied, node.args[1:]), strict=True)
        yield from ((space, space_of(at)) for space, at in places if space and family_of(space) and at is not None)


def _multiplied(place: Any) -> Any:
    """Return the real symbol z of which a place is a multiple, −z or 2 z: on the line, that is an outcome as well."""
    multiple = bool(place.is_Mul) and len(place.args) == 2 and bool(place.args[0].is_Rational)
    inner = place.args[1] if multiple else None
    symbol = inner.base.label if isinstance(inner, sympy.Indexed) else inner
    return symbol if isinstance(symbol, sympy.Symbol) and kind_of(symbol) == "real" else None


def _beside(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield for each variable of KL(q‖p) its space in the one, and the density that it has in the other."""
    if isinstance(node, KL):
        q, p = map(_each, node.args)
        for (of_q, own), (of_p, other) in zip(q, p, strict=True):
            yield from [] if of_q is None else [(of_q, other)]
            yield from [] if of_p is None else [(of_p, own)]


def spaces_of(density: Density) -> tuple[str | None, ...]:
    """Return the space of each variable of a density; named ones have none, a block has that of its coordinates."""
    return tuple(space for space, _ in _each(density))


def _each(density: Any) -> list[tuple[str | None, Any]]:
    """Return the space of each variable, and the density that it has on its own."""
    if isinstance(density, Product):
        return [pair for factor in density.args for pair in _each(factor)]
    if isinstance(density, Iterated):
        return _each(density.args[0])
    if isinstance(density, Arbitrary):
        return [(space, density) for space in density.variables]
    return [
        (space_of_family(density.args[0].name) if isinstance(density, Member) else None, density)
    ] * density.dimension
