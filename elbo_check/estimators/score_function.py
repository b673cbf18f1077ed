"""The score-function gradient: draws stay where they are, and the objective is multiplied by ∂ log q."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import reals
from ..densities.dual import dual_world, with_slopes
from ..densities.world import numpy_world
from ..errors import ShapeError, described
from .bounds import Bound
from .gradient import Asked, Gradient
from .groups import Drawn, grouped
from .licences import bounded
from .problem import added, added_slopes
from .support import enumerable

__all__ = ["NAME", "gradient"]

NAME = "score-function gradient"

FloatArray = NDArray[np.float64]


def gradient(
    model: Any,
    x: Any,
    q: Any,
    *,
    form: str = "A",
    samples: int = 1,
    baseline: float = 0.0,
    draws: int = 20_000,
    rng: Any = None,
    level: float = 1e-9,
    workers: int = 1,
) -> Gradient:
    """Estimate the gradient of the ELBO (of L_K for K = `samples` > 1) with respect to the parameters of q.

    Form A: (log p(x, z) − log q(z) − baseline) ∂ log q(z); form B: (log p(x|z) − baseline) ∂ log q(z) less the gradient
    of KL(q‖prior) in closed form. For L_K, with w̄ the mean and w̃ the normalised weights, the sum over k of
    (log w̄ − baseline + 1/K − w̃_k) ∂ log q(z_k). The score has the mean 0, so that any `baseline` that does not come
    from the same draws leaves the mean as it is; one near log p(x) lowers the variance. Bounded where the outcomes are
    finitely many and K = 1.

    >>> from elbo_check.models import BetaBinomial
    >>> found = gradient(*BetaBinomial.example(), draws=1000, rng=0, baseline=-2.1)
    >>> found.names, found.bound
    (('alpha', 'beta'), 'none')

    Source: R. J. Williams (1992), Machine Learning 8; for L_K: A. Mnih and D. J. Rezende (2016), Variational inference
    for Monte Carlo objectives.
    """
    asked = Asked.of((model, x, q), form, samples, (draws, rng, level, workers))
    offset, parts = _number("baseline", baseline), _parts(asked)

    def draw(generator: np.random.Generator, number: int) -> Drawn:
        return parts(asked.problem.q.draw(generator, number), number)

    def piece(generator: np.random.Generator, number: int) -> tuple[FloatArray, FloatArray]:
        groups = grouped(draw, generator, number, asked.samples, asked.derivatives)
        rows = (groups.log_mean - offset + 1 / asked.samples) * groups.plain - groups.mean_slopes
        reach = groups.largest + abs(offset) + 2
        return np.array([groups.log_mean, *rows]), np.array([groups.size, *(reach * groups.sizes)])

    return asked.answer(NAME, piece, _bounds(asked, parts, offset))


def _parts(asked: Asked) -> Callable[[Any, int], Drawn]:
    """Return the map from points to the objective and the score, each with its Σ|terms|."""
    q = asked.problem.q
    own = with_slopes(q)

    def parts(z: Any, number: int) -> Drawn:
        score = added_slopes(own.log_density(z, dual_world()), asked.derivatives, number)
        return *added(asked.terms_at(z, q, numpy_world()), number, largest=True), *score

    return parts


def _bounds(asked: Asked, parts: Callable[[Any, int], Drawn], offset: float) -> list[Bound]:
    if asked.samples > 1:
        return asked.unproved("a mean of weights times their scores has no bound here")
    if not enumerable(asked.problem.q):
        return asked.unproved("a score times a logarithm of weights has no bound here")

    def rows(z: Any, number: int) -> tuple[FloatArray, FloatArray]:
        value, size, score, sizes = parts(z, number)
        return np.array([value, *((value - offset) * score)]), np.array([size, *sizes])

    return bounded(rows, asked.problem.q, asked.run.draws, asked.run.level)


def _number(argument: str, given: Any) -> float:
    values = reals(argument, given).values
    if values.shape != ():
        shown = described(f"an array of shape {values.shape}")
        raise ShapeError(argument, shown, "one number", "it is taken off the objective at every draw")
    return float(values)
