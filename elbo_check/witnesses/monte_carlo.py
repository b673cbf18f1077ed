"""Monte Carlo in NumPy: streaming, reproducible for any distribution of the work, with a proved error bound.

Draws are standard ε (z = μq + σq ε is never rounded), in chunks that fit the cache, one `SeedSequence.spawn` child
a chunk. The error is a Chernoff bound from the centred cumulant that the family lends, at a stated level, plus the
rounding floor. For arrays the *total* over the elements is estimated.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import exact_sum
from ..densities.multivariate_normal import MultivariateNormal
from ..densities.normal import Normal
from ..errors import InputError
from ..evidence import Basis, Estimate
from .chernoff import chernoff_radius
from .quadrature import ROUNDING_FLOOR
from .seeding import Seeds
from .sources import PIECE, Draws, Source, source_of

__all__ = ["sample_mean", "sample_total"]

NAME = "monte carlo"
# A chunk has a generator of its own (18 µs to make); it is worked on in pieces whose temporaries stay in the cache.
CHUNK = 2**18
ROOM = 2**19
LEAST_DRAWS = 2

# from this many elements on, their axis is the contiguous one
TALL = 64

FloatArray = NDArray[np.float64]
Chunk = tuple[slice, int]
Watch = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Sums:
    """What a piece leaves behind: Σ log q/p, the variance of a draw of every row, Σ|terms|, and the draws a row."""

    total: float
    variance: float
    size: float
    draws: int


def sample_mean(
    q: Normal | MultivariateNormal,
    p: Normal | MultivariateNormal,
    *,
    draws: int = 200_000,
    rng: Any = None,
    level: float = 1e-9,
    workers: int = 1,
) -> Estimate:
    """Estimate KL(q‖p), summed over all elements, from `draws` draws in all (at least 2 an element).

    The error holds with probability 1 − level: inf over s > 0 of (K(s) + log(2/level)/n)/s, Chernoff's bound with
    the exact centred cumulant K of log q/p, on either side, plus 16·eps·E Σ|terms|. Nats. `rng` follows SPEC 7.
    """
    return sample_total(q, p, draws=draws, seeds=Seeds.of(rng), level=level, workers=workers)


def sample_total(
    q: Any, p: Any, *, draws: int, seeds: Seeds, level: float, workers: int = 1, watch: Watch = lambda *_: None
) -> Estimate:
    """Do the work of `sample_mean` with seeds already made; `watch` hears of the draws done, and of how many."""
    _require_settings(draws, level, workers)
    started = time.perf_counter()
    source = source_of(q, p)
    each = max(LEAST_DRAWS, math.ceil(draws / source.width))
    with np.errstate(all="ignore"):  # what leaves the range of float64 ends as a refusal to answer
        sums = _run(source, _chunks(source.width, each), seeds, workers)
        mean, deviation, floor = _collect(_watched(sums, source.width * each, watch), each)
        radius = chernoff_radius(source.axes, each, level)
    width = source.width
    return Estimate(
        NAME,
        mean,
        radius + floor,
        Basis.SAMPLED,
        bound="chernoff",
        level=level,
        standard_error=deviation,
        scope=f"{each * width:,} draws" if width == 1 else f"the total over {width:,} elements, {each:,} draws each",
        count=width,
        seconds=time.perf_counter() - started,
        note=seeds.note,
    )


def _watched(sums: Iterator[Sums], draws: int, watch: Watch) -> Iterator[Sums]:
    for done, part in enumerate(sums):
        watch(min(done * CHUNK, draws), draws)
        yield part


def _chunks(width: int, each: int) -> Iterator[Chunk]:
    """Cut width × each draws into tiles of at most about CHUNK draws, never with a single draw a row."""
    columns = min(width, PIECE // LEAST_DRAWS)
    for start in range(0, width, columns):
        rows = slice(start, min(start + columns, width))
        for draws in _even(each, math.ceil(each * (rows.stop - rows.start) / CHUNK)):
            yield rows, draws


def _even(draws: int, pieces: int) -> list[int]:
    """Split a number of draws into nearly equal pieces of at least two draws (a variance needs two).

    >>> _even(7, 3), _even(3, 9)
    ([2, 2, 3], [3])
    """
    pieces = max(1, min(pieces, draws // LEAST_DRAWS))
    return [draws * (k + 1) // pieces - draws * k // pieces for k in range(pieces)]


def _run(source: Source, chunks: Iterator[Chunk], seeds: Seeds, workers: int) -> Iterator[Sums]:
    def one(task: tuple[Chunk, np.random.SeedSequence]) -> Sums:
        (rows, draws), seed = task
        generator = np.random.Generator(np.random.PCG64(seed))
        with np.errstate(all="ignore"):  # here, too: another thread has settings of its own
            height, evaluate = source.height(rows), source.evaluator(rows)
            pieces = _even(draws, max(1, round(draws * height / PIECE)))
            return _merge([_sums(evaluate(_standard(generator, height, n))) for n in pieces])

    np.empty(ROOM)  # freed at once: the C library learns to keep pages of this size, which halves the time
    tasks = zip(chunks, seeds.children(), strict=False)
    if workers == 1:
        yield from map(one, tasks)
        return
    with ThreadPoolExecutor(workers) as pool:
        while batch := list(itertools.islice(tasks, 16 * workers)):
            yield from pool.map(one, batch)


def _standard(generator: np.random.Generator, height: int, draws: int) -> FloatArray:
    """Return standard normals of shape (height, draws), the longer axis contiguous: NumPy's inner loops follow it."""
    if height > TALL:
        return generator.standard_normal((draws, height)).T
    return generator.standard_normal((height, draws))


