"""Matrices over any world of numbers, as NumPy arrays of its numbers, and how their results become floats.

Products, triangular roots and their inverses are all that Gaussians need. They are formed in an exact world; floats
are what a result in balls is rounded to, once, at the end. A float64 Cholesky factor of an ill-conditioned matrix has
no more than a few digits, and what is computed from it would be off by more than any count of its terms can tell.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..errors import WitnessError
from .world import World, ball_world

__all__ = [
    "FLOATS",
    "block_diagonal",
    "cholesky",
    "column",
    "inverse_lower",
    "matrix",
    "product",
    "rounded",
    "settled",
    "stacked",
]

Matrix = NDArray[Any]
Made = TypeVar("Made")
Answer = TypeVar("Answer")

FEWEST_BITS = 128
MOST_BITS = 1 << 14
ENOUGH_BITS = 58  # of a number, or of what it is measured against: its float is then next to the truth
SMALL = 2.0**-1000
FLOATS = frozenset({"numpy", "duals"})  # what is made of constants carries no derivatives


def matrix(values: Any, world: World) -> Matrix:
    """Return an array of float64 numbers as an array of numbers of the world."""
    given = np.asarray(values, dtype=np.float64)
    made = np.empty(given.shape, dtype=object)
    for place, number in np.ndenumerate(given):
        made[place] = world.exact(number)
    return made


def column(numbers: Sequence[Any]) -> Matrix:
    """Return a vector of numbers, or of what stands for a number at each of many draws."""
    made = np.empty(len(numbers), dtype=object)
    for place, number in enumerate(numbers):
        made[place] = number
    return made


def stacked(numbers: Sequence[Any]) -> Matrix:
    """Return a vector of numbers; floats, and arrays of them, become one array."""
    if all(isinstance(number, float | np.ndarray) for number in numbers):
        return np.asarray(np.broadcast_arrays(*numbers))
    return column(numbers)


def product(*factors: Matrix) -> Matrix:
    """Return the product of two or more matrices (the last may be a vector), from the right."""
    result = factors[-1]
    for factor in reversed(factors[:-1]):
        result = _pair(factor, result)
    return result


def cholesky(symmetric: Matrix, world: World) -> Matrix:
    """Return the lower-triangular L with L Lᵀ = `symmetric`; in balls, what may not be positive definite gives nan."""
    rest, size = symmetric.copy(), len(symmetric)
    factor = matrix(np.zeros((size, size)), world)
    for j in range(size):
        column = rest[j:, j] / world.sqrt(rest[j, j])
        factor[j:, j] = column
        for i in range(j + 1, size):
            rest[i, j + 1 : i + 1] -= column[i - j] * column[1 : i - j + 1]
    return factor


def inverse_lower(factor: Matrix, world: World) -> Matrix:
    """Return the inverse of a lower-triangular matrix, row by row."""
    size = len(factor)
    inverse = matrix(np.zeros((size, size)), world)
    for i in range(size):
        inverse[i, i] = 1 / factor[i, i]
        if i:
            inverse[i, :i] = [-part * inverse[i, i] for part in factor[i, :i] @ inverse[:i, :i]]
    return inverse


def block_diagonal(blocks: Sequence[Matrix], world: World) -> Matrix:
    """Return the matrix with these square blocks along its diagonal."""
    ends = np.cumsum([len(block) for block in blocks])
    whole = matrix(np.zeros((ends[-1], ends[-1])), world)
    for block, end in zip(blocks, ends, strict=True):
        place = slice(end - len(block), end)
        whole[place, place] = block
    return whole


def settled(build: Callable[[World], Made], world: World, round_off: Callable[[Made], Answer | None]) -> Made | Answer:
    """Return what `build` makes in the world; for floats it is made in balls and rounded.

    `round_off` returns the rounded result, or None where the balls are still too wide: it is then made anew with twice
    the bits. Raises `WitnessError` where 16,384 bits do not suffice.
    """
    if world.name not in FLOATS:
        return build(world)
    import flint

    bits = FEWEST_BITS
    while bits <= MOST_BITS:
        with flint.ctx.workprec(bits), contextlib.suppress(ZeroDivisionError):
            answer = round_off(build(ball_world()))
            if answer is not None:
                return answer
        bits *= 2
    raise WitnessError(f"floats are not settled at {MOST_BITS} bits: a matrix is singular, or leaves the float64 range")


def rounded(balls: Matrix, against: Any = None) -> NDArray[np.float64] | None:
    """Return an array of balls as the floats next to the truth, or None where one is too wide to tell.

    A ball is narrow enough in relation to itself, to the positive number it is measured `against`, or to nothing at all
    (2⁻¹⁰⁰⁰).
    """
    result = np.empty(balls.shape)
    measures = np.broadcast_to(np.asarray(SMALL if against is None else against, dtype=object), balls.shape)
    for place, ball in np.ndenumerate(balls):
        narrow = ball.rel_accuracy_bits() >= ENOUGH_BITS or ball.rad() <= measures[place] * 2.0**-ENOUGH_BITS
        result[place] = float(ball)
        if not (narrow and np.isfinite(result[place])):
            return None
    return result


def _pair(left: Matrix, right: Matrix) -> Matrix:
    """Multiply; FLINT does it for whole matrices of balls, fifty times as fast."""
    import flint

    if not all(type(each.flat[0]) is flint.arb for each in (left, right)):
        return np.asarray(left @ right)
    columns = right if right.ndim == 2 else right[:, None]
    entries = (flint.arb_mat(left.tolist()) * flint.arb_mat(columns.tolist())).tolist()
    made = np.empty((len(left), columns.shape[1]), dtype=object)
    made[...] = entries
    return made if right.ndim == 2 else made[:, 0]
