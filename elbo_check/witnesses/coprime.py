"""Pairwise coprime bases of whole numbers: products of powers are compared without factoring anything."""

from __future__ import annotations

import math
from collections.abc import Iterable

__all__ = ["coprime_basis", "exponent"]


def coprime_basis(numbers: Iterable[int]) -> list[int]:
    """Return pairwise coprime whole numbers > 1 of which every given positive number is a product of powers.

    >>> sorted(coprime_basis([12, 18, 5]))
    [2, 3, 5]
    """
    basis: list[int] = []
    waiting = [number for number in numbers if number > 1]
    while waiting:
        number = waiting.pop()
        clash = next((base for base in basis if math.gcd(base, number) > 1), None)
        if clash is None:
            basis.append(number)
        elif clash != number:
            common = math.gcd(clash, number)
            basis.remove(clash)
            waiting.extend(part for part in (common, clash // common, number // common) if part > 1)
    return basis


def exponent(number: int, base: int) -> int:
    """Return how often `base` divides `number`.

    >>> exponent(12, 2)
    2
    """
    times = 0
    while number % base == 0:
        number, times = number // base, times + 1
    return times
