"""Monte Carlo in NumPy: streaming, reproducible for any distribution of the work, with a proved error bound.

Draws are standard ε (z = μq + σq ε is never rounded), in chunks that fit the cache, one `SeedSequence.spawn` child
a chunk. The error is a Chernoff bound from the centred cumulant that the family lends, at a stated level, plus the
rounding floor. For arrays the *total* over the elements is estimated.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..densities.multivariate_normal import MultivariateNormal
from ..densities.normal import Normal
from ..evidence import Basis, Estimate
from .chernoff import chernoff_radius
from .seeding import Seeds
from .sources import Draws, Source, source_of
from .streaming import (
    LEAST_DRAWS,
    Sums,
    Work,
    chunks,
    collect,
    departures,
    in_pieces,
    merge,
    require_settings,
    stream,
    watched,
)

__all__ = ["sample_mean", "sample_total"]

NAME = "monte carlo"

# from this many elements on, their axis is the contiguous one
TALL = 64

FloatArray = NDArray[np.float64]
Watch = Callable[[int, int], None]


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
    require_settings(draws, level, workers)
    started = time.perf_counter()
    source = source_of(q, p)
    each = max(LEAST_DRAWS, math.ceil(draws / source.width))
    with np.errstate(all="ignore"):  # what leaves the range of float64 ends as a refusal to answer
        sums = stream(chunks(source.width, each), _work(source), seeds, workers)
        totals = collect(watched(sums, source.width * each, watch), each)
        radius = chernoff_radius(source.axes, each, level)
    width = source.width
    return Estimate(
        NAME,
        float(totals.mean[0]),
        radius + float(totals.floor[0]),
        Basis.SAMPLED,
        bound="chernoff",
        level=level,
        standard_error=float(totals.standard_error[0]),
        scope=f"{each * width:,} draws" if width == 1 else f"the total over {width:,} elements, {each:,} draws each",
        count=width,
        seconds=time.perf_counter() - started,
        note=seeds.note,
    )


def _work(source: Source) -> Work[Sums]:
    def work(generator: np.random.Generator, rows: slice, draws: int) -> Sums:
        height, evaluate = source.height(rows), source.evaluator(rows)
        return merge(in_pieces(draws, height, lambda count: _sums(evaluate(_standard(generator, height, count)))))

    return work


def _standard(generator: np.random.Generator, height: int, draws: int) -> FloatArray:
    """Return standard normals of shape (height, draws), the longer axis contiguous: NumPy's inner loops follow it."""
    if height > TALL:
        return generator.standard_normal((draws, height)).T
    return generator.standard_normal((height, draws))


def _sums(draws: Draws) -> Sums:
    """Sum one piece over its rows (elements) and their draws."""
    difference, count = draws.difference, draws.difference.shape[-1]
    quadratic, means = departures(difference)
    # not by a dot product: its last bits depend on how many threads the machine's BLAS runs
    squares = float(np.einsum("ij,ij->", difference, difference)) - count * float(np.square(means).sum())
    total = float(np.sum(quadratic + draws.constant)) * count
    size = draws.size(float(quadratic.sum()) * count)
    return Sums(np.array([total]), np.array([max(squares, 0.0) / (count - 1)]), np.array([size]), count)
