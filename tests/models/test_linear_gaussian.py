"""Gaussian latents seen through a linear map: brute force, the sandwich, and the door."""

import flint
import numpy as np
import pytest
import scipy.stats
from hypothesis import strategies as st

from elbo_check.densities import MultivariateNormal, Normal
from elbo_check.densities.gamma import Gamma
from elbo_check.densities.linear_algebra import matrix
from elbo_check.densities.spaces import RealPoint
from elbo_check.densities.world import analytic_world, ball_world, numpy_world, sympy_world
from elbo_check.errors import InputError, ShapeError
from elbo_check.models import LinearGaussian

from .gaussians import (
    assert_a_nudge_is_seen,
    assert_brute_force_agrees,
    assert_definitions_agree,
    covariances,
    densities,
    matrices,
    numbers,
)
from .sandwich import BITS, SLIPS, assert_loose, assert_sabotage_is_seen, assert_sandwich, assert_tight, quantities
from .strategies import at_both_scales, hold

MODEL, X, Q = LinearGaussian.example()
ROOT = np.random.default_rng(4).normal(size=(5, 5))
FULL = LinearGaussian(
    np.random.default_rng(5).normal(size=(5, 3)),
    ROOT @ ROOT.T + np.eye(5),
    mean=[1.0, 0.0, -1.0],
    covariance=[[2.0, 0.5, 0.0], [0.5, 1.0, 0.25], [0.0, 0.25, 0.5]],
    offset=2.0,
)
FULL_X = [0.5, 1.0, -2.0, 3.0, 0.25]
FULL_Q = MultivariateNormal([0.5, 0.5, 0.0], [[1.0, 0.25, 0.0], [0.25, 0.5, 0.0], [0.0, 0.0, 0.25]])
BOTH = pytest.mark.parametrize(("model", "x", "q"), [(MODEL, X, Q), (FULL, FULL_X, FULL_Q)], ids=["small", "full"])


@BOTH
def test_the_evidence_is_that_of_scipy(model, x, q):
    prior = model.prior(x, numpy_world())
    noise = np.diag(model.noise) if model.noise.ndim == 1 else model.noise
    covariance = model.weights @ prior.covariance @ model.weights.T + noise
    truth = scipy.stats.multivariate_normal(model.weights @ model.mean + model.offset, covariance).logpdf(x)
    assert sum(model.log_evidence(model.data(x), numpy_world())) == pytest.approx(truth, rel=1e-12)


@BOTH
def test_evidence_and_posterior_are_those_of_the_joint_gaussian(model, x, q):
    assert_brute_force_agrees(model, x)


@BOTH
def test_prior_times_likelihood_over_evidence_is_the_posterior(model, x, q):
    known = model.data(x)
    with flint.ctx.workprec(BITS):
        world = ball_world()
        prior, posterior = model.prior(known, world), model.posterior(known, world)
        evidence = sum(model.log_evidence(known, world))
        for point in np.random.default_rng(6).normal(size=(5, prior.dimension)):
            z = RealPoint(matrix(point, world))
            bayes = sum(prior.log_density(z, world)) + sum(model.log_likelihood(known, z, world)) - evidence
            ball = bayes - sum(posterior.log_density(z, world))
            assert ball.contains(0)
            assert ball.rad() < 1e-50


@BOTH
def test_the_sandwich_and_its_definitions(model, x, q):
    assert_sandwich(model, x, q)
    assert_tight(model, x)
    assert_loose(model, x, q)
    assert_a_nudge_is_seen(model, x)
    assert_definitions_agree(model, x, q)


@BOTH
def test_every_slip_in_the_elbo_is_seen(model, x, q):
    assert assert_sabotage_is_seen(model, x, q) == SLIPS


def test_likelihoods_at_many_draws_are_those_of_scipy():
    z = FULL.density(FULL_Q).draw(np.random.default_rng(7), 20)
    points = z.value + np.asarray(z.origin)[:, None]
    ours = sum(FULL.log_likelihood(FULL.data(FULL_X), z, numpy_world()))
    centres = (FULL.weights @ points).T + 2.0
    truth = [scipy.stats.multivariate_normal(centre, FULL.noise).logpdf(FULL_X) for centre in centres]
    assert np.allclose(ours, truth, rtol=1e-12)


def test_sixty_four_numbers_and_eight_latents_keep_the_sandwich():
    generator = np.random.default_rng(8)
    model = LinearGaussian(generator.normal(size=(64, 8)), generator.uniform(0.1, 1.0, 64))
    assert_sandwich(model, model.draw(generator), Normal(generator.normal(size=8), 0.5))


def test_one_latent_has_a_margin_and_answers_complex_points():
    model = LinearGaussian([[1.0], [2.0]], 0.5)
    x = model.data([1.0, 1.0])
    assert model.margin(x, model.density(Normal(0.0, 1.0))) == pytest.approx(1 / 11 / 2)
    with flint.ctx.workprec(64):
        terms = model.log_likelihood(x, RealPoint(flint.acb(1, 1)), analytic_world(True))
        truth = sum(-((1.0 - w * (1 + 1j)) ** 2) for w in (1, 2)) - np.log(2 * np.pi * 0.5)
        assert complex(float(sum(terms).real), float(sum(terms).imag)) == pytest.approx(truth)


