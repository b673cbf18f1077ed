"""The gamma density on the positive numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .latent import Numbers, log_gamma_draws, positive
from .spaces import POSITIVE, PositivePoint
from .world import World

__all__ = ["Gamma", "GammaMoments"]


class GammaMoments(NamedTuple):
    """The means of the statistics: E log z and E z."""

    log: Any
    value: Any


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Gamma(Numbers):
    """The density of a positive number z, by shape and rate (the rate is 1/scale).

    log Gamma(z; a, b) = a log b + (a − 1) log z − b z − log Γ(a), in nats.

    Raises `InputError` for a `shape` or a `rate` that is not a positive number.

    >>> Gamma(2.0, 3.0)
    Gamma(shape=2.0, rate=3.0)

    Source: for example Bishop (2006), Pattern Recognition and Machine Learning, (2.146).
    """

    shape: Any
    rate: Any

    space = POSITIVE

    def __init__(self, shape: Any, rate: Any) -> None:
        self._hold(positive("shape", shape), positive("rate", rate))

    def log_density(self, z: PositivePoint, world: World) -> tuple[Any, ...]:
        """Return the terms whose sum is the log-density at a point."""
        return self._terms(z, world, 1)

    def log_density_along(self, z: PositivePoint, world: World) -> tuple[Any, ...]:
        """Return the terms of the log-density of u at a point: log |dz/du| = log z is in the power."""
        return self._terms(z, world, 0)

    def _terms(self, z: PositivePoint, world: World, less: int) -> tuple[Any, ...]:
        a, b = self.shape, self.rate
        return a * world.log(b), (a - less) * z.log, -b * z.value, -world.log_gamma(a)

    def draw(self, generator: np.random.Generator, count: int) -> PositivePoint:
        """Draw `count` points; the logarithm is right also where the number itself underflows to 0."""
        logs = log_gamma_draws(generator, float(self.shape), count) - np.log(float(self.rate))
        return PositivePoint(np.exp(logs), logs)

    def moments(self, world: World) -> GammaMoments:
        """Return E log z = ψ(a) − log b and E z = a/b."""
        return GammaMoments(world.digamma(self.shape) - world.log(self.rate), self.shape / self.rate)

    def natural(self) -> tuple[Any, ...]:
        """Return the factors of the statistics (log z, z) in the log-density."""
        return self.shape - 1, -self.rate

    def statistics(self, z: PositivePoint) -> tuple[Any, ...]:
        """Return the statistics of a point, in the order of `natural`."""
        return z.log, z.value

    def log_partition(self, natural: tuple[Any, ...], world: World) -> Any:
        """Return log ∫ exp(natural · statistics) dz = log Γ(a) − a log b; what does not exist is +inf or nan."""
        a, b = natural[0] + 1, -natural[1]
        return world.log_gamma(a) - a * world.log(b)

    def bulk(self) -> tuple[float, float]:
        """Return centre and scale of the density in the coordinate u = log z, roughly."""
        a, b = float(self.shape), float(self.rate)
        return float(np.log(a) - np.log(b)), float(np.sqrt(1 / a) + 1 / a)
