"""`verify_kl` on large arrays with claims, each in a process of its own: time, peak memory, outcome."""

from __future__ import annotations

import time
from collections.abc import Iterator
from statistics import median

import numpy as np

from .measure import Row, in_child

LATENTS = 8
SECONDS = 5
MEGABYTES = 1000


def rows(quick: bool) -> Iterator[Row]:
    """Judge 1e6 and 1e5 textbook values; the first call pays for the proof, the import is left out."""
    for pairs, title in [(10**6, "1e6"), (10**5, "1e5")]:
        runs = [in_child(__name__, "judge", pairs) for _ in range(1 if quick else 3)]
        seconds = median(spent for (spent, _), _ in runs)
        yield Row.within(f"`verify_kl`, {title} pairs with claims", SECONDS, seconds, "s")
        (_, outcome), _ = runs[0]
        if pairs == 10**6:
            yield Row.within(f"`verify_kl`, {title} pairs: peak memory", MEGABYTES, max(peak for _, peak in runs), "MB")
        else:
            yield Row.fact(f"`verify_kl`, {title} pairs: all of them", "proved", outcome, outcome == "proved")


def judge(pairs: int) -> tuple[float, str]:
    """Return the seconds and the outcome for float64 textbook values, element by element."""
    from elbo_check import verify_kl

    rng = np.random.default_rng(4)
    mu, sigma = rng.standard_normal((2, pairs // LATENTS, LATENTS))
    sigma = np.exp(0.5 * sigma)
    claim = -0.5 * (1 + np.log(sigma**2) - mu**2 - sigma**2)
    start = time.perf_counter()
    verdict = verify_kl(mu, sigma, claim=claim, reduction="none")
    return time.perf_counter() - start, str(verdict.outcome.value)
