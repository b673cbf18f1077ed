"""The error of `sample_mean` holds at its level, whatever is drawn; what is spoilt is noticed."""

import math

import numpy as np
import pytest
import scipy.stats

from elbo_check.densities import MultivariateNormal, Normal
from elbo_check.errors import WitnessError
from elbo_check.witnesses import monte_carlo
from elbo_check.witnesses.monte_carlo import sample_mean

from . import truth
from .pairs import FULL_P, FULL_Q, PAIRS, P, Q, total

FLAT = MultivariateNormal([1.0, 0.0], np.eye(2))


@pytest.mark.endurance
@pytest.mark.parametrize("name", ["one element", "full Gaussians", "many elements"])
def test_the_error_holds_at_its_level_and_the_standard_error_is_right(name):
    q, p = PAIRS[name]
    value, _ = total(q, p)
    runs = [sample_mean(q, p, draws=400, rng=seed, level=0.05) for seed in range(600)]
    departures = np.array([run.value - value for run in runs])
    errors = np.array([run.error for run in runs])
    deviations = np.array([run.standard_error for run in runs])
    assert np.count_nonzero(np.abs(departures) >= errors) <= scipy.stats.binom.ppf(1 - 1e-6, 600, 0.05)
    assert np.std(departures) == pytest.approx(np.sqrt(np.mean(deviations**2)), rel=0.2)
    assert abs(departures.mean()) <= 6 * np.std(departures) / math.sqrt(600)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(5))
def test_the_error_holds_at_its_level_in_many_runs(seed):
    generator = np.random.default_rng(seed)
    for _ in range(10):
        mu, prior_mu, *logs = generator.normal(size=4)
        q, p = Normal([mu], [math.exp(logs[0])]), Normal([prior_mu], [math.exp(logs[1])])
        value, _ = total(q, p)
        runs = [sample_mean(q, p, draws=20, rng=k, level=0.05) for k in range(2000)]
        beyond = sum(abs(run.value - value) >= run.error for run in runs)
        assert beyond <= scipy.stats.binom.ppf(1 - 1e-8, 2000, 0.05)


@pytest.mark.parametrize("pair", [(Q, P), (FULL_Q, FULL_P)])
def test_a_biased_generator_is_excluded_by_the_enclosure(pair, monkeypatch):
    value, error = total(*pair)
    assert abs(sample_mean(*pair, draws=200_000, rng=1).value - value) < 0.01
    standard = monte_carlo._standard
    for spoil in (lambda e: e + 0.5, lambda e: e * 1.05, np.abs, lambda e: np.round(e, 0)):
        monkeypatch.setattr(monte_carlo, "_standard", lambda *shape, spoil=spoil: spoil(standard(*shape)))
        estimate = sample_mean(*pair, draws=200_000, rng=1)
        assert abs(estimate.value - value) > estimate.error + error


def test_a_nan_among_the_draws_is_never_dropped(monkeypatch):
    standard = monte_carlo._standard

    def spoilt(generator, height, draws):
        drawn = standard(generator, height, draws)
        drawn[0, 3] = math.nan
        return drawn

    monkeypatch.setattr(monte_carlo, "_standard", spoilt)
    with pytest.raises(WitnessError, match="monte carlo gave nan"):
        sample_mean(Q, P, draws=1000, rng=0)


def test_joint_and_independent_draws_agree_in_distribution():
    """The same diagonal Gaussians by both sources: other draws, the same law."""
    mu, variance = np.array([0.5, -1.0, 0.0]), np.array([0.5, 2.0, 1.0])
    q, p = Normal(mu, variance, second="variance"), Normal(np.zeros(3), np.ones(3))
    full_q, full_p = MultivariateNormal(mu, np.diag(variance)), MultivariateNormal(np.zeros(3), np.eye(3))
    apart = sample_mean(q, p, draws=600_000, rng=1)
    joint = sample_mean(full_q, full_p, draws=200_000, rng=2)
    spread = math.hypot(apart.standard_error, joint.standard_error)
    assert abs(apart.value - joint.value) <= 5 * spread
    assert joint.standard_error == pytest.approx(apart.standard_error, rel=0.02)
    assert joint.error == pytest.approx(apart.error, rel=0.02)


def test_where_q_equals_p_the_error_is_the_rounding_floor():
    estimate = sample_mean(Q, Q, draws=10_000, rng=0)
    assert (estimate.value, estimate.standard_error) == (0.0, 0.0)
    # E Σ|terms| is E ½ε² + E ½ε² = 1
    assert estimate.error == pytest.approx(16 * 2.0**-52, rel=0.1)


@pytest.mark.parametrize("count", [1, 8, 65, 100, 1000])
def test_large_and_nearly_equal_terms_add_up_within_the_floor(count):
    """A thousand terms of 1e16 summed one by one all round the same way: seven floors off, before it was noticed."""
    for factor in (1.0, 1.07, 1.14, 1.35):
        q, p = Normal(np.full(count, 1.2345678e8 * factor), 1e-8), Normal(0.0, 1.0)
        estimate = sample_mean(q, p, draws=count * 1100, rng=0)
        value, error = total(q, p)
        assert abs(estimate.value - value) <= estimate.error + error
        assert estimate.error < 1e-14 * value


def test_draws_from_a_tiny_scale_are_never_rounded():
    """σ = 1e-16 at μ = 1: a rounded z would be fifty standard errors off."""
    q, p = Normal([1.0], [1e-16]), Normal([1.0], [2e-16])
    estimate = sample_mean(q, p, draws=200_000, rng=0)
    value, _ = total(q, p)
    assert abs(estimate.value - value) <= 5 * estimate.standard_error


@pytest.mark.parametrize("condition", [1e2, 1e6, 1e10])
def test_correlated_full_gaussians_keep_the_truth_within_their_error(condition):
    generator = np.random.default_rng(5)
    for dimension in (2, 4):
        q, p = (
            MultivariateNormal(generator.normal(size=dimension), truth.covariance(generator, dimension, condition))
            for _ in range(2)
        )
        estimate = sample_mean(q, p, draws=50_000, rng=1)
        value, error = total(q, p)
        assert abs(estimate.value - value) <= estimate.error + error


def test_the_rounding_floor_grows_with_the_blur_of_correlated_coordinates():
    close = MultivariateNormal([0.0, 0.0], [[1.0, 1 - 1e-6], [1 - 1e-6, 1.0]])
    estimate, blur = sample_mean(close, close, draws=10_000, rng=0), close.seen_from(close).blur
    assert blur > 1e5
    # E Σ|terms| is E ½ε² + E ½r² = 1 a coordinate
    assert estimate.error == pytest.approx(16 * 2.0**-52 * 2 * blur, rel=0.1)


def test_a_covariance_too_near_to_singular_to_factor_is_refused():
    near = MultivariateNormal([0.0, 0.0], [[1.0, 1 - 4e-16], [1 - 4e-16, 1.0]])
    for pair in ((near, FLAT), (FLAT, near)):
        with pytest.raises(WitnessError, match="a covariance is too near to singular to be factored in float64"):
            sample_mean(*pair, draws=1000, rng=0)
