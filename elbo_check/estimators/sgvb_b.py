"""SGVB B: the mean of log p(x|z) over draws from q, less KL(q‖prior) in closed form."""

from __future__ import annotations

from typing import Any

from ..densities.world import numpy_world
from ..evidence import Estimate
from .analytic import kl_of
from .bounds import Bound, lipschitz
from .licences import value_bound
from .problem import Problem, values_of
from .running import Run, as_estimate

__all__ = ["NAME", "bound", "estimate"]

NAME = "SGVB B"


def estimate(
    model: Any, x: Any, q: Any, *, draws: int = 200_000, rng: Any = None, level: float = 1e-9, workers: int = 1
) -> Estimate:
    """Estimate the ELBO of q by (1/n) Σ log p(x|zᵢ) − KL(q‖prior), zᵢ ~ q, in nats.

    Bound and refusals are those of SGVB A. Its variance is not always the lower one: at q = posterior A has none.
    Raises `WitnessError` where the KL has no closed form.

    >>> from elbo_check.models import BetaBinomial
    >>> found = estimate(*BetaBinomial.example(), draws=1000, rng=0)
    >>> found.bound, bool(abs(found.value + 2.578352) < 0.15)
    ('chernoff', True)

    Source: D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, section 2.3.
    """
    run, problem = Run.of(draws, rng, level, workers), Problem.of(model, x, q)
    proved, (divergence, floor) = bound(problem, run), kl_of(problem)
    totals = run.totals(values_of(problem.q, lambda z: problem.log_likelihood(z, problem.q, numpy_world())))
    return as_estimate(NAME, run, totals, proved, shift=-divergence, floor=floor)


def bound(problem: Problem, run: Run) -> Bound:
    """Return the bound on the mean of log p(x|z), which is log posterior − log prior up to a constant."""
    q, slope, world = problem.q, problem.slope, numpy_world()
    posterior, reason = problem.posterior_or_reason()
    if posterior is None and slope is not None:
        return lipschitz(slope, run.draws, run.level)
    return value_bound(
        lambda z: problem.log_likelihood(z, q, world),
        q,
        posterior,
        problem.prior,
        draws=run.draws,
        level=run.level,
        reason=reason,
    )
