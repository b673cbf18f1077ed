"""What may stand for a part whose sign is asked for: a count is 1 + m for some m ≥ 0, and KL is some w ≥ 0.

What is certain of the one for all m and w is certain of the other. The new symbols have names that nobody can give.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import sympy

from ..errors import DerivationError
from ..nodes import KL, free_symbols, replaced
from ..symbols import kind_of
from .ranges import bound_in, labels_in

__all__ = ["counted_from_one", "free_entries", "with_divergences", "with_meanings"]


def with_divergences(part: Any) -> Any:
    """Return a part with a number of which only KL ≥ 0 is known in the place of every KL."""
    bound = bound_in(part)
    divergences = [node for node in part.atoms(KL) if bound.isdisjoint(free_symbols(node))]
    return with_meanings(part, {node: sympy.Symbol(str(node), nonnegative=True) for node in divergences}) or part


def with_meanings(part: Any, meanings: Mapping[Any, Any]) -> Any:
    """Return a part with meanings in the place of some of its own parts; None where they cannot stand there."""
    try:
        return replaced(part, meanings)
    except DerivationError:
        return None


def counted_from_one(part: Any) -> Any:
    """Return a part with 1 + m for each count that is free in it."""
    counts = [entry for entry in free_entries(part, "count") if entry.is_Symbol]
    more = {n: 1 + sympy.Symbol(f"{n.name} − 1", integer=True, nonnegative=True) for n in counts}
    return with_meanings(part, more) or part


def free_entries(part: Any, kind: str) -> list[Any]:
    """Return the symbols of a kind, and the entries of sequences of that kind, that are the same all over a part."""
    bound, labels = bound_in(part), labels_in(part)
    symbols = [one for one in dict.fromkeys(_symbols(part)) if kind_of(one) == kind and one not in bound | labels]
    entries = [one for one in part.atoms(sympy.Indexed) if kind_of(one.base.label) == kind]
    return [*symbols, *(entry for entry in entries if bound.isdisjoint(free_symbols(entry)))]


def _symbols(part: Any) -> Iterator[Any]:
    """Yield the symbols in a part, those in the indices of entries, too."""
    if part.is_Symbol:
        yield part
    for inner in part.indices if isinstance(part, sympy.Indexed) else part.args:
        yield from _symbols(inner)
