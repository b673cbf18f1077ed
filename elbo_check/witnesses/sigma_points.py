"""The mean of a polynomial of degree 3 or less in J Gaussian latents, from its values at 2J + 1 points.

With z = m + L ε: E g = g(m) + ½ Σⱼ (g(m + L eⱼ) + g(m − L eⱼ) − 2 g(m)), since the odd parts cancel, E εⱼ² = 1 and
E εᵢ εⱼ = 0. Read in balls this encloses; read with floats it is a rule like any other. g comes as the terms of its
definition (log p(x, z) − log q(z), say), and nothing here knows a closed form.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from ..densities.gaussian import Gaussian
from ..densities.linear_algebra import matrix
from ..densities.spaces import RealPoint
from ..densities.world import World, ball_world, numpy_world
from ..errors import WitnessError
from ..evidence import Basis, Estimate
from .enclosure import exact_fraction, require_digits
from .quadrature import ROUNDING_FLOOR

__all__ = ["IN_FLOATS", "NAME", "Integrand", "enclose_mean", "sigma_point_mean"]

Integrand = Callable[[World], tuple[Gaussian, Callable[[RealPoint], tuple[Any, ...]]]]
"""In a world: the density of the latents, and the terms of g at a point."""

NAME = "sigma points"
IN_FLOATS = f"{NAME} (f64)"
FIRST_BITS = 128
LAST_BITS = 1 << 13
ABSOLUTE_DIGITS = 33  # where the mean may be 0, the asked digits never come: this far is far enough
FARTHER = 2  # the rule holds at every distance, ½ becoming 1/2r²: for more than a cubic the two differ


def enclose_mean(integrand: Integrand, digits: int) -> Estimate:
    """Enclose E g to `digits` digits, or to 1e-33 where the ball contains 0, in nats.

    That g is a polynomial of degree 3 or less is what the caller knows; the rule is tried at twice the distance, and
    `WitnessError` is raised where the two exclude each other, or where no answer is reached. Raises `InputError` for
    digits beyond 1 to 1000.
    """
    import flint

    require_digits(digits)
    started = time.perf_counter()
    bits = max(FIRST_BITS, math.ceil(4 * digits))
    while bits <= LAST_BITS:
        with flint.ctx.workprec(bits):
            ball = _ball(integrand)
            narrow = ball.rad() * flint.arb(10) ** digits <= abs(ball).lower()
            if narrow or (0 in ball and ball.rad() <= flint.arb(10) ** -ABSOLUTE_DIGITS):
                middle, radius = exact_fraction(ball.mid()), exact_fraction(ball.rad())
                scope, seconds = "the definition, by exact moments", time.perf_counter() - started
                return Estimate(NAME, middle, radius, Basis.ENCLOSED, scope=scope, seconds=seconds)
        bits *= 2
    raise WitnessError(f"{NAME}: {digits} digits are not reached with {LAST_BITS} bits")


def sigma_point_mean(integrand: Integrand) -> Estimate:
    """Return E g by the same rule in floats; its error is the rounding floor 16·eps·Σ|terms|, in nats.

    Raises `WitnessError` where a value is not finite.
    """
    started = time.perf_counter()
    density, terms = integrand(numpy_world())
    share = 1.0 - density.dimension
    with np.errstate(all="ignore"):
        centre, *around = (list(map(float, terms(point))) for point in _points(density, numpy_world(), 1))
    weighted = [share * term for term in centre] + [term / 2 for values in around for term in values]
    error = ROUNDING_FLOOR * math.fsum(map(abs, weighted))
    if not math.isfinite(error):
        raise WitnessError(f"{NAME}: a density leaves the range of float64")
    seconds = time.perf_counter() - started
    return Estimate(IN_FLOATS, math.fsum(weighted), error, Basis.HEURISTIC, scope="the definition", seconds=seconds)


def _ball(integrand: Integrand) -> Any:
    density, terms = integrand(ball_world())
    near, far = (_mean(density, terms, distance) for distance in (1, FARTHER))
    if not near.overlaps(far):
        raise WitnessError(f"{NAME}: the integrand is no polynomial of degree 3 or less in these latents")
    return near


def _mean(density: Gaussian, terms: Callable[[RealPoint], tuple[Any, ...]], distance: int) -> Any:
    centre, *around = (sum(terms(point)) for point in _points(density, ball_world(), distance))
    return centre + sum(value - centre for value in around) / (2 * distance * distance)


def _points(density: Gaussian, world: World, distance: int) -> list[RealPoint]:
    """Return m and m ± distance·L eⱼ."""
    size = density.dimension
    steps = [np.zeros(size), *(distance * np.eye(size)), *(-distance * np.eye(size))]
    noises = [step if world is numpy_world() else matrix(step, world) for step in steps]
    return [density.place(noise[0] if size == 1 else noise, world) for noise in noises]
