"""How many digits it takes to see that two numbers differ."""

from __future__ import annotations

__all__ = ["digits_apart"]

_MOST = 17


def digits_apart(one: float, other: float, least: int) -> int:
    """Return the smallest number of digits, `least` or more, with which two numbers are printed differently.

    >>> digits_apart(0.000225, 0.0002250000071, 6)
    8
    """
    return next((digits for digits in range(least, _MOST) if f"{one:.{digits}g}" != f"{other:.{digits}g}"), _MOST)
