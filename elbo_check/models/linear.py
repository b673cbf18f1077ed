"""What all models with Gaussian latents and a likelihood N(x; W z + b, Ψ) share: everything but their evidence."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, ClassVar, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..densities.gaussian import Gaussian
from ..densities.linear_algebra import FLOATS, matrix, product, rounded, settled
from ..densities.spaces import RealPoint
from ..densities.world import World, ball_world, numpy_world, sympy_world
from ..errors import InputError, ShapeError, WitnessError, described
from .model import Terms

__all__ = ["Linear", "array", "curvature_margin", "kept", "sound", "vector_density"]

Floats = NDArray[np.float64]
Model = TypeVar("Model")
Made = TypeVar("Made")

_WORLDS = {"numpy": numpy_world, "sympy": sympy_world, "balls": ball_world}
_CONSTANTS = {"complex balls": "balls", "duals": "numpy"}


def kept(build: Callable[[Model, World], Made]) -> Callable[[Model, World], Made]:
    """Keep what a method makes of the model's constants in each world, and at each precision of balls.

    For an integrand (complex balls) constants stay real, and for a derivative floats.
    """

    @functools.lru_cache(maxsize=64)
    def made(model: Model, name: str, _bits: int) -> Made:
        return build(model, _WORLDS[name]())

    @functools.wraps(build)
    def method(model: Model, world: World) -> Made:
        name = _CONSTANTS.get(world.name, world.name)
        return made(model, name, _bits_of(name))

    return method


def _bits_of(name: str) -> int:
    if name != "balls":
        return 0
    import flint

    return int(flint.ctx.prec)


class Linear:
    """z ~ N(m, S) and x | z ~ N(W z + b, Ψ): a model that says what its W, b, Ψ and prior are in any world.

    The posterior is the Gaussian of precision S⁻¹ + Wᵀ Ψ⁻¹ W and mean m + Σ Wᵀ Ψ⁻¹ (x − b − W m), Σ its covariance.

    Source: for example Bishop (2006), Pattern Recognition and Machine Learning, (2.116) and (2.117).
    """

    name: ClassVar[str]

    def _design(self, world: World) -> Any:
        """Return W."""
        raise NotImplementedError

    def _offset(self, world: World) -> Any:
        """Return b."""
        raise NotImplementedError

    def _noise(self, world: World) -> Gaussian:
        """Return N(0, Ψ)."""
        raise NotImplementedError

    def _prior(self, world: World) -> Gaussian:
        """Return N(m, S)."""
        raise NotImplementedError

    @kept
    def _information(self, world: World) -> Any:
        """Return Wᵀ Ψ⁻¹ W."""

        def build(exact: World) -> Any:
            design = self._design(exact)
            return product(design.T, self._noise(exact).precision, design)

        return settled(build, world, rounded)

    def density(self, q: Any) -> Gaussian:
        """Return q, a `Normal` or a `MultivariateNormal` over the latents, as a Gaussian."""
        return vector_density("q", q, self._prior(numpy_world()).dimension, self.name)

    def prior(self, x: Any, world: World) -> Gaussian:
        """Return N(m, S)."""
        return self._prior(world)

    def posterior(self, x: Any, world: World) -> Gaussian:
        """Return N(m + Σ Wᵀ Ψ⁻¹ (x − b − W m), Σ) with Σ = (S⁻¹ + Wᵀ Ψ⁻¹ W)⁻¹."""

        def build(exact: World) -> Gaussian:
            prior, design = self._prior(exact), self._design(exact)
            residual = array(x, exact).reshape(-1) - self._offset(exact) - product(design, prior.mean)
            made = Gaussian.with_precision(prior.mean, prior.precision + self._information(exact), exact)
            return made.moved(product(made.covariance, design.T, self._noise(exact).precision, residual))

        return settled(build, world, Gaussian.rounded)

    def log_likelihood(self, x: Any, z: RealPoint, world: World) -> Terms:
        """Return log N(x; W z + b, Ψ)."""
        noise, design = self._noise(world), self._design(world)
        parts = z.coordinates(design.shape[1])
        centre = (
            array(x, world).reshape(-1) - self._offset(world) - product(design, np.array([c.origin for c in parts]))
        )
        shift = product(design, np.array([c.value for c in parts]))
        residual = centre.reshape(-1, *[1] * (shift.ndim - 1)) - shift
        return noise.log_density(RealPoint(residual if len(residual) > 1 else residual[0]), world)

    def expected_log_likelihood(self, x: Any, q: Gaussian, world: World) -> Terms:
        """Return −½ rᵀ Ψ⁻¹ r − ½ tr Wᵀ Ψ⁻¹ W Σq − ½ log det 2πΨ with r = x − b − W mq."""

        def build(exact: World) -> Any:
            mean = q.mean if held else matrix(q.mean, exact) + matrix(q.rest, exact)
            return array(x, exact).reshape(-1) - self._offset(exact) - product(self._design(exact), mean)

        held = q.mean.dtype == object
        noise, residual = self._noise(world), build(world) if held else settled(build, world, rounded)
        distance = -world.half * (noise.precision * np.outer(residual, residual))
        trace = -world.half * (self._information(world) * q.covariance)
        constant = -noise.dimension * world.half * world.log_two_pi()
        return *distance.flat, *trace.flat, *(-noise.log_scales), constant

    def margin(self, x: Any, q: Gaussian) -> float:
        """Return half the smaller ratio of the curvatures of log q and log p(x, z), for a single latent: constants."""
        return curvature_margin(q, self.posterior(x, numpy_world()))

    def _observed(self, generator: np.random.Generator) -> Floats:
        """Draw z from the prior, and W z + b + noise."""
        world = numpy_world()
        z, noise = (density.draw(generator, 1) for density in (self._prior(world), self._noise(world)))
        latents = np.array([c.minus(0)[0] for c in z.coordinates(self._prior(world).dimension)])
        errors = np.array([c.value[0] for c in noise.coordinates(self._noise(world).dimension)])
        return np.asarray(self._design(world) @ latents + self._offset(world) + errors)


def array(values: Any, world: World) -> Any:
    """Return an array of float64 numbers in the world."""
    return values if world.name in FLOATS else matrix(values, world)


def curvature_margin(q: Gaussian, p: Gaussian) -> float:
    """Return half the smaller ratio of two precisions: what tails of single Gaussians lend as their margin."""
    ratio = float(q.precision[0, 0] / p.precision[0, 0])
    return min(ratio, 1 / ratio) / 2


def vector_density(argument: str, q: Any, latents: int, model: str) -> Gaussian:
    """Return q as a Gaussian over this many latents; raises `InputError` for another family or another dimension."""
    made = Gaussian(q)
    if made.dimension != latents:
        shown = described(f"a density of {made.dimension} number{'s' if made.dimension > 1 else ''}")
        raise ShapeError(argument, shown, f"a density of {latents}", f"{model} has {latents} latents here")
    return made


def sound(argument: str, build: Callable[[], Gaussian]) -> None:
    """Try a density of the model in floats; raises `InputError` for a covariance that is singular or out of range."""
    try:
        build()
    except WitnessError as refusal:
        remedy = f"it has no inverse in float64 ({refusal}): rescale, or add a small multiple of the identity"
        raise InputError(
            argument, described("this covariance"), "positive definite, from 1e-300 to 1e300", remedy
        ) from None
