"""Numbers from a normal density of unknown mean and variance, with the conjugate prior of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from ..arrays import reals
from ..densities.latent import positive, real
from ..densities.normal_inverse_gamma import NormalInverseGamma
from ..densities.spaces import HalfPlanePoint
from ..densities.world import World, numpy_world
from ..errors import ShapeError, described
from .doors import family, whole
from .model import Terms

__all__ = ["NormalUnknownMeanVariance"]

Numbers = tuple[float, ...]


class _Sample(NamedTuple):
    """What the data say: the first number, the mean as seen from there, and Σ (xᵢ − x̄)²."""

    first: Any
    step: Any
    squares: Any

    def mean_from(self, centre: Any) -> Any:
        """Return x̄ − centre."""
        return (self.first - centre) + self.step


@dataclass(frozen=True, slots=True)
class NormalUnknownMeanVariance:
    """σ² ~ InverseGamma(shape, scale), μ | σ² ~ N(mean, σ²/kappa), and `size` numbers xᵢ | μ, σ² ~ N(μ, σ²).

    x has a multivariate Student density: with n = `size` and δ = Σ (xᵢ − x̄)² + κ n (x̄ − m)²/(κ + n),
    log p(x) = log Γ(a + n/2) − log Γ(a) − (n/2) log 2πb − ½ log (κ + n)/κ − (a + n/2) log(1 + δ/2b), in nats.
    The posterior is a normal-inverse-gamma density.

    Raises `InputError` for parameters that are not positive (`mean` may be any number), or a `size` below 1.

    >>> model = NormalUnknownMeanVariance(0.0, kappa=1.0, shape=2.0, scale=3.0, size=3)
    >>> model.posterior(model.data([1.0, 2.0, 6.0]), numpy_world()).kappa
    np.float64(4.0)

    Source: for example Murphy (2012), Machine Learning: A Probabilistic Perspective, section 4.6.3.
    """

    mean: float
    kappa: float
    shape: float
    scale: float
    size: int

    name: ClassVar[str] = "normal-inverse-gamma"
    title: ClassVar[str] = "normal numbers of unknown mean and variance"
    source: ClassVar[str] = "Murphy (2012), Machine Learning: A Probabilistic Perspective, section 4.6.3"

    def __post_init__(self) -> None:
        object.__setattr__(self, "mean", real("mean", self.mean))
        for name in ("kappa", "shape", "scale"):
            object.__setattr__(self, name, positive(name, getattr(self, name)))
        object.__setattr__(self, "size", whole("size", self.size, least=1, remedy="it is how many numbers x holds"))

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The constructor's keywords."""
        return {name: getattr(self, name) for name in ("mean", "kappa", "shape", "scale", "size")}

    def data(self, x: Any) -> Numbers:
        """Return the numbers: a vector of `size` reals."""
        values = reals("x", x).values
        if values.shape != (self.size,):
            shown = described(f"an array of shape {values.shape}")
            raise ShapeError("x", shown, f"of shape ({self.size},)", "x holds `size` numbers")
        return tuple(values.tolist())

    def density(self, q: Any) -> NormalInverseGamma:
        """Return q, a `NormalInverseGamma`."""
        return family("q", q, NormalInverseGamma, "the latents of normal-inverse-gamma are a mean and a variance")

    def prior(self, x: Numbers, world: World) -> NormalInverseGamma:
        """Return the prior of mean and variance."""
        return NormalInverseGamma.of(*map(world.exact, (self.mean, self.kappa, self.shape, self.scale)))

    def posterior(self, x: Numbers, world: World) -> NormalInverseGamma:
        """Return m + n (x̄ − m)/(κ + n), κ + n, a + n/2 and b + ½ Σ (xᵢ − x̄)² + ½ κ n (x̄ − m)²/(κ + n)."""
        prior, seen, half, n = self.prior(x, world), _sample(x, world), world.half, self.size
        away, kappa = seen.mean_from(prior.mean), prior.kappa + n
        scale = prior.scale + half * seen.squares + half * prior.kappa * n * away * away / kappa
        return NormalInverseGamma.of(prior.mean + n * away / kappa, kappa, prior.shape + n * half, scale)

    def log_likelihood(self, x: Numbers, z: HalfPlanePoint, world: World) -> Terms:
        """Return −(n/2) log 2π − (n/2) log σ² − Σ (xᵢ − μ)²/(2 σ²)."""
        half, precision = world.half, world.exp(-z.log_variance)
        residuals = (z.mean_from(world.exact(number)) for number in x)
        squares = (-half * residual * residual * precision for residual in residuals)
        return -half * self.size * world.log_two_pi(), -half * self.size * z.log_variance, *squares

    def expected_log_likelihood(self, x: Numbers, q: NormalInverseGamma, world: World) -> Terms:
        """Return −(n/2) (log 2π + log bq − ψ(aq) + 1/κq) − ½ (Σ (xᵢ − x̄)² + n (x̄ − mq)²) aq/bq."""
        seen, halves = _sample(x, world), world.half * self.size
        away, precision = seen.mean_from(q.mean), q.shape / q.scale
        logs = -halves * world.log_two_pi(), -halves * world.log(q.scale), halves * world.digamma(q.shape)
        squares = -world.half * seen.squares * precision, -halves * away * away * precision
        return *logs, -halves / q.kappa, *squares

    def log_evidence(self, x: Numbers, world: World) -> Terms:
        """Return the multivariate Student log-density of x."""
        prior, seen, half, n = self.prior(x, world), _sample(x, world), world.half, self.size
        a, b, kappa, away = prior.shape, prior.scale, prior.kappa, seen.mean_from(prior.mean)
        distance = seen.squares + kappa * n * away * away / (kappa + n)
        gammas = world.log_gamma(a + n * half), -world.log_gamma(a)
        determinant = half * world.log(kappa), -half * world.log(kappa + n)
        scales = -half * n * world.log_two_pi(), -half * n * world.log(b)
        return *gammas, *scales, *determinant, -(a + n * half) * world.log(1 + half * distance / b)

    def draw(self, generator: np.random.Generator) -> list[float]:
        """Draw mean and variance from the prior and the numbers given them."""
        z = self.prior((), numpy_world()).draw(generator, 1)
        steps = generator.standard_normal(self.size) * np.exp(0.5 * z.log_variance[0])
        numbers: list[float] = (z.origin + (z.shift[0] + steps)).tolist()
        return numbers

    @classmethod
    def example(cls) -> tuple[Self, list[float], NormalInverseGamma]:
        """Return a model, data and a q."""
        return cls(0.0, 1.0, 2.0, 3.0, 4), [1.25, -0.5, 2.0, 0.75], NormalInverseGamma(0.75, 5.0, 4.0, 6.0)


def _sample(x: Numbers, world: World) -> _Sample:
    """Return the sample as differences from its first number: a common offset of the data leaves no trace."""
    first, *others = map(world.exact, x)
    steps = [first - first, *(number - first for number in others)]
    mean = sum(steps[1:], steps[0]) / len(steps)
    squares = [(step - mean) * (step - mean) for step in steps]
    return _Sample(first, mean, sum(squares[1:], squares[0]))
