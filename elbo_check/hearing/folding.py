"""From elements to claimed numbers: sums over groups of consecutive elements, with their errors."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import closed_forms
from ..densities.normal import Normal
from ..evidence import Elementwise

__all__ = ["Folded", "Pair", "fold"]

FloatArray = NDArray[np.float64]
Pair = tuple[FloatArray, FloatArray]

UNIT = 2.0**-52


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """For a run of claimed numbers: our closed form, C = Σ|terms|, and (value, error) of each witness that answered."""

    own: FloatArray
    size: FloatArray
    guess: Pair
    enclosed: Pair | None

    @staticmethod
    def of(q: Normal, p: Normal, guess: Elementwise, enclosed: Elementwise | None, width: int) -> Folded:
        """Sum the elements of `q`, `p` and of the answers about them in groups of `width`."""
        own, size = closed_forms.normal_kl(q, p), closed_forms.textbook_magnitude(q, p)
        balls = None if enclosed is None else fold(enclosed.value, enclosed.error, width)
        zero = np.zeros_like(own)
        return Folded(
            fold(own, zero, width)[0], fold(size, zero, width)[0], fold(guess.value, guess.error, width), balls
        )

    @staticmethod
    def total(parts: Sequence[Folded], divisor: int) -> Folded:
        """Add up the parts of one claimed number and divide it, as a mean asks."""

        def one(columns: list[FloatArray]) -> FloatArray:
            return np.array([math.fsum(np.concatenate(columns).tolist()) / divisor])

        def both(pairs: list[Pair]) -> Pair:
            value, error = (one([pair[k] for pair in pairs]) for k in (0, 1))
            return value, error * (1 + 2 * UNIT) + 2 * UNIT * np.abs(value)  # the roundings of fsum and of the division

        enclosed = [part.enclosed for part in parts if part.enclosed is not None]
        return Folded(
            one([part.own for part in parts]),
            one([part.size for part in parts]),
            both([part.guess for part in parts]),
            both(enclosed) if len(enclosed) == len(parts) else None,
        )


def fold(value: FloatArray, error: FloatArray, width: int) -> Pair:
    """Sum values and errors in groups of `width`; the rounding of the sum is added to the error, outwards.

    >>> [part.tolist() for part in fold(np.array([1.0, 2.0, 3.0, 4.0]), np.zeros(4), 1)]
    [[1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0]]
    """
    if width == 1:
        return value, error
    groups = value.reshape(-1, width)
    with np.errstate(all="ignore"):
        rounding = width * UNIT * np.abs(groups).sum(axis=1)
        errors = error.reshape(-1, width).sum(axis=1) * (1 + width * UNIT) + rounding
        return groups.sum(axis=1), np.where(np.isinf(rounding), np.nan, errors)
