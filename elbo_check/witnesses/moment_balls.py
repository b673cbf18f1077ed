"""Enclosures of KL(q‖p) by Gaussian moments, fast enough for every element of a large array.

In q's standard coordinates log q/p is a polynomial of degree 2 in ε, and E[1] = E[ε²] = 1, E[ε] = 0. Evaluated in
balls, ½(f(−1) + f(1)) therefore encloses E f: constant and quadratic part are kept, the linear part cancels.
The log-densities are read from their definitions; nothing here knows the divergence.
"""

from __future__ import annotations

import contextlib
import math
import time
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..densities.multivariate_normal import MultivariateNormal
from ..densities.normal import Normal, log_ratio_terms, standard_coordinates
from ..densities.world import World, ball_world
from ..evidence import Basis, Elementwise

__all__ = ["ABSOLUTE_GOAL", "enclose_elements", "enclose_multivariate", "outward"]

NAME = "moment balls"
FIRST_BITS = 96
LAST_BITS = 6144
# A ball that contains 0 is judged absolutely (q may equal p): this far is far enough.
ABSOLUTE_GOAL = 1e-33


def enclose_elements(q: Normal, p: Normal, index: NDArray[np.intp], relative: float) -> Elementwise:
    """Enclose KL(qᵢ‖pᵢ) for the flat elements i in `index`, each to the `relative` radius wherever that is possible.

    The precision is doubled for the elements that need it. Where q = p the ball contains 0 at every precision;
    there the radius is at most 1e-33. Returns float64 values whose errors are rounded outwards, in nats.
    """
    started = time.perf_counter()
    columns = [part.reshape(-1)[index].tolist() for part in (q.mu, q.scale.values, p.mu, p.scale.values)]
    value = np.full(len(index), np.nan)
    error = np.full(len(index), np.nan)
    open_places, bits = np.arange(len(index)), FIRST_BITS
    while len(open_places) and bits <= LAST_BITS:
        numbers = zip(*([column[i] for i in open_places] for column in columns), strict=True)
        value[open_places], error[open_places] = _balls(numbers, q, p, bits)
        good = _good_enough(value[open_places], error[open_places], relative)
        open_places, bits = open_places[~good], bits * 2
    return Elementwise(NAME, value, error, Basis.ENCLOSED, index, time.perf_counter() - started)


def enclose_multivariate(q: MultivariateNormal, p: MultivariateNormal, relative: float) -> Elementwise:
    """Enclose KL(q‖p) of two full Gaussians: E f = f(0) + ½ Σⱼ (f(eⱼ) + f(−eⱼ) − 2 f(0)), in balls."""
    import flint

    started = time.perf_counter()
    value = error = np.array([np.nan])
    bits = FIRST_BITS
    while bits <= LAST_BITS:
        # a pivot whose ball holds 0 asks for more bits
        with flint.ctx.workprec(bits), contextlib.suppress(ZeroDivisionError):
            value, error = outward([_multivariate_ball(q, p, ball_world())])
        if _good_enough(value, error, relative).all():
            break
        bits *= 2
    return Elementwise(NAME, value, error, Basis.ENCLOSED, None, time.perf_counter() - started)


def outward(balls: list[Any]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return float64 (value, error) arrays that enclose the balls; (inf, 0) for one proved beyond the largest float."""
    value = np.array([float(ball) for ball in balls])
    radius = np.array([float(ball.rad()) for ball in balls])
    # float() of a ball is within one unit in the last place of its midpoint; the rest is added outwards.
    with np.errstate(all="ignore"):
        error = (radius + np.abs(value) * 2.0**-52) * (1 + 2.0**-50) + 2.0**-1074
    for place in np.flatnonzero(~(np.isfinite(value) & np.isfinite(error))):
        beyond = balls[place] > np.finfo(np.float64).max
        value[place], error[place] = (math.inf, 0.0) if beyond else (math.nan, math.nan)
    return value, error


def _balls(numbers: Iterable[tuple[float, ...]], q: Normal, p: Normal, bits: int) -> tuple[Any, Any]:
    import flint

    with flint.ctx.workprec(bits):
        world = ball_world()
        exact, one = flint.arb, flint.arb(1)
        balls = []
        for mean_q, held_q, mean_p, held_p in numbers:
            seen = standard_coordinates(
                exact(mean_q), exact(held_q), q.scale, exact(mean_p), exact(held_p), p.scale, world
            )
            sides = (_log_ratio(epsilon, seen.residual(epsilon), seen.log_ratio, world) for epsilon in (one, -one))
            balls.append(sum(sides) / 2)
        return outward(balls)


def _log_ratio(epsilon: Any, residual: Any, log_ratio: Any, world: World) -> Any:
    own, other, constant = log_ratio_terms(epsilon, residual, log_ratio, world)
    return own - other + constant


def _multivariate_ball(q: MultivariateNormal, p: MultivariateNormal, world: World) -> Any:
    import flint

    size = q.dimension
    seen = p.seen_exactly(q, world)

    def log_ratio(axis: int, step: int) -> Any:
        epsilon = flint.arb_mat(size, 1)
        epsilon[axis, 0] = step
        residual = seen.residual(epsilon)
        coordinates = (_log_ratio(epsilon[i, 0], residual[i, 0], seen.log_ratio[i], world) for i in range(size))
        return sum(coordinates, start=flint.arb(0))

    middle = log_ratio(0, 0)
    around = [log_ratio(axis, step) - middle for axis in range(size) for step in (-1, 1)]
    return middle + sum(around, start=flint.arb(0)) / 2


def _good_enough(value: Any, error: Any, relative: float) -> Any:
    # float64 carries a value to 2⁻⁵² of itself, so no smaller relative radius can be asked of it
    goal = max(relative, 2.0**-50)
    lower = value - error
    return (error <= goal * lower) | ((lower <= 0) & (error <= ABSOLUTE_GOAL)) | (np.isinf(value) & (error == 0))
