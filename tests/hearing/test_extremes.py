"""Where float64 ends: verdicts stay verdicts, nothing warns, and what cannot be answered is said."""

import numpy as np
import pytest

from elbo_check import MultivariateNormal, Outcome, gaussian_kl, verify_divergence, verify_kl
from elbo_check.arrays import exact_sum

GENERATOR = np.random.default_rng(30)


@pytest.mark.parametrize(
    ("mu", "sigma"),
    [(0.0, 1e77), (1e153, 1.0), (0.0, 1e153), ([1.4e154] * 2, 1.0), (1e200, 1.0), ([1e155, 1, 2, 3, 4, 5, 6.0], 1.0)],
)
def test_huge_divergences_are_proved(mu, sigma):
    verdict = verify_kl(mu, sigma, rng=0)
    assert verdict.outcome is Outcome.PROVED
    assert {found.severity for found in verdict.findings} <= {"note"}
    assert str(verdict)


@pytest.mark.parametrize(
    ("arguments", "claim"),
    [((1e200, 1.0), 3.0), (([1.0, 1.0], 1.0), [1.7e308] * 2), ((2e-145, 1.0), 1.4e253), (([1.4e154] * 2, 1.0), 1e308)],
)
def test_wrong_claims_about_them_are_refuted_and_can_be_printed(arguments, claim):
    verdict = verify_kl(*arguments, claim=claim, reduction="sum" if np.ndim(claim) == 0 else None, rng=0)
    assert verdict.outcome is Outcome.REFUTED
    assert str(verdict)
    assert verdict.to_json()


def test_the_mean_of_divergences_whose_sum_overflows_is_kept():
    mu = np.full((4, 1), 1.4e154)
    verdict = verify_kl(mu, 1.0, reduction="mean", rng=0)
    assert verdict.value == pytest.approx(gaussian_kl(1.4e154, 1.0))
    assert verdict.outcome is Outcome.PROVED
    unknown = verify_kl(
        np.full((4, 1), 2e154), 1.0, reduction="mean", rng=0
    )  # each beyond the floats, the mean perhaps not
    assert unknown.outcome is Outcome.UNDECIDED


@pytest.mark.parametrize("mu", [np.full((4, 3), 1.4e154), np.array([[1e200, 1.0, 1.0], [1.0, 1.0, 1.0]])])
def test_sums_over_latents_that_overflow_are_proved_to(mu):
    verdict = verify_kl(mu, 1.0, reduction="latent", rng=0)
    assert verdict.value[0] == np.inf
    assert verdict.outcome is Outcome.PROVED


def test_sums_are_exact_and_saturate():
    assert exact_sum(np.array([1e16, 1.0, -1e16])) == 1.0
    assert exact_sum(np.array([1e308, 1e308])) == np.inf
    assert exact_sum(np.array([1e308, 1e308]), 4) == 5e307
    assert np.isnan(exact_sum(np.array([np.inf, -np.inf])))


def test_the_resolution_is_the_smallest_error_that_is_not_excused():
    truth = gaussian_kl(0.0, 1 + 1e-9)
    assert verify_kl(0.0, 1 + 1e-9, claim=truth, rng=0).resolution > 100
    assert verify_kl(0.0, 1 + 1e-9, claim=truth, rounding="strict", rng=0).resolution < 1.1e-9


def test_a_strict_tolerance_below_float64_is_undecided_not_wrong():
    verdict = verify_kl(0.5, 0.7, tol=1e-17, rounding="strict", rng=0)
    assert verdict.outcome is Outcome.UNDECIDED


def hilbert(size):
    return 1 / (np.arange(size)[:, None] + np.arange(size) + 1.0)


def test_an_ill_conditioned_covariance_is_proved():
    q, p = MultivariateNormal(np.ones(12), np.eye(12)), MultivariateNormal(np.zeros(12), hilbert(12))
    assert verify_divergence(q, p, rng=0).outcome is Outcome.PROVED


@pytest.mark.unmeasured
def test_badly_scaled_covariances_excuse_float32_and_conflict_with_nobody():
    q = MultivariateNormal([0, 0], [[2e-92, 1e-49], [1e-49, 2e-6]])
    p = MultivariateNormal([0, 0], [[2, 1], [1, 2]])
    value = verify_divergence(q, p, rng=0).value
    assert verify_divergence(q, p, claim=np.float32(value), rng=0).outcome is Outcome.PROVED
    a = 1e-300 * (1 + 4 * 0.0137)
    near = verify_divergence(MultivariateNormal([0.0], [[a]]), MultivariateNormal([0.0], [[np.nextafter(a, 1)]]), rng=0)
    assert near.outcome is Outcome.PROVED


def test_joint_divergences_beyond_the_largest_float_are_proved_or_refuted():
    q, p = MultivariateNormal([0, 1.0], 1e300 * np.eye(2)), MultivariateNormal([0, 0.0], 1e-320 * np.eye(2))
    assert verify_divergence(q, p, rng=0).outcome is Outcome.PROVED
    assert verify_divergence(q, p, claim=1.0, rng=0).outcome is Outcome.REFUTED
    far = MultivariateNormal([1e308, 0], np.eye(2)), MultivariateNormal([-1e308, 0], np.eye(2))
    assert verify_divergence(*far, rng=0).outcome is Outcome.PROVED


@pytest.mark.parametrize(
    ("factor", "says"), [(2.0, "½ is missing"), (1 / np.log(2), "in bits"), (1 / 3, "coordinates")]
)
def test_slips_of_a_joint_claim_are_named(factor, says):
    root = GENERATOR.normal(size=(3, 3))
    q, p = MultivariateNormal(np.ones(3), root @ root.T + np.eye(3)), MultivariateNormal(np.zeros(3), np.eye(3))
    verdict = verify_divergence(q, p, claim=factor * verify_divergence(q, p, rng=0).value, rng=0)
    assert says in verdict.finding("constant-factor").message
    exchanged = np.float32(verify_divergence(p, q, rng=0).value)
    assert verify_divergence(q, p, claim=exchanged, rng=0).finding("exchanged") is not None
