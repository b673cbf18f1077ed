"""A coin of unknown bias: a beta prior, and the number of heads in so many throws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from ..densities.beta import Beta
from ..densities.latent import positive
from ..densities.spaces import UnitPoint
from ..densities.world import World, numpy_world
from ..witnesses.line import common_margin
from .doors import family, whole
from .model import Terms

__all__ = ["BetaBinomial"]


@dataclass(frozen=True, slots=True)
class BetaBinomial:
    """θ ~ Beta(alpha, beta), x | θ ~ Binomial(trials, θ).

    log p(x) = log C(n, x) + log B(α + x, β + n − x) − log B(α, β), in nats; p(θ|x) = Beta(α + x, β + n − x).

    Raises `InputError` for parameters that are not positive, or a number of trials that is no whole number ≥ 0.

    >>> model = BetaBinomial(2.0, 3.0, trials=10)
    >>> model.posterior(model.data(7), numpy_world())
    Beta(alpha=np.float64(9.0), beta=np.float64(6.0))

    Source: for example Gelman et al. (2013), Bayesian Data Analysis, section 2.4.
    """

    alpha: float
    beta: float
    trials: int

    name: ClassVar[str] = "beta-binomial"
    title: ClassVar[str] = "a coin of unknown bias"
    source: ClassVar[str] = "Gelman et al. (2013), Bayesian Data Analysis, section 2.4"
    families: ClassVar[tuple[type, ...]] = (Beta,)

    def __post_init__(self) -> None:
        object.__setattr__(self, "alpha", positive("alpha", self.alpha))
        object.__setattr__(self, "beta", positive("beta", self.beta))
        object.__setattr__(self, "trials", whole("trials", self.trials))

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The constructor's keywords."""
        return {"alpha": self.alpha, "beta": self.beta, "trials": self.trials}

    def data(self, x: Any) -> int:
        """Return the number of heads: a whole number from 0 to `trials`."""
        return whole("x", x, most=self.trials, remedy="x is the number of heads in `trials` throws")

    def density(self, q: Any) -> Beta:
        """Return q, a `Beta`."""
        return family("q", q, Beta, "the latent of beta-binomial is a number between 0 and 1")

    def prior(self, x: int, world: World) -> Beta:
        """Return Beta(α, β)."""
        return Beta.of(world.exact(self.alpha), world.exact(self.beta))

    def posterior(self, x: int, world: World) -> Beta:
        """Return Beta(α + x, β + n − x)."""
        return Beta.of(world.exact(self.alpha) + x, world.exact(self.beta) + (self.trials - x))

    def log_likelihood(self, x: int, z: UnitPoint, world: World) -> Terms:
        """Return x log θ + (n − x) log(1 − θ) + log C(n, x)."""
        return x * z.log, (self.trials - x) * z.log_complement, *self._log_choices(x, world)

    def expected_log_likelihood(self, x: int, q: Beta, world: World) -> Terms:
        """Return x E log θ + (n − x) E log(1 − θ) + log C(n, x)."""
        psi, rest = world.digamma, self.trials - x
        both = psi(q.alpha + q.beta)
        return x * psi(q.alpha), rest * psi(q.beta), -self.trials * both, *self._log_choices(x, world)

    def log_evidence(self, x: int, world: World) -> Terms:
        """Return log C(n, x) + log B(α + x, β + n − x) − log B(α, β)."""
        a, b, n = world.exact(self.alpha), world.exact(self.beta), self.trials
        log_gamma = world.log_gamma
        with_data = log_gamma(a + x), log_gamma(b + (n - x)), -log_gamma(a + b + n)
        without = -log_gamma(a), -log_gamma(b), log_gamma(a + b)
        return *self._log_choices(x, world), *with_data, *without

    def margin(self, x: int, q: Beta) -> float:
        """Return how far q and the joint may be mixed before log-concavity in the logit of θ is lost."""
        joint = self.alpha + x, self.beta + (self.trials - x)
        return common_margin((float(q.alpha), float(q.beta)), joint)

    def draw(self, generator: np.random.Generator) -> int:
        """Draw θ from the prior and the number of heads given θ."""
        theta = self.prior(0, numpy_world()).draw(generator, 1)
        return int(generator.binomial(self.trials, np.exp(theta.log[0])))

    @classmethod
    def example(cls) -> tuple[Self, int, Beta]:
        """Return a model, data and a q."""
        return cls(2.0, 3.0, 10), 7, Beta(6.0, 4.0)

    def _log_choices(self, x: int, world: World) -> Terms:
        """Return the terms of log C(n, x)."""
        exact, log_gamma = world.exact, world.log_gamma
        return log_gamma(exact(self.trials + 1)), -log_gamma(exact(x + 1)), -log_gamma(exact(self.trials - x + 1))
