"""A mixture of normals with known weights, centres and scales: which component did each datum come from?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

import numpy as np

from ..arrays import reals
from ..densities.categorical import Categorical
from ..densities.finite import FinitePoint, held, log_sum, logarithms, zero
from ..densities.normal import Normal, normal_log_density_terms
from ..densities.rows import rows
from ..densities.world import World, numpy_world
from ..errors import ShapeError, described
from .doors import family
from .model import Terms

__all__ = ["GaussianMixture"]


@dataclass(frozen=True, slots=True, eq=False)
class GaussianMixture:
    """zₙ ~ Categorical(weights), xₙ | zₙ = k ~ N(means[k], scales[k]²), independently for n = 1 … N.

    log p(x) = Σₙ log Σₖ wₖ N(xₙ; μₖ, σₖ²), in nats; p(zₙ = k|x) ∝ wₖ N(xₙ; μₖ, σₖ²), for each n by itself. A weight may
    be 0. q is a `Categorical` of shape (N, K).

    Raises `InputError` for weights that do not sum to 1 or a scale that is not positive, `ShapeError` where the three
    are not of one length.

    >>> model = GaussianMixture([0.5, 0.5], means=[-1.0, 1.0], scales=[1.0, 1.0])
    >>> model.posterior(model.data([0.0]), numpy_world())
    Categorical([[0.5, 0.5]])

    Source: for example Bishop (2006), Pattern Recognition and Machine Learning, section 9.2.
    """

    weights: Any
    means: Any
    scales: Any

    name: ClassVar[str] = "gaussian-mixture"
    title: ClassVar[str] = "a mixture of known normals"
    source: ClassVar[str] = "Bishop (2006), Pattern Recognition and Machine Learning, section 9.2"
    families: ClassVar[tuple[type, ...]] = (Categorical,)

    def __post_init__(self) -> None:
        weights = rows("weights", self.weights, 1)
        components = Normal(self.means, self.scales, names=("means", "scales", "second"))
        shapes = np.shape(reals("means", self.means).values), np.shape(reals("scales", self.scales).values)
        if shapes != (weights.shape, weights.shape):
            shown = described(f"arrays of the shapes {weights.shape}, {shapes[0]} and {shapes[1]}")
            remedy = "weights, means and scales hold one number for each component"
            raise ShapeError("weights, means, scales", shown, "of one length", remedy)
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "means", components.mu)
        object.__setattr__(self, "scales", components.scale.values)

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The constructor's keywords."""
        return {"weights": self.weights, "means": self.means, "scales": self.scales}

    def data(self, x: Any) -> Any:
        """Return x, real numbers of shape (N,)."""
        values = reals("x", x).values
        if values.ndim != 1:
            shown = described(f"an array of shape {values.shape}")
            raise ShapeError("x", shown, "a sequence of numbers (N,)", "a single datum is [x]")
        return values

    def density(self, q: Any) -> Categorical:
        """Return q, a `Categorical` of shape (N, K)."""
        latents: Categorical = family(
            "q", q, Categorical, "the latents of gaussian-mixture are components, one a datum"
        )
        if len(latents.shape) != 2 or latents.shape[-1] != len(self.weights):
            shown = described(f"a Categorical of shape {latents.shape}")
            raise ShapeError("q", shown, f"of shape (N, {len(self.weights)})", "a row for each datum")
        return latents

    def prior(self, x: Any, world: World) -> Categorical:
        """Return the weights, once for each datum."""
        return Categorical.of_rationals(np.broadcast_to(self.weights, (len(x), len(self.weights))).copy(), world)

    def posterior(self, x: Any, world: World) -> Categorical:
        """Return p(zₙ = k|xₙ), from logarithms of odds whose differences are formed before anything rounds."""
        return Categorical.of_logs(np.array([self._log_odds(datum, world) for datum in x]), world)

    def log_likelihood(self, x: Any, z: FinitePoint, world: World) -> Terms:
        """Return Σₙ log N(xₙ; μ, σ²) of the component zₙ, three terms for each datum."""
        terms: list[Any] = []
        for datum, outcome in zip(x, z.index, strict=True):
            parts = zip(*self._log_normals(datum, world), strict=True)
            terms += [held(part)[outcome] for part in parts]
        return tuple(terms)

    def expected_log_likelihood(self, x: Any, q: Categorical, world: World) -> Terms:
        """Return Σₙ Σₖ q[n, k] log N(xₙ; μₖ, σₖ²)."""
        if len(x) != q.shape[0]:
            shown = described(f"a density of shape {q.shape}")
            raise ShapeError("q", shown, f"of shape ({len(x)}, {len(self.weights)})", "a row for each datum")
        terms: list[Any] = []
        for datum, row in zip(x, q.probabilities, strict=True):
            for weight, parts in zip(row, self._log_normals(datum, world), strict=True):
                terms += [weight * part for part in parts]
        return tuple(terms)

    def log_evidence(self, x: Any, world: World) -> Terms:
        """Return Σₙ log Σₖ wₖ N(xₙ; μₖ, σₖ²): for each n the parts of its likeliest component, and what is added."""
        terms: list[Any] = []
        log_weights = logarithms(self.weights, world)
        for datum in x:
            normals = zip(log_weights, self._log_normals(datum, world), strict=True)
            joint = [(log_weight, *parts) for log_weight, parts in normals if not zero(log_weight)]
            largest, rest = log_sum([sum(parts[1:], start=parts[0]) for parts in joint], world)
            terms += [*joint[largest], rest]
        return tuple(terms)

    def draw(self, generator: np.random.Generator) -> Any:
        """Draw three components from the prior, and a datum from each."""
        z = self.prior([0.0] * 3, numpy_world()).draw(generator, 1).index[:, 0]
        return self.means[z] + self.scales[z] * generator.standard_normal(len(z))

    @classmethod
    def example(cls) -> tuple[Self, Any, Categorical]:
        """Return a model, data and a q."""
        model = cls([0.25, 0.5, 0.25], [-2.0, 0.0, 3.0], [1.0, 0.5, 2.0])
        return model, np.array([-1.0, 0.25]), Categorical([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125]])

    def _log_normals(self, datum: Any, world: World) -> Iterator[tuple[Any, ...]]:
        """Yield the terms of log N(x; μₖ, σₖ²) for each k."""
        exact = world.exact
        for mean, scale in zip(self.means, self.scales, strict=True):
            residual = (exact(datum) - exact(mean)) / exact(scale)
            yield normal_log_density_terms(residual, world.log(exact(scale)), world)

    def _log_odds(self, datum: Any, world: World) -> list[Any]:
        """Return log wₖ N(x; μₖ, σₖ²), less that of the nearest component: exact until the last step."""
        components = list(zip(self.weights, map(Fraction, self.means), map(Fraction, self.scales), strict=True))
        heights = [weight / scale for weight, _, scale in components]
        squares = [((Fraction(datum) - mean) / scale) ** 2 for _, mean, scale in components]
        near = min((k for k, height in enumerate(heights) if height), key=squares.__getitem__)
        return [
            world.log_rational(height / heights[near]) + world.rational((squares[near] - square) / 2)
            if height
            else -math.inf
            for height, square in zip(heights, squares, strict=True)
        ]
