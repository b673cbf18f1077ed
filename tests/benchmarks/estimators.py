"""The estimators against the bare work: as many draws from q and one evaluation of the integrand, and peak memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

import numpy as np

from .measure import Row, in_child

PIECE = 2**15  # draws that fit a cache, so that the bare work is as fast as it can be
MODELS = ("normal-normal", "beta-binomial")


def rows(quick: bool) -> Iterator[Row]:
    """Estimate by 1e7 draws (2e6 when quick), and hold 1e5 draws against 1e7 in memory."""
    draws, title = (2 * 10**6, "2e6") if quick else (10**7, "1e7")
    for model in MODELS:
        for name in ("sgvb_a", "sgvb_b", "importance", "iwae"):
            ours, theirs, ratio = paired(model, name, draws, repeats=3 if quick else 9)
            note = f" ({ours:.4g} s over {theirs:.4g} s)"
            yield Row.within(f"{name} on {model}, {title} draws, over bare draws and integrand", 1.6, ratio, "×", note)
    for name in ("sgvb_a", "iwae"):
        _, few = in_child(__name__, "estimate", "normal-normal", name, 10**5)
        _, many = in_child(__name__, "estimate", "normal-normal", name, 10**7)
        yield Row.within(
            f"{name}: peak memory of 1e7 draws over that of 1e5", 1.1, many / few, "×", f" ({many:.0f} MB)"
        )


def paired(model: str, name: str, draws: int, repeats: int) -> tuple[float, float, float]:
    """Return the median times, and the median of the ratios of neighbours: a slow spell hits both."""
    ours, theirs = [], []
    for times, action in ((ours, lambda: estimate(model, name, draws)), (theirs, lambda: bare(model, name, draws))):
        action()
        times.clear()
    for _ in range(repeats):
        ours.append(timed(lambda: estimate(model, name, draws)))
        theirs.append(timed(lambda: bare(model, name, draws)))
    return median(ours), median(theirs), median(a / b for a, b in zip(ours, theirs, strict=True))


def timed(action: Callable[[], object]) -> float:
    """Return the processor time of an action."""
    start = time.process_time()
    action()
    return time.process_time() - start


def estimate(model: str, name: str, draws: int) -> None:
    """Let the estimator work: the one place that knows how it is called."""
    from elbo_check import estimators
    from elbo_check.models import MODELS as KINDS

    module: Any = getattr(estimators, name)
    further = {"samples": 10, "draws": draws // 10} if name == "iwae" else {"draws": draws}
    module.estimate(*KINDS[model].example(), rng=2, **further)


def bare(model: str, name: str, draws: int) -> float:
    """Draw from q and evaluate the integrand once at every draw, piece by piece; nothing is kept but a sum."""
    from elbo_check.densities.world import numpy_world
    from elbo_check.models import MODELS as KINDS

    kind, x, q = KINDS[model].example()
    world = numpy_world()
    x, q, generator, total = kind.data(x), kind.density(q), np.random.default_rng(2), 0.0
    prior = kind.prior(x, world)
    for _ in range(draws // PIECE):
        z = q.draw(generator, PIECE)
        value = sum(kind.log_likelihood(x, z, world))
        if name != "sgvb_b":
            value = value + sum(prior.log_density(z, world)) - sum(q.log_density(z, world))
        if name in {"importance", "iwae"}:
            value = np.exp(value)
        total += float(value.sum())
    return total
