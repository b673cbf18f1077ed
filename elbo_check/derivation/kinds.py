"""One kind of number a space: what is read where z is positive says nothing of a z that is real."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy

from ..errors import DerivationError
from ..nodes import outcomes_in
from ..symbols import kind_of

__all__ = ["require_one_kind_a_space"]

_PLACE = {"": "members of families"}


def require_one_kind_a_space(place: str, sides: Iterable[Any]) -> None:
    """Require that all symbols that stand for an outcome of one space are of one kind: z real and z_1 real.

    z and z_1 are places of the same space, and E_q(z)[z] ≥ 0 does not follow from z_1 > 0.
    """
    seen: dict[str, Any] = {}
    for side in sides:
        for node in sympy.preorder_traversal(side):
            for space, symbol in outcomes_in(node):
                first = seen.setdefault(space, symbol)
                if kind_of(first) != kind_of(symbol):
                    raise DerivationError(
                        f"{place} has {first} ({kind_of(first)}) and {symbol} ({kind_of(symbol)}) for outcomes of "
                        f"{_PLACE.get(space, f'one space {space}')}: take symbols of one kind"
                    )
