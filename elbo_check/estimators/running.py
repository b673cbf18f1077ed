"""How an estimator runs: pieces of draws through the one streaming core, and an `Estimate` at the end."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import InputError
from ..evidence import Basis, Estimate
from ..witnesses.seeding import Seeds
from ..witnesses.streaming import (
    Part,
    Sums,
    Totals,
    chunks,
    collect,
    in_pieces,
    merge,
    require_settings,
    stream,
    summed,
)
from .bounds import Bound

__all__ = ["Piece", "Run", "as_estimate", "guess", "samples_of", "scope_of"]

FloatArray = NDArray[np.float64]

Piece = Callable[[np.random.Generator, int], tuple[FloatArray, FloatArray]]
"""From a generator and a number of draws: rows of quantities at every draw, and Σ|terms| of each row."""


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """The settings of one run, checked, and when it began. `rng` follows SPEC 7."""

    draws: int
    seeds: Seeds
    level: float
    workers: int
    started: float = field(default_factory=time.perf_counter)

    @classmethod
    def of(cls, draws: Any, rng: Any, level: Any, workers: Any) -> Run:
        """Check the settings; raises `InputError`."""
        require_settings(draws, level, workers)
        return cls(int(draws), Seeds.of(rng), float(level), int(workers))

    def totals(self, piece: Piece, height: int = 1) -> Totals:
        """Return the means of a piece's rows over all draws; `height` is how many numbers one draw takes."""

        def work(generator: np.random.Generator, _rows: slice, draws: int) -> Sums:
            return merge(in_pieces(draws, height, lambda count: summed(*piece(generator, count))))

        return collect(self.stream(work, height), self.draws)

    def stream(self, work: Callable[[np.random.Generator, slice, int], Part], height: int = 1) -> Iterator[Part]:
        """Yield what `work` makes of each chunk."""
        return stream(chunks(1, self.draws, height), work, self.seeds, self.workers)

    @property
    def seconds(self) -> float:
        """The time since the run began."""
        return time.perf_counter() - self.started


def as_estimate(
    name: str, run: Run, totals: Totals, bound: Bound, *, samples: int = 1, shift: float = 0.0, floor: float = 0.0
) -> Estimate:
    """Return the first quantity of a run with its proved bound, or the reason for none.

    `shift` is a number computed apart that is added to it, `floor` the rounding that this brings with it.

    Without a bound the error is a guess: the normal quantile of the level times the standard error, plus rounding.
    """
    deviation = float(totals.standard_error[0])
    radius = bound.radius if bound.proved else guess(run.level) * deviation
    return Estimate(
        name,
        float(totals.mean[0]) + shift,
        radius + float(totals.floor[0]) + floor,
        Basis.SAMPLED if bound.proved else Basis.HEURISTIC,
        bound=bound.kind,
        level=run.level,
        standard_error=deviation,
        scope=scope_of(run, samples),
        seconds=run.seconds,
        note="; ".join(filter(None, (bound.reason, run.seeds.note))),
    )


def guess(level: float) -> float:
    """Return how many standard errors a normal number exceeds, on either side, with the probability `level`.

    >>> round(guess(0.05), 2)
    1.96
    """
    return -NormalDist().inv_cdf(level / 2) if level / 2 > 0 else math.inf


def samples_of(samples: Any) -> int:
    """Return K, the number of draws that are averaged within one logarithm; raises `InputError`."""
    whole = isinstance(samples, int | np.integer) and not isinstance(samples, bool | np.timedelta64)
    if not (whole and samples >= 1):
        remedy = "K is how many weights each logarithm averages; with K = 1 the bound is the ELBO"
        raise InputError("samples", samples, "an integer, at least 1", remedy)
    return int(samples)


def scope_of(run: Run, samples: int) -> str:
    """Return in words what was drawn."""
    return f"{run.draws:,} groups of {samples:,} draws" if samples > 1 else f"{run.draws:,} draws"