def _sums(draws: Draws) -> Sums:
    """Sum one piece: rows are elements, the last axis their draws.

    Each row is summed as departures from its first draw: large, nearly equal numbers would all round the same way,
    and a thousand of them would be off by more than the rounding floor.
    """
    difference, count = draws.difference, draws.difference.shape[-1]
    first = difference[..., :1].copy()
    difference -= first
    means = difference.mean(axis=-1, keepdims=True)
    # not by a dot product: its last bits depend on how many threads the machine's BLAS runs
    squares = float(np.einsum("ij,ij->", difference, difference)) - count * float(np.square(means).sum())
    quadratic = first + means
    total = float(np.sum(quadratic + draws.constant)) * count
    return Sums(total, max(squares, 0.0) / (count - 1), draws.size(float(quadratic.sum()) * count), count)


def _merge(parts: list[Sums]) -> Sums:
    draws = sum(part.draws for part in parts)
    columns = zip(*((part.total, part.variance * part.draws / draws, part.size) for part in parts), strict=True)
    total, variance, size = (exact_sum(np.array(column)) for column in columns)
    return Sums(total, variance, size, draws)


def _collect(sums: Iterator[Sums], each: int) -> tuple[float, float, float]:
    """Return mean, standard error and rounding floor; `fsum` makes them independent of the order of the chunks."""
    parts = [(part.total, part.variance * part.draws, part.size) for part in sums]
    totals, variances, sizes = (exact_sum(np.array(column)) for column in zip(*parts, strict=True))
    return totals / each, math.sqrt(variances / each / each), ROUNDING_FLOOR * sizes / each


def _require_settings(draws: Any, level: Any, workers: Any) -> None:
    if not (_whole(draws) and draws >= LEAST_DRAWS):
        raise InputError("draws", draws, f"an integer, at least {LEAST_DRAWS}", "a hundred thousand is a good start")
    if not (isinstance(level, int | float | np.floating) and 0 < level < 1):
        raise InputError("level", level, "a number between 0 and 1", "1e-9 errs once in a billion verdicts")
    if not (_whole(workers) and workers >= 1):
        raise InputError("workers", workers, "an integer, at least 1", "the numbers are the same for any count")


def _whole(number: Any) -> bool:
    return isinstance(number, int | np.integer) and not isinstance(number, bool | np.timedelta64)
