"""What a check notices: we refute an error of 1e-12; torch's own rule lets an error of 10 % pass."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .measure import Row, interleaved

PAIRS = 50
BATCH = 10_000  # torch's test_kl_monte_carlo: draws a batch, tolerance, largest number of draws
PRECISION = 0.1
MOST_DRAWS = 10**7


def rows(quick: bool) -> Iterator[Row]:
    """The replay of torch's rule needs neither torch nor this package, so it comes first."""
    fooled = sum(
        accepts(mu, sigma, 1.1 * kl, rng, MOST_DRAWS // (10 if quick else 1)) for mu, sigma, kl, rng in pairs()
    )
    yield Row.fact("torch's test method misses 10 %", f"{PAIRS} of {PAIRS} pass", f"{fooled} pass", fooled == PAIRS)
    yield from refutation(repeats=5 if quick else 31)


def refutation(repeats: int) -> Iterator[Row]:
    """Time the refutation of a claim at KL = 0.46 that is wrong by 1e-12 of itself."""
    from elbo_check import gaussian_kl, verify_kl

    claim = float(gaussian_kl(0.3, 1.7)) * (1 + 1e-12)
    outcome = verify_kl(0.3, 1.7, claim=claim, tol=1e-13, rounding="strict").outcome.value
    yield Row.fact("a claim wrong by 1e-12", "refuted", outcome, outcome == "refuted")
    (seconds,) = interleaved(lambda: verify_kl(0.3, 1.7, claim=claim, tol=1e-13, rounding="strict"), repeats=repeats)
    yield Row.within("a claim wrong by 1e-12: time", 40, seconds * 1e3, "ms")


def pairs() -> Iterator[tuple[float, float, float, np.random.Generator]]:
    """Yield 50 Gaussians with KL ≥ 0.1 to the standard one, the KL (mpmath, 30 digits), and a generator."""
    from mpmath import log, mp, mpf

    rng, found = np.random.default_rng(5), 0
    while found < PAIRS:
        mu, sigma = rng.normal(0, 1.5), rng.lognormal(0, 0.7)
        with mp.workdps(30):
            kl = float((mpf(mu) ** 2 + mpf(sigma) ** 2 - 1 - 2 * log(mpf(sigma))) / 2)
        if kl >= 0.1:
            found += 1
            yield mu, sigma, kl, rng


def accepts(mu: float, sigma: float, claim: float, rng: np.random.Generator, most: int) -> bool:
    """Replay torch's rule: add batches until |MC − claim|/(1 + MC) < 0.1; accept at the first that passes."""
    total, drawn = 0.0, 0
    while drawn < most:
        epsilon = rng.standard_normal(BATCH)
        log_ratio = ((mu + sigma * epsilon) ** 2 - epsilon**2) / 2 - np.log(sigma)
        total, drawn = total + float(log_ratio.sum()), drawn + BATCH
        mean = total / drawn
        if abs(mean - claim) / (1 + mean) < PRECISION:
            return True
    return False
