"""Importance sampling: the logarithm of the average of all weights p(x, z)/q(z), below log p(x) on average."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..arrays import exact_sum
from ..densities.world import numpy_world
from ..evidence import Basis, Estimate
from ..witnesses.quadrature import ROUNDING_FLOOR
from ..witnesses.streaming import in_pieces
from .bounds import Bound, bernstein
from .groups import Block
from .iwae import log_weights
from .problem import Problem, added
from .running import Run
from .support import enumerable, outcomes

__all__ = ["NAME", "estimate"]

NAME = "importance"
BELOW = "the weights have no upper bound"


@dataclass(frozen=True, slots=True)
class Mass:
    """Σ weights and Σ weights² in units of exp(peak), and the largest Σ|terms| of a log-weight."""

    peak: float
    total: float
    squares: float
    size: float


def estimate(
    model: Any, x: Any, q: Any, *, draws: int = 200_000, rng: Any = None, level: float = 1e-9, workers: int = 1
) -> Estimate:
    """Estimate log p(x) by log (1/n) Σ p(x, zᵢ)/q(zᵢ), zᵢ ~ q, in nats. Its mean is L_n, which is below log p(x).

    The average has no bias; by Markov's inequality it exceeds p(x)/level with probability `level` at most: the estimate
    is then one-sided, log p(x) ≥ value − error. With finitely many outcomes, and a q that draws all those of the
    posterior, the weights are bounded and the error has two sides. The standard error is the average's, relatively.

    >>> from elbo_check.models import BetaBinomial
    >>> found = estimate(*BetaBinomial.example(), draws=1000, rng=0)
    >>> found.bound, bool(abs(found.value + 2.526728) < 0.15)
    ('markov-one-sided', True)

    Source: for example A. B. Owen (2013), Monte Carlo theory, methods and examples, chapter 9.
    """
    run, problem = Run.of(draws, rng, level, workers), Problem.of(model, x, q)
    block = log_weights(problem)

    def work(generator: np.random.Generator, _rows: slice, count: int) -> Mass:
        return _together(in_pieces(count, 1, lambda number: _mass(block, generator, number)))

    mass = _together(list(run.stream(work)))
    mean = mass.total / run.draws
    variance = max(mass.squares / run.draws - mean * mean, 0.0)
    value = math.log(mean) + mass.peak if mean > 0 else -math.inf
    bound = _bound(problem, run, value)
    return Estimate(
        NAME,
        value,
        bound.radius + ROUNDING_FLOOR * (mass.size + 2 + math.log(run.draws)),
        Basis.SAMPLED,
        bound=bound.kind,
        level=run.level,
        standard_error=math.sqrt(variance / run.draws) / mean if mean > 0 else None,
        scope=f"{run.draws:,} draws",
        seconds=run.seconds,
        note="; ".join(filter(None, (bound.reason, run.seeds.note))),
    )


def _mass(block: Block, generator: np.random.Generator, count: int) -> Mass:
    values, size, *_ = block(generator, count)
    peak = float(values.max())
    weights = np.exp(values - (peak if math.isfinite(peak) else 0.0))
    return Mass(peak, float(weights.sum()), float(np.square(weights).sum()), size)


def _together(parts: list[Mass]) -> Mass:
    """Add up in units of the largest weight; exact sums make the result independent of the order of the parts."""
    peak = max(part.peak for part in parts)
    scales = [math.exp(part.peak - peak) if math.isfinite(part.peak) else 0.0 for part in parts]
    total = exact_sum(np.array([part.total * scale for part, scale in zip(parts, scales, strict=True)]))
    squares = exact_sum(np.array([part.squares * scale * scale for part, scale in zip(parts, scales, strict=True)]))
    return Mass(peak, total, squares, max(part.size for part in parts))


def _bound(problem: Problem, run: Run, value: float) -> Bound:
    """Return the bound on log p(x) around the logarithm of the average: of two sides if the weights are bounded."""
    markov = Bound("markov-one-sided", -math.log(run.level), BELOW)
    if not enumerable(problem.q):
        return markov
    posterior, _ = problem.posterior_or_reason()
    if posterior is None or not problem.q.covers(posterior):
        return Bound(markov.kind, markov.radius, f"{BELOW}; q misses outcomes that the posterior has")
    z, probabilities = outcomes(problem.q)
    with np.errstate(all="ignore"):
        weights = np.exp(added(problem.log_weight(z, problem.q, numpy_world()), probabilities.size)[0] - value)
    radius = bernstein(weights, probabilities, run.draws, run.level).radius
    return Bound("bounded", -math.log1p(-radius)) if radius < 1 else markov
