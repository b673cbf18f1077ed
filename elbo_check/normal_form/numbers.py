"""What rational numbers are made of."""

from __future__ import annotations

import math
from fractions import Fraction

from .polynomials import Polynomial

__all__ = ["content_of", "factors_of"]

_TRIAL_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)


def content_of(whole: Polynomial) -> Fraction:
    """Return the positive rational that leaves whole, coprime coefficients behind."""
    coefficients = whole.terms.values()
    return Fraction(math.gcd(*(c.numerator for c in coefficients)), math.lcm(*(c.denominator for c in coefficients)))


def factors_of(number: int) -> list[tuple[int, int]]:
    """Return small prime factors with multiplicity; what is left over counts as one factor (sound, incomplete).

    >>> factors_of(360)
    [(2, 3), (3, 2), (5, 1)]
    """
    found = []
    for prime in _TRIAL_PRIMES:
        times = 0
        while number % prime == 0:
            number, times = number // prime, times + 1
        if times:
            found.append((prime, times))
    return found if number == 1 else [*found, (number, 1)]
