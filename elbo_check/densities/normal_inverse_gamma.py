"""The normal-inverse-gamma density of a mean and a variance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from .gamma import Gamma
from .latent import Numbers, log_gamma_draws, positive, real
from .spaces import HALF_PLANE, HalfPlanePoint
from .world import World

__all__ = ["NormalInverseGamma", "NormalInverseGammaMoments"]


class NormalInverseGammaMoments(NamedTuple):
    """The means of the statistics: E log σ², E 1/σ², E μ/σ² and E μ²/σ²."""

    log_variance: Any
    precision: Any
    weighted_mean: Any
    weighted_square: Any


@dataclass(frozen=True, slots=True, eq=False, init=False)
class NormalInverseGamma(Numbers):
    """The density of a variance σ² ~ InverseGamma(a, b) and a mean μ | σ² ~ N(m, σ²/κ).

    log p(μ, σ²) = ½ log κ − ½ log 2π − κ (μ − m)²/(2 σ²) + a log b − log Γ(a) − (a + 3/2) log σ² − b/σ², in nats.

    Raises `InputError` for a `mean` that is not a number, or a `kappa`, `shape` or `scale` that is not positive.

    >>> NormalInverseGamma(0.0, kappa=1.0, shape=2.0, scale=3.0)
    NormalInverseGamma(mean=0.0, kappa=1.0, shape=2.0, scale=3.0)

    Source: for example Murphy (2012), Machine Learning: A Probabilistic Perspective, section 4.6.3.
    """

    mean: Any
    kappa: Any
    shape: Any
    scale: Any

    space = HALF_PLANE

    def __init__(self, mean: Any, kappa: Any, shape: Any, scale: Any) -> None:
        positives = positive("kappa", kappa), positive("shape", shape), positive("scale", scale)
        self._hold(real("mean", mean), *positives)

    def log_density(self, z: HalfPlanePoint, world: World) -> tuple[Any, ...]:
        """Return the terms whose sum is the log-density at a point."""
        half, log, a = world.half, world.log, self.shape
        precision, away = world.exp(-z.log_variance), z.mean_from(self.mean)
        normal = half * log(self.kappa), -half * world.log_two_pi(), -half * self.kappa * away * away * precision
        inverse_gamma = a * log(self.scale), -world.log_gamma(a), -self.scale * precision
        return *normal, *inverse_gamma, -(a + 3 * half) * z.log_variance

    @property
    def precision(self) -> Gamma:
        """The density of 1/σ² alone: Gamma(a, b)."""
        return Gamma.of(self.shape, self.scale)

    def mean_given(self, log_variance: Any, steps: Any, world: World) -> HalfPlanePoint:
        """Return the point whose μ lies so many standard deviations of μ | σ² from its mean."""
        return HalfPlanePoint(
            self.mean, steps * world.exp(log_variance * world.half) / world.sqrt(self.kappa), log_variance
        )

    def draw(self, generator: np.random.Generator, count: int) -> HalfPlanePoint:
        """Draw `count` points; the distance of μ from m keeps its digits however small the variance is."""
        log_variance = np.log(float(self.scale)) - log_gamma_draws(generator, float(self.shape), count)
        log_spread = 0.5 * (log_variance - np.log(float(self.kappa)))
        with np.errstate(over="ignore"):  # a variance beyond the largest float is drawn at shapes below 0.1
            return HalfPlanePoint(self.mean, generator.standard_normal(count) * np.exp(log_spread), log_variance)

    def moments(self, world: World) -> NormalInverseGammaMoments:
        """Return E log σ² = log b − ψ(a), E 1/σ² = a/b, E μ/σ² = m a/b and E μ²/σ² = 1/κ + m² a/b."""
        m, precision = self.mean, self.shape / self.scale
        log_variance = world.log(self.scale) - world.digamma(self.shape)
        return NormalInverseGammaMoments(log_variance, precision, m * precision, 1 / self.kappa + m * m * precision)

    def natural(self) -> tuple[Any, ...]:
        """Return the factors of the statistics (log σ², 1/σ², μ/σ², μ²/σ²) in the log-density."""
        m, kappa = self.mean, self.kappa
        return -self.shape - 1.5, -self.scale - kappa * m * m / 2, kappa * m, -kappa / 2

    def statistics(self, z: HalfPlanePoint) -> tuple[Any, ...]:
        """Return the statistics of a point, in the order of `natural` (NumPy only)."""
        precision, mean = np.exp(-z.log_variance), z.mean_from(0)
        return z.log_variance, precision, mean * precision, mean * mean * precision

    def log_partition(self, natural: tuple[Any, ...], world: World) -> Any:
        """Return log ∫ exp(natural · statistics) = log Γ(a) − a log b − ½ log κ + ½ log 2π.

        What does not exist is +inf or nan. b is what is left of η₂ when the square of the mean is taken away: with
        floats little may be left of it, in balls all digits are.
        """
        kappa, log = -2 * natural[3], world.log
        a, b = -natural[0] - 1.5, -natural[1] - natural[2] * natural[2] / (2 * kappa)
        return world.log_gamma(a) - a * log(b) + world.half * (world.log_two_pi() - log(kappa))
