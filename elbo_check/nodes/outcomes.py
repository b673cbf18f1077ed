"""Which symbols stand for an outcome of which space."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy

from ..symbols import bit, count, unit
from .arbitrary import Arbitrary, Member
from .densities import Value
from .expressions import Expectation, Integral, Maximum, Minimum
from .given import Space, space_of
from .products import Iterated, Product

__all__ = ["outcomes_in"]

_MAKE = {"bit": bit, "count": count, "unit": unit}
_NONE = "-"  # the name of no space: those are letters


def outcomes_in(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield (space, symbol) for each symbol that a node takes as outcome: members of families share the space ""."""
    pairs: list[tuple[str, Any]] = []
    if isinstance(node, Arbitrary):
        pairs = list(zip((space.name for space in node.args[2]), node.args[3], strict=True))
        own = [space for space in (*node.args[1], *node.args[2]) if isinstance(space, Space)]
        pairs += [(space.name, _MAKE[space.kind](space.name)) for space in own]
    elif isinstance(node, Value):
        pairs = list(zip(_spaces(node.args[0]), node.args[1:], strict=True))
    elif isinstance(node, Expectation):
        pairs = list(zip(_spaces(node.args[0]), node.args[2:], strict=True))
    elif isinstance(node, Integral | Maximum | Minimum):
        pairs = [(space_of(variable), variable) for variable in node.args[1:]]
    for space, symbol in pairs:
        if isinstance(symbol, sympy.Symbol) and space != _NONE:
            yield space, symbol


def _spaces(density: Any) -> tuple[str, ...]:
    """Return the space of each variable of a density; those of named distributions have none."""
    if isinstance(density, Product):
        return tuple(space for factor in density.args for space in _spaces(factor))
    if isinstance(density, Iterated):  # a block of draws is of the kind of one of them
        return _spaces(density.args[0])[:1]
    if isinstance(density, Arbitrary):
        return density.variables
    return ("",) if isinstance(density, Member) else (_NONE,) * density.dimension
