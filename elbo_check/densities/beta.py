"""The beta density on the unit interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .latent import Numbers, log_gamma_draws, positive
from .spaces import UNIT, UnitPoint
from .world import World, numpy_world

__all__ = ["Beta", "BetaMoments"]


class BetaMoments(NamedTuple):
    """The means of the statistics: E log θ and E log(1 − θ)."""

    log: Any
    log_complement: Any


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Beta(Numbers):
    """The density of a number θ between 0 and 1.

    log Beta(θ; α, β) = (α − 1) log θ + (β − 1) log(1 − θ) + log Γ(α + β) − log Γ(α) − log Γ(β), in nats.

    Raises `InputError` for an `alpha` or a `beta` that is not a positive number.

    >>> Beta(2.0, 3.0)
    Beta(alpha=2.0, beta=3.0)

    Source: for example Bishop (2006), Pattern Recognition and Machine Learning, (2.13).
    """

    alpha: Any
    beta: Any

    space = UNIT

    def __init__(self, alpha: Any, beta: Any) -> None:
        self._hold(positive("alpha", alpha), positive("beta", beta))

    def log_density(self, z: UnitPoint, world: World) -> tuple[Any, ...]:
        """Return the terms whose sum is the log-density at a point."""
        return self._terms(z, world, 1)

    def log_density_along(self, z: UnitPoint, world: World) -> tuple[Any, ...]:
        """Return the terms of the log-density of u at a point: log |dθ/du| = log θ + log(1 − θ) is in the powers."""
        return self._terms(z, world, 0)

    def _terms(self, z: UnitPoint, world: World, less: int) -> tuple[Any, ...]:
        a, b, log_gamma = self.alpha, self.beta, world.log_gamma
        return (a - less) * z.log, (b - less) * z.log_complement, log_gamma(a + b), -log_gamma(a), -log_gamma(b)

    def draw(self, generator: np.random.Generator, count: int) -> UnitPoint:
        """Draw `count` points: θ = g/(g + h) with independent gamma draws g and h, near either edge to all digits."""
        first, second = (log_gamma_draws(generator, float(shape), count) for shape in (self.alpha, self.beta))
        return self.space.point(first - second, numpy_world())

    def moments(self, world: World) -> BetaMoments:
        """Return E log θ = ψ(α) − ψ(α + β) and E log(1 − θ) = ψ(β) − ψ(α + β)."""
        both = world.digamma(self.alpha + self.beta)
        return BetaMoments(world.digamma(self.alpha) - both, world.digamma(self.beta) - both)

    def natural(self) -> tuple[Any, ...]:
        """Return the factors of the statistics (log θ, log(1 − θ)) in the log-density."""
        return self.alpha - 1, self.beta - 1

    def statistics(self, z: UnitPoint) -> tuple[Any, ...]:
        """Return the statistics of a point, in the order of `natural`."""
        return z.log, z.log_complement

    def log_partition(self, natural: tuple[Any, ...], world: World) -> Any:
        """Return log ∫ exp(natural · statistics) dθ = log B(α, β); what does not exist is +inf (NumPy only)."""
        a, b = natural[0] + 1, natural[1] + 1
        return world.log_gamma(a) + world.log_gamma(b) - world.log_gamma(a + b)

    def bulk(self) -> tuple[float, float]:
        """Return centre and scale of the density in the coordinate u = log θ/(1 − θ), roughly."""
        a, b = float(self.alpha), float(self.beta)
        return float(np.log(a / b)), float(np.sqrt(1 / a + 1 / b) + 1 / a + 1 / b)
