"""The streaming of an integrand: draws in chunks with generators of their own, in pieces that stay in the cache.

What a chunk gives depends on its seed alone, and sums are exact: the numbers are the same for any number of workers.
Memory does not grow with the draws.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..arrays import exact_sum
from ..errors import InputError
from .quadrature import ROUNDING_FLOOR
from .seeding import Seeds

__all__ = [
    "LEAST_DRAWS",
    "PIECE",
    "Sums",
    "Totals",
    "Work",
    "chunks",
    "collect",
    "departures",
    "even",
    "in_pieces",
    "merge",
    "require_settings",
    "stream",
    "summed",
    "watched",
]

# A chunk has a generator of its own (18 µs to make); it is worked on in pieces whose temporaries stay in the cache.
CHUNK = 2**18
PIECE = 2**16  # draws worked on at once: few calls of NumPy, and temporaries that stay in the cache
ROOM = 2**19
LEAST_DRAWS = 2

FloatArray = NDArray[np.float64]
Chunk = tuple[slice, int]
Watch = Callable[[int, int], None]
Part = TypeVar("Part")
Work = Callable[[np.random.Generator, slice, int], Part]
"""What is done with the generator, the rows and the number of draws of one chunk."""


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """What a piece leaves behind, quantity by quantity: its sum, the variance of a draw, Σ|terms|; and the draws."""

    total: FloatArray
    variance: FloatArray
    size: FloatArray
    draws: int


@dataclass(frozen=True, slots=True, eq=False)
class Totals:
    """Mean, standard error and rounding floor (16·eps·Σ|terms| of a draw) of every quantity."""

    mean: FloatArray
    standard_error: FloatArray
    floor: FloatArray


def chunks(width: int, each: int, height: int = 1) -> Iterator[Chunk]:
    """Cut `each` draws of each of `width` rows into tiles of about CHUNK numbers, never with a single draw a row.

    `height` is how many numbers one draw of a row takes.
    """
    columns = min(width, PIECE // LEAST_DRAWS)
    for start in range(0, width, columns):
        rows = slice(start, min(start + columns, width))
        for draws in even(each, math.ceil(each * height * (rows.stop - rows.start) / CHUNK)):
            yield rows, draws


def even(draws: int, pieces: int) -> list[int]:
    """Split a number of draws into nearly equal pieces of at least two draws (a variance needs two).

    >>> even(7, 3), even(3, 9)
    ([2, 2, 3], [3])
    """
    pieces = max(1, min(pieces, draws // LEAST_DRAWS))
    return [draws * (k + 1) // pieces - draws * k // pieces for k in range(pieces)]


def stream(tiles: Iterable[Chunk], work: Work[Part], seeds: Seeds, workers: int) -> Iterator[Part]:
    """Yield what `work` makes of every chunk, in their order; the k-th chunk has the k-th child of the seeds."""

    def one(task: tuple[Chunk, np.random.SeedSequence]) -> Part:
        (rows, draws), seed = task
        with np.errstate(all="ignore"):  # another thread has settings of its own
            return work(np.random.Generator(np.random.PCG64(seed)), rows, draws)

    np.empty(ROOM)  # freed at once: the C library learns to keep pages of this size, which halves the time
    tasks = zip(tiles, seeds.children(), strict=False)
    if workers == 1:
        yield from map(one, tasks)
        return
    with ThreadPoolExecutor(workers) as pool:
        while batch := list(itertools.islice(tasks, 16 * workers)):
            yield from pool.map(one, batch)


def in_pieces(draws: int, height: int, piece: Callable[[int], Part]) -> list[Part]:
    """Return what `piece` makes of nearly equal numbers of draws, each about PIECE numbers, one after the other."""
    return [piece(count) for count in even(draws, max(1, round(draws * height / PIECE)))]


def departures(values: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return (the mean, the mean of the departures) of each row, and leave the departures from its first draw behind.

    Large, nearly equal numbers would all round the same way if they were added up as they are, and a thousand of them
    would be off by more than the rounding floor.
    """
    first = values[..., :1].copy()
    values -= first
    means: FloatArray = values.mean(axis=-1, keepdims=True)
    return first + means, means


def summed(values: FloatArray, size: FloatArray) -> Sums:
    """Sum one piece (and use it up): rows are quantities, the last axis their draws; `size` is Σ|terms| of each."""
    count = values.shape[-1]
    centres, means = departures(values)
    # not by a dot product: its last bits depend on how many threads the machine's BLAS runs
    squares = np.einsum("ij,ij->i", values, values) - count * np.square(means[..., 0])
    return Sums(centres[..., 0] * count, np.maximum(squares, 0.0) / (count - 1), size, count)


def merge(parts: list[Sums]) -> Sums:
    """Return the sums over all draws of these pieces."""
    draws = sum(part.draws for part in parts)
    totals, sizes = _columns(part.total for part in parts), _columns(part.size for part in parts)
    variances = _columns(part.variance * part.draws / draws for part in parts)
    return Sums(totals, variances, sizes, draws)


def collect(sums: Iterable[Sums], each: int) -> Totals:
    """Return the means over `each` draws; exact sums make them independent of the order of the chunks."""
    parts = [(part.total, part.variance * part.draws, part.size) for part in sums]
    totals, variances, sizes = map(_columns, zip(*parts, strict=True))
    return Totals(totals / each, np.sqrt(variances / each / each), ROUNDING_FLOOR * sizes / each)


def watched(parts: Iterable[Part], draws: int, watch: Watch) -> Iterator[Part]:
    """Tell `watch` before each chunk how many of the draws are done."""
    for done, part in enumerate(parts):
        watch(min(done * CHUNK, draws), draws)
        yield part


def require_settings(draws: Any, level: Any, workers: Any) -> None:
    """Raise `InputError` unless there are two draws, a level between 0 and 1, and a worker."""
    if not (_whole(draws) and draws >= LEAST_DRAWS):
        raise InputError("draws", draws, f"an integer, at least {LEAST_DRAWS}", "a hundred thousand is a good start")
    if not (isinstance(level, int | float | np.floating) and 0 < level < 1):
        raise InputError("level", level, "a number between 0 and 1", "1e-9 errs once in a billion verdicts")
    if not (_whole(workers) and workers >= 1):
        raise InputError("workers", workers, "an integer, at least 1", "the numbers are the same for any count")


def _columns(rows: Iterable[FloatArray]) -> FloatArray:
    """Add up rows quantity by quantity, each sum correctly rounded."""
    return np.array([exact_sum(column) for column in np.array(list(rows)).T])


def _whole(number: Any) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool | np.timedelta64)
