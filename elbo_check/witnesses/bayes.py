"""log p(x) by Bayes' rule: log p(x, z) − log p(z|x) is the same number at every z, if p(z|x) is the posterior.

The difference lies in a space of functions that the family of the latents fixes (quadratics, the statistics of an
exponential family); one that has the same value at more points in general position than this space has dimensions is a
constant. So the hull of the values at such points encloses log p(x), as far as the posterior is normalised; if the
posterior is wrong, the hull is wide and says nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import numpy as np

from ..densities.world import World, ball_world
from ..errors import WitnessError
from ..evidence import Basis, Estimate
from .enclosure import exact_fraction

__all__ = ["enclose_by_bayes", "point_at", "points_needed"]

NAME = "Bayes' rule"
EXTRA = 3
FEWEST = 16
WIDEST = 1e-9  # relative to the size of the values: a hull that is wider is no constant


def points_needed(dimension: int) -> int:
    """Return how many points fix a quadratic in so many numbers (or their statistics), and a few more."""
    return max(FEWEST, (dimension + 1) * (dimension + 2) // 2 + EXTRA)


def enclose_by_bayes(log_ratio: Callable[[Any, World], tuple[Any, ...]], draws: Any, count: int) -> Estimate:
    """Return the hull of log p(x, z) − log p(z|x) at `count` draws, at the precision of the running context, in nats.

    `draws` is a point that holds `count` draws along the last axis of its numbers, which are read exactly. Raises
    `WitnessError` where the values are not one constant.
    """
    started = time.perf_counter()
    world = ball_world()
    values = [sum(log_ratio(point_at(draws, k, count, world), world)) for k in range(count)]
    hull = values[0]
    for value in values[1:]:
        hull = hull.union(value)
    if not hull.is_finite() or float(hull.rad()) > WIDEST * (1 + float(abs(hull).upper())):
        raise WitnessError("log p(x, z) − log p(z|x) is not the same at all z: that p(z|x) is not the posterior")
    scope = f"log p(x, z) − log p(z|x) at {count} points"
    seconds = time.perf_counter() - started
    middle, radius = exact_fraction(hull.mid()), exact_fraction(hull.rad())
    return Estimate(NAME, middle, radius, Basis.ENCLOSED, scope=scope, seconds=seconds)


def point_at(draws: Any, k: int, count: int, world: World) -> Any:
    """Return the k-th of `count` draws, its float64 numbers read exactly in `world`.

    >>> from ..densities.spaces import UnitPoint
    >>> from ..densities.world import numpy_world
    >>> point_at(UnitPoint(np.log([0.5, 0.25]), np.log([0.5, 0.75])), 1, 2, numpy_world()).log
    np.float64(-1.3862943611198906)
    """
    read = [_number(getattr(draws, field.name), k, count, world) for field in fields(draws)]
    return type(draws)(*read)


def _number(held: Any, k: int, count: int, world: World) -> Any:
    if isinstance(held, tuple):
        return tuple(_number(each, k, count, world) for each in held)
    if isinstance(held, int):
        return held
    numbers = np.asarray(held, dtype=np.float64)
    if numbers.ndim and numbers.shape[-1] == count:
        numbers = numbers[..., k]
    if numbers.ndim == 0:
        return world.exact(float(numbers))
    return np.array([world.exact(float(number)) for number in numbers], dtype=object)
