"""One kind of number a space: what is read where z is positive says nothing of a z that is real."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import sympy

from ..errors import DerivationError
from ..nodes import Expectation, outcomes_in, space_of
from ..symbols import kind_of

__all__ = ["kinds_said", "require_one_kind_a_space"]

_WORDS = {
    "positive": "is positive",
    "count": "is a positive whole number",
    "unit": "is between 0 and 1",
    "bit": "is 0 or 1",
}
_PLACE = {"": "members of families"}


def require_one_kind_a_space(place: str, sides: Iterable[Any]) -> None:
    """Require that all symbols that stand for an outcome of one space are of one kind: z real and z_1 real.

    z and z_1 are places of the same space, and E_q(z)[z] ≥ 0 does not follow from z_1 > 0.
    """
    seen: dict[str, Any] = {}
    for side in sides:
        for node in sympy.preorder_traversal(side):
            for space, symbol in (*outcomes_in(node), *_bound_in(node)):
                first = seen.setdefault(space, symbol)
                if kind_of(first) != kind_of(symbol):
                    raise DerivationError(
                        f"{place} has {first} ({kind_of(first)}) and {symbol} ({kind_of(symbol)}) for outcomes of "
                        f"{_PLACE.get(space, f'one space {space}')}: take symbols of one kind"
                    )


def _bound_in(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield the variables that a mean is over, by their own letters: ∫ knows no more of them than these."""
    if isinstance(node, Expectation):
        yield from ((space_of(variable), variable) for variable in node.args[2:])


def kinds_said(sides: Iterable[Any]) -> tuple[str, ...]:
    """Return what outcomes are, where they are not all real numbers: q(z) of a positive z is another density."""
    nodes = (node for side in sides for node in sympy.preorder_traversal(side))
    symbols = {symbol for node in nodes for _, symbol in outcomes_in(node)}
    return tuple(
        f"{symbol} {_WORDS[kind_of(symbol)]}" for symbol in sorted(symbols, key=str) if kind_of(symbol) in _WORDS
    )
