"""A linear-Gaussian state space: a state that moves by a linear map and noise, seen through another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from ..densities.gaussian import Gaussian
from ..densities.linear_algebra import block_diagonal, inverse_lower, matrix, product, settled
from ..densities.normal import Normal
from ..densities.world import World, numpy_world
from ..errors import ShapeError, described
from .covariances import covariance, read_covariance, table, vector
from .doors import whole
from .linear import Floats, Linear, array, kept, sound
from .model import Terms

__all__ = ["StateSpace"]


@dataclass(frozen=True, eq=False)
class StateSpace(Linear):
    """z₁ ~ N(mean, covariance), z_t = transition z_{t−1} + N(0, drift), x_t = emission z_t + N(0, noise) to t = steps.

    log p(x) = Σ_t log N(x_t; C m_t, C P_t Cᵀ + R), in nats, with m_t and P_t of p(z_t | x₁ … x_{t−1}) by the Kalman
    filter. The latents are all states in a row, z₁ first. `transition` is (d, d), `emission` (D, d); `drift`,
    `noise` and `covariance` are one variance, a vector of variances or a matrix. x has shape (steps, D).

    Raises `InputError` for a covariance that is singular or not symmetric, a variance that is 0 or infinite, and
    shapes that do not fit.

    >>> model = StateSpace([[0.5]], [[1.0]], drift=1.0, noise=0.5, steps=2)
    >>> model.posterior(model.data([1.0, 1.0]), numpy_world())
    Gaussian(mean=array([0.74193548, 0.79032258]), covariance=array([[0.30645161, 0.05645161],
           [0.05645161, 0.33870968]]))

    Source: for example Särkkä (2013), Bayesian Filtering and Smoothing, sections 4.3 and 12.2.
    """

    transition: Any
    emission: Any
    drift: Any
    noise: Any
    steps: int
    mean: Any = 0.0
    covariance: Any = 1.0

    name: ClassVar[str] = "state-space"
    title: ClassVar[str] = "a linear-Gaussian state space"
    source: ClassVar[str] = "Särkkä (2013), Bayesian Filtering and Smoothing, sections 4.3 and 12.2"

    def __post_init__(self) -> None:
        transition = table("transition", self.transition, "(d, d)", "it maps a state to the next one")
        size = len(transition)
        if transition.shape != (size, size):
            shown = described(f"an array of shape {transition.shape}")
            raise ShapeError("transition", shown, "square", "it maps a state to the next one")
        emission = table("emission", self.emission, f"(D, {size})", "it maps a state to what is seen of it")
        if emission.shape[1] != size:
            shown = described(f"an array of shape {emission.shape}")
            raise ShapeError("emission", shown, f"of shape (D, {size})", "it maps a state to what is seen of it")
        hold = object.__setattr__
        hold(self, "transition", transition)
        hold(self, "emission", emission)
        hold(self, "drift", covariance("drift", self.drift, size))
        hold(self, "noise", covariance("noise", self.noise, len(emission)))
        hold(self, "steps", whole("steps", self.steps, least=1, remedy="the number of times something is seen"))
        hold(self, "mean", vector("mean", self.mean, size, spread=True))
        hold(self, "covariance", covariance("covariance", self.covariance, size))
        sound("noise", lambda: self._noise(numpy_world()))
        sound("covariance or drift", lambda: self._prior(numpy_world()))

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The constructor's keywords."""
        names = ("transition", "emission", "drift", "noise", "steps", "mean", "covariance")
        return {name: getattr(self, name) for name in names}

    def data(self, x: Any) -> Floats:
        """Return x of shape (steps, D); a vector of `steps` numbers is taken for D = 1."""
        size = len(self.emission)
        values = table(
            "x", np.reshape(x, (-1, 1)) if size == 1 and np.ndim(x) == 1 else x, "(steps, D)", "a row a step"
        )
        if values.shape != (self.steps, size):
            shown = described(f"an array of shape {values.shape}")
            raise ShapeError("x", shown, f"of shape ({self.steps}, {size})", "a row for every step")
        return values

    def log_evidence(self, x: Floats, world: World) -> Terms:
        """Return Σ_t log N(x_t; C m_t, C P_t Cᵀ + R), the filter's innovations: no joint density is formed."""
        terms: list[Any] = []
        for seen, ahead in zip(array(x, world), self._predictions(x, world), strict=True):
            delta = seen - ahead.mean - ahead.rest
            terms += [*(-world.half * (ahead.precision * np.outer(delta, delta))).flat, *(-ahead.log_scales)]
        return *terms, -x.size * world.half * world.log_two_pi()

    def draw(self, generator: np.random.Generator) -> Floats:
        """Draw the states from the prior and x given them."""
        return self._observed(generator).reshape(self.steps, -1)

    @classmethod
    def example(cls) -> tuple[Self, Floats, Normal]:
        """Return a model, data and a q."""
        model = cls([[0.9, 0.25], [0.0, 0.5]], [[1.0, 0.0]], drift=[0.25, 0.5], noise=0.5, steps=3)
        return model, model.data([0.5, 1.0, -0.25]), Normal([0.25, 0.0, 0.5, 0.25, 0.0, -0.25], [0.5] * 6)

    def _predictions(self, x: Floats, world: World) -> list[Gaussian]:
        """Return p(x_t | x₁ … x_{t−1}) for every step, by the Kalman filter."""

        def round_off(balls: list[Gaussian]) -> list[Gaussian] | None:
            floats = [each.rounded() for each in balls]
            return None if None in floats else [each for each in floats if each is not None]

        return settled(lambda exact: self._filtered(x, exact), world, round_off)

    def _filtered(self, x: Floats, world: World) -> list[Gaussian]:
        first, drift = self._first(world), self._drift(world)
        move, see, noise = (matrix(m, world) for m in (self.transition, self.emission, _full(self.noise)))
        mean, spread, ahead = first.mean, first.covariance, []
        for seen in matrix(x, world):
            ahead.append(Gaussian.with_covariance(product(see, mean), product(see, spread, see.T) + noise, world))
            gain = product(spread, see.T, ahead[-1].precision)
            mean = product(move, mean + product(gain, seen - ahead[-1].mean))
            spread = product(move, spread - product(gain, see, spread), move.T) + drift.covariance
        return ahead

    def _first(self, world: World) -> Gaussian:
        return read_covariance(self.mean, self.covariance, world)

    def _drift(self, world: World) -> Gaussian:
        return read_covariance(np.zeros(len(self.transition)), self.drift, world)

    def _design(self, world: World) -> Any:
        return array(np.kron(np.eye(self.steps), self.emission), world)

    def _offset(self, world: World) -> Any:
        return array(np.zeros(self.steps * len(self.emission)), world)

    @kept
    def _noise(self, world: World) -> Gaussian:
        def build(exact: World) -> Gaussian:
            size, steps = len(self.emission), self.steps
            one = read_covariance(np.zeros(size), self.noise, exact)
            blocks = (block_diagonal([part] * steps, exact) for part in (one.factor, one.whitener))
            return Gaussian.of(matrix(np.zeros(size * steps), exact), *blocks, np.tile(one.log_scales, steps))

        return settled(build, world, Gaussian.rounded)

    @kept
    def _prior(self, world: World) -> Gaussian:
        """Return the density of all states: its whitener takes A z_{t−1} from z_t."""

        def build(exact: World) -> Gaussian:
            first, drift, move = self._first(exact), self._drift(exact), matrix(self.transition, exact)
            steps, size, means = self.steps, len(self.transition), [first.mean]
            whitener = block_diagonal([first.whitener, *[drift.whitener] * (steps - 1)], exact)
            for t in range(1, steps):
                here, before = slice(t * size, (t + 1) * size), slice((t - 1) * size, t * size)
                whitener[here, before] = -product(drift.whitener, move)
                means.append(product(move, means[-1]))
            logs = np.concatenate([first.log_scales, *[drift.log_scales] * (steps - 1)])
            return Gaussian.of(np.concatenate(means), inverse_lower(whitener, exact), whitener, logs)

        return settled(build, world, Gaussian.rounded)


def _full(variances: Floats) -> Floats:
    return variances if variances.ndim == 2 else np.diag(variances)
