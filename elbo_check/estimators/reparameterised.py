"""The reparameterised gradient: draws are moved by the parameters of q, z = m + L ε, and differentiated with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..densities.dual import dual_world, with_slopes
from ..errors import WitnessError
from .bounds import Bound
from .gradient import Asked, Gradient
from .groups import Drawn, grouped
from .licences import of_noise
from .problem import added, added_slopes

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
    asked = Asked.of((model, x, q), form, samples, (draws, rng, level, workers))
    own = asked.problem.q
    if not hasattr(own, "noise"):
        kind = type(own).__name__
        raise WitnessError(f"a {kind} has no reparameterisation in closed form: score_function.gradient needs none")
    parts = _parts(asked)

    def draw(generator: np.random.Generator, number: int) -> Drawn:
        return parts(own.noise(generator, number), number)

    def piece(generator: np.random.Generator, number: int) -> tuple[FloatArray, FloatArray]:
        groups = grouped(draw, generator, number, asked.samples, asked.derivatives)
        return np.array([groups.log_mean, *groups.mean_slopes]), np.array([groups.size, *groups.sizes / asked.samples])

    return asked.answer(NAME, piece, _bounds(asked, parts))


def _parts(asked: Asked) -> Callable[[Any, int], Drawn]:
    """Return the map from noise to the objective and its derivatives, each with its Σ|terms|."""
    moved, world = with_slopes(asked.problem.q), dual_world()

    def parts(noise: Any, number: int) -> Drawn:
        terms = asked.terms_at(moved.place(noise, world), moved, world)
        return *added(terms, number, largest=True), *added_slopes(terms, asked.derivatives, number)

    return parts


def _bounds(asked: Asked, parts: Callable[[Any, int], Drawn]) -> list[Bound]:
    own, (posterior, reason) = asked.problem.q, asked.problem.posterior_or_reason()
    if asked.samples > 1:
        reason = "the logarithm of a mean of unbounded weights"
    elif posterior is not None and type(posterior) is not type(own):
        reason = f"the posterior is no {type(own).__name__}"
    if reason:
        return asked.unproved(reason)

    def rows(noise: Any, number: int) -> tuple[FloatArray, FloatArray]:
        value, size, slopes, sizes = parts(noise, number)
        return np.array([value, *slopes]), np.array([size * number, *sizes])

    return of_noise(rows, own, asked.run.draws, asked.run.level)
