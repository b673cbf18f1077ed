"""What a symbol may be replaced by: something with every property that the symbol is assumed to have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import sympy

from ..boxes import written
from ..errors import DerivationError
from ..nodes import free_symbols, is_positive, is_probability, parts_of
from ..symbols import Bit, kind_of, known
from .naming import listed, moving_symbols

if TYPE_CHECKING:
    from .statement import Statement

__all__ = ["require_instance", "require_kept", "require_label_kept", "require_still_moving"]


def require_kept(symbol: Any, meaning: Any, who: str) -> None:
    """Require a meaning that certainly has the properties of the symbol."""
    kind = kind_of(symbol)
    if not _has_kind(kind, meaning):
        raise DerivationError(
            f"{who} needs {symbol} to be {_WORDS.get(kind, kind)}, and {written(meaning)} need not be"
        )


def require_label_kept(sides: Iterable[Any], symbol: Any, meaning: Any, who: str) -> None:
    """Require that the name of a sequence stays a name: 3 has no entries."""
    labels = {entry.base.label for side in sides for entry in parts_of(side) if isinstance(entry, sympy.Indexed)}
    if symbol in labels and not isinstance(meaning, sympy.Symbol):
        remedy = "give it the symbol that names another sequence"
        raise DerivationError(
            f"{who} gives the meaning {written(meaning)} to {symbol}, which names a sequence: {remedy}"
        )


def require_instance(statement: Statement, meanings: Mapping[Any, Any], name: str) -> None:
    """Require a meaning for every symbol of a cited statement, and for no other, that has the symbol's properties."""
    free = {symbol for side in statement.sides for symbol in free_symbols(side)}
    if free != set(meanings):
        raise DerivationError(f"citing {name} needs meanings for {listed(free)}, not for {listed(meanings) or 'none'}")
    for symbol, meaning in meanings.items():
        require_label_kept(statement.sides, symbol, meaning, f"citing {name}")
        require_kept(symbol, meaning, name)
    require_still_moving(statement.sides, meanings, name)


def require_still_moving(sides: Iterable[Any], meanings: Mapping[Any, Any], name: str) -> None:
    """Require that what is differentiated with respect to x still depends on x in the same way.

    ∂(x y)/∂x = y says nothing about ∂(x x²)/∂x.
    """
    for moving in set().union(*map(moving_symbols, sides)):
        place = meanings.get(moving, moving)
        others = [free_symbols(meaning) for symbol, meaning in meanings.items() if symbol != moving]
        if not place.is_Symbol or place in set().union(*others):
            raise DerivationError(
                f"{name} differentiates with respect to {moving}: it stays a symbol of which no other meaning depends"
            )


_WORDS = {"count": "a positive whole number", "unit": "between 0 and 1", "bit": "0 or 1"}


def _has_kind(kind: str, meaning: Any) -> bool:
    """Whether an expression is certainly of a kind."""
    if kind == "bit":
        return isinstance(meaning, Bit) or meaning in (0, 1)
    if kind == "unit":
        return is_probability(meaning, strictly=True)
    if kind == "count":
        return bool(known(meaning, "integer") and known(meaning, "positive"))
    if kind == "positive":
        return is_positive(meaning)
    return known(meaning, "real") is not False and all(map(kind_of, free_symbols(meaning)))  # wherever it is defined
