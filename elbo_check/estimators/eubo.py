"""The EUBO: the mean of log p(x, z) − log q(z) over draws from the posterior, an upper bound on log p(x)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..densities.dual import dual_world, with_slopes
from ..densities.world import numpy_world
from ..evidence import Estimate
from .bounds import Bound, none
from .gradient import Gradient, gradient_of
from .licences import bounded, value_bound
from .problem import Problem, added, added_slopes, values_of
from .running import Run, as_estimate
from .support import enumerable

__all__ = ["NAME", "estimate", "gradient"]

NAME = "EUBO"

FloatArray = NDArray[np.float64]


def estimate(
    model: Any, x: Any, q: Any, *, draws: int = 200_000, rng: Any = None, level: float = 1e-9, workers: int = 1
) -> Estimate:
    """Estimate EUBO = E_{p(z|x)}[log p(x, z) − log q(z)] = log p(x) + KL(p(z|x)‖q), in nats, by draws of the posterior.

    Bound as in SGVB A. Raises `WitnessError` where the posterior cannot be drawn from, or the EUBO is +∞.

    >>> from elbo_check.models import BetaBinomial
    >>> found = estimate(*BetaBinomial.example(), draws=1000, rng=0)
    >>> found.bound, bool(abs(found.value + 2.487751) < 0.15)
    ('chernoff', True)

    Source: A. B. Dieng, D. Tran, R. Ranganath, J. Paisley, D. Blei (2017), Variational inference via χ upper bound
    minimization, and its references.
    """
    run, problem = Run.of(draws, rng, level, workers), Problem.of(model, x, q)
    posterior, terms = problem.posterior, lambda z: problem.log_weight(z, problem.q, numpy_world())
    proved = _bound(problem, posterior, run)
    return as_estimate(NAME, run, run.totals(values_of(posterior, terms)), proved)


def _bound(problem: Problem, posterior: Any, run: Run) -> Bound:
    q, world = problem.q, numpy_world()
    return value_bound(
        lambda z: problem.log_weight(z, q, world), posterior, posterior, q, draws=run.draws, level=run.level
    )


def gradient(
    model: Any, x: Any, q: Any, *, draws: int = 200_000, rng: Any = None, level: float = 1e-9, workers: int = 1
) -> Gradient:
    """Estimate the gradient of the EUBO with respect to the parameters of q: −E_{p(z|x)} ∂ log q(z).

    The draws do not depend on q. Bounded where the outcomes are finitely many. Raises as `estimate` does.
    """
    run, problem = Run.of(draws, rng, level, workers), Problem.of(model, x, q)
    posterior, names = problem.posterior, tuple(problem.q.parameters)
    own, world = with_slopes(problem.q), dual_world()

    def rows(z: Any, count: int) -> tuple[FloatArray, FloatArray]:
        terms = problem.log_weight(z, own, world)
        (value, size), (slopes, sizes) = added(terms, count), added_slopes(terms, len(names), count)
        return np.array([value, *slopes]), np.array([size, *sizes])

    totals = run.totals(lambda generator, count: rows(posterior.draw(generator, count), count), 1 + len(names))
    if enumerable(posterior):
        bounds = bounded(rows, posterior, run.draws, run.level)
    else:
        bounds = [_bound(problem, posterior, run), *[none("the score of q has no bounded spread")] * len(names)]
    return gradient_of(NAME, problem, run, totals, bounds)
