"""A statement: two sides and the relation between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import sympy

from ..errors import DerivationError
from ..nodes import free_symbols, replaced
from .wellformed import bound_symbols, listed

__all__ = ["Relation", "Statement"]

Relation = Literal["=", "≤", "≥"]


@dataclass(frozen=True, slots=True)
class Statement:
    """left = right (or ≤, ≥), as SymPy expressions."""

    left: Any
    right: Any
    relation: Relation = "="

    def __post_init__(self) -> None:
        if self.relation not in ("=", "≤", "≥"):
            raise DerivationError(f"relation={self.relation!r} must be =, ≤ or ≥")
        for side in self.sides:
            if not isinstance(side, sympy.Expr):
                raise DerivationError(f"{side!r} is no expression: text is never read, build it from symbols")

    def at(self, replacements: dict[Any, Any]) -> Statement:
        """Return the statement with symbols replaced; a symbol bound by an integral or a sum is out of reach."""
        bound = {symbol for side in self.sides for symbol in bound_symbols(side)}
        reached = set(replacements).union(*(free_symbols(meaning) for meaning in replacements.values()))
        if bound & reached:
            raise DerivationError(f"{listed(bound & reached)} is bound in the statement: replace it by other symbols")
        return Statement(replaced(self.left, replacements), replaced(self.right, replacements), self.relation)

    @property
    def sides(self) -> tuple[Any, Any]:
        """The left and the right side."""
        return self.left, self.right

    @property
    def triple(self) -> tuple[Any, str, Any]:
        """Left, relation, right."""
        return self.left, self.relation, self.right
