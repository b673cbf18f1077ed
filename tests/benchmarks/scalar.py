"""One warm scalar verdict: 30 proved digits and 2e5 draws, the proof already checked."""

from __future__ import annotations

from collections.abc import Iterator

from .measure import Row, interleaved


def rows(quick: bool) -> Iterator[Row]:
    """Time the default verdict of one pair."""
    from elbo_check import verify_kl

    (seconds,) = interleaved(lambda: verify_kl(0.3, 1.7), repeats=5 if quick else 31)
    yield Row.within("warm scalar `verify_kl`", 40, seconds * 1e3, "ms")
