"""A die of unknown bias: a Dirichlet prior, and how often each face fell in so many throws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from ..densities.dirichlet import Dirichlet
from ..densities.latent import positive_vector
from ..densities.spaces import SimplexPoint
from ..densities.world import World, numpy_world
from ..errors import InputError, ShapeError, described
from .doors import family, whole, wholes
from .model import Terms

__all__ = ["DirichletMultinomial"]


@dataclass(frozen=True, slots=True)
class DirichletMultinomial:
    """θ ~ Dirichlet(concentration), x | θ ~ Multinomial(trials, θ).

    With A = Σ αₖ, log p(x) = log n!/∏ xₖ! + log Γ(A) − log Γ(A + n) + Σ (log Γ(αₖ + xₖ) − log Γ(αₖ)), in nats;
    p(θ|x) = Dirichlet(α + x).

    Raises `InputError` for a `concentration` that is not a vector of two or more positive numbers, or a number of
    trials that is no whole number ≥ 0.

    >>> model = DirichletMultinomial([1.0, 2.0, 0.5], trials=4)
    >>> [float(a) for a in model.posterior(model.data([3, 0, 1]), numpy_world()).concentration]
    [4.0, 2.0, 1.5]

    Source: for example Murphy (2012), Machine Learning: A Probabilistic Perspective, section 3.4.
    """

    concentration: Any
    trials: int

    name: ClassVar[str] = "dirichlet-multinomial"
    title: ClassVar[str] = "a die of unknown bias"
    source: ClassVar[str] = "Murphy (2012), Machine Learning: A Probabilistic Perspective, section 3.4"

    def __post_init__(self) -> None:
        object.__setattr__(self, "concentration", positive_vector("concentration", self.concentration, least=2))
        object.__setattr__(self, "trials", whole("trials", self.trials))

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The constructor's keywords."""
        return {"concentration": self.concentration, "trials": self.trials}

    def data(self, x: Any) -> tuple[int, ...]:
        """Return the counts, one for each face: whole numbers that add up to `trials`."""
        counts = wholes("x", x, len(self.concentration), remedy="x holds one count for each concentration")
        if sum(counts) != self.trials:
            shown, remedy = described(f"counts that add up to {sum(counts)}"), "each throw shows one face"
            raise InputError("x", shown, f"{self.trials} in all, the number of trials", remedy)
        return counts

    def density(self, q: Any) -> Dirichlet:
        """Return q, a `Dirichlet` over as many faces."""
        given = family("q", q, Dirichlet, "the latent of dirichlet-multinomial is a point of the simplex")
        faces, expected = len(given.concentration), len(self.concentration)
        if faces != expected:
            shown, remedy = described(f"a Dirichlet over {faces} faces"), "it needs as many concentrations as the prior"
            raise ShapeError("q", shown, f"a Dirichlet over {expected} faces", remedy)
        return given

    def prior(self, x: tuple[int, ...], world: World) -> Dirichlet:
        """Return Dirichlet(α)."""
        return Dirichlet.of(tuple(map(world.exact, self.concentration)))

    def posterior(self, x: tuple[int, ...], world: World) -> Dirichlet:
        """Return Dirichlet(α + x)."""
        return Dirichlet.of(tuple(world.exact(a) + count for a, count in zip(self.concentration, x, strict=True)))

    def log_likelihood(self, x: tuple[int, ...], z: SimplexPoint, world: World) -> Terms:
        """Return Σ xₖ log θₖ + log n!/∏ xₖ!."""
        return *(count * log for count, log in zip(x, z.logs, strict=True)), *self._log_orders(x, world)

    def expected_log_likelihood(self, x: tuple[int, ...], q: Dirichlet, world: World) -> Terms:
        """Return Σ xₖ ψ(αqₖ) − n ψ(Aq) + log n!/∏ xₖ!."""
        logs = (count * world.digamma(a) for count, a in zip(x, q.concentration, strict=True))
        return *logs, -self.trials * world.digamma(q.total), *self._log_orders(x, world)

    def log_evidence(self, x: tuple[int, ...], world: World) -> Terms:
        """Return log n!/∏ xₖ! + log Γ(A) − log Γ(A + n) + Σ (log Γ(αₖ + xₖ) − log Γ(αₖ))."""
        log_gamma, concentration = world.log_gamma, tuple(map(world.exact, self.concentration))
        total = sum(concentration[1:], concentration[0])
        with_data = (log_gamma(a + count) for a, count in zip(concentration, x, strict=True))
        without = (-log_gamma(a) for a in concentration)
        both = log_gamma(total), -log_gamma(total + self.trials)
        return *self._log_orders(x, world), *both, *with_data, *without

    def draw(self, generator: np.random.Generator) -> list[int]:
        """Draw θ from the prior and the counts given θ."""
        theta = np.exp([log[0] for log in self.prior((), numpy_world()).draw(generator, 1).logs])
        counts: list[int] = generator.multinomial(self.trials, theta / theta.sum()).tolist()
        return counts

    @classmethod
    def example(cls) -> tuple[Self, list[int], Dirichlet]:
        """Return a model, data and a q."""
        return cls([1.0, 2.0, 0.5], 8), [4, 1, 3], Dirichlet([4.0, 4.0, 2.0])

    def _log_orders(self, x: tuple[int, ...], world: World) -> Terms:
        """Return the terms of log n!/∏ xₖ!."""
        exact, log_gamma = world.exact, world.log_gamma
        return log_gamma(exact(self.trials + 1)), *(-log_gamma(exact(count + 1)) for count in x)
