"""A Gaussian over one or more real latents, its numbers those of any world."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

import numpy as np

from ..errors import InputError, ShapeError, WitnessError, described
from .latent import Numbers
from .linear_algebra import Matrix, cholesky, column, inverse_lower, matrix, product, rounded, settled, stacked
from .multivariate_normal import MultivariateNormal
from .normal import Normal, normal_log_density_terms
from .spaces import REAL, VECTORS, RealPoint, Region, Space
from .world import World, ball_world, numpy_world

__all__ = ["Gaussian", "GaussianMoments"]


class GaussianMoments(NamedTuple):
    """E z and the covariance of z."""

    mean: Matrix
    covariance: Matrix


@dataclass(frozen=True, slots=True, eq=False, init=False)
class Gaussian(Numbers):
    """The density of J real numbers z = mean + rest + factor·ε, ε ~ N(0, I).

    log N(z) = Σᵢ (−½ rᵢ² − log_scalesᵢ − ½ log 2π) with r = whitener·(z − mean − rest), in nats. factor and whitener
    are inverse to each other, covariance = factor·factorᵀ, precision = whitenerᵀ·whitener, and the log_scales add up
    to log det factor.

    It is made of a `Normal` (a scalar, or J numbers along one axis) or a `MultivariateNormal`, whose own numbers are
    read in every world: a log-variance is exponentiated there. With floats each of its arrays is right to the last
    place, and `rest` is what the rounding of the mean left out; elsewhere it is 0.

    >>> Gaussian(Normal(0.5, -2.0, second="log_variance"))
    Gaussian(mean=array([0.5]), covariance=array([[0.13533528]]))

    Raises `InputError` for another density, a batch, and one that float64 numbers cannot describe.

    Source: for example Bishop (2006), Pattern Recognition and Machine Learning, section 2.3.
    """

    mean: Matrix
    factor: Matrix = field(repr=False)
    whitener: Matrix = field(repr=False)
    log_scales: Matrix = field(repr=False)
    covariance: Matrix
    precision: Matrix = field(repr=False)
    rest: Any = field(repr=False)
    source: Normal | MultivariateNormal | None = field(repr=False, default=None)
    recipe: Callable[[World], Gaussian] | None = field(repr=False, default=None)
    readings: dict[int, Gaussian] = field(repr=False, default_factory=dict)

    def __init__(self, q: Normal | MultivariateNormal) -> None:
        source = _one_density(q)
        recipe = functools.partial(_read, source)
        try:
            made = settled(recipe, numpy_world(), Gaussian.rounded)
        except WitnessError:
            shown = described(f"a {type(source).__name__}")
            expected = "within the range and precision of float64 numbers"
            remedy = "a variance beyond 1e±300, or a nearly singular covariance, has no float64 inverse: rescale"
            raise InputError("q", shown, expected, remedy) from None
        self._hold(*(getattr(made, name) for name in _ARRAYS), source, recipe, {})

    @classmethod
    def made(cls, recipe: Callable[[World], Gaussian], world: World) -> Gaussian:
        """Make the density of a recipe for exact worlds: floats are rounded from balls.

        In balls its log-density stays as good as the precision of the moment, whatever it was when this was called.
        """
        made = settled(recipe, world, Gaussian.rounded)
        held = object.__new__(cls)
        held._hold(*(getattr(made, name) for name in _ARRAYS), made.source, recipe, {})
        return held

    @classmethod
    def of(cls, *numbers: Any) -> Self:
        """Make the density of mean, factor, whitener and log_scales in any exact world, unchecked."""
        mean, factor, whitener, log_scales = numbers
        covariance, precision = product(factor, factor.T), product(whitener.T, whitener)
        made = object.__new__(cls)
        made._hold(
            mean, factor, whitener, log_scales, covariance, precision, np.zeros(len(mean), dtype=int), None, None, {}
        )
        return made

    @classmethod
    def with_covariance(cls, mean: Matrix, covariance: Matrix, world: World) -> Self:
        """Make the density of mean and covariance in an exact world."""
        factor = cholesky(covariance, world)
        return cls.of(mean, factor, inverse_lower(factor, world), _logs(factor, world))

    @classmethod
    def with_precision(cls, mean: Matrix, precision: Matrix, world: World) -> Self:
        """Make the density of mean and precision (the inverse of the covariance) in an exact world."""
        root = cholesky(precision, world)
        return cls.of(mean, inverse_lower(root, world).T, root.T, -_logs(root, world))

    @classmethod
    def independent(cls, mean: Matrix, sigmas: Matrix, log_sigmas: Matrix) -> Self:
        """Make the density of independent numbers in an exact world."""
        return cls.of(mean, _diagonal(sigmas), _diagonal(np.array([1 / sigma for sigma in sigmas])), log_sigmas)

    def moved(self, shift: Matrix) -> Gaussian:
        """Return the density moved by a vector, in an exact world."""
        return self.of(self.mean + shift, self.factor, self.whitener, self.log_scales)

    @property
    def dimension(self) -> int:
        """The number J of latents."""
        return len(self.mean)

    @property
    def space(self) -> Space | Region:
        """The real line, or the vectors."""
        return REAL if self.dimension == 1 else VECTORS

    def read(self, world: World) -> Gaussian:
        """Return this density in another world, by its recipe, or else that of its floats."""
        if world.name == "numpy":
            return self
        if self.recipe is not None:
            return Gaussian.made(self.recipe, world)
        mean = matrix(self.mean, world) + matrix(self.rest, world)
        return Gaussian.with_covariance(mean, matrix(self.covariance, world), world)

    def _now(self, world: World) -> Gaussian:
        """Return this density at the precision of the moment: balls made at another one may be too wide."""
        if self.recipe is None or world.name not in BALLS:
            return self
        import flint

        bits = int(flint.ctx.prec)
        if bits not in self.readings:
            self.readings[bits] = self.recipe(ball_world())
        return self.readings[bits]

    def rounded(self) -> Gaussian | None:
        """Return the density of balls in floats, each next to the truth; None where a ball is too wide to tell."""
        deviation, sharpness = (np.array([d.sqrt() for d in m.diagonal()]) for m in (self.covariance, self.precision))
        mean = np.array([float(ball) for ball in self.mean])
        arrays = (
            (self.factor, deviation[:, None]),
            (self.whitener, sharpness),
            (self.log_scales, 1),
            (self.covariance, np.outer(deviation, deviation)),
            (self.precision, np.outer(sharpness, sharpness)),
            (np.array([ball - centre for ball, centre in zip(self.mean, mean, strict=True)]), 1 / sharpness),
        )
        floats = [rounded(balls, against) for balls, against in arrays]
        if any(each is None for each in floats) or not np.isfinite(mean).all():
            return None
        made = object.__new__(Gaussian)
        made._hold(mean, *floats, None, None, {})
        return made

    def log_density(self, z: RealPoint, world: World) -> tuple[Any, ...]:
        """Return the terms whose sum is the log-density at a point."""
        now, parts = self._now(world), z.coordinates(self.dimension)
        apart = [part.minus(mean) - rest for part, mean, rest in zip(parts, now.mean, now.rest, strict=True)]
        pairs = zip(_applied(now.whitener, apart), now.log_scales, strict=True)
        terms = (normal_log_density_terms(*pair, world) for pair in pairs)
        return tuple(term for three in terms for term in three)

    def noise(self, generator: np.random.Generator, count: int) -> Matrix:
        """Draw ε: of shape (count,) for a single latent, (J, count) for more."""
        return generator.standard_normal(count if self.dimension == 1 else (self.dimension, count))

    def place(self, noise: Any, world: World) -> RealPoint:
        """Return the point at ε: one number, or J of them along the first axis."""
        if self.dimension == 1:
            return RealPoint(self.factor[0, 0] * noise + self.rest[0], self.mean[0])
        shift = _applied(self.factor, noise)
        return RealPoint(stacked([part + rest for part, rest in zip(shift, self.rest, strict=True)]), self.mean)

    def draw(self, generator: np.random.Generator, count: int) -> RealPoint:
        """Draw `count` points, along the last axis."""
        return self.place(self.noise(generator, count), numpy_world())

    @property
    def parameters(self) -> dict[str, float]:
        """The numbers that describe the density to its owner, by name."""
        from .gaussian_parameters import parameters_of

        return parameters_of(self)

    def with_parameters(self, numbers: Sequence[Any], world: World) -> Gaussian:
        """Return the density that is described in the same way by other numbers."""
        from .gaussian_parameters import with_parameters

        return with_parameters(self, numbers, world)

    def moments(self, world: World) -> GaussianMoments:
        """Return mean and covariance."""
        return GaussianMoments(self.mean + self.rest, self.covariance)

    def bulk(self) -> tuple[float, float]:
        """Return mean and deviation of the first latent, roughly: where to look for the only one."""
        return float(self.mean[0]), math.sqrt(float(self.covariance[0, 0]))


BALLS = frozenset({"balls", "complex balls"})
_ARRAYS = ("mean", "factor", "whitener", "log_scales", "covariance", "precision", "rest")


def _one_density(q: Any) -> Normal | MultivariateNormal:
    if not isinstance(q, Normal | MultivariateNormal):
        expected = "a Normal or a MultivariateNormal"
        raise InputError("q", described(f"a {type(q).__name__}"), expected, "the latents are real numbers")
    if isinstance(q, Normal) and len(q.shape) > 1:
        shown = described(f"normals of shape {q.shape}")
        raise ShapeError("q", shown, "of shape () or (J,)", "pass the density of one datum's latents at a time")
    return q


def _read(q: Normal | MultivariateNormal, world: World) -> Gaussian:
    """Read a user's own numbers in an exact world."""
    if isinstance(q, MultivariateNormal):
        return Gaussian.with_covariance(matrix(q.mean, world), matrix(q.cov, world), world)
    held = matrix(q.scale.values.reshape(-1), world)
    sigmas, logs = ([read(number, world) for number in held] for read in (q.scale.sigma, q.scale.log_sigma))
    return Gaussian.independent(matrix(q.mu.reshape(-1), world), np.array(sigmas), np.array(logs))


def _applied(transformation: Matrix, numbers: Any) -> Any:
    """Return a matrix times J numbers, each of which may stand for many draws."""
    if len(numbers) == 1:
        return [transformation[0, 0] * numbers[0]]
    together = column if transformation.dtype == object else stacked
    return product(transformation, together(numbers))


def _diagonal(numbers: Matrix) -> Matrix:
    whole = np.full((len(numbers), len(numbers)), 0 * numbers[0], dtype=object)
    np.fill_diagonal(whole, numbers)
    return whole


def _logs(triangular: Matrix, world: World) -> Matrix:
    return np.array([world.log(number) for number in triangular.diagonal()])
