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
from .bounds import Bound, none
from .gradient import Gradient, gradient_of, require_form
from .groups import Drawn, grouped
from .licences import bounded
from .problem import Problem, added, added_slopes
from .running import Run, samples_of
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
    samples, run, problem = samples_of(samples), Run.of(draws, rng, level, workers), Problem.of(model, x, q)
    require_form(form, samples)
    offset, count = _number("baseline", baseline), len(problem.q.parameters)
    parts = _parts(problem, form, count)

    def draw(generator: np.random.Generator, number: int) -> Drawn:
        return parts(problem.q.draw(generator, number), number)

    def piece(generator: np.random.Generator, number: int) -> tuple[FloatArray, FloatArray]:
        groups = grouped(draw, generator, number, samples, count)
        rows = (groups.log_mean - offset + 1 / samples) * groups.plain - groups.mean_slopes
        reach = groups.largest + abs(offset) + 2
        return np.array([groups.log_mean, *rows]), np.array([groups.size, *(reach * groups.sizes)])

    totals = run.totals(piece, samples * (1 + count))
    bounds = _bounds(problem, parts, run, samples, offset, count)
    return gradient_of(NAME, problem, run, totals, bounds, form=form, samples=samples)


def _parts(problem: Problem, form: str, count: int) -> Callable[[Any, int], Drawn]:
    """Return the map from points to the objective and the score, each with its Σ|terms|."""
    at, own = problem.log_likelihood if form == "B" else problem.log_weight, with_slopes(problem.q)

    def parts(z: Any, number: int) -> Drawn:
        score = added_slopes(own.log_density(z, dual_world()), count, number)
        return *added(at(z, problem.q, numpy_world()), number, largest=True), *score

    return parts


def _bounds(
    problem: Problem, parts: Callable[[Any, int], Drawn], run: Run, samples: int, offset: float, count: int
) -> list[Bound]:
    if samples > 1 or not enumerable(problem.q):
        what = "a mean of weights times their scores" if samples > 1 else "a score times a logarithm of weights"
        return [none(f"{what} has no bound here")] * (1 + count)

    def rows(z: Any, number: int) -> tuple[FloatArray, FloatArray]:
        value, size, score, sizes = parts(z, number)
        return np.array([value, *((value - offset) * score)]), np.array([size, *sizes])

    return bounded(rows, problem.q, run.draws, run.level)


def _number(argument: str, given: Any) -> float:
    values = reals(argument, given).values
    if values.shape != ():
        shown = described(f"an array of shape {values.shape}")
        raise ShapeError(argument, shown, "one number", "it is taken off the objective at every draw")
    return float(values)
