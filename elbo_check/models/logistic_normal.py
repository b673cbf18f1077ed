"""Binary data whose log-odds are linear in one normal latent: a model without a closed form of its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn, Self

import numpy as np

from ..arrays import reals
from ..densities.gaussian import Gaussian
from ..densities.normal import Normal
from ..densities.spaces import REAL, RealPoint
from ..densities.world import World, numpy_world
from ..errors import InputError, ShapeError, WitnessError, described
from .covariances import deviation, vector
from .linear import Floats, array, kept, vector_density
from .model import Terms

__all__ = ["LogisticNormal", "LogisticPosterior"]

BISECTIONS = 100
NONE = "the logistic likelihood is not conjugate: no closed form of"


@dataclass(frozen=True, slots=True, eq=False)
class LogisticNormal:
    """z ~ N(mean, sigma²), x₁ … xₙ ∈ {0, 1} independent given z with p(xᵢ = 1 | z) = 1/(1 + exp(−wᵢ z − bᵢ)).

    log p(x|z) = −Σ log(1 + exp(−(2xᵢ − 1)(wᵢ z + bᵢ))), in nats, w = `weights` and b = `offsets`. Neither log p(x) nor
    the posterior has a closed form: both are integrals over the line. The posterior is log-concave,
    1/s² ≤ −∂² log p(x, z)/∂z² ≤ 1/s² + Σ wᵢ²/4, which is what the proof of its tails needs (`margin`).

    Raises `InputError` for a deviation that is not positive and finite, and shapes that do not fit.

    >>> model = LogisticNormal([1.0, -2.0], offsets=[0.0, 0.5])
    >>> model.log_likelihood(model.data([1, 0]), RealPoint(np.float64(0.0)), numpy_world())
    (np.float64(-0.6931471805599453), np.float64(-0.9740769841801067))

    Source: for example Bishop (2006), Pattern Recognition and Machine Learning, section 4.5.
    """

    weights: Any
    offsets: Any = 0.0
    mean: float = 0.0
    sigma: float = 1.0

    name: ClassVar[str] = "logistic"
    title: ClassVar[str] = "binary data, log-odds linear in one normal latent (not conjugate)"
    source: ClassVar[str] = "Bishop (2006), Pattern Recognition and Machine Learning, section 4.5"
    families: ClassVar[tuple[type, ...]] = (Normal,)

    def __post_init__(self) -> None:
        weights = np.atleast_1d(reals("weights", self.weights).values)
        if weights.ndim != 1:
            shown = described(f"an array of shape {weights.shape}")
            raise ShapeError("weights", shown, "of shape (n,)", "a weight for every datum: there is one latent")
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "offsets", vector("offsets", self.offsets, len(weights), spread=True))
        object.__setattr__(self, "mean", float(vector("mean", self.mean, 1)[0]))
        object.__setattr__(self, "sigma", deviation("sigma", self.sigma))

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The constructor's keywords."""
        return {name: getattr(self, name) for name in ("weights", "offsets", "mean", "sigma")}

    def data(self, x: Any) -> Floats:
        """Return x, n numbers that are 0 or 1."""
        values = vector("x", x, len(self.weights))
        wrong = (values != 0) & (values != 1)
        if wrong.any():
            remedy = "cross-entropy on grey values is no log-likelihood: make x binary, or take a density on [0, 1]"
            raise InputError("x", float(values[wrong][0]), "0 or 1", remedy)
        return values

    def density(self, q: Any) -> Gaussian:
        """Return q, a `Normal` over z."""
        return vector_density("q", q, 1, self.name)

    def prior(self, x: Floats, world: World) -> Gaussian:
        """Return N(m, s²)."""
        return self._prior(world)

    def posterior(self, x: Floats, world: World) -> NoReturn:
        """Raise `WitnessError`: `posterior_given` makes it once log p(x) has been enclosed."""
        raise WitnessError(f"{NONE} the posterior")

    def posterior_given(self, x: Floats, log_evidence: Any) -> LogisticPosterior:
        """Return p(z|x) = p(x, z)/p(x) for a log p(x) that was enclosed, in the world of that number."""
        return LogisticPosterior(self, x, log_evidence)

    def log_likelihood(self, x: Floats, z: RealPoint, world: World) -> Terms:
        """Return −log(1 + exp(−(2xᵢ − 1)(wᵢ z + bᵢ))) for every datum."""
        odds = zip(array(self.weights, world), array(self.offsets, world), x, strict=True)
        latent = z.minus(0)
        return tuple(-world.softplus((w * latent + b) * (-1 if seen else 1)) for w, b, seen in odds)

    def expected_log_likelihood(self, x: Floats, q: Gaussian, world: World) -> NoReturn:
        """Raise `WitnessError`."""
        raise WitnessError(f"{NONE} E log p(x|z)")

    def log_evidence(self, x: Floats, world: World) -> NoReturn:
        """Raise `WitnessError`."""
        raise WitnessError(f"{NONE} log p(x)")

    def margin(self, x: Floats, q: Gaussian) -> float:
        """Return c/2, c the least ratio of the curvatures of log q and log p(x, z) (or of its inverse) anywhere."""
        least, own = 1 / self.sigma**2, float(q.precision[0, 0])
        most = least + float(np.sum(self.weights**2)) / 4
        return min(1.0, own / most, least / own) / 2

    def likelihood_slope(self, x: Floats, q: Gaussian) -> float:
        """Return a bound on |∂ log p(x|z)/∂ε| for z = m + s ε under q: s·max(Σ of the (2xᵢ − 1)wᵢ of either sign).

        ∂ log σ(a)/∂a = σ(−a) lies between 0 and 1.
        """
        pulls = np.where(x == 1, 1.0, -1.0) * self.weights
        largest = max(float(np.sum(pulls[pulls > 0])), -float(np.sum(pulls[pulls < 0])))
        return float(q.factor[0, 0]) * largest * (1 + 2.0**-40)

    def draw(self, generator: np.random.Generator) -> Floats:
        """Draw z from the prior and x given z."""
        z = self.prior(np.zeros(1), numpy_world()).draw(generator, 1).minus(0)
        odds = self.weights * z + self.offsets
        return np.where(generator.random(len(odds)) < np.exp(-np.logaddexp(0, -odds)), 1.0, 0.0)

    @classmethod
    def example(cls) -> tuple[Self, Floats, Normal]:
        """Return a model, data and a q."""
        model = cls([1.0, -2.0, 0.5], [0.0, 0.5, -1.0], mean=0.25, sigma=1.5)
        return model, model.data([1, 0, 1]), Normal(1.0, 1.0)

    @kept
    def _prior(self, world: World) -> Gaussian:
        return Gaussian(Normal(self.mean, self.sigma)).read(world)


