"""From elements to claimed numbers: sums over groups of consecutive elements, with their errors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import closed_forms
from ..arrays import exact_sum
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
        return _folded(q, p, guess, enclosed, lambda value, error: fold(value, error, width))

    @staticmethod
    def part(q: Normal, p: Normal, guess: Elementwise, enclosed: Elementwise | None, divisor: int) -> Folded:
        """Sum all the elements, a part of one claimed number, and divide the sum, as a mean asks."""
        return _folded(q, p, guess, enclosed, lambda value, error: summed(value, error, divisor))

    @staticmethod
    def total(parts: Sequence[Folded]) -> Folded:
        """Add up the parts of one claimed number."""

        def both(pairs: list[Pair]) -> Pair:
            value, error = (np.concatenate([pair[k] for pair in pairs]) for k in (0, 1))
            return summed(value, error, 1)

        enclosed = [part.enclosed for part in parts if part.enclosed is not None]
        return Folded(
            both([(part.own, np.zeros(1)) for part in parts])[0],
            both([(part.size, np.zeros(1)) for part in parts])[0],
            both([part.guess for part in parts]),
            both(enclosed) if enclosed else None,
        )


def _folded(
    q: Normal,
    p: Normal,
    guess: Elementwise,
    enclosed: Elementwise | None,
    how: Callable[[FloatArray, FloatArray], Pair],
) -> Folded:
    own, size = closed_forms.normal_kl(q, p), closed_forms.textbook_magnitude(q, p)
    zero = np.zeros_like(own)
    balls = None if enclosed is None else how(enclosed.value, enclosed.error)
    return Folded(how(own, zero)[0], how(size, zero)[0], how(guess.value, guess.error), balls)


def summed(value: FloatArray, error: FloatArray, divisor: int) -> Pair:
    """Sum up and divide, exactly but for the last rounding, which is added to the error, outwards.

    A sum that is certainly beyond the largest float is (inf, 0); one that only may be is (inf, nan).

    >>> [part.tolist() for part in summed(np.array([1.0, 2.0]), np.zeros(2), 3)]
    [[1.0], [4.440892098500626e-16]]
    """
    total = exact_sum(value, divisor)
    if math.isinf(total):
        with np.errstate(all="ignore"):
            sure = (divisor == 1 or bool(np.isfinite(value).all())) and exact_sum(value - error, divisor) == math.inf
        return np.array([total]), np.array([0.0 if sure else math.nan])
    return np.array([total]), np.array([exact_sum(error, divisor) * (1 + 2 * UNIT) + 2 * UNIT * abs(total)])


def fold(value: FloatArray, error: FloatArray, width: int) -> Pair:
    """Sum values and errors in groups of `width`; the rounding of the sum is added to the error, outwards.

    >>> [part.tolist() for part in fold(np.array([1.0, 2.0, 3.0, 4.0]), np.zeros(4), 1)]
    [[1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, 0.0]]
    """
    if width == 1:
        return value, error
    groups, errors = value.reshape(-1, width), error.reshape(-1, width)
    with np.errstate(all="ignore"):
        sums, rounding = groups.sum(axis=1), width * UNIT * np.abs(groups).sum(axis=1)
        spread = errors.sum(axis=1) * (1 + width * UNIT) + rounding
        beyond = np.where(np.isinf((groups - errors).sum(axis=1)), 0.0, np.nan)  # (inf, 0): certainly too large
        return sums, np.where(np.isinf(sums), beyond, spread)
