"""`MultivariateNormal`: what it takes and refuses, its density, and how one looks in another's coordinates."""

import itertools
from fractions import Fraction

import flint
import numpy as np
import pytest
import scipy.stats

from elbo_check.densities import MultivariateNormal
from elbo_check.densities.world import ball_world
from elbo_check.errors import InputError, ShapeError
from tests.witnesses.truth import covariance, exact_matrix

TWO = [[2.0, 0.5], [0.5, 1.0]]


@pytest.mark.parametrize(
    ("mean", "cov", "error", "message"),
    [
        ([[0.0, 1.0]], TWO, ShapeError, "mean=an array of shape (1, 2) must be a vector of shape (J,); pass one Gauss"),
        ([0.0] * 3, TWO, ShapeError, "cov=an array of shape (2, 2) must be of shape (3, 3); for variances on the diag"),
        ([0.0] * 2, [2.0, 1.0], ShapeError, "cov=an array of shape (2,) must be of shape (2, 2); for variances on the"),
        ([0.0] * 2, 1.0, ShapeError, "cov=an array of shape () must be of shape (2, 2)"),
        (
            [0.0] * 2,
            [[2.0, 0.5], [0.6, 1.0]],
            InputError,
            "cov=a matrix with entries [0,1]=0.5 and [1,0]=0.6 must be symmetric; pass (cov + cov.T) / 2 if the diff",
        ),
        (
            [0.0] * 2,
            [[1.0, 2.0], [2.0, 1.0]],
            InputError,
            "cov=a matrix with smallest eigenvalue -1 must be positive definite (to float64 accuracy); add a small",
        ),
        ([0.0] * 2, [[1.0, 1.0], [1.0, 1.0]], InputError, "cov=a matrix with smallest eigenvalue"),
        ([0.0] * 2, [[0.0, 0.0], [0.0, 1.0]], InputError, "cov=a matrix with smallest eigenvalue 0 must be positive"),
        ([0.0, np.nan], TWO, InputError, "mean[1]=nan must be finite"),
        ([0.0] * 2, [[1.0, np.inf], [np.inf, 1.0]], InputError, "cov[0, 1]=inf must be finite"),
        (["a", "b"], TWO, InputError, "mean="),
    ],
)
def test_a_refusal_names_argument_value_expectation_and_remedy(mean, cov, error, message):
    with pytest.raises(error) as refusal:
        MultivariateNormal(mean, cov)
    assert str(refusal.value).startswith(message)


def test_the_names_in_a_refusal_are_the_callers():
    with pytest.raises(InputError, match=r"^prior_cov=a matrix with smallest eigenvalue"):
        MultivariateNormal([0.0], [[-1.0]], names=("prior_mean", "prior_cov"))


def test_the_entries_named_are_ones_that_do_not_fit():
    """A large pair that agrees to the last digit differs by more than a small pair that does not agree at all."""
    big, small = 1e20, 1e-3
    cov = np.diag([1e30, 1e30, 1.0])
    cov[0, 1], cov[1, 0] = big, np.nextafter(big, 2 * big)
    cov[0, 2], cov[2, 0] = small, 2 * small
    with pytest.raises(InputError, match=r"entries \[0,2\]=0.001 and \[2,0\]=0.002"):
        MultivariateNormal(np.zeros(3), cov)


def test_rounding_noise_between_the_triangles_is_averaged_and_more_is_not():
    noise = 0.5 * (1 + 4 * 2.0**-52)
    assert MultivariateNormal([0, 0], [[2.0, 0.5], [noise, 1.0]]).cov[0, 1] == (0.5 + noise) / 2
    with pytest.raises(InputError, match="symmetric"):
        MultivariateNormal([0, 0], [[2.0, 0.5], [0.5 * (1 + 32 * 2.0**-52), 1.0]])


def test_a_symmetric_matrix_is_kept_bit_for_bit():
    cov = np.array([[3.0, 5e-324], [5e-324, 1.7e308]])
    assert np.array_equal(MultivariateNormal([0.0, 0.0], cov).cov, cov)
    tiny = 3 * 5e-324
    assert MultivariateNormal([0.0], [[tiny]]).cov[0, 0] == tiny


def test_scalars_make_a_one_dimensional_density():
    density = MultivariateNormal(1.0, 4.0)
    assert (density.dimension, density.mean.tolist(), density.factor.tolist()) == (1, [1.0], [[2.0]])


@pytest.mark.parametrize("dimension", [1, 2, 5])
def test_the_log_density_is_scipys(dimension):
    generator = np.random.default_rng(dimension)
    mean, cov = generator.normal(size=dimension), covariance(generator, dimension)
    points = generator.normal(size=(4, 3, dimension)) * 3
    computed = MultivariateNormal(mean, cov).log_density(points)
    reference = scipy.stats.multivariate_normal(mean, cov).logpdf(points)
    assert computed.shape == (4, 3)
    np.testing.assert_allclose(computed, reference.reshape(4, 3), rtol=1e-12)
    assert MultivariateNormal(mean, cov).log_density(points[0, 0]) == pytest.approx(computed[0, 0], rel=1e-14)


