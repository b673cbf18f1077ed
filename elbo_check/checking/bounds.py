"""What may stand for a part whose sign is asked for: e^s is 1 + w for some w > 0, a count is 1 + m for some m ≥ 0.

What is certain of the one for all w and m is certain of the other. The new symbols have names that nobody can give.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import sympy

from ..errors import DerivationError
from ..nodes import free_symbols, replaced
from ..normal_form.signs import Sign
from ..reading import written_out
from ..symbols import kind_of
from .ranges import bound_in, labels_in

__all__ = ["bounded", "counted_from_one", "free_entries", "with_meanings"]


def bounded(part: Any, sign: Callable[[Any], Sign]) -> Any:
    """Return a part with what is certain of its exponentials and logarithms in the place of these.

    `sign` says what is certain of a number: e^t is at least 1 where t ≥ 0, and log t at most 0 where 1 − t ≥ 0.
    """
    bound = bound_in(part)
    nodes = (node for node in sympy.preorder_traversal(part) if isinstance(node, sympy.exp | sympy.log | sympy.Pow))
    free = dict.fromkeys(node for node in nodes if bound.isdisjoint(free_symbols(node)))
    meanings = ((node, _bound_of(node, sign)) for node in free)
    return with_meanings(part, {node: meaning for node, meaning in meanings if meaning is not None}) or part


def _bound_of(node: Any, sign: Callable[[Any], Sign]) -> Any:
    """Return ±w for log t, and 1 + w or 1/(1 + w) for e^t and e^−t, of one w; None where nothing is certain."""
    written = written_out(node) if node.is_Pow else node
    if written.is_Pow:
        return None
    is_log, (inner,) = isinstance(written, sympy.log), written.args
    with sympy.evaluate(True):
        amount = inner - 1 if is_log else sympy.Mul(1, inner)
        for direction, way in ((1, amount), (-1, -amount)):
            certain = sign(way)
            if certain is not Sign.UNKNOWN:
                growth = _growth(f"{'log' if is_log else 'exp'} {way}", certain)
                return direction * growth if is_log else (1 + growth) ** direction
    return None


def _growth(said: str, sign: Sign) -> Any:
    """Return the symbol for a number of which only the sign is certain; its name says of what it is one."""
    kind = "nonnegative" if sign is Sign.NOT_NEGATIVE else "positive"
    return sympy.Symbol(f"{kind} by {said}", **{kind: True})


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
