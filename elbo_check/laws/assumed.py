"""What an assumption says beyond itself: within functions of both sides, and of everything that a symbol stands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sympy

from ..nodes import free_symbols
from ..normal_form import Context
from ..symbols import known
from .law import OPPOSITE

__all__ = ["monotone", "substituting"]

_HALF = sympy.Rational(1, 2)


def monotone(left: Any, relation: str, right: Any) -> Iterator[tuple[Any, str, Any]]:
    """Yield a comparison, and those from which it follows: both sides are the same monotone function of others.

    >>> from elbo_check.symbols import positive
    >>> s, t = positive("s"), positive("t")
    >>> list(monotone(1 / s, "≥", 1 / t))[1:]
    [(s, '≤', t)]
    """
    yield left, relation, right
    turn = _turn(left, right)
    if turn:
        yield from monotone(left.args[0], relation if turn > 0 else OPPOSITE[relation], right.args[0])


def _turn(left: Any, right: Any) -> int:
    """Return 1 where both sides are the same increasing function of their first arguments, −1 for a decreasing one."""
    if any(type(left) is type(right) is kind and len(left.args) == len(right.args) == 1 for kind in _INCREASING):
        return 1
    if not (left.is_Pow and right.is_Pow and left.exp == right.exp and left.exp.is_Rational and left.exp):
        return 0
    if left.exp == _HALF:
        return 1
    needed = "nonnegative" if left.exp > 0 else "positive"
    return (1 if left.exp > 0 else -1) * all(known(side.base, needed) is True for side in (left, right))


_INCREASING = (sympy.log, sympy.exp)


def substituting(left: Any, right: Any, context: Context) -> Context:
    """Return what a step may use, with x = y as the meaning of x wherever x stands free.

    Not under a derivative, which speaks of other values of x too, nor where x names a sequence.
    """
    every = [left, right, *(side for pair in context.where for side in pair)]
    every += [side for one, _, other in context.equations for side in (one, other)]
    if any(side.has(sympy.Derivative) for side in every):
        return context
    taken = {symbol for symbol, _ in context.where}
    taken |= {entry.base.label for side in every for entry in side.atoms(sympy.Indexed)}
    meanings: dict[Any, Any] = {}
    rest = []
    for statement in context.equations:
        symbol, meaning = _meaning(statement)
        if symbol is None or symbol in taken or symbol in meanings or taken & free_symbols(meaning):
            rest.append(statement)
        else:
            meanings[symbol] = meaning
    return replace(context, where=(*meanings.items(), *context.where), equations=tuple(rest))


def _meaning(statement: tuple[Any, str, Any]) -> tuple[Any, Any]:
    """Return (x, y) for x = y with a symbol x that does not occur in y; (None, None) for any other statement."""
    left, relation, right = statement
    for symbol, meaning in ((left, right), (right, left)):
        if relation == "=" and isinstance(symbol, sympy.Symbol) and symbol not in free_symbols(meaning):
            return symbol, meaning
    return None, None
