"""IWAE: L_K, the mean of the logarithm of an average of K weights p(x, z)/q(z), between the ELBO and log p(x)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..densities.world import numpy_world
from ..errors import WitnessError
from ..evidence import Estimate
from ..witnesses.streaming import Totals
from . import sgvb_a
from .bounds import Bound, hoeffding, none
from .groups import Block, Drawn, grouped
from .problem import Problem, added
from .running import Run, as_estimate, samples_of
from .support import enumerable, outcomes

__all__ = ["NAME", "bound", "estimate", "evidence", "log_weights"]

NAME = "IWAE"

FloatArray = NDArray[np.float64]


def estimate(
    model: Any,
    x: Any,
    q: Any,
    *,
    samples: int,
    draws: int = 20_000,
    rng: Any = None,
    level: float = 1e-9,
    workers: int = 1,
) -> Estimate:
    """Estimate L_K = E log (1/K) Σ p(x, z_k)/q(z_k), K = `samples` draws z_k from q, by `draws` such groups, in nats.

    L_1 is the ELBO, L_K ≤ L_{K+1} ≤ log p(x). With finitely many outcomes the error is Hoeffding's bound; with K = 1 it
    is that of SGVB A; otherwise there is no two-sided bound and the estimate is HEURISTIC: `evidence` has a proved
    bound on log p(x) from the same draws. Groups too large for the cache are streamed. Raises `InputError` for K < 1.

    >>> from elbo_check.models import BetaBinomial
    >>> found = estimate(*BetaBinomial.example(), samples=5, draws=1000, rng=0)
    >>> found.bound, bool(abs(found.value + 2.53) < 0.1)
    ('none', True)

    Source: Y. Burda, R. Grosse, R. Salakhutdinov (2016), Importance Weighted Autoencoders.
    """
    samples, run, problem = samples_of(samples), Run.of(draws, rng, level, workers), Problem.of(model, x, q)
    proved = bound(problem, run, samples)
    return as_estimate(NAME, run, _totals(problem, run, samples), proved, samples=samples)


def evidence(
    model: Any,
    x: Any,
    q: Any,
    *,
    samples: int,
    draws: int = 20_000,
    rng: Any = None,
    level: float = 1e-9,
    workers: int = 1,
) -> Estimate:
    """Bound log p(x) from below by the same average: with probability 1 − `level`, log p(x) ≥ value − error.

    One-sided: it says nothing about how far log p(x) lies above. The product of n averages has the mean p(x)ⁿ at most,
    so that by Markov's inequality their mean logarithm exceeds log p(x) + log(1/level)/n with probability `level` at
    most. It needs nothing but normalised densities.

    >>> from elbo_check.models import BetaBinomial
    >>> found = evidence(*BetaBinomial.example(), samples=5, draws=1000, rng=0)
    >>> found.bound, found.excludes(found.value - 1), found.excludes(found.value + 1)
    ('markov-one-sided', True, False)
    """
    samples, run, problem = samples_of(samples), Run.of(draws, rng, level, workers), Problem.of(model, x, q)
    proved = Bound("markov-one-sided", -math.log(run.level) / run.draws, "log p(x) ≥ value − error: a bound from below")
    return as_estimate(f"{NAME} ≤ log p(x)", run, _totals(problem, run, samples), proved, samples=samples)


def log_weights(problem: Problem) -> Block:
    """Return what draws log-weights, without slopes."""

    def block(generator: np.random.Generator, count: int) -> Drawn:
        z = problem.q.draw(generator, count)
        values, size = added(problem.log_weight(z, problem.q, numpy_world()), count, largest=True)
        return values, size, np.empty((0, count)), np.empty(0)

    return block


def bound(problem: Problem, run: Run, samples: int) -> Bound:
    """Return the bound on the mean of the logarithm of an average of K weights."""
    if samples == 1:
        return sgvb_a.bound(problem, run)
    if not enumerable(problem.q):
        return none("the logarithm of a mean of unbounded weights")
    z, probabilities = outcomes(problem.q)
    values, _ = added(problem.log_weight(z, problem.q, numpy_world()), probabilities.size)
    if not np.isfinite(values).all():
        raise WitnessError("the mean is infinite: q draws an outcome where p(x, z) = 0")
    return hoeffding(float(values.min()), float(values.max()), run.draws, run.level)


def _totals(problem: Problem, run: Run, samples: int) -> Totals:
    block = log_weights(problem)

    def piece(generator: np.random.Generator, count: int) -> tuple[FloatArray, FloatArray]:
        groups = grouped(block, generator, count, samples)
        return groups.log_mean[None], np.array([groups.size])

    return run.totals(piece, samples)
