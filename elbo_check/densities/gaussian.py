"""A Gaussian over one or more real latents, its numbers those of any world."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

import numpy as np

from ..errors import InputError, ShapeError, WitnessError, described
from .latent import Numbers
from .linear_algebra import Matrix, cholesky, column, inverse_lower, matrix, product, rounded, settled, stacked
from .multivariate_normal import MultivariateNormal
from .normal import Normal, normal_log_density_terms
from .spaces import REAL, VECTORS, RealPoint, Region, Space
from .world import World, numpy_world

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
    read in every world: a log-variance is exponentiated there. (One that a model has made is taken by its floats.)
    With floats each of its arrays is right to the last place, and `rest` is what the rounding of the mean left out;
    elsewhere it is 0.

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
    source: Normal | MultivariateNormal | None = field(repr=False)

    def __init__(self, q: Normal | MultivariateNormal | Gaussian) -> None:
        source = _one_density(q)
        try:
            made = settled(lambda world: _read(source, world), numpy_world(), Gaussian.rounded)
        except WitnessError:
            shown, expected = (
                described(f"a {type(source).__name__}"),
                "within the range and precision of float64 numbers",
            )
            remedy = (
                "a variance beyond 1e±300 or a nearly singular covariance has no float64 inverse: rescale the latents"
            )
            raise InputError("q", shown, expected, remedy) from None
        self._hold(*(getattr(made, name) for name in _ARRAYS), source)

    @classmethod
    def of(cls, *numbers: Any) -> Self:
        """Make the density of mean, factor, whitener and log_scales in any exact world, unchecked."""
        mean, factor, whitener, log_scales = numbers
        covariance, precision = product(factor, factor.T), product(whitener.T, whitener)
        made = object.__new__(cls)
        made._hold(mean, factor, whitener, log_scales, covariance, precision, np.zeros(len(mean), dtype=int), None)
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
        """Return this density of floats in another world: its source's numbers, or else its mean and covariance."""
        if world.name == "numpy":
            return self
        if self.source is not None:
            return _read(self.source, world)
        mean = matrix(self.mean, world) + matrix(self.rest, world)
        return Gaussian.with_covariance(mean, matrix(self.covariance, world), world)

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
        made._hold(mean, *floats, None)
        return made

    def log_density(self, z: RealPoint, world: World) -> tuple[Any, ...]:
        """Return the terms whose sum is the log-density at a point."""
        apart = [c.minus(m) - r for c, m, r in zip(z.coordinates(self.dimension), self.mean, self.rest, strict=True)]
        residuals = _applied(self.whitener, apart)
        terms = (normal_log_density_terms(*pair, world) for pair in zip(residuals, self.log_scales, strict=True))
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
        """The numbers that describe the density: a `Normal`'s own, or else the mean and the lower Cholesky factor."""
        if self.source is None:
            return Gaussian(self).parameters
        if isinstance(self.source, Normal):
            mu, scale = self.source.mu.reshape(-1), self.source.scale
            named = {f"mu[{i}]": float(number) for i, number in enumerate(mu)}
            return named | {f"{scale.kind}[{i}]": float(number) for i, number in enumerate(scale.values.reshape(-1))}
        named = {f"mean[{i}]": float(number) for i, number in enumerate(self.mean)}
        return named | {f"factor[{i}, {j}]": float(self.factor[i, j]) for i, j in _lower(self.dimension)}

    def with_parameters(self, numbers: Sequence[Any], world: World) -> Gaussian:
        """Return the density of the same kind with other numbers, of any exact world, in the order of `parameters`."""
        mean, others = column(numbers[: self.dimension]), numbers[self.dimension :]
        if isinstance(self.source, Normal):
            read = self.source.scale.sigma, self.source.scale.log_sigma
            sigmas, logs = (column([each(number, world) for number in others]) for each in read)
            return Gaussian.independent(mean, sigmas, logs)
        factor = matrix(np.zeros((self.dimension, self.dimension)), world)
        for place, number in zip(_lower(self.dimension), others, strict=True):
            factor[place] = number
        return Gaussian.of(mean, factor, inverse_lower(factor, world), _logs(factor, world))

    def moments(self, world: World) -> GaussianMoments:
        """Return mean and covariance."""
        return GaussianMoments(self.mean + self.rest, self.covariance)

    def bulk(self) -> tuple[float, float]:
        """Return mean and deviation of the first latent, roughly: where to look for the only one."""
        return float(self.mean[0]), math.sqrt(float(self.covariance[0, 0]))


_ARRAYS = ("mean", "factor", "whitener", "log_scales", "covariance", "precision", "rest")


def _one_density(q: Any) -> Normal | MultivariateNormal:
    if isinstance(q, Gaussian):
        return q.source or MultivariateNormal(q.mean, q.covariance)
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


def _lower(size: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(size) for j in range(i + 1)]


def _diagonal(numbers: Matrix) -> Matrix:
    whole = np.full((len(numbers), len(numbers)), 0 * numbers[0], dtype=object)
    np.fill_diagonal(whole, numbers)
    return whole


def _logs(triangular: Matrix, world: World) -> Matrix:
    return np.array([world.log(number) for number in triangular.diagonal()])
