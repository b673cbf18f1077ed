"""How much there is to read: 10^(3·10⁸) would fill the memory if it were written out, and so would nested e² + e.

SymPy keeps what occurs twice once, so that such an expression is small until it is read part by part.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..errors import DerivationError
from .given import shown

__all__ = ["require_readable", "require_writable"]

_MOST_DIGITS = 4000.0
_LARGEST = 300.0  # of a power of ten that is a float
_MOST_PARTS = 10_000  # five times what the longest line of the project's theorems has with its abbreviations opened


def require_readable(
    expression: Any, meant: Mapping[Any, int] = MappingProxyType({}), what: str = "an expression"
) -> int:
    """Return how many parts an expression has, and refuse one of more parts than anybody reads.

    They are counted as they are printed, each as often as it occurs; `meant` are the numbers of parts that stand behind
    abbreviations.
    """
    parts = _parts(expression, meant)
    if parts > _MOST_PARTS:
        number = str(parts) if parts < _MOST_PARTS**2 else f"about 10^{round(math.log10(parts))}"
        raise DerivationError(
            f"{what} has {number} parts{' with its abbreviations opened' if meant else ''}, and {_MOST_PARTS} "
            "can be read: write many terms as one sum, or prove the statement for a symbol and cite it"
        )
    return parts


def _parts(expression: Any, meant: Mapping[Any, int]) -> int:
    """Count what is kept once a single time, and add it as often as it occurs."""
    found: dict[int, int] = {}
    seen = [(expression, expression.args)]  # kept to the end, so that no two of them have one id
    waiting = [*seen]
    while waiting:
        node, parts = waiting[-1]
        missing = [(part, part.args) for part in parts if id(part) not in found]
        if missing:
            seen += missing
            waiting += missing
        else:
            found[id(node)] = meant.get(node, 1) + sum(found[id(part)] for part in parts)
            waiting.pop()
    return found[id(expression)]


def require_writable(node: Any) -> None:
    """Refuse a number, or a power of numbers, that has more digits than anybody reads."""
    written = node.is_Rational or (node.is_Pow and node.base.is_number and node.exp.is_number)
    if written and _digits(node) > _MOST_DIGITS:
        short = node.is_Pow and max(map(_digits, node.args)) <= _LARGEST
        raise DerivationError(
            f"{f'{shown(node)} is' if short else 'there is'} a number of more than {_MOST_DIGITS:.0f} digits: take a "
            "symbol for it, or its logarithm"
        )


def _digits(number: Any) -> float:
    """Return how many digits a number has at most when it is written out, or its inverse; 0 of one that is not."""
    if number.is_Rational:
        return math.log10(max(abs(int(number.p)), int(number.q)))
    if number.is_Pow:
        size = _digits(number.exp)
        return _digits(number.base) * (math.pow(10.0, size) if size < _LARGEST else math.inf)
    if number.is_Add or number.is_Mul:
        return math.fsum(map(_digits, number.args)) + float(number.is_Add)
    return 0.0
