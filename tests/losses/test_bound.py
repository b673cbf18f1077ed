"""Averaged over ε the negative ELBO is never below −log p(x), and the gap is KL to the posterior.

The decoder is linear with Gaussian noise: log p(x) is that of a multivariate normal, by SciPy. A rule
of three nodes integrates the loss exactly, because it is quadratic in ε.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from elbo_check import GaussianDecoder, vae_loss, vae_loss_gradient
from elbo_check.closed_forms import multivariate_normal_kl
from elbo_check.densities import MultivariateNormal

from . import definition as d

EPSILON = 2.0**-52
numbers = st.integers(0, 2**32 - 1).map(np.random.default_rng)


def world(rng):
    """Return a random linear decoder with its scale, a datum, and an encoder's output."""
    pixels, latents = int(rng.integers(1, 5)), int(rng.integers(1, 4))
    W, b = rng.normal(size=(latents, pixels)), rng.normal(size=pixels)
    s, x = float(np.exp(rng.normal())), 2 * rng.normal(size=pixels)
    return W, b, s, x, rng.normal(size=latents), np.exp(0.7 * rng.normal(size=latents))


def log_evidence(W, b, s, x):
    return stats.multivariate_normal(b, W.T @ W + s**2 * np.eye(len(b))).logpdf(x)


def posterior(W, b, s, x):
    """Return mean and covariance of p(z | x)."""
    precision = np.eye(len(W)) + W @ W.T / s**2
    covariance = np.linalg.inv(precision)
    return covariance @ W @ (x - b) / s**2, (covariance + covariance.T) / 2


def expected_loss(W, b, s, x, mu, sigma):
    grid, weights = d.nodes(len(mu), 3)
    likelihood = GaussianDecoder(sigma=s)
    return vae_loss(x, lambda z: z @ W + b, mu, sigma, likelihood=likelihood, noise=grid, weights=weights)


def floor(*terms):
    return 64 * EPSILON * sum(abs(float(term)) for term in terms)


@given(numbers)
def test_the_expected_loss_bounds_the_evidence_and_the_gap_is_kl_to_the_posterior(rng) -> None:
    W, b, s, x, mu, sigma = world(rng)
    evidence, loss = log_evidence(W, b, s, x), expected_loss(W, b, s, x, mu, sigma)
    mean, covariance = posterior(W, b, s, x)
    gap = loss.negative_elbo + evidence
    condition = np.linalg.cond(covariance)
    allowed = condition * floor(loss.reconstruction, loss.kl, evidence)
    assert gap >= -allowed
    divergence = multivariate_normal_kl(MultivariateNormal(mu, np.diag(sigma**2)), MultivariateNormal(mean, covariance))
    assert gap == pytest.approx(divergence, rel=1e-9, abs=allowed)


@given(numbers)
def test_the_gap_closes_at_the_posterior_of_one_latent(rng) -> None:
    W, b, s, x, _, _ = world(rng)
    W = W[:1]
    mean, covariance = posterior(W, b, s, x)
    loss = expected_loss(W, b, s, x, mean, np.sqrt(covariance[0]))
    evidence = log_evidence(W, b, s, x)
    assert loss.negative_elbo + evidence == pytest.approx(
        0, abs=np.linalg.norm(W / s) ** 2 * 1e-13 + floor(loss.reconstruction, loss.kl, evidence)
    )


@given(numbers)
def test_the_gradient_vanishes_at_the_posterior_of_one_latent(rng) -> None:
    W, b, s, x, _, _ = world(rng)
    W = W[:1]
    mean, covariance = posterior(W, b, s, x)
    grid, weights = d.nodes(1, 3)
    vjp = lambda z, g: (g @ W.T, None)
    options = {"likelihood": GaussianDecoder(sigma=s), "noise": grid, "weights": weights, "second": "log_variance"}
    found = vae_loss_gradient(x, lambda z: z @ W + b, vjp, mean, np.log(covariance[0]), **options)
    size = 1 + np.abs(W) @ np.abs((x - b) / s**2) + np.sum(W**2) / s**2
    assert abs(found.mu[0]) <= 1e-12 * size[0]
    assert abs(found.sigma[0]) <= 1e-12 * size[0]


@pytest.mark.unmeasured
@given(numbers)
def test_the_reconstruction_has_no_bias_for_any_number_of_draws(rng) -> None:
    """All pairs of nodes, each a draw of L = 2 with the product of their weights: the mean is that of L = 1."""
    W, b, s, x, mu, sigma = world(rng)
    mu, sigma, W = mu[:1], sigma[:1], W[:1]
    grid, weights = d.nodes(1, 3)
    likelihood, decoder = GaussianDecoder(sigma=s), lambda z: z @ W + b
    pairs = [
        weights[i]
        * weights[j]
        * vae_loss(x, decoder, mu, sigma, likelihood=likelihood, noise=grid[[i, j]]).negative_elbo
        for i in range(3)
        for j in range(3)
    ]
    assert sum(pairs) == pytest.approx(float(expected_loss(W, b, s, x, mu, sigma).negative_elbo), rel=1e-11)


def test_the_loss_of_one_draw_may_lie_below_the_evidence() -> None:
    """The bound is one of the mean: at z = μ, which has no noise, the loss is below −log p(x) here."""
    W, b, s, x = np.array([[1.0]]), np.array([0.0]), 0.5, np.array([1.0])
    likelihood, decoder = GaussianDecoder(sigma=s), lambda z: z @ W + b
    found = vae_loss(x, decoder, [0.8], [0.44], likelihood=likelihood, noise=[[0.0]]).negative_elbo
    assert found < -log_evidence(W, b, s, x)


@settings(max_examples=20)
@given(numbers)
def test_draws_average_to_the_expectation(rng) -> None:
    """A mean of 4,000 draws lies within 6 standard errors; at z = μ it would not."""
    W, b, s, x, mu, sigma = world(rng)
    likelihood, decoder = GaussianDecoder(sigma=s), lambda z: z @ W + b
    copies = (np.tile(x, (4000, 1)), decoder, np.tile(mu, (4000, 1)), sigma)
    values = vae_loss(*copies, likelihood=likelihood, rng=rng).negative_elbo
    expected = expected_loss(W, b, s, x, mu, sigma).negative_elbo
    assert abs(values.mean() - expected) <= 6 * values.std() / np.sqrt(4000)
