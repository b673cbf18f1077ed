"""Lengths that a function may insist on: those of arrays that it holds, numbers in its code, products of these."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

from ..inputs.loss_options import LARGEST_SIZE

__all__ = [
    "CHANNELS",
    "OF_AN_IMAGE",
    "lengths_of",
    "numbers_of",
    "others_near",
    "square_image",
    "with_products",
]

CHANNELS, OF_AN_IMAGE = (1, 3), 4  # of images where nothing is said; the smallest side
_MOST = 6  # of the numbers in its code
_MORE = 4  # lengths of arrays beside them
_PIXELS = (784, 1024, 3072, 4096, 12288)


def numbers_of(written: Sequence[int], shapes: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return the numbers to try first: those of the code, and by turns with them lengths of arrays that are held.

    Beside those a 2 is left out, which most code holds as an exponent: as a length of one axis it is a usual one.

    >>> numbers_of((2, 28), [(20,), (784, 400)]), numbers_of((2, 28), [])
    ((20, 28, 400, 784), (2, 28))
    """
    held = lengths_of(shapes)
    if not held:
        return tuple(written[:_MOST])
    turns = itertools.zip_longest(held[:_MOST], [number for number in written if number > 2][:_MOST])
    return tuple(dict.fromkeys(number for pair in turns for number in pair if number is not None))[: _MOST + _MORE]


def lengths_of(shapes: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Return the lengths that arrays of these shapes stand for: those of vectors first, and of others the whole last.

    >>> lengths_of([(28, 28), (1, 20)])
    (20, 28, 784)
    """
    axes = sorted(([n for n in shape if n > 1] for shape in shapes), key=lambda lengths: min(len(lengths), 2))
    made = (*(n for lengths in axes for n in reversed(lengths)), *(math.prod(lengths) for lengths in axes))
    return tuple(dict.fromkeys(n for n in made if 1 < n <= LARGEST_SIZE))


def square_image(pixels: int) -> tuple[int, int, int] | None:
    """Return channels, height and width of a square image of so many numbers, of one channel or three; None of none.

    >>> square_image(784), square_image(3072), square_image(400 * 20), square_image(4)
    ((1, 28, 28), (3, 32, 32), None, None)
    """
    for channels in CHANNELS:
        side = math.isqrt(pixels // channels)
        if channels * side * side == pixels and side >= OF_AN_IMAGE:
            return channels, side, side
    return None


def others_near(length: int) -> tuple[int, ...]:
    """Return lengths to try beside one that is taken: what takes one of these takes more than that one."""
    return (*(length + step for step in (1, 2, 3)), *(length * times for times in (2, 3, 4)))


def with_products(written: Sequence[int]) -> tuple[int, ...]:
    """Return the first numbers, and the numbers of pixels that sides and channels make: 28·28, 3·32·32, 20·30.

    A product that Python has multiplied out, such as 64·784, is taken apart again where one factor is a usual one.
    """
    made = dict.fromkeys(written)
    numbers = written[:_MOST]
    for side in numbers:
        made |= dict.fromkeys((side * side, *(channels * side * side for channels in numbers if channels != side)))
    made |= dict.fromkeys(one * other for one, other in itertools.combinations(numbers, 2))
    for pixels in _PIXELS:
        for whole in (whole for whole in numbers if whole > pixels and whole % pixels == 0):
            made |= dict.fromkeys((pixels, whole // pixels))
    return tuple(product for product in made if product <= LARGEST_SIZE)
