"""Lengths that a function may insist on: numbers in its code and their products, then usual ones.

What refuses the first lengths may take others, or one alone. A latent's or a pixel's length is tried before that of a
batch: in `view(-1, 784)` the batch is what is left.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

from ..diagnosis.sizes import LAYOUTS, Layout, Sizes
from ..inputs.loss_options import LARGEST_SIZE

__all__ = ["images_to_try", "last_to_try", "lengths_to_try", "others_near", "with_products"]

_USUAL = (*range(1, 17), 20, 32, 50, 64, 100, 128, 256, 512)  # of a function that knows but one length
_MOST = 6  # of the numbers in its code
_CHANNELS = (1, 3)
_PIXELS = (784, 1024, 3072, 4096, 12288)
_OF_AN_IMAGE = 4


def lengths_to_try(written: Sequence[int], free: Sequence[str]) -> Iterator[Sizes]:
    """Yield lengths of one axis, or two, from the numbers in the code; none for a batch.

    >>> list(lengths_to_try((28,), ("D",)))
    [{'D': 28}, {'D': 784}]
    """
    numbers, every = written[:_MOST], with_products(written)
    names = [name for name in free if name != "B"]
    pairs = list(itertools.combinations(names, 2))
    yield from ({name: length} for name in names for length in numbers)
    yield from ({one: m, other: n} for one, other in pairs for m, n in itertools.product(numbers, repeat=2))
    yield from ({name: length} for name in names for length in every[len(numbers) :])
    yield from ({one: m, other: n} for one, other in pairs for m in numbers for n in every[len(numbers) :])


def images_to_try(written: Sequence[int]) -> Iterator[tuple[Layout, Sizes]]:
    """Yield images of the heights in the code, all square, of one, three, or as many channels as are in the code."""
    for layout in LAYOUTS:
        parts = [names for names in layout.axes.values() if len(names) == 3]
        for side in (n for n in written[:_MOST] if n >= _OF_AN_IMAGE):
            for channels in dict.fromkeys((*_CHANNELS, *written[:_MOST])):
                for names in parts:
                    yield layout, dict(zip(names, (channels, side, side), strict=True))


def last_to_try(written: Sequence[int], free: Sequence[str]) -> Iterator[Sizes]:
    """Yield usual lengths of one axis, then those of a batch, alone and beside those of other axes."""
    names = [name for name in free if name != "B"]
    yield from ({name: length} for name in names for length in _USUAL)
    if "B" in free:
        numbers, every = written[:_MOST], with_products(written)
        yield from ({"B": length} for length in (*numbers, *_USUAL))
        yield from ({"B": m, name: n} for m in numbers for name in names for n in every)
        for one, other in itertools.combinations(names, 2):
            yield from ({"B": b, one: m, other: n} for b, m, n in itertools.product(numbers, numbers, every))


def others_near(length: int) -> tuple[int, ...]:
    """Return lengths to try beside one that is taken: what takes one of these takes more than that one."""
    return (*(length + step for step in (1, 2, 3)), *(length * times for times in (2, 3, 4)))


def with_products(written: Sequence[int]) -> tuple[int, ...]:
    """Return the first numbers, and the numbers of pixels that sides and channels make: 28·28, 3·32·32, 20·30.

    A product that Python has multiplied out, such as 64·784, is taken apart again where one factor is a usual one.
    """
    numbers = written[:_MOST]
    made = dict.fromkeys(numbers)
    for side in numbers:
        made |= dict.fromkeys((side * side, *(channels * side * side for channels in numbers if channels != side)))
    made |= dict.fromkeys(one * other for one, other in itertools.combinations(numbers, 2))
    for pixels in _PIXELS:
        for whole in (whole for whole in numbers if whole > pixels and whole % pixels == 0):
            made |= dict.fromkeys((pixels, whole // pixels))
    return tuple(product for product in made if product <= LARGEST_SIZE)
