"""What abbreviations mean: each is put in with no abbreviation left in it, all of them at once."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import sympy

from .statement import Statement

__all__ = ["opened"]

Where = tuple[tuple[Any, Any], ...]


def opened(statement: Statement, where: Where) -> Statement:
    """Return a statement with every abbreviation replaced by its meaning."""
    return _with(statement, _meanings(where)) if where else statement


@functools.lru_cache(maxsize=64)  # a chain of sixty abbreviations is asked for them by each of its steps
def _meanings(where: Where) -> Mapping[Any, Any]:
    meanings: dict[Any, Any] = {}
    for symbol, meaning in where:  # each in terms of those before it
        meanings[symbol] = _with(Statement(meaning, sympy.Integer(0)), meanings).left
    return meanings


def _with(statement: Statement, meanings: Mapping[Any, Any]) -> Statement:
    names = statement.names
    occurring = {symbol: meaning for symbol, meaning in meanings.items() if symbol.name in names}
    return statement.at(occurring) if occurring else statement
