"""Normal data of a known spread and an unknown mean, which has a normal prior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from ..arrays import reals
from ..densities.gaussian import Gaussian
from ..densities.linear_algebra import rounded, settled
from ..densities.normal import Normal, normal_log_density_terms
from ..densities.spaces import RealPoint
from ..densities.world import World, numpy_world
from ..errors import ShapeError, described
from .covariances import deviation, vector
from .linear import Floats, array, curvature_margin, vector_density
from .model import Terms

__all__ = ["NormalNormal"]


@dataclass(frozen=True, slots=True, eq=False)
class NormalNormal:
    """μ ~ N(prior_mean, prior_sigma²), x₁ … xₙ | μ ~ N(μ, sigma²), independent.

    With x̄ the mean of the data, m and s the prior's, in nats:
    log p(x) = −½ Σ(xᵢ − x̄)²/σ² − ½ n(x̄ − m)²/(σ² + n s²) − (n − 1) log σ − ½ log(σ² + n s²) − (n/2) log 2π.

    Raises `InputError` for deviations that are not positive and finite.

    >>> model = NormalNormal(0.0, 2.0, sigma=1.0)
    >>> model.posterior(model.data([1.0, 3.0]), numpy_world())
    Gaussian(mean=array([1.77777778]), covariance=array([[0.44444444]]))

    Source: for example Gelman et al. (2013), Bayesian Data Analysis, section 2.5.
    """

    prior_mean: float = 0.0
    prior_sigma: float = 1.0
    sigma: float = 1.0

    name: ClassVar[str] = "normal-normal"
    title: ClassVar[str] = "normal data with an unknown mean"
    source: ClassVar[str] = "Gelman et al. (2013), Bayesian Data Analysis, section 2.5"

    def __post_init__(self) -> None:
        object.__setattr__(self, "prior_mean", float(vector("prior_mean", self.prior_mean, 1)[0]))
        object.__setattr__(self, "prior_sigma", deviation("prior_sigma", self.prior_sigma))
        object.__setattr__(self, "sigma", deviation("sigma", self.sigma))

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The constructor's keywords."""
        return {"prior_mean": self.prior_mean, "prior_sigma": self.prior_sigma, "sigma": self.sigma}

    def data(self, x: Any) -> Floats:
        """Return x, one or more real numbers."""
        values = np.atleast_1d(reals("x", x).values)
        if values.ndim != 1:
            shown = described(f"an array of shape {values.shape}")
            raise ShapeError("x", shown, "a vector of shape (n,)", "the data of one unknown mean")
        return values

    def density(self, q: Any) -> Gaussian:
        """Return q, a `Normal` over μ."""
        return vector_density("q", q, 1, self.name)

    def prior(self, x: Floats, world: World) -> Gaussian:
        """Return N(m, s²)."""
        return settled(lambda exact: self._one(exact, self.prior_mean, self.prior_sigma), world, Gaussian.rounded)

    def posterior(self, x: Floats, world: World) -> Gaussian:
        """Return N((m/s² + n x̄/σ²)/τ, 1/τ) with τ = 1/s² + n/σ²."""

        def build(exact: World) -> Gaussian:
            mean, spread, noise = (exact.exact(n) for n in (self.prior_mean, self.prior_sigma, self.sigma))
            sharpness = 1 / (spread * spread) + len(x) / (noise * noise)
            pull = mean / (spread * spread) + sum(array(x, exact)) / (noise * noise)
            sigma = 1 / exact.sqrt(sharpness)
            return Gaussian.independent(np.array([pull / sharpness]), np.array([sigma]), np.array([exact.log(sigma)]))

        return settled(build, world, Gaussian.rounded)

    def log_likelihood(self, x: Floats, z: RealPoint, world: World) -> Terms:
        """Return Σ log N(xᵢ; μ, σ²)."""
        sigma = world.exact(self.sigma)
        residuals = (-z.minus(number) / sigma for number in array(x, world))
        terms = (normal_log_density_terms(residual, world.log(sigma), world) for residual in residuals)
        return tuple(term for three in terms for term in three)

    def expected_log_likelihood(self, x: Floats, q: Gaussian, world: World) -> Terms:
        """Return −½ Σ(xᵢ − mq)²/σ² − ½ n sq²/σ² − n log σ − (n/2) log 2π."""
        sigma, count = world.exact(self.sigma), len(x)
        residuals = (array(x, world) - q.mean[0] - q.rest[0]) / sigma
        spread = -count * world.half * (q.covariance[0, 0] / (sigma * sigma))
        constants = -count * world.log(sigma), -count * world.half * world.log_two_pi()
        return *(-world.half * residuals * residuals), spread, *constants

    def log_evidence(self, x: Floats, world: World) -> Terms:
        """Return log p(x), by the sum of squares about x̄ and the distance of x̄ from m."""
        count = len(x)

        def build(exact: World) -> Any:
            data = array(x, exact)
            centre = sum(data) / count
            return np.array([*(data - centre), centre - exact.exact(self.prior_mean)])

        apart = settled(build, world, rounded)
        spread, noise = world.exact(self.prior_sigma), world.exact(self.sigma)
        total = noise * noise + count * (spread * spread)
        within = -world.half * (apart[:-1] / noise) * (apart[:-1] / noise)
        between = -count * world.half * (apart[-1] * apart[-1] / total)
        logs = -(count - 1) * world.log(noise), -world.half * world.log(total)
        return *within, between, *logs, -count * world.half * world.log_two_pi()

    def draw(self, generator: np.random.Generator) -> Floats:
        """Draw μ from the prior and three data given μ."""
        mean = self.prior(np.zeros(1), numpy_world()).draw(generator, 1).minus(0)[0]
        return np.asarray(mean + self.sigma * generator.standard_normal(3))

    @classmethod
    def example(cls) -> tuple[Self, Floats, Normal]:
        """Return a model, data and a q."""
        model = cls(0.5, 2.0, sigma=1.5)
        return model, model.data([1.0, 3.0, -0.5]), Normal(0.75, 0.5)

    def margin(self, x: Floats, q: Gaussian) -> float:
        """Return half the smaller ratio of the curvatures of log q and log p(x, μ), which are constants."""
        return curvature_margin(q, self.posterior(x, numpy_world()))

    def _one(self, exact: World, mean: float, sigma: float) -> Gaussian:
        spread = exact.exact(sigma)
        return Gaussian.independent(np.array([exact.exact(mean)]), np.array([spread]), np.array([exact.log(spread)]))
