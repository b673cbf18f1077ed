"""The numbers that describe a Gaussian to its owner, and the density that other numbers describe in the same way."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .gaussian import Gaussian
from .linear_algebra import column, inverse_lower, matrix
from .multivariate_normal import MultivariateNormal
from .normal import Normal
from .world import World

__all__ = ["parameters_of", "with_parameters"]


def parameters_of(q: Gaussian) -> dict[str, float]:
    """Return the numbers of q by name: a `Normal`'s own, or else its mean and its lower Cholesky factor.

    >>> parameters_of(Gaussian(Normal(0.5, 4.0, second="variance")))
    {'mu[0]': 0.5, 'variance[0]': 4.0}
    """
    if isinstance(q.source, Normal):
        mu, scale = q.source.mu.reshape(-1), q.source.scale
        named = {f"mu[{i}]": float(number) for i, number in enumerate(mu)}
        return named | {f"{scale.kind}[{i}]": float(number) for i, number in enumerate(scale.values.reshape(-1))}
    if q.source is None:
        return parameters_of(Gaussian(MultivariateNormal(q.mean, q.covariance)))
    named = {f"mean[{i}]": float(number) for i, number in enumerate(q.mean)}
    return named | {f"factor[{i}, {j}]": float(q.factor[i, j]) for i, j in _lower(q.dimension)}


def with_parameters(q: Gaussian, numbers: Sequence[Any], world: World) -> Gaussian:
    """Return the density that is described as q is, by other numbers of any exact world (or that carry derivatives).

    >>> from elbo_check.densities.world import sympy_world
    >>> with_parameters(Gaussian(Normal(0.5, 4.0, second="variance")), [1, 9], sympy_world()).factor.tolist()
    [[3]]
    """
    mean, others = column(numbers[: q.dimension]), numbers[q.dimension :]
    if isinstance(q.source, Normal):
        read = q.source.scale.sigma, q.source.scale.log_sigma
        sigmas, logs = (column([each(number, world) for number in others]) for each in read)
        return Gaussian.independent(mean, sigmas, logs)
    factor = matrix(np.zeros((q.dimension, q.dimension)), world)
    for place, number in zip(_lower(q.dimension), others, strict=True):
        factor[place] = number
    logs = column([world.log(number) for number in factor.diagonal()])
    return Gaussian.of(mean, factor, inverse_lower(factor, world), logs)


def _lower(size: int) -> list[tuple[int, int]]:
    return [(i, j) for i in range(size) for j in range(i + 1)]
