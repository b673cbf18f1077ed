"""All proofs built and checked, cold, one process; and the main chain from Bayes' theorem to the VAE loss."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from statistics import median

from .measure import ROOT, Row

MAIN_CHAIN = (
    "bayes",
    "kl-nonnegative",
    "elbo",
    "gaussian-kl",
    "gaussian-kl-diagonal",
    "gaussian-kl-full",
    "reparameterization",
    "gaussian-decoder",
    "bernoulli-decoder",
    "vae-loss",
)

CHECK = """
import sys, time
started = time.perf_counter()
from elbo_check import derive
outcomes = [derive(name).check().outcome for name in sys.argv[1:]]
seconds = time.perf_counter() - started
assert set(outcomes) == {"proved"}, dict(zip(sys.argv[1:], outcomes))
print(seconds)
"""


def rows(quick: bool) -> Iterator[Row]:
    """Time whole processes, imports included."""
    from elbo_check import proofs

    for what, limit, names in (
        ("all proofs built and checked, cold, imports included", 10, proofs.names()),
        ("the main chain, cold, imports included", 4, MAIN_CHAIN),
    ):
        seconds = median(checked(names) for _ in range(1 if quick else 5))
        yield Row.within(what, limit, seconds, "s", f" ({len(names)} theorems)")


def checked(names: tuple[str, ...]) -> float:
    """Check theorems in a fresh process; one that is not proved is an error, not a time."""
    command = [sys.executable, "-c", CHECK, *names]
    return float(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout)
