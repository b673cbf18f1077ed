"""The formulas around the right ones, kept from one function to the next: they go by the quantity alone.

Thousands are made where a function has two mistakes; every reading of the next function is set beside the same ones.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from .formula import Formula, law
from .naming import Table
from .parts import PartsTable
from .probing import Kind
from .quantity import Quantity, Right
from .sizes import Layout

__all__ = ["Tables", "tables_for", "weighted_rights"]

Tables = tuple[tuple[Right, ...], Table | PartsTable]
_MOST = 16
_WHOLES = (law(1), law("1/2"), law(2), law(1, D=-1))  # scales of whole objectives that are met with an ε


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


@lru_cache(maxsize=_MOST)
def weighted_rights(quantity: Quantity, kind: Kind, layout: Layout, names: frozenset[str]) -> tuple[Formula, ...]:
    """Return the right formulas of an objective with other weights between its parts, and on the whole.

    `names` are the sizes there are.
    """
    one, two = quantity.parts
    nearest = tuple(form for form in two.forms if form.has_slips)
    known = dict.fromkeys((law(1), *quantity.scales, *(scale for form in one.forms for scale in form.weights)))
    weights, wholes = ([scale for scale in scales if scale.names <= names] for scales in (known, _WHOLES))
    found: list[Formula] = []
    for weight in weights:
        weighted = replace(quantity, parts=(one, replace(two, forms=nearest, weight=two.weight * weight)))
        rights = weighted.rights(kind, layout)
        found += [right.formula.scaled(scale) for right in rights for scale in wholes]
    return tuple(found)
