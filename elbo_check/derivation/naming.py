"""Names: everything that is checked is checked by name, so that a name must stand for one symbol in a whole chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sympy

from ..errors import DerivationError
from ..nodes import Binder, Iterated, Vector, free_symbols, parts_of
from ..symbols import kind_of, safe_name

__all__ = ["bound_symbols", "listed", "moving_symbols", "require_names", "symbols_of"]

_REMEDY = "a name is letters, digits and underscores, once with one set of assumptions"


def listed(symbols: Iterable[Any]) -> str:
    """Return the names of symbols, sorted."""
    return ", ".join(sorted(map(str, symbols)))


def bound_symbols(side: Any) -> Iterator[Any]:
    """Yield the variables of every integral and sum in an expression."""
    for node in parts_of(side):
        if isinstance(node, Binder | Iterated | Vector | sympy.Sum):
            yield from node.bound_symbols


def moving_symbols(side: Any) -> set[Any]:
    """Return the symbols with respect to which something in an expression is differentiated."""
    nodes = parts_of(side)
    return {symbol for node in nodes if isinstance(node, sympy.Derivative) for symbol in node.variables}


def symbols_of(sides: Iterable[Any]) -> set[Any]:
    """Return all symbols in some expressions, free and bound."""
    return {symbol for side in sides for symbol in (*free_symbols(side), *bound_symbols(side))}


def require_names(place: str, symbols: Iterable[Any]) -> None:
    """Require safe names, the kinds of `elbo_check.symbols`, and one symbol a name.

    A real z and a positive z would be one and the same z to every check.
    """
    ordered = sorted(symbols, key=lambda symbol: str(symbol.name))
    seen: dict[str, Any] = {}
    for symbol in ordered:
        if not safe_name(symbol.name) or seen.setdefault(symbol.name, symbol) != symbol:
            raise DerivationError(f"{place} has a symbol named {symbol.name!r}; {_REMEDY}")
    for symbol in ordered:
        if not kind_of(symbol):
            wanted = "real, positive, count, unit or bit"
            raise DerivationError(f"{place} has a symbol {symbol} of no known kind: make it with {wanted}")
