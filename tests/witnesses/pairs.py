"""Pairs of densities to sample from, and the truth about them."""

import math

import numpy as np

from elbo_check.densities import MultivariateNormal, Normal
from elbo_check.witnesses.moment_balls import enclose_elements, enclose_multivariate

from . import truth

Q, P = Normal([0.5], [0.7]), Normal([0.25], [1.5])
GENERATOR = np.random.default_rng(12)
MANY_Q = Normal(GENERATOR.normal(size=(40, 3)), np.exp(GENERATOR.normal(size=(40, 3))))
MANY_P = Normal(0.25, np.array([0.5, 1.0, 2.0]))
TALL_Q = Normal(GENERATOR.normal(size=40_000), np.exp(0.1 * GENERATOR.normal(size=40_000)))
FULL_Q = MultivariateNormal([0.3, -1.0, 0.5], truth.covariance(GENERATOR, 3))
FULL_P = MultivariateNormal([0.0, 0.5, 0.0], truth.covariance(GENERATOR, 3))
PAIRS = {
    "one element": (Q, P),
    "many elements": (MANY_Q, MANY_P),
    "more elements than a chunk holds rows": (TALL_Q, P),
    "full Gaussians": (FULL_Q, FULL_P),
}


def numbers(estimate):
    return estimate.value, estimate.error, estimate.standard_error


def total(q, p):
    """Return (the truth, its radius) by balls."""
    if isinstance(q, MultivariateNormal):
        ball = enclose_multivariate(q, p, 1e-14)
    else:
        shape = np.broadcast_shapes(q.shape, p.shape)
        q, p = q.broadcast_to(shape).flat(), p.broadcast_to(shape).flat()
        ball = enclose_elements(q, p, np.arange(q.size), 1e-14)
    return math.fsum(ball.value), math.fsum(ball.error)
