"""How large a number is that is written as a power: 10^(3·10⁸) would fill the memory if it were written out."""

from __future__ import annotations

import math
from typing import Any

from ..errors import DerivationError
from .given import shown

__all__ = ["require_writable"]

_MOST_DIGITS = 4000.0
_LARGEST = 300.0  # of a power of ten that is a float


def require_writable(node: Any) -> None:
    """Refuse a power of numbers that has more digits than anybody reads."""
    if node.is_Pow and node.base.is_number and node.exp.is_number and _digits(node) > _MOST_DIGITS:
        raise DerivationError(
            f"{shown(node)} is a number of more than {_MOST_DIGITS:.0f} digits: take a symbol for it, or its logarithm"
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
