"""The Monte Carlo witness against the bare generator: processor time of as many draws, and peak memory."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from .measure import Row, in_child, interleaved

CHUNK = 2**15  # draws that fit a cache, so that the generator alone is as fast as it can be


def rows(quick: bool) -> Iterator[Row]:
    """Draw 1e8 times (1e7 when quick)."""
    draws, title = (10**7, "1e7") if quick else (10**8, "1e8")
    ours, theirs = interleaved(
        lambda: sample(draws), lambda: generate(draws), repeats=3 if quick else 9, clock=time.process_time
    )
    yield Row.against(f"Monte Carlo, {title} draws, over the bare generator", 1.6, ours, theirs)
    _, peak = in_child(__name__, "sample", draws)
    yield Row.within(f"Monte Carlo, {title} draws: peak memory", 150, peak, "MB")


def sample(draws: int) -> None:
    """Let the witness estimate KL(N(0.3, 1.7²)‖N(0, 1)): the one place that knows how it is called."""
    from elbo_check import Normal
    from elbo_check.witnesses import monte_carlo

    witness: Any = monte_carlo.sample_mean
    witness(Normal(0.3, 1.7), Normal(0.0, 1.0), draws=draws, rng=np.random.default_rng(2), level=1e-9)


def generate(draws: int) -> None:
    """Fill one cache-sized buffer again and again until all are drawn."""
    generator, buffer = np.random.default_rng(2), np.empty(CHUNK)
    for _ in range(draws // CHUNK):
        generator.standard_normal(out=buffer)
    generator.standard_normal(out=buffer[: draws % CHUNK])