def test_the_evidence_is_a_formula_in_symbols():
    evidence = sum(MODEL.log_evidence(X, sympy_world()))
    assert float(evidence.evalf(20)) == pytest.approx(sum(MODEL.log_evidence(X, numpy_world())), rel=1e-14)
    symbolic = MODEL.expected_log_likelihood(X, MODEL.density(Q).read(sympy_world()), sympy_world())
    numeric = MODEL.expected_log_likelihood(X, MODEL.density(Q), numpy_world())
    assert float(sum(symbolic).evalf(20)) == pytest.approx(sum(numeric), rel=1e-14)


@st.composite
def maps(draw):
    size, latents = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    weights = draw(matrices(size, latents))
    noise, spread = draw(covariances(size)), draw(covariances(latents))
    model = LinearGaussian(weights, noise, mean=draw(numbers), covariance=spread, offset=draw(numbers))
    return model, draw(st.lists(numbers, min_size=size, max_size=size)), draw(densities(latents))


@pytest.mark.unmeasured
@at_both_scales
def test_random_maps_keep_the_sandwich(cases):
    hold(assert_sandwich, maps(), cases)


def test_draws_have_the_marginal_covariance():
    generator = np.random.default_rng(9)
    draws = np.array([FULL.draw(generator) for _ in range(5000)])
    truth = FULL.weights @ FULL.covariance @ FULL.weights.T + FULL.noise
    assert np.allclose(np.cov(draws.T), truth, atol=0.1 * np.diag(truth).max())
    assert np.allclose(draws.mean(axis=0), FULL.weights @ FULL.mean + 2.0, atol=0.3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": [1.0, 2.0]}, "weights=an array of shape (2,) must be of shape (D, J); a row for every number"),
        ({"noise": 0.0}, "noise=0.0 must be > 0; without noise or spread there is no density"),
        ({"noise": [1.0, 0.0, 1.0]}, "noise=0.0 must be > 0"),
        ({"noise": [1.0, 2.0]}, "noise=an array of shape (2,) must be of shape (3,)"),
        ({"noise": np.ones((3, 3))}, "noise=a matrix with smallest eigenvalue"),
        ({"noise": [[1.0, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]}, "must be symmetric"),
        ({"covariance": np.inf}, "covariance=inf must be finite; an infinite variance is improper"),
        ({"covariance": [1.0, np.inf]}, "covariance[1]=inf must be finite; an infinite variance is improper"),
        ({"covariance": [[1.0, 2.0], [2.0, 1.0]]}, "covariance=a matrix with smallest eigenvalue -1"),
        ({"covariance": np.eye(3)}, "covariance=an array of shape (3, 3) must be of shape (2, 2)"),
        ({"covariance": 1e-320}, "covariance=this covariance must be positive definite, from 1e-300 to 1e300"),
        ({"mean": [0.0, 1.0, 2.0]}, "mean=an array of shape (3,) must be of shape (2,)"),
        ({"offset": [[0.0]]}, "offset=an array of shape (1, 1) must be of shape (3,)"),
    ],
)
def test_impossible_models_are_refused(changes, message):
    with pytest.raises(InputError) as raised:
        LinearGaussian(**{**MODEL.parameters, **changes})
    assert message in str(raised.value)


@pytest.mark.parametrize("x", [[1.0, 2.0], 3.0, [[1.0, 2.0, 3.0]], [1.0, 2.0, np.nan]])
def test_impossible_data_are_refused(x):
    with pytest.raises(InputError, match=r"^x"):
        MODEL.data(x)


@pytest.mark.parametrize(
    ("q", "kind", "message"),
    [
        (Gamma(1.0, 1.0), InputError, "q=a Gamma must be a Normal or a MultivariateNormal; the latents are real"),
        (Normal(0.0, 1.0), ShapeError, "q=a density of 1 number must be a density of 2; linear-gaussian has 2 latents"),
        (Normal(np.zeros((2, 2)), 1.0), ShapeError, "pass the density of one datum's latents at a time"),
    ],
)
def test_a_q_of_another_family_or_dimension_is_refused(q, kind, message):
    with pytest.raises(kind, match=message):
        MODEL.density(q)


def test_the_posterior_may_be_the_q():
    q = MODEL.density(MODEL.posterior(X, numpy_world()))
    said = quantities(MODEL, X, q, numpy_world())
    assert said.gap.value == pytest.approx(0, abs=1e-13)


def test_the_model_can_be_made_again_from_its_parameters():
    again = LinearGaussian(**FULL.parameters)
    assert sum(again.log_evidence(again.data(FULL_X), numpy_world())) == sum(
        FULL.log_evidence(FULL.data(FULL_X), numpy_world())
    )
