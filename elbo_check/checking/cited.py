"""Where a cited statement is used: as it stands, or under each mean, integral and sum that binds a symbol of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sympy

from ..nodes import Binder, free_symbols
from ..symbols import author_form
from .ranges import bound_in

__all__ = ["as_used"]


def as_used(cited: Any, sides: Iterable[Any]) -> list[Any]:
    """Return a side of a cited statement as it is used in a step: under all binders of its symbols there.

    log t ≤ t − 1 at t = p(z)/q(z) is used under a mean by q, where q(z) is not 0.
    """
    names = free_symbols(cited)
    return [use for side in sides for use in _uses(side, cited, names, names)] or [cited]


def _uses(node: Any, cited: Any, names: set[Any], unbound: set[Any]) -> Iterator[Any]:
    """Yield the uses in a node; `unbound` are the names that no binder around it binds."""
    if not _binds(node) or names.isdisjoint(node.bound_symbols):
        for part in node.args:
            yield from _uses(part, cited, names, unbound)
        return
    left = unbound.difference(node.bound_symbols)
    for part in node.args:
        yield from (_with_body(node, use) for use in _uses(part, cited, names, left))
    if left.isdisjoint(bound_in(node) - set(node.bound_symbols)):  # else all of its symbols stand only deeper within
        yield _with_body(node, cited)


def _binds(node: Any) -> bool:
    return isinstance(node, Binder | sympy.Sum)


def _with_body(node: Any, body: Any) -> Any:
    if isinstance(node, sympy.Sum):
        with sympy.evaluate(True):  # told not to evaluate, SymPy writes Σ 1·(…)
            return node.func(body, *node.args[1:])
    place = node.body_place
    with author_form():
        return node.func(*node.args[:place], body, *node.args[place + 1 :])
