"""The reparameterised gradient: draws are moved by the parameters of q, z = m + L ε, and differentiated with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..densities.dual import dual_world, with_slopes
from ..errors import WitnessError
from .bounds import Bound, none
from .gradient import Gradient, gradient_of, require_form
from .groups import Drawn, grouped
from .licences import of_noise
from .problem import Problem, added, added_slopes
from .running import Run, samples_of

__all__ = ["NAME", "gradient"]

NAME = "reparameterised gradient"

FloatArray = NDArray[np.float64]


def gradient(
    model: Any,
    x: Any,
    q: Any,
    *,
    form: str = "A",
    samples: int = 1,
    draws: int = 20_000,
    rng: Any = None,
    level: float = 1e-9,
    workers: int = 1,
) -> Gradient:
    """Estimate the gradient of the ELBO (of L_K for K = `samples` > 1) with respect to the parameters of q.

    Form A differentiates log p(x, z) − log q(z) at z = m + L ε through z and through q; form B differentiates
    log p(x|z) and takes off the gradient of KL(q‖prior) in closed form. The derivatives are exact (dual numbers); ε is
    not moved. With a Gaussian posterior and K = 1 they are quadratic in ε and the error is a Chernoff bound for all of
    them at once. Raises `WitnessError` for a q without a reparameterisation: `score_function.gradient` needs none.

    Source: D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, section 2.4.
    """
    samples, run, problem = samples_of(samples), Run.of(draws, rng, level, workers), Problem.of(model, x, q)
    require_form(form, samples)
    if not hasattr(problem.q, "noise"):
        kind = type(problem.q).__name__
        raise WitnessError(f"a {kind} has no reparameterisation in closed form: score_function.gradient needs none")
    parts, count = _parts(problem, form), len(problem.q.parameters)

    def piece(generator: np.random.Generator, number: int) -> tuple[FloatArray, FloatArray]:
        groups = grouped(lambda *drawn: parts(*_noise(problem, *drawn)), generator, number, samples, count)
        return np.array([groups.log_mean, *groups.mean_slopes]), np.array([groups.size, *groups.sizes / samples])

    totals = run.totals(piece, samples * (1 + count))
    bounds = _bounds(problem, parts, run, samples, count)
    return gradient_of(NAME, problem, run, totals, bounds, form=form, samples=samples)


def _noise(problem: Problem, generator: np.random.Generator, number: int) -> tuple[Any, int]:
    return problem.q.noise(generator, number), number


def _parts(problem: Problem, form: str) -> Callable[[Any, int], Drawn]:
    """Return the map from noise to the objective and its derivatives, each with its Σ|terms|."""
    moved, world = with_slopes(problem.q), dual_world()
    terms_at, parameters = problem.log_likelihood if form == "B" else problem.log_weight, tuple(problem.q.parameters)

    def parts(noise: Any, number: int) -> Drawn:
        terms = terms_at(moved.place(noise, world), moved, world)
        return *added(terms, number, largest=True), *added_slopes(terms, len(parameters), number)

    return parts


def _bounds(problem: Problem, parts: Callable[[Any, int], Drawn], run: Run, samples: int, count: int) -> list[Bound]:
    posterior, reason = problem.posterior_or_reason()
    if samples > 1:
        reason = "the logarithm of a mean of unbounded weights"
    elif posterior is not None and type(posterior) is not type(problem.q):
        reason = f"the posterior is no {type(problem.q).__name__}"
    if reason:
        return [none(reason)] * (1 + count)

    def rows(noise: Any, number: int) -> tuple[FloatArray, FloatArray]:
        value, size, slopes, sizes = parts(noise, number)
        return np.array([value, *slopes]), np.array([size * number, *sizes])

    return of_noise(rows, problem.q, run.draws, run.level)
