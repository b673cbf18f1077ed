"""Where a bound index reaches: what stands beside it must not speak of another of its name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sympy

from ..boxes import written
from ..errors import DerivationError
from ..nodes import KL, Iterated, Product, Value, Vector, free_symbols, parts_of
from .naming import listed

__all__ = ["require_no_double_index"]


def require_no_double_index(place: str, side: Any) -> None:
    """Refuse Σ_j KL(∏_j r_j‖∏_k N(a_j, 1)): there are two j, and nobody sees of which of them a_j is.

    Σ_j E over ∏_j q_j of f(z_j) is taken: the product reaches to its own end, and no further.
    """
    for node in parts_of(side):
        twice = {symbol for bound, free in _beside(node) for symbol in bound & free}
        if twice:
            name = listed(twice)
            remedy = "give one of the indices another name"
            raise DerivationError(f"{place} has an index {name} beside another {name} in {written(node)}: {remedy}")


def _beside(node: Any) -> Iterator[tuple[set[Any], set[Any]]]:
    """Yield indices that a node binds, and the symbols that are free beside them."""
    if isinstance(node, KL | Product | Value):
        products = [part for part in parts_of(node) if isinstance(part, Iterated)]
        yield {index for part in products for index in part.bound_symbols}, free_symbols(node)
    elif isinstance(node, Vector):
        yield {node.args[1]}, free_symbols(node.args[2])
    elif isinstance(node, sympy.Sum):
        for index, *ends in node.limits:
            yield {index}, set().union(*map(free_symbols, ends))
