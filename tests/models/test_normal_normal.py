"""Normal data of an unknown mean: the joint Gaussian, the sandwich, and the door."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import strategies as st

from elbo_check.densities import MultivariateNormal, Normal
from elbo_check.densities.beta import Beta
from elbo_check.densities.world import numpy_world, sympy_world
from elbo_check.errors import InputError, ShapeError
from elbo_check.models import LinearGaussian, NormalNormal

from .gaussians import assert_a_nudge_is_seen, assert_definitions_agree, brute_force, densities, deviations, numbers
from .sandwich import SLIPS, assert_loose, assert_sabotage_is_seen, assert_sandwich, assert_tight
from .strategies import at_both_scales, hold

MODEL, X, Q = NormalNormal.example()


def as_linear(model, x):
    """The same model as a linear map from one latent."""
    ones = np.ones((len(x), 1))
    return LinearGaussian(ones, model.sigma**2, mean=model.prior_mean, covariance=model.prior_sigma**2)


@pytest.mark.parametrize("x", [[0.5], [1.0, 3.0, -0.5], [1e6, 1e6 + 1, 1e6 - 2, 0.25]])
def test_the_evidence_is_that_of_the_joint_gaussian(x):
    ours = sum(MODEL.log_evidence(MODEL.data(x), numpy_world()))
    assert ours == pytest.approx(float(brute_force(as_linear(MODEL, x), x)[0]), rel=1e-13)
    covariance = 1.5**2 * np.eye(len(x)) + 2.0**2
    reference = scipy.stats.multivariate_normal(np.full(len(x), 0.5), covariance).logpdf(x)
    assert ours == pytest.approx(reference, rel=1e-9)


def test_the_posterior_is_that_of_the_joint_gaussian():
    posterior = MODEL.posterior(X, numpy_world())
    _, mean, covariance = brute_force(as_linear(MODEL, X), X)
    assert posterior.mean[0] == float(mean[0].mid())
    assert posterior.covariance[0, 0] == float(covariance[0, 0].mid())


def test_the_evidence_is_a_formula_in_symbols():
    evidence = sum(MODEL.log_evidence(X, sympy_world()))
    assert float(evidence) == pytest.approx(sum(MODEL.log_evidence(X, numpy_world())), rel=1e-14)
    assert evidence.has(sympy_world().log_two_pi())


def test_the_example_and_the_posterior_keep_the_sandwich():
    assert_sandwich(MODEL, X, Q)
    assert_tight(MODEL, X)
    assert_tight(NormalNormal(1e6, 1e-3, 1e3), [1e6, 2.0])
    assert_loose(MODEL, X, Q)
    assert_a_nudge_is_seen(MODEL, X)
    assert_definitions_agree(MODEL, X, Q)


def test_every_slip_in_the_elbo_is_seen():
    assert assert_sabotage_is_seen(MODEL, X, Q) == SLIPS


@st.composite
def normal_data(draw):
    model = NormalNormal(draw(numbers), draw(deviations), sigma=draw(deviations))
    return model, draw(st.lists(numbers, min_size=1, max_size=5)), draw(densities(1))


@at_both_scales
def test_random_data_keep_the_sandwich(cases):
    hold(assert_sandwich, normal_data(), cases)


def test_draws_have_the_marginal_distribution():
    generator = np.random.default_rng(3)
    draws = np.array([MODEL.draw(generator) for _ in range(4000)])
    assert scipy.stats.kstest(draws[:, 0], "norm", args=(0.5, 2.5)).pvalue > 1e-6
    assert np.cov(draws[:, 0], draws[:, 1])[0, 1] == pytest.approx(4.0, abs=0.6)


def test_a_margin_is_half_the_ratio_of_two_curvatures():
    sharpness = 1 / 4 + 3 / 2.25
    assert MODEL.margin(X, MODEL.density(Q)) == pytest.approx(sharpness / 4 / 2)
    assert MODEL.margin(X, MODEL.density(Normal(0.0, 3.0))) == pytest.approx(1 / 9 / sharpness / 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"sigma": 0.0}, "sigma=0.0 must be > 0; without noise or spread there is no density"),
        ({"prior_sigma": -1.0}, "prior_sigma=-1.0 must be > 0"),
        ({"prior_sigma": float("inf")}, "prior_sigma=inf must be finite; an infinite variance is improper"),
        ({"prior_sigma": float("nan")}, "prior_sigma=nan must be finite; 1 of 1 values are nan"),
        ({"sigma": [1.0, 2.0]}, "sigma=an array of shape (2,) must be one number; all data share one deviation"),
        ({"prior_mean": [1.0, 2.0]}, "prior_mean=an array of shape (2,) must be of shape (1,)"),
        ({"prior_sigma": 1e-200}, "prior_sigma=1e-200 must be from 1e-150 to 1e+150; its square leaves float64"),
        ({"prior_mean": "0"}, "prior_mean='0' must be a number"),
    ],
)
def test_impossible_models_are_refused(arguments, message):
    with pytest.raises(InputError) as raised:
        NormalNormal(**arguments)
    assert message in str(raised.value)


@pytest.mark.parametrize("x", [[[1.0, 2.0]], [], [1.0, float("nan")], "one", [True]])
def test_impossible_data_are_refused(x):
    with pytest.raises(InputError, match=r"^x"):
        MODEL.data(x)


@pytest.mark.parametrize(
    ("q", "kind", "message"),
    [
        (Beta(1.0, 1.0), InputError, "q=a Beta must be a Normal or a MultivariateNormal"),
        (Normal([0.0, 1.0], 1.0), ShapeError, "q=a density of 2 numbers must be a density of 1; normal-normal has 1"),
    ],
)
def test_a_q_of_another_family_or_dimension_is_refused(q, kind, message):
    with pytest.raises(kind, match=message):
        MODEL.density(q)


def test_one_number_may_come_alone_and_q_may_be_a_matrix():
    assert MODEL.data(2.0).tolist() == [2.0]
    assert MODEL.density(MultivariateNormal([0.5], [[4.0]])).bulk() == (0.5, 2.0)


def test_the_model_can_be_made_again_from_its_parameters():
    assert NormalNormal(**MODEL.parameters).parameters == MODEL.parameters
