"""Counts of unknown rate: a gamma prior, and Poisson counts over known exposures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from ..densities.gamma import Gamma
from ..densities.latent import positive, positive_vector
from ..densities.spaces import PositivePoint
from ..densities.world import World, numpy_world
from ..witnesses.line import common_margin
from .doors import family, wholes
from .model import Terms

__all__ = ["GammaPoisson"]


@dataclass(frozen=True, slots=True)
class GammaPoisson:
    """λ ~ Gamma(shape, rate), xᵢ | λ ~ Poisson(eᵢ λ) for the exposures eᵢ: one number for one count, or a vector.

    With S = Σ xᵢ and E = Σ eᵢ, log p(x) = log Γ(a + S) − log Γ(a) − S log b − (a + S) log(1 + E/b)
    + Σ (xᵢ log eᵢ − log xᵢ!), in nats; p(λ|x) = Gamma(a + S, b + E). For one count this is the negative binomial.

    Raises `InputError` for parameters that are not positive.

    >>> model = GammaPoisson(2.0, 1.0, exposure=[1.0, 3.0])
    >>> model.posterior(model.data([2, 5]), numpy_world())
    Gamma(shape=np.float64(9.0), rate=np.float64(5.0))

    Source: for example Gelman et al. (2013), Bayesian Data Analysis, section 2.6.
    """

    shape: float
    rate: float
    exposure: Any = 1.0

    name: ClassVar[str] = "gamma-poisson"
    title: ClassVar[str] = "counts of unknown rate"
    source: ClassVar[str] = "Gelman et al. (2013), Bayesian Data Analysis, section 2.6"
    families: ClassVar[tuple[type, ...]] = (Gamma,)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shape", positive("shape", self.shape))
        object.__setattr__(self, "rate", positive("rate", self.rate))
        exposure = positive_vector("exposure", [self.exposure] if np.ndim(self.exposure) == 0 else self.exposure)
        object.__setattr__(self, "exposure", exposure)

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The constructor's keywords."""
        return {"shape": self.shape, "rate": self.rate, "exposure": self.exposure}

    def data(self, x: Any) -> tuple[int, ...]:
        """Return the counts, one for each exposure: whole numbers from 0 on."""
        return wholes("x", x, len(self.exposure), remedy="x holds one count for each exposure")

    def density(self, q: Any) -> Gamma:
        """Return q, a `Gamma`."""
        return family("q", q, Gamma, "the latent of gamma-poisson is a positive number")

    def prior(self, x: tuple[int, ...], world: World) -> Gamma:
        """Return Gamma(a, b)."""
        return Gamma.of(world.exact(self.shape), world.exact(self.rate))

    def posterior(self, x: tuple[int, ...], world: World) -> Gamma:
        """Return Gamma(a + S, b + E)."""
        return Gamma.of(world.exact(self.shape) + sum(x), world.exact(self.rate) + self._total(world))

    def log_likelihood(self, x: tuple[int, ...], z: PositivePoint, world: World) -> Terms:
        """Return S log λ − E λ + Σ (xᵢ log eᵢ − log xᵢ!)."""
        return sum(x) * z.log, -self._total(world) * z.value, *self._measure(x, world)

    def expected_log_likelihood(self, x: tuple[int, ...], q: Gamma, world: World) -> Terms:
        """Return S (ψ(aq) − log bq) − E aq/bq + Σ (xᵢ log eᵢ − log xᵢ!)."""
        mean_log = sum(x) * world.digamma(q.shape), -sum(x) * world.log(q.rate)
        return *mean_log, -self._total(world) * q.shape / q.rate, *self._measure(x, world)

    def log_evidence(self, x: tuple[int, ...], world: World) -> Terms:
        """Return log Γ(a + S) − log Γ(a) − S log b − (a + S) log(1 + E/b) + Σ (xᵢ log eᵢ − log xᵢ!)."""
        a, b, log_gamma, count = world.exact(self.shape), world.exact(self.rate), world.log_gamma, sum(x)
        # log(b + E) would lose all digits of E where b is 1 and E is small
        rates = -count * world.log(b), -(a + count) * world.log1p(self._total(world) / b)
        return log_gamma(a + count), -log_gamma(a), *rates, *self._measure(x, world)

    def margin(self, x: tuple[int, ...], q: Gamma) -> float:
        """Return how far q and the joint may be mixed before log-concavity in log λ is lost."""
        joint = self.shape + sum(x), self.rate + sum(self.exposure)
        return common_margin((float(q.shape), float(q.rate)), joint)

    def draw(self, generator: np.random.Generator) -> list[int]:
        """Draw λ from the prior and the counts given λ."""
        rate = self.prior((), numpy_world()).draw(generator, 1).value[0]
        counts: list[int] = generator.poisson(rate * np.array(self.exposure)).tolist()
        return counts

    @classmethod
    def example(cls) -> tuple[Self, list[int], Gamma]:
        """Return a model, data and a q."""
        return cls(2.0, 0.5, exposure=[1.0, 2.0, 0.5]), [3, 5, 0], Gamma(8.0, 3.0)

    def _total(self, world: World) -> Any:
        first, *others = map(world.exact, self.exposure)
        return sum(others, first)

    def _measure(self, x: tuple[int, ...], world: World) -> Terms:
        """Return the terms of Σ (xᵢ log eᵢ − log xᵢ!): they do not depend on λ."""
        exact = world.exact
        weights = (count * world.log(exact(e)) for count, e in zip(x, self.exposure, strict=True))
        return *weights, *(-world.log_gamma(exact(count + 1)) for count in x)
