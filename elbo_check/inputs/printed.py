"""How exactly a printed number is known: 0.35 in a table may stand for anything from 0.345 to 0.355."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Print", "half_unit", "print_of"]

FURTHEST_PLACE = 400  # decimals beyond any float64
FULL_DIGITS = 17  # with so many, the print says all that a float64 knows


@dataclass(frozen=True, slots=True)
class Print:
    """The most significant digits, and the most decimals, seen among the numbers of a column."""

    digits: int = 0
    decimals: int = -FURTHEST_PLACE

    def widened(self, cells: Iterable[str]) -> Print:
        """Return the maxima over these cells (of numbers that `float` accepts) and those seen before."""
        digits, decimals = self.digits, self.decimals
        if digits >= FULL_DIGITS:
            return self
        for cell in cells:
            seen = print_of(cell)
            digits, decimals = max(digits, seen[0]), max(decimals, seen[1])
            if digits >= FULL_DIGITS:
                return Print(digits, FURTHEST_PLACE)
        return Print(digits, decimals)


def print_of(cell: str) -> tuple[int, int]:
    """Return the significant digits and the decimals of one printed number.

    >>> print_of("-0.0120"), print_of("3e-5"), print_of("0.00")
    ((3, 4), (1, 5), (0, 2))
    """
    mantissa, _, exponent = cell.strip().lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    shift = int(exponent[:6]) if exponent else 0  # six characters hold every exponent that matters
    decimals = min(max(len(fraction) - shift, -FURTHEST_PLACE), FURTHEST_PLACE)
    return len((whole + fraction).lstrip("+-0")), decimals


def half_unit(values: NDArray[np.float64], seen: Print) -> NDArray[np.float64]:
    """Return for each value how far the number it was printed from may lie, half a unit of its last place.

    Trailing zeros may have been dropped, so the last place is not that of the cell: in a column of fixed decimals
    it is 10^−decimals, in one of fixed significant digits it follows the leading digit; the larger is the true one
    in both.

    >>> half_unit(np.array([0.0012, 12.5]), Print(digits=3, decimals=4))
    array([5.e-05, 5.e-02])
    """
    with np.errstate(divide="ignore", under="ignore"):
        leading = np.floor(np.log10(np.abs(values)))
        return np.asarray(0.5 * 10.0 ** np.maximum(-seen.decimals, leading - seen.digits + 1))
