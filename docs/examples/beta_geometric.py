"""A model of one's own: a coin of unknown bias, thrown until it first shows heads."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from elbo_check.densities.beta import Beta
from elbo_check.densities.latent import positive
from elbo_check.densities.world import numpy_world
from elbo_check.models.conformance import conformance
from elbo_check.models.doors import family, whole


@dataclass(frozen=True)
class BetaGeometric:
    """θ ~ Beta(alpha, beta), p(x|θ) = θ (1 − θ)^x for x = 0, 1, 2, … tails before the first head."""

    alpha: float
    beta: float

    name: ClassVar[str] = "beta-geometric"
    title: ClassVar[str] = "throws until the first head"
    source: ClassVar[str] = "p(x) = B(α + 1, β + x)/B(α, β): the integral of θ^α (1 − θ)^(β + x − 1)"

    def __post_init__(self):
        object.__setattr__(self, "alpha", positive("alpha", self.alpha))
        object.__setattr__(self, "beta", positive("beta", self.beta))

    @property
    def parameters(self):
        return {"alpha": self.alpha, "beta": self.beta}

    def data(self, x):
        return whole("x", x, remedy="x counts the tails before the first head")

    def density(self, q):
        return family("q", q, Beta, "the latent is a number between 0 and 1")

    def prior(self, x, world):
        return Beta.of(world.exact(self.alpha), world.exact(self.beta))

    def posterior(self, x, world):
        return Beta.of(world.exact(self.alpha) + 1, world.exact(self.beta) + x)

    def log_likelihood(self, x, z, world):
        return z.log, x * z.log_complement

    def expected_log_likelihood(self, x, q, world):
        psi, both = world.digamma, world.digamma(q.alpha + q.beta)
        return psi(q.alpha), x * psi(q.beta), -(1 + x) * both

    def log_evidence(self, x, world):
        a, b, log_gamma = world.exact(self.alpha), world.exact(self.beta), world.log_gamma
        with_data = log_gamma(a + 1), log_gamma(b + x), -log_gamma(a + b + 1 + x)
        return *with_data, -log_gamma(a), -log_gamma(b), log_gamma(a + b)

    def draw(self, generator):
        theta = self.prior(0, numpy_world()).draw(generator, 1)
        return int(generator.geometric(np.exp(theta.log[0]))) - 1

    @classmethod
    def example(cls):
        return cls(2.0, 3.0), 4, Beta(2.5, 6.0)


if __name__ == "__main__":
    print(conformance(BetaGeometric).outcome)
