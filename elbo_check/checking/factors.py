"""Whole numbers by their factors, and fractions as balls take them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import flint

__all__ = ["as_fmpq", "factors_of"]

_TRIAL = 1000


def factors_of(number: int) -> list[tuple[int, int]]:
    """Return the prime factors below 1000 with their multiplicity; what is left over counts as one factor.

    >>> factors_of(12), factors_of(1)
    ([(2, 2), (3, 1)], [])
    """
    found: dict[int, int] = {}
    divisor = 2
    while divisor * divisor <= number and divisor < _TRIAL:
        while number % divisor == 0:
            number, found[divisor] = number // divisor, found.get(divisor, 0) + 1
        divisor += 1
    if number > 1:
        found[number] = found.get(number, 0) + 1
    return list(found.items())


def as_fmpq(number: Fraction) -> Any:
    """Return a fraction as FLINT has it."""
    return flint.fmpq(number.numerator, number.denominator)
