"""Of which points an assumption speaks: p(x_1, z_1) = p(x_1) p(z_1) is assumed at one x_1 and one z_1, not at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy
from sympy.core.function import AppliedUndef

from ...boxes.expressions import layout
from ...boxes.texts import to_text
from ...derivation import Statement
from ...nodes import Arbitrary, Value, free_symbols

__all__ = ["points_said"]


def points_said(assumed: Statement) -> str:
    """Return "at these x_1 and z_1" for an assumption about the values of densities or functions at given points.

    >>> from elbo_check.language import function, real
    >>> points_said(Statement(function("f")(real("x")), real("y")))
    'at this x'
    """
    free = {symbol for side in assumed.sides for symbol in free_symbols(side)}
    points = {place for side in assumed.sides for place in _places(side)} & free
    names = sorted(to_text(layout(point)) for point in points)
    if not names:
        return ""
    return f"at this {names[0]}" if len(names) == 1 else f"at these {', '.join(names[:-1])} and {names[-1]}"


def _places(side: Any) -> Iterator[Any]:
    """Yield the symbols in the arguments of functions and densities, and in what densities are given."""
    for node in sympy.preorder_traversal(side):
        inside: tuple[Any, ...] = ()
        if isinstance(node, AppliedUndef):
            inside = node.args
        elif isinstance(node, Value):
            inside = node.args[1:]
        elif isinstance(node, Arbitrary):
            inside = node.args[3]
        for part in inside:
            yield from free_symbols(part)
