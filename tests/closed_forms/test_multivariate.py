"""The multivariate closed form: right to the last place for every covariance that is positive definite."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elbo_check.closed_forms import multivariate_gaussian_kl, multivariate_normal_kl, normal_kl
from elbo_check.densities import MultivariateNormal, Normal
from elbo_check.errors import InputError, ShapeError, WitnessError

from . import reference

UNITS = 1


def covariance(rng, size, least=0.1):
    root = rng.normal(size=(size, size))
    product = root @ root.T / size + least * np.eye(size)
    return (product + product.T) / 2


def hilbert(size):
    places = np.arange(size)
    return 1.0 / (places[:, None] + places + 1)


def check(mean, cov, prior_mean, prior_cov):
    value = multivariate_gaussian_kl(mean, cov, prior_mean, prior_cov)
    assert type(value) is float
    error = reference.units(value, reference.multivariate_kl(mean, cov, prior_mean, prior_cov))
    assert error <= UNITS, f"{error} units wrong"


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 30])
def test_random_covariances_are_right_to_one_unit(size):
    rng = np.random.default_rng(size)
    for _ in range(1 if size > 10 else 10):
        check(rng.normal(size=size), covariance(rng, size), rng.normal(size=size), covariance(rng, size))


@pytest.mark.parametrize("size", range(2, 13))
def test_hilbert_matrices_are_right_to_one_unit(size):
    rng = np.random.default_rng(size)
    prior = covariance(rng, size)
    check(np.ones(size), hilbert(size), np.zeros(size), prior)
    check(np.ones(size), prior, np.zeros(size), hilbert(size))
    check(np.ones(size), hilbert(size), np.zeros(size), 3 * hilbert(size))


@pytest.mark.parametrize("place", [40, 44, 58, 60, 64, 70, 76])
def test_a_determinant_of_one_between_huge_fibonacci_numbers_is_right_to_one_unit(place):
    numbers = [0, 1]
    while len(numbers) < place + 2:
        numbers.append(numbers[-1] + numbers[-2])
    below, number, above = map(float, numbers[place - 1 :])
    ill = np.array([[above, number], [number, below]])  # condition number: number² · 5, up to 2e32
    check([1.0, 2.0], np.eye(2), [0.0, 0.0], ill)
    check([1.0, 2.0], ill, [0.0, 0.0], np.eye(2))


@pytest.mark.parametrize("exponent", range(1, 53, 4))
def test_nearly_equal_covariances_are_right_to_one_unit(exponent):
    rng = np.random.default_rng(exponent)
    cov = covariance(rng, 4)
    other = cov.copy()
    other[0, 0] *= 1 + 2.0**-exponent
    check(np.zeros(4), other, np.zeros(4), cov)
    check([2.0**-exponent, 0.0, 0.0, 0.0], cov, np.zeros(4), cov)


@pytest.mark.parametrize("exponents", [(-150, 150), (-150, 0), (0, 150), (-300, -300), (150, -150)])
def test_scales_of_any_size_are_right_to_one_unit(exponents):
    rng = np.random.default_rng(0)
    a, b = (10.0**exponent for exponent in exponents)
    stretch = np.array([a, 1.0, b]) ** 0.5
    check([a, -b, 1.0], covariance(rng, 3) * np.outer(stretch, stretch), [0.0, a, b], covariance(rng, 3) * a)


@given(st.integers(1, 4), st.integers(0, 2**32 - 1), st.floats(-14, 1))
@settings(max_examples=50, deadline=None)
def test_any_conditioning_that_is_accepted_is_right_to_one_unit(size, seed, log_least):
    rng = np.random.default_rng(seed)
    cov, prior_cov = (covariance(rng, size, 10.0**log_least) for _ in "qp")
    check(rng.normal(size=size), cov, rng.normal(size=size), prior_cov)


@pytest.mark.parametrize("size", [1, 3, 30])
def test_a_diagonal_covariance_is_the_sum_over_the_coordinates(size):
    rng = np.random.default_rng(size)
    mean, prior_mean = rng.normal(size=(2, size))
    variance, prior_variance = np.exp(rng.normal(size=(2, size)))
    whole = multivariate_gaussian_kl(mean, np.diag(variance), prior_mean, np.diag(prior_variance))
    q, p = Normal(mean, variance, second="variance"), Normal(prior_mean, prior_variance, second="variance")
    assert whole == pytest.approx(math.fsum(normal_kl(q, p)), rel=5 * 2.0**-52)


def test_the_prior_left_out_is_the_standard_normal():
    rng = np.random.default_rng(0)
    mean, cov = rng.normal(size=3), covariance(rng, 3)
    assert multivariate_gaussian_kl(mean, cov) == multivariate_gaussian_kl(mean, cov, np.zeros(3), np.eye(3))
    assert multivariate_gaussian_kl(mean, cov, mean) == multivariate_gaussian_kl(np.zeros(3), cov)
    assert multivariate_gaussian_kl(0.5, 0.49) == pytest.approx(0.22667494393873241, rel=1e-14)


def test_equal_densities_have_no_divergence_and_need_no_ball(monkeypatch):
    monkeypatch.setattr("elbo_check.closed_forms.multivariate.certain_float", None)  # to call it would be an error
    density = MultivariateNormal(np.ones(5), hilbert(5))
    assert multivariate_normal_kl(density, MultivariateNormal(np.ones(5), hilbert(5))) == 0.0
    with pytest.raises(TypeError):
        multivariate_normal_kl(density, MultivariateNormal(np.zeros(5), hilbert(5)))


def test_it_overflows_only_where_the_truth_does_and_vanishes_only_where_it_must():
    assert multivariate_gaussian_kl([1e160], [[1.0]]) == np.inf
    assert multivariate_gaussian_kl([1.8e154], [[1.0]]) == pytest.approx(1.62e308, rel=1e-15)
    assert multivariate_gaussian_kl([1e-200], [[1.0]]) == 0.0
    assert multivariate_gaussian_kl([3e-162], [[1.0]]) == 5e-324
    assert multivariate_gaussian_kl([0.0], [[1e-300]], [0.0], [[1e300]]) == pytest.approx(690.2755, rel=1e-6)


def test_dimensions_that_differ_are_refused():
    with pytest.raises(ShapeError, match=r"prior_mean=a vector of shape \(3,\) must be of shape \(2,\)"):
        multivariate_gaussian_kl(np.zeros(2), np.eye(2), np.zeros(3), np.eye(3))
    with pytest.raises(ShapeError, match="prior_cov"):
        multivariate_gaussian_kl(np.zeros(2), np.eye(2), np.zeros(2), np.eye(3))


def accepted(matrix):
    """Whether rounding lets the matrix pass for positive definite."""
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True


@pytest.mark.parametrize(("name", "swap"), [("cov", False), ("prior_cov", True)])
def test_a_covariance_that_is_positive_definite_only_after_rounding_is_refused(name, swap):
    candidates = (np.array([[a, b], [b, b * b / a]], dtype=float) for a in range(1, 99) for b in range(1, 99))
    indefinite = next(
        m for m in candidates if accepted(m) and Fraction(m[0, 0]) * Fraction(m[1, 1]) < Fraction(m[0, 1]) ** 2
    )
    pair = (np.eye(2), indefinite) if swap else (indefinite, np.eye(2))
    with pytest.raises(InputError, match=rf"^{name}=a matrix whose leading 2×2 block has a determinant ≤ 0"):
        multivariate_gaussian_kl([0.0, 0.0], pair[0], [0.0, 0.0], pair[1])


def test_a_singular_covariance_that_no_precision_can_tell_is_an_error_in_words():
    singular = next(m for m in (np.outer((3.0, 1.0), (3.0, 1.0)) * k for k in range(1, 99)) if accepted(m))
    with pytest.raises(WitnessError, match="the divergence is still uncertain at 32768 bits"):
        multivariate_gaussian_kl([0.0, 0.0], singular)


def test_a_covariance_that_is_plainly_indefinite_is_refused_at_once():
    with pytest.raises(InputError, match="smallest eigenvalue"):
        multivariate_gaussian_kl([0.0, 0.0], [[1.0, 2.0], [2.0, 1.0]])
