"""log p(x) by Bayes' rule: log p(x, z) − log p(z|x) is the same number at every z, if p(z|x) is the posterior.

The difference lies in a space of functions that the family of the latents fixes (quadratics, the statistics of an
exponential family); one that has the same value at more points in general position than this space has dimensions is a
constant. So the hull of the values at such points encloses log p(x), as far as the posterior is normalised; if the
posterior is wrong, the hull is wide and says nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from ..errors import WitnessError
from ..evidence import Basis, Estimate
from .enclosure import exact_fraction

__all__ = ["enclose_by_bayes", "points_needed"]

NAME = "Bayes' rule"
EXTRA = 3
FEWEST = 16
WIDEST = 1e-9  # relative to the size of the values: a hull that is wider is no constant


def points_needed(dimension: int) -> int:
    """Return how many points fix a quadratic in so many numbers (or their statistics), and a few more."""
    return max(FEWEST, (dimension + 1) * (dimension + 2) // 2 + EXTRA)


def enclose_by_bayes(log_ratio: Callable[[Any], tuple[Any, ...]], points: Sequence[Any]) -> Estimate:
    """Return the hull of log p(x, z) − log p(z|x) at points in balls, at the precision of the running context, in nats.

    Raises `WitnessError` where the values are not one constant.
    """
    started = time.perf_counter()
    values = [sum(log_ratio(point)) for point in points]
    hull = values[0]
    for value in values[1:]:
        hull = hull.union(value)
    if not hull.is_finite() or float(hull.rad()) > WIDEST * (1 + float(abs(hull).upper())):
        raise WitnessError("log p(x, z) − log p(z|x) is not the same at all z: that p(z|x) is not the posterior")
    scope = f"log p(x, z) − log p(z|x) at {len(points)} points"
    seconds = time.perf_counter() - started
    middle, radius = exact_fraction(hull.mid()), exact_fraction(hull.rad())
    return Estimate(NAME, middle, radius, Basis.ENCLOSED, scope=scope, seconds=seconds)
