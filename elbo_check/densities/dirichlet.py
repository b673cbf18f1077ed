"""The Dirichlet density on the simplex."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from .beta import Beta
from .latent import Numbers, log_gamma_draws, positive_vector
from .spaces import SIMPLEX, SimplexPoint
from .world import World

__all__ = ["Dirichlet"]


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Dirichlet(Numbers):
    """The density of K ≥ 2 positive numbers θₖ that add up to 1, with respect to θ₁ … θ_{K−1}.

    log Dir(θ; α) = Σₖ (αₖ − 1) log θₖ + log Γ(Σₖ αₖ) − Σₖ log Γ(αₖ), in nats.

    Raises `InputError` for a `concentration` that is not a vector of at least two positive numbers.

    >>> Dirichlet([1.0, 2.0, 3.0])
    Dirichlet(concentration=(1.0, 2.0, 3.0))

    Source: for example Bishop (2006), Pattern Recognition and Machine Learning, (2.38).
    """

    concentration: tuple[Any, ...]

    space = SIMPLEX

    def __init__(self, concentration: Any) -> None:
        self._hold(positive_vector("concentration", concentration, least=2))

    def read(self, world: World) -> Self:
        """Return the same density with its float64 numbers read, exactly, in another world."""
        return self.of(tuple(map(world.exact, self.concentration)))

    @property
    def total(self) -> Any:
        """The sum of the concentrations."""
        return sum(self.concentration[1:], self.concentration[0])

    def log_density(self, z: SimplexPoint, world: World) -> tuple[Any, ...]:
        """Return the terms whose sum is the log-density at a point."""
        powers = ((a - 1) * log for a, log in zip(self.concentration, z.logs, strict=True))
        return *powers, world.log_gamma(self.total), *(-world.log_gamma(a) for a in self.concentration)

    def marginal(self, k: int) -> Beta:
        """Return the density of θₖ alone: Beta(αₖ, Σ of the others)."""
        others = [a for j, a in enumerate(self.concentration) if j != k]
        return Beta.of(self.concentration[k], sum(others[1:], others[0]))

    def draw(self, generator: np.random.Generator, count: int) -> SimplexPoint:
        """Draw `count` points: gamma draws over their sum, near every edge to all digits."""
        logs = [log_gamma_draws(generator, float(a), count) for a in self.concentration]
        zero = np.zeros(count)

        def log_share(k: int) -> Any:  # −log(1 + Σ gⱼ/gₖ): θₖ next to 1 keeps the digits of its logarithm, too
            others = [log - logs[k] for j, log in enumerate(logs) if j != k]
            return -np.logaddexp.reduce([zero, *others], axis=0)

        return SimplexPoint(tuple(log_share(k) for k in range(len(logs))))

    def moments(self, world: World) -> tuple[Any, ...]:
        """Return E log θₖ = ψ(αₖ) − ψ(Σ α) for every k."""
        common = world.digamma(self.total)
        return tuple(world.digamma(a) - common for a in self.concentration)

    def natural(self) -> tuple[Any, ...]:
        """Return the factors of the statistics log θₖ in the log-density."""
        return tuple(a - 1 for a in self.concentration)

    def statistics(self, z: SimplexPoint) -> tuple[Any, ...]:
        """Return the statistics of a point, in the order of `natural`."""
        return z.logs

    def log_partition(self, natural: tuple[Any, ...], world: World) -> Any:
        """Return log ∫ exp(natural · statistics) dθ = Σ log Γ(αₖ) − log Γ(Σ αₖ); what does not exist is +inf or nan."""
        gammas = [world.log_gamma(eta + 1) for eta in natural]
        return sum(gammas[1:], gammas[0]) - world.log_gamma(sum(natural[1:], natural[0]) + len(natural))
