"""`gaussian_kl` against torch.distributions, 1e6 pairs in float64, processor time, one thread each."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np

from .measure import Row, interleaved

PAIRS = 10**6
LIMIT = 6


def rows(quick: bool) -> Iterator[Row]:
    """Compare at the standard prior and at as many priors as posteriors."""
    titles = [f"`gaussian_kl`, 1e6 pairs, {prior}, over torch" for prior in ("prior N(0, 1)", "own priors")]
    try:
        import torch
    except ImportError:
        for title in titles:
            yield Row(title, f"≤ {LIMIT} ×", "torch is not installed: pip install torch")
        return
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    rng = np.random.default_rng(3)
    q, p = ((rng.standard_normal(PAIRS), np.exp(0.5 * rng.standard_normal(PAIRS))) for _ in "qp")
    for title, prior in zip(titles, [(np.zeros(()), np.ones(())), p], strict=True):
        ours, theirs = compare(q, prior, repeats=5 if quick else 21)
        yield Row.against(title, LIMIT, ours, theirs)
    torch.set_num_threads(threads)


def compare(q: tuple[np.ndarray, ...], p: tuple[np.ndarray, ...], repeats: int) -> list[float]:
    """Return both times; torch's distributions are built beforehand, ours are checked inside."""
    from torch import from_numpy
    from torch.distributions import Normal, kl_divergence

    from elbo_check import gaussian_kl

    theirs = [Normal(*map(from_numpy, pair)) for pair in (q, p)]
    return interleaved(
        lambda: gaussian_kl(*q, *p), lambda: kl_divergence(*theirs), repeats=repeats, clock=time.process_time
    )
