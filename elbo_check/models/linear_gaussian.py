"""Factor analysis in general: Gaussian latents, a linear map, Gaussian noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from ..densities.gaussian import Gaussian
from ..densities.linear_algebra import product, settled
from ..densities.normal import Normal
from ..densities.world import World, numpy_world
from .covariances import covariance, read_covariance, table, vector
from .linear import Floats, Linear, array, kept, sound
from .model import Terms

__all__ = ["LinearGaussian"]


@dataclass(frozen=True, eq=False)
class LinearGaussian(Linear):
    """z ~ N(mean, covariance), x | z ~ N(weights z + offset, noise), for one datum x of shape (D,) and z of shape (J,).

    log p(x) = log N(x; W m + b, W S Wᵀ + Ψ), in nats. `weights` has shape (D, J). `noise` is one variance, D variances
    or a covariance (D, D), and so is `covariance` for the latents; left out they are N(0, I). Data that are independent
    of each other are asked about one by one: their bounds add up.

    Raises `InputError` for a covariance that is singular or not symmetric, a variance that is 0 or infinite, and
    shapes that do not fit.

    >>> model = LinearGaussian([[1.0], [2.0]], noise=0.5)
    >>> model.posterior(model.data([1.0, 1.0]), numpy_world())
    Gaussian(mean=array([0.54545455]), covariance=array([[0.09090909]]))

    Source: for example Bishop (2006), Pattern Recognition and Machine Learning, section 2.3.3.
    """

    weights: Any
    noise: Any
    mean: Any = 0.0
    covariance: Any = 1.0
    offset: Any = 0.0

    name: ClassVar[str] = "linear-gaussian"
    title: ClassVar[str] = "Gaussian latents seen through a linear map"
    source: ClassVar[str] = "Bishop (2006), Pattern Recognition and Machine Learning, section 2.3.3"

    def __post_init__(self) -> None:
        weights = table("weights", self.weights, "(D, J)", "a row for every number observed, a column for every latent")
        size, latents = weights.shape
        hold = object.__setattr__
        hold(self, "weights", weights)
        hold(self, "noise", covariance("noise", self.noise, size))
        hold(self, "mean", vector("mean", self.mean, latents, spread=True))
        hold(self, "covariance", covariance("covariance", self.covariance, latents))
        hold(self, "offset", vector("offset", self.offset, size, spread=True))
        sound("noise", lambda: self._noise(numpy_world()))
        sound("covariance", lambda: self._prior(numpy_world()))

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The constructor's keywords."""
        names = ("weights", "noise", "mean", "covariance", "offset")
        return {name: getattr(self, name) for name in names}

    def data(self, x: Any) -> Floats:
        """Return x, D real numbers."""
        return vector("x", x, len(self.weights))

    def log_evidence(self, x: Floats, world: World) -> Terms:
        """Return log N(x; W m + b, W S Wᵀ + Ψ)."""
        marginal = self._marginal(world)
        delta = array(x, world) - marginal.mean - marginal.rest
        distance = -world.half * (marginal.precision * np.outer(delta, delta))
        return *distance.flat, *(-marginal.log_scales), -marginal.dimension * world.half * world.log_two_pi()

    def draw(self, generator: np.random.Generator) -> Floats:
        """Draw z from the prior and x given z."""
        return self._observed(generator)

    @classmethod
    def example(cls) -> tuple[Self, Any, Normal]:
        """Return a model, data and a q."""
        model = cls([[1.0, 0.5], [0.0, 1.0], [-1.0, 2.0]], [0.5, 1.0, 0.25], offset=[0.0, 1.0, 0.0])
        return model, model.data([0.5, 2.0, 1.0]), Normal([0.25, 0.75], [0.5, 0.5])

    def _design(self, world: World) -> Any:
        return array(self.weights, world)

    def _offset(self, world: World) -> Any:
        return array(self.offset, world)

    @kept
    def _noise(self, world: World) -> Gaussian:
        zero = np.zeros(len(self.weights))
        return settled(lambda exact: read_covariance(zero, self.noise, exact), world, Gaussian.rounded)

    @kept
    def _prior(self, world: World) -> Gaussian:
        return settled(lambda exact: read_covariance(self.mean, self.covariance, exact), world, Gaussian.rounded)

    @kept
    def _marginal(self, world: World) -> Gaussian:
        """Return p(x), a density of the data."""

        def build(exact: World) -> Gaussian:
            prior, noise, design = self._prior(exact), self._noise(exact), self._design(exact)
            covariance = product(design, prior.covariance, design.T) + noise.covariance
            return Gaussian.with_covariance(product(design, prior.mean) + self._offset(exact), covariance, exact)

        return settled(build, world, Gaussian.rounded)