@pytest.mark.parametrize("points", [0.0, np.zeros(3), np.zeros((2, 1)), np.zeros((2, 0))])
def test_points_of_another_dimension_are_refused(points):
    with pytest.raises(ShapeError, match=r"z=an array of shape .* must be of shape \(…, 2\); the last axis holds"):
        MultivariateNormal([0.0, 0.0], TWO).log_density(points)


def test_no_points_have_no_densities():
    assert MultivariateNormal([0.0, 0.0], TWO).log_density(np.zeros((0, 2))).shape == (0,)


def pair(dimension, condition=10.0):
    generator = np.random.default_rng(dimension)
    q, p = (
        MultivariateNormal(generator.normal(size=dimension), covariance(generator, dimension, condition))
        for _ in range(2)
    )
    return q, p


@pytest.mark.parametrize("dimension", [1, 2, 4])
def test_p_seen_from_q_has_the_log_ratio_of_the_densities(dimension):
    q, p = pair(dimension)
    seen = p.seen_from(q)
    epsilon = np.random.default_rng(3).normal(size=(20, dimension))
    z = q.mean + epsilon @ q.factor.T
    residual = seen.offset + epsilon @ seen.ratio.T
    ratio = (residual**2 - epsilon**2).sum(axis=-1) / 2 - seen.log_ratio.sum()
    np.testing.assert_allclose(ratio, q.log_density(z) - p.log_density(z), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("dimension", [1, 2, 4, 12])
def test_the_principal_axes_keep_squares_products_and_determinant(dimension):
    q, p = pair(dimension)
    seen, axes = p.seen_from(q), p.principal_axes(q)
    assert np.sum(axes.offset**2) == pytest.approx(np.sum(seen.offset**2), rel=1e-13)
    assert np.sum(axes.ratio**2) == pytest.approx(np.sum(seen.ratio**2), rel=1e-13)
    assert np.sum(axes.log_ratio) == pytest.approx(np.sum(seen.log_ratio), rel=1e-13, abs=1e-13)
    squared = seen.ratio @ seen.ratio.T
    assert np.sum((axes.offset * axes.ratio) ** 2) == pytest.approx(seen.offset @ squared @ seen.offset, rel=1e-12)
    np.testing.assert_allclose(np.exp(axes.log_ratio), axes.ratio, rtol=1e-12)


def test_a_ratio_that_vanishes_on_an_axis_is_no_warning():
    q, p = MultivariateNormal([0, 0], np.diag([1e-300, 1e300])), MultivariateNormal([0, 0], np.diag([1e300, 1e-300]))
    axes = p.principal_axes(q)
    assert axes.ratio.tolist() == [1e300, 0.0] or axes.ratio[1] <= 1e-300


@pytest.mark.parametrize("dimension", [1, 2, 4])
def test_p_seen_from_q_in_balls_holds_what_float64_sees(dimension):
    q, p = pair(dimension)
    seen = p.seen_from(q)
    with flint.ctx.workprec(120):
        exact = p.seen_exactly(q, ball_world())
        for i in range(dimension):
            assert abs(exact.offset[i, 0] - float(seen.offset[i])) < 1e-13
            assert abs(exact.log_ratio[i] - float(seen.log_ratio[i])) < 1e-13
            for k in range(dimension):
                assert abs(exact.ratio[i, k] - float(seen.ratio[i, k])) < 1e-13


def test_the_blur_is_one_for_independent_coordinates_at_any_scale_and_grows_with_correlation():
    def blur(cov):
        density = MultivariateNormal(np.zeros(len(cov)), cov)
        return density.seen_from(density).blur

    assert 1 < blur(np.diag([1.0, 1e-300, 1e300])) < 2
    correlated = [blur(np.array([[1.0, 1 - t], [1 - t, 1.0]])) for t in (1e-2, 1e-4, 1e-8, 1e-12)]
    assert all(later > 10 * earlier for earlier, later in itertools.pairwise(correlated))
    assert blur(np.array([[1.0, 1 - 2e-16], [1 - 2e-16, 1.0]])) == np.inf


def test_the_factor_reproduces_the_covariance_within_what_the_blur_allows():
    """The bound on the factor's rounding that the blur rests on, in exact arithmetic."""
    generator = np.random.default_rng(8)
    for dimension in (2, 3, 6):
        cov = covariance(generator, dimension, 1e6)
        factor = exact_matrix(MultivariateNormal(np.zeros(dimension), cov).factor)
        for i in range(dimension):
            for k in range(dimension):
                product = sum(a * b for a, b in zip(factor[i], factor[k], strict=True))
                off = abs(float(product - Fraction(float(cov[i, k])))) / np.sqrt(cov[i, i] * cov[k, k])
                assert off <= (dimension + 1) * 2.0**-53


def test_inputs_are_left_as_they_are():
    mean, cov = np.zeros(2), np.array(TWO)
    mean.flags.writeable = cov.flags.writeable = False
    density = MultivariateNormal(mean, cov)
    density.principal_axes(density)
    density.log_density(mean)
    assert cov.tolist() == TWO
