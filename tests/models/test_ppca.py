"""Probabilistic PCA: the maximum of the likelihood, the sandwich, and the door."""

import math

import numpy as np
import pytest
import scipy.optimize
import sklearn.decomposition
from hypothesis import strategies as st

from elbo_check.densities.world import numpy_world
from elbo_check.errors import InputError, ShapeError
from elbo_check.models import ProbabilisticPCA

from .gaussians import (
    assert_a_nudge_is_seen,
    assert_brute_force_agrees,
    assert_definitions_agree,
    densities,
    matrices,
    numbers,
    variances,
)
from .sandwich import SLIPS, assert_loose, assert_sabotage_is_seen, assert_sandwich, assert_tight
from .strategies import at_both_scales, hold

MODEL, X, Q = ProbabilisticPCA.example()


def data(count=60, size=5):
    generator = np.random.default_rng(10)
    latents = generator.normal(size=(count, 2))
    return latents @ generator.normal(size=(2, size)) + 0.3 * generator.normal(size=(count, size)) + 1.0


def likelihood(model, rows):
    return math.fsum(math.fsum(map(float, model.log_evidence(model.data(row), numpy_world()))) for row in rows)


@pytest.mark.parametrize("latents", [1, 2, 3, 4])
def test_the_maximum_is_the_likelihood_of_its_model_and_that_of_scikit_learn(latents):
    rows = data()
    model, maximum = ProbabilisticPCA.maximum_likelihood(rows, latents)
    assert likelihood(model, rows) == pytest.approx(maximum, rel=1e-12)
    assert model.weights.shape == (5, latents)
    theirs = sklearn.decomposition.PCA(latents).fit(rows)
    # scikit-learn divides the covariance by N − 1: its model is the maximum for data stretched by √(N/(N − 1))
    stretched = (rows - rows.mean(axis=0)) * math.sqrt(60 / 59)
    again, _ = ProbabilisticPCA.maximum_likelihood(stretched, latents)
    assert again.parameters["noise"] == pytest.approx(theirs.noise_variance_, rel=1e-10)
    assert np.allclose(again.weights @ again.weights.T + again.parameters["noise"] * np.eye(5), theirs.get_covariance())


def test_no_step_from_the_maximum_goes_higher():
    rows = data()
    model, maximum = ProbabilisticPCA.maximum_likelihood(rows, 2)
    start = np.concatenate([model.weights.ravel(), [math.log(model.parameters["noise"])], model.offset])

    def height(numbers):
        moved = ProbabilisticPCA(numbers[:10].reshape(5, 2), math.exp(numbers[10]), numbers[11:])
        return likelihood(moved, rows)

    generator = np.random.default_rng(11)
    for size in (1e-3, 1e-2, 0.3):
        for _ in range(5):
            assert height(start + size * generator.normal(size=16)) < maximum
    gradient = scipy.optimize.approx_fprime(start, height, 1e-6)
    assert np.abs(gradient).max() < 0.02 * abs(maximum) / len(start)


def test_one_latent_to_spare_is_the_full_covariance():
    rows = data()
    model, maximum = ProbabilisticPCA.maximum_likelihood(rows, 4)
    covariance = np.cov(rows.T, bias=True)
    assert np.allclose(model.weights @ model.weights.T + model.parameters["noise"] * np.eye(5), covariance)
    direct = -len(rows) / 2 * (5 * math.log(2 * math.pi) + np.linalg.slogdet(covariance)[1] + 5)
    assert maximum == pytest.approx(direct, rel=1e-12)


def test_the_sandwich_and_brute_force():
    assert_sandwich(MODEL, X, Q)
    assert_tight(MODEL, X)
    assert_loose(MODEL, X, Q)
    assert_a_nudge_is_seen(MODEL, X)
    assert_definitions_agree(MODEL, X, Q)
    assert_brute_force_agrees(MODEL, X)
    assert assert_sabotage_is_seen(MODEL, X, Q) == SLIPS


@st.composite
def loadings(draw):
    size, latents = draw(st.integers(2, 6)), draw(st.integers(1, 3))
    weights, offset = draw(matrices(size, latents)), draw(st.lists(numbers, min_size=size, max_size=size))
    model = ProbabilisticPCA(weights, draw(variances), offset)
    return model, draw(st.lists(numbers, min_size=size, max_size=size)), draw(densities(latents))


@pytest.mark.endurance
@at_both_scales
def test_random_loadings_keep_the_sandwich(cases):
    hold(assert_sandwich, loadings(), cases)


@pytest.mark.parametrize(
    ("rows", "latents", "message"),
    [
        (data(), 5, "latents=5.0 must be a whole number from 1 to 4; fewer latents than numbers a datum"),
        (data(), 0, "latents=0.0 must be a whole number from 1 to 4"),
        (data()[0], 1, "data=an array of shape (5,) must be of shape (N, D); a row a datum"),
        (data()[:, :1], 1, "data=an array of shape (60, 1) must be of shape (N, D) with D ≥ 2"),
        (data(3), 2, "data=data of rank 2 must be of a rank above 2; the likelihood has no maximum"),
        (np.ones((4, 3)), 1, "data=data of rank 0 must be of a rank above 1"),
    ],
)
def test_data_without_a_maximum_are_refused(rows, latents, message):
    with pytest.raises(InputError) as raised:
        ProbabilisticPCA.maximum_likelihood(rows, latents)
    assert message in str(raised.value)


def test_more_numbers_than_data_leave_noise_only_where_there_are_few_latents():
    model, maximum = ProbabilisticPCA.maximum_likelihood(data(4), 2)
    assert likelihood(model, data(4)) == pytest.approx(maximum, rel=1e-10)


@pytest.mark.parametrize(
    ("noise", "kind", "message"),
    [
        (0.0, InputError, "noise=0.0 must be > 0"),
        (math.inf, InputError, "noise=inf must be finite; an infinite variance is improper"),
        ([1.0, 1.0, 1.0], ShapeError, r"noise=an array of shape \(3,\) must be one number; for several variances take"),
    ],
)
def test_impossible_noise_is_refused(noise, kind, message):
    with pytest.raises(kind, match=message):
        ProbabilisticPCA(MODEL.weights, noise)


def test_the_model_can_be_made_again_from_its_parameters():
    again = ProbabilisticPCA(**MODEL.parameters)
    assert again.parameters["noise"] == 0.5
    assert sum(again.log_evidence(X, numpy_world())) == sum(MODEL.log_evidence(X, numpy_world()))
