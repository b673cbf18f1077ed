"""Means over the simplex, and over the half-plane of mean and variance, of the functions that their families lead to.

Under a Dirichlet density each θₖ has a beta density: for a function affine in the log θₖ the means of these are
integrals along one line each. Under a normal-inverse-gamma density μ given σ² is normal, and a cubic in μ has its mean
by the values at m ± s: what is left is a function of the precision τ = 1/σ² alone, affine in log τ and τ, with a gamma
density. The functions come as the terms of their definitions, and nothing here knows a closed form.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ..densities.dirichlet import Dirichlet
from ..densities.normal_inverse_gamma import NormalInverseGamma
from ..densities.spaces import SimplexPoint
from ..densities.world import World, ball_world
from ..errors import WitnessError
from ..evidence import Estimate
from .affine import Affine, enclose_affine, tilted
from .line import common_margin

__all__ = ["Integrand", "enclose_half_plane_mean", "enclose_simplex_mean"]

Integrand = Callable[[World], tuple[Any, Callable[[Any], tuple[Any, ...]]]]
"""In a world: the density of the latents, and the terms of g at a point."""

MOST_FACES = 24  # each is an integral of its own


def enclose_simplex_mean(integrand: Integrand, digits: int) -> Estimate:
    """Enclose E g under a Dirichlet density for a g that is affine in the log θₖ, in nats.

    Raises `WitnessError` where it is not, or where there are more than 24 faces.
    """
    return enclose_affine(partial(_on_simplex, integrand), digits)


def enclose_half_plane_mean(integrand: Integrand, digits: int) -> Estimate:
    """Enclose E g under a normal-inverse-gamma density, g cubic in μ and E(g | σ²) affine in log σ² and 1/σ², in nats.

    Raises `WitnessError` where it is not.
    """
    return enclose_affine(partial(_on_half_plane, integrand), digits)


def _on_simplex(integrand: Integrand) -> Affine:
    import flint

    density: Dirichlet
    density, terms = integrand(ball_world())
    faces = len(density.concentration)
    if faces > MOST_FACES:
        raise WitnessError(f"{faces} faces are more than the {MOST_FACES} that are integrated one by one")
    beta = [density.marginal(k) for k in range(faces)]
    margins = [_margin((b.alpha, b.beta), (b.alpha + 1, b.beta)) for b in beta]
    lines = [tilted(b, lambda z: z.log, margin) for b, margin in zip(beta, margins, strict=True)]
    # log θ as free numbers: affine functions of them are the same off the simplex
    corners = [[flint.arb(-int(j == k)) for j in range(faces)] for k in range(faces + 1)]
    further = [[flint.arb(-depth * (j + 1)) for j in range(faces)] for depth in (1, 7)]
    points = [*corners, *further]
    return Affine(lines, points, [sum(terms(SimplexPoint(tuple(logs)))) for logs in points])


def _on_half_plane(integrand: Integrand) -> Affine:
    density: NormalInverseGamma
    density, terms = integrand(ball_world())
    gamma = density.precision
    a, b = gamma.shape, gamma.rate
    lines = (
        tilted(gamma, lambda z: z.log, _margin((a, b), (a + 1, b))),
        tilted(gamma, lambda z: -b * z.value, _margin((a, b), (a, 2 * b))),
    )
    logs = [step - b.log() for step in (-1, 0, 1, -2, 2)]  # where b τ is neither large nor small
    return Affine(lines, [(log, -b * log.exp()) for log in logs], [_given(density, terms, -log) for log in logs])


def _given(density: NormalInverseGamma, terms: Callable[[Any], tuple[Any, ...]], log_variance: Any) -> Any:
    """Return E(g | σ²); raises `WitnessError` where the rule at twice the distance tells that g is no cubic in μ."""

    def at(steps: int) -> Any:
        return sum(terms(density.mean_given(log_variance, steps, ball_world())))

    near, far = (at(1) + at(-1)) / 2, at(0) + (at(2) + at(-2) - 2 * at(0)) / 8
    if not near.overlaps(far):
        raise WitnessError("the integrand is no polynomial of degree 3 or less in the mean")
    return near


def _margin(q: tuple[Any, Any], joint: tuple[Any, Any]) -> float:
    """Return a little less than the common margin: the numbers are balls."""
    return 0.99 * common_margin(tuple(map(float, q)), tuple(map(float, joint)))