@dataclass(frozen=True, slots=True, eq=False)
class LogisticPosterior:
    """p(z|x) of a `LogisticNormal`: the joint density over a number log p(x), and exact draws that do not need it.

    log p(x|z) is concave, so that it lies below its tangent at the mode z₀, where the prior times the exponential of
    the tangent is N(z₀, s²): a draw from there is kept with the probability exp(log p(x|z) − tangent).

    Source: Gilks & Wild (1992), Adaptive Rejection Sampling for Gibbs Sampling (with one tangent).
    """

    model: LogisticNormal
    x: Floats
    log_evidence: Any

    space = REAL

    def log_density(self, z: RealPoint, world: World) -> Terms:
        """Return the terms of log p(x, z) − log p(x)."""
        prior = self.model.prior(self.x, world).log_density(z, world)
        return *prior, *self.model.log_likelihood(self.x, z, world), -self.log_evidence

    def draw(self, generator: np.random.Generator, count: int) -> RealPoint:
        """Draw `count` points, independent and exact up to rounding."""
        mode, sigma = self._mode(), self.model.sigma
        slope = (mode - self.model.mean) / (sigma * sigma)
        height = self._log_likelihood(np.array([mode]))
        kept = np.empty(0)
        while len(kept) < count:
            z = mode + sigma * generator.standard_normal(max(count, 64))
            excess = self._log_likelihood(z) - height - slope * (z - mode)
            kept = np.append(kept, z[np.log(generator.random(len(z))) < excess])
        return RealPoint(kept[:count])

    def bulk(self) -> tuple[float, float]:
        """Return the mode, and the deviation that the curvature there tells."""
        mode = self._mode()
        return mode, float(1 / np.sqrt(self._slopes(mode)[1]))

    def _log_likelihood(self, z: Floats) -> Any:
        terms = self.model.log_likelihood(self.x, RealPoint(z), numpy_world())
        return sum(terms[1:], start=terms[0])

    def _slopes(self, z: float) -> tuple[float, float]:
        """Return −∂/∂z and −∂²/∂z² of log p(x, z)."""
        model = self.model
        pulls = np.where(self.x == 1, 1.0, -1.0) * model.weights
        away = np.exp(-np.logaddexp(0, np.where(self.x == 1, 1.0, -1.0) * (model.weights * z + model.offsets)))
        first = (z - model.mean) / model.sigma**2 - float(np.sum(pulls * away))
        return first, 1 / model.sigma**2 + float(np.sum(pulls**2 * away * (1 - away)))

    def _mode(self) -> float:
        """Return the mode: −∂ log p(x, z)/∂z grows with z, so that bisection closes in on its zero."""
        reach = self.model.sigma**2 * float(np.sum(np.abs(self.model.weights)))
        low, high = self.model.mean - reach, self.model.mean + reach
        for _ in range(BISECTIONS):
            middle = (low + high) / 2
            low, high = (middle, high) if self._slopes(middle)[0] < 0 else (low, middle)
        return (low + high) / 2
