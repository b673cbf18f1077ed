"""The formulas around the right ones, kept from one function to the next: they go by the quantity alone.

Thousands are made where a function has two mistakes; every reading of the next function is set beside the same ones.
"""

from __future__ import annotations

from functools import lru_cache

from .naming import Table
from .parts import PartsTable
from .probing import Kind
from .quantity import Quantity, Right
from .sizes import Layout

__all__ = ["Tables", "tables_for"]

Tables = tuple[tuple[Right, ...], Table | PartsTable]
_MOST = 16


@lru_cache(maxsize=_MOST)
def tables_for(quantity: Quantity, kind: Kind, layout: Layout, fixed: tuple[tuple[str, int], ...]) -> Tables:
    """Return the right formulas for an output of this kind, and a table of those around them.

    `fixed` are the sizes that are the same in all answers.
    """
    rights, sizes = tuple(quantity.rights(kind, layout)), dict(fixed)
    if quantity.parts:
        return rights, PartsTable(quantity, kind, layout, rights, sizes)
    still = frozenset(place for place, right in enumerate(rights) if not right.has_slips)
    formulas = [right.formula for right in rights]
    return rights, Table(formulas, quantity.slips, sizes, free=quantity.objective, still=still)
