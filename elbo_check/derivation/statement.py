"""A statement: two sides and the relation between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import sympy

from ..errors import DerivationError
from ..nodes import expression, free_symbols, replaced, require_supported
from .naming import bound_symbols, listed

__all__ = ["RELATIONS", "Relation", "Statement"]

Relation = Literal["=", "≤", "≥"]
RELATIONS = ("=", "≤", "≥")


@dataclass(frozen=True, slots=True)
class Statement:
    """left = right (or ≤, ≥), as SymPy expressions; a whole number or a fraction may stand for itself."""

    left: Any
    right: Any
    relation: Relation = "="

    def __post_init__(self) -> None:
        if self.relation not in RELATIONS:
            raise DerivationError(f"relation={self.relation!r} must be =, ≤ or ≥")
        for name in ("left", "right"):
            object.__setattr__(self, name, expression(getattr(self, name)))
            require_supported(getattr(self, name))

    def at(self, replacements: dict[Any, Any]) -> Statement:
        """Return the statement with symbols replaced; a symbol bound by an integral or a sum is out of reach.

        Symbols are told apart by name, as everywhere: a bound j captures any other j.
        """
        bound = {symbol.name: symbol for side in self.sides for symbol in bound_symbols(side)}
        reached = set(replacements).union(*(free_symbols(meaning) for meaning in replacements.values()))
        caught = {bound[symbol.name] for symbol in reached if symbol.name in bound}
        if caught:
            raise DerivationError(f"{listed(caught)} is bound in the statement: replace it by other symbols")
        return Statement(replaced(self.left, replacements), replaced(self.right, replacements), self.relation)

    @property
    def names(self) -> set[str]:
        """The names of all symbols in it, free and bound."""
        return {symbol.name for side in self.sides for symbol in side.atoms(sympy.Symbol)}

    @property
    def sides(self) -> tuple[Any, Any]:
        """The left and the right side."""
        return self.left, self.right

    @property
    def triple(self) -> tuple[Any, str, Any]:
        """Left, relation, right."""
        return self.left, self.relation, self.right
