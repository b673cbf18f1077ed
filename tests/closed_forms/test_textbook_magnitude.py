"""`textbook_magnitude`: the sizes of the textbook formula's terms, summed; the yardstick of a claim's rounding."""

import itertools

import numpy as np
import pytest

from elbo_check.closed_forms import normal_kl, textbook_magnitude
from elbo_check.densities import Normal
from elbo_check.densities.scale import KINDS
from elbo_check.errors import ShapeError


def naive(mu, sigma, prior_mu, prior_sigma):
    squares = (sigma**2 + (mu - prior_mu) ** 2) / (2 * prior_sigma**2)
    return np.abs(np.log(prior_sigma / sigma)) + squares + 0.5


def test_it_is_the_sum_of_the_sizes_of_the_terms():
    rng = np.random.default_rng(0)
    mu, prior_mu = rng.normal(size=(2, 500))
    sigma, prior_sigma = np.exp(3 * rng.normal(size=(2, 500)))
    values = textbook_magnitude(Normal(mu, sigma), Normal(prior_mu, prior_sigma))
    assert values == pytest.approx(naive(mu, sigma, prior_mu, prior_sigma), rel=1e-12)


@pytest.mark.parametrize("kinds", list(itertools.product(KINDS, KINDS)))
def test_the_kind_of_scale_does_not_matter(kinds):
    as_held = {
        "sigma": lambda s: s,
        "variance": np.square,
        "log_sigma": np.log,
        "log_variance": lambda s: 2 * np.log(s),
    }
    sigma, prior_sigma = np.array([0.3, 1.0, 2.0]), np.array([1.0, 1.0, 0.1])
    q = Normal(1.0, as_held[kinds[0]](sigma), second=kinds[0])
    p = Normal([0.0, 1.0, 5.0], as_held[kinds[1]](prior_sigma), second=kinds[1])
    assert textbook_magnitude(q, p) == pytest.approx(
        naive(1.0, sigma, np.array([0.0, 1.0, 5.0]), prior_sigma), rel=1e-12
    )


def test_it_is_at_least_the_divergence_and_never_below_a_half():
    sizes = np.array([5e-324, 1e-200, 1e-8, 1.0, 1e8, 1e153, 1.7e308])
    q = Normal(np.array([0.0, 1.0, -1.7e308])[:, None, None], sizes[:, None])
    p = Normal(0.5, sizes)
    magnitude, divergence = textbook_magnitude(q, p), normal_kl(q, p)
    assert np.all(magnitude >= 0.5)
    assert np.all(magnitude >= divergence * (1 - 1e-12))
    assert np.array_equal(np.isfinite(magnitude), np.isfinite(divergence))
    assert np.isfinite(magnitude).sum() > 40


def test_it_is_finite_where_sigma_itself_has_no_float64():
    q, p = (Normal(1.0, value, second="log_variance") for value in (-3000.0, -2999.0))
    assert textbook_magnitude(q, q) == pytest.approx(1.0, rel=1e-12)
    assert textbook_magnitude(q, p) == pytest.approx(0.5 + np.exp(-1) / 2 + 0.5, rel=1e-12)


def test_no_floating_point_warning_leaks():
    with np.errstate(all="raise"):
        assert textbook_magnitude(Normal(0.0, 1e-300), Normal(0.0, 1e300)) == pytest.approx(1382.0510558, rel=1e-9)


def test_the_shape_is_the_common_one_and_a_misfit_is_named():
    assert textbook_magnitude(Normal(np.zeros((4, 3)), 1.0), Normal(np.zeros(3), 1.0)).shape == (4, 3)
    with pytest.raises(ShapeError, match=r"q \(4,\), p \(3,\)"):
        textbook_magnitude(Normal(np.zeros(4), 1.0), Normal(np.zeros(3), 1.0))
