"""SGVB A: the mean of log p(x, z) − log q(z) over draws from q, which has the ELBO for its mean."""

from __future__ import annotations

from typing import Any

from ..densities.world import numpy_world
from ..evidence import Estimate
from .bounds import Bound, lipschitz, together
from .licences import value_bound
from .problem import Problem, values_of
from .running import Run, as_estimate

__all__ = ["NAME", "bound", "estimate"]

NAME = "SGVB A"


def estimate(
    model: Any, x: Any, q: Any, *, draws: int = 200_000, rng: Any = None, level: float = 1e-9, workers: int = 1
) -> Estimate:
    """Estimate the ELBO of q by (1/n) Σ log p(x, zᵢ) − log q(zᵢ), zᵢ ~ q, in nats.

    The error holds with probability 1 − `level` where a bound can be proved (a posterior in the family of q, finitely
    many outcomes, or a likelihood of bounded slope); otherwise the estimate is HEURISTIC and its note says why. At
    q = posterior every draw gives log p(x) and the variance is 0. Raises `InputError` for what the model refuses,
    `WitnessError` where the ELBO is −∞.

    >>> from elbo_check.models import BetaBinomial
    >>> found = estimate(*BetaBinomial.example(), draws=1000, rng=0)
    >>> found.bound, bool(abs(found.value + 2.578352) < 0.15)
    ('chernoff', True)

    Source: D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, section 2.3.
    """
    run, problem = Run.of(draws, rng, level, workers), Problem.of(model, x, q)
    proved = bound(problem, run)
    totals = run.totals(values_of(problem.q, lambda z: problem.log_weight(z, problem.q, numpy_world())))
    return as_estimate(NAME, run, totals, proved)


def bound(problem: Problem, run: Run) -> Bound:
    """Return the bound on the mean of log p(x, z) − log q(z).

    Without a posterior, a likelihood of bounded slope and a Gaussian rest, log p(z) − log q(z), share the level.
    """
    q, world = problem.q, numpy_world()
    posterior, reason = problem.posterior_or_reason()
    slope = problem.slope
    if posterior is None and slope is not None:
        rest = value_bound(
            lambda z: problem.log_ratio(z, q, world), q, problem.prior, q, draws=run.draws, level=run.level / 2
        )
        return together(lipschitz(slope, run.draws, run.level / 2), rest)
    return value_bound(
        lambda z: problem.log_weight(z, q, world), q, posterior, q, draws=run.draws, level=run.level, reason=reason
    )
