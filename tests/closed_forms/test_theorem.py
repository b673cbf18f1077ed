"""Each closed form is its theorem typed a second time: here the theorem's own right side, in balls, judges it."""

import numpy as np
import pytest
from flint import arb

from elbo_check import proofs
from elbo_check.closed_forms import gaussian_kl, multivariate_gaussian_kl
from elbo_check.densities.world import ball_world

from . import reference


def in_balls(theorem, values):
    """Evaluate a theorem at these doubles, exactly as they are, to at least 1e-25 relative."""
    return reference.certain(
        lambda: proofs.evaluate(theorem, {name: exactly(value) for name, value in values.items()}, ball_world())
    )


def exactly(value):
    if isinstance(value, int):
        return value
    return [arb(float(entry)) for entry in value] if isinstance(value, np.ndarray) else arb(float(value))


def random_pairs(rng, size):
    prior_sigma = np.exp(10 * rng.normal(size=size))
    sigma = prior_sigma * np.exp(np.exp2(rng.uniform(-40, 2, size)) * rng.choice([-1, 1], size))
    prior_mu = rng.normal(size=size)
    return prior_mu + prior_sigma * rng.normal(size=size) * rng.integers(0, 2, size), sigma, prior_mu, prior_sigma


def test_gaussian_kl_is_its_theorem():
    pairs = random_pairs(np.random.default_rng(1), 300)

    def truth(mu, sigma, prior_mu, prior_sigma):
        values = {"mu_q": mu, "sigma_q": sigma, "mu_p": prior_mu, "sigma_p": prior_sigma}
        return in_balls("gaussian-kl", values)

    assert reference.worst(gaussian_kl(*pairs), pairs, truth)[0] <= 4


def test_gaussian_kl_with_the_prior_left_out_is_the_standard_theorem():
    rng = np.random.default_rng(2)
    pairs = rng.normal(size=300), np.exp(rng.normal(size=300))

    def truth(mu, sigma):
        return in_balls("gaussian-kl-standard", {"mu": mu, "sigma": sigma})

    assert reference.worst(gaussian_kl(*pairs), pairs, truth)[0] <= 4


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_the_sum_over_coordinates_is_the_diagonal_theorem(dimension):
    rng = np.random.default_rng(3)
    mu, sigma = rng.normal(size=dimension), np.exp(rng.normal(size=dimension))
    values = {"mu": mu, "sigma": sigma, "J": dimension}
    assert reference.units(gaussian_kl(mu, sigma).sum(), in_balls("gaussian-kl-diagonal", values)) <= 4 + dimension


@pytest.mark.parametrize("dimension", [1, 2, 3])
def test_multivariate_gaussian_kl_is_its_theorem(dimension):
    rng = np.random.default_rng(dimension)
    for _ in range(5):
        values, arguments = {}, []
        for which in "qp":
            root = rng.normal(size=(dimension, dimension))
            mean, cov = rng.normal(size=dimension), root @ root.T + 0.01 * np.eye(dimension)
            cov = (cov + cov.T) / 2
            arguments += [mean, cov]
            values |= {f"mu_{which}_{i + 1}": mean[i] for i in range(dimension)}
            values |= {f"Sigma_{which}_{i + 1}{j + 1}": cov[i, j] for i in range(dimension) for j in range(i + 1)}
        assert reference.units(multivariate_gaussian_kl(*arguments), in_balls("gaussian-kl-full", values)) <= 1
