"""`Normal`: what it takes, what it refuses and how it says so, and the density it writes down."""

import math

import mpmath
import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.densities import Normal, Scale
from elbo_check.densities.scale import KINDS
from elbo_check.errors import InputError, ShapeError

REMEDY = "for a log-variance pass second='log_variance'; for a log standard deviation second='log_sigma'"


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((0.0, -0.7), InputError, f"sigma=-0.7 must be > 0; {REMEDY}"),
        ((0.0, 0.0), InputError, f"sigma=0.0 must be > 0; {REMEDY}"),
        ((0.0, -0.0), InputError, f"sigma=-0.0 must be > 0; {REMEDY}"),
        (([0.0, 1.0], [1.0, -2.0]), InputError, f"sigma[1]=-2.0 must be > 0; {REMEDY}"),
        (([0.0, 1.0], [[1.0, 2.0], [3.0, 0.0]]), InputError, f"sigma[1, 1]=0.0 must be > 0; {REMEDY}"),
        ((math.nan, 1.0), InputError, "mu=nan must be finite; 1 of 1 values are nan or infinite: find where they ar"),
        ((0.0, [1.0, math.inf]), InputError, "sigma[1]=inf must be finite; 1 of 2 values are nan or infinite"),
        (("a", 1.0), InputError, "mu='a' must be a number or an array of numbers; convert it first"),
        (([], 1.0), ShapeError, "mu=an array of shape (0,) must be non-empty; pass a number at least"),
        (([0.0] * 3, [1.0] * 2), ShapeError, "shapes=mu (3,), sigma (2,) must be shapes that broadcast with each oth"),
    ],
)
def test_a_refusal_names_argument_value_expectation_and_remedy(arguments, error, message):
    with pytest.raises(error) as refusal:
        Normal(*arguments)
    assert str(refusal.value).startswith(message)


def test_the_names_in_a_refusal_are_the_callers():
    with pytest.raises(InputError, match=r"prior_sigma\[1\]=-1.0 must be > 0"):
        Normal(0.0, [1.0, -1.0], names=("prior_mu", "prior_sigma", "prior_second"))
    with pytest.raises(ShapeError, match=r"prior_mu \(2,\), prior_sigma \(3,\)"):
        Normal([0.0] * 2, [1.0] * 3, names=("prior_mu", "prior_sigma", "prior_second"))


def test_an_unknown_kind_is_refused_with_the_kinds_there_are():
    with pytest.raises(InputError) as refusal:
        Normal(0.0, 1.0, second="std")
    expected = "second='std' must be one of sigma, variance, log_sigma, log_variance; name what "
    assert str(refusal.value).startswith(expected)


@pytest.mark.parametrize("kind", [None, 1, ["sigma"], {"sigma": 1}, np.array(["sigma", "sigma"])])
def test_a_kind_that_is_no_text_is_refused_too(kind):
    with pytest.raises(InputError, match="must be one of sigma"):
        Normal(0.0, 1.0, second=kind)


@pytest.mark.parametrize("kind", ["log_sigma", "log_variance"])
def test_a_logarithm_may_be_negative_or_zero(kind):
    assert Normal(0.0, [-3.0, 0.0], second=kind).scale.values.tolist() == [-3.0, 0.0]


@pytest.mark.parametrize("kind", ["sigma", "variance"])
def test_a_scale_or_variance_may_not(kind):
    with pytest.raises(InputError, match=r"sigma\[0\]=-3.0 must be > 0"):
        Normal(0.0, [-3.0, 1.0], second=kind)


def test_parameters_broadcast_to_one_shape_and_are_not_copied():
    mu, sigma = np.zeros((5, 1)), np.ones(3)
    normal = Normal(mu, sigma)
    assert (normal.shape, normal.size) == ((5, 3), 15)
    assert normal.mu.base is not None
    assert np.shares_memory(normal.mu, mu)
    assert np.shares_memory(normal.scale.values, sigma)
    assert (Normal(0.0, 1.0).shape, Normal(0.0, 1.0).size) == ((), 1)


def test_flattening_taking_and_spreading_keep_numbers_and_kind():
    mu, second = np.arange(6.0).reshape(2, 3), np.arange(6.0).reshape(2, 3) - 2
    normal = Normal(mu, second, second="log_variance")
    flat = normal.flat()
    assert flat.mu.tolist() == mu.ravel().tolist()
    assert flat.scale.values.tolist() == second.ravel().tolist()
    taken = flat.take(np.array([4, 1]))
    assert (taken.mu.tolist(), taken.scale.values.tolist()) == ([4.0, 1.0], [2.0, -1.0])
    assert flat.take(slice(1, 3)).mu.tolist() == [1.0, 2.0]
    spread = normal.broadcast_to((4, 2, 3))
    assert spread.shape == (4, 2, 3)
    assert np.shares_memory(spread.mu, normal.mu)
    assert {each.scale.kind for each in (flat, taken, spread)} == {"log_variance"}


def test_the_density_is_frozen():
    with pytest.raises(AttributeError):
        Normal(0.0, 1.0).mu = 3.0


@pytest.mark.parametrize("kind", KINDS)
def test_the_log_density_is_scipys_in_every_kind(kind):
    generator = np.random.default_rng(1)
    mu, sigma, z = generator.normal(size=(3, 50)) * [[3.0], [0.0], [5.0]]
    sigma = np.exp(generator.normal(size=50))
    held = {"sigma": sigma, "variance": sigma**2, "log_sigma": np.log(sigma), "log_variance": 2 * np.log(sigma)}[kind]
    computed = Normal(mu, held, second=kind).log_density(z)
    np.testing.assert_allclose(computed, scipy.stats.norm.logpdf(z, mu, sigma), rtol=1e-13, atol=1e-13)


def test_the_log_density_broadcasts_over_points():
    normal = Normal([0.0, 1.0], [1.0, 2.0])
    points = np.linspace(-3, 3, 14).reshape(7, 2)
    assert normal.log_density(points).shape == (7, 2)
    assert normal.log_density(points)[3, 1] == Normal(1.0, 2.0).log_density(points[3, 1])


@given(st.floats(-1e3, 1e3), st.floats(-1e3, 1e3), st.floats(-300, 300))
def test_the_log_density_is_right_to_a_few_units_of_its_terms(z, mu, log_sigma):
    computed = Normal(mu, log_sigma, second="log_sigma").log_density(z)
    with mpmath.workdps(400):
        square = ((mpmath.mpf(z) - mpmath.mpf(mu)) / mpmath.exp(log_sigma)) ** 2 / 2
        truth = -square - mpmath.mpf(log_sigma) - mpmath.log(2 * mpmath.pi) / 2
        off = abs(mpmath.mpf(float(computed)) - truth) if math.isfinite(computed) else 0
        assert off <= 2.0**-50 * (square + abs(log_sigma) + 1)
        assert math.isfinite(computed) or square > 1e307


@pytest.mark.parametrize(
    ("z", "mu", "second", "kind", "expected"),
    [
        (1e200, 0.0, 1e-200, "sigma", -math.inf),
        (1.7e308, -1.7e308, 1.0, "sigma", -math.inf),
        (3.0, 3.0, -800.0, "log_sigma", 800.0 - math.log(2 * math.pi) / 2),
        (3.0, 3.0, 800.0, "log_sigma", -800.0 - math.log(2 * math.pi) / 2),
        (3.0, 1.0, 1600.0, "log_variance", -800.0 - math.log(2 * math.pi) / 2),
    ],
)
def test_the_log_density_far_out_is_minus_infinity_without_a_warning(z, mu, second, kind, expected):
    assert Normal(mu, second, second=kind).log_density(z) == expected


def test_the_density_integrates_to_one():
    total = np.exp(Normal(5.0, 2.5).log_density(np.arange(-30.0, 40.0, 1 / 64))).sum() / 64
    assert total == pytest.approx(1.0, abs=1e-12)


def test_the_scale_is_never_converted():
    normal = Normal(0.0, 1e-12, second="log_variance")
    assert isinstance(normal.scale, Scale)
    assert (float(normal.scale.values), normal.scale.kind) == (1e-12, "log_variance")


def test_read_only_inputs_stay_as_they_are():
    mu, sigma = np.zeros(3), np.ones(3)
    mu.flags.writeable = sigma.flags.writeable = False
    normal = Normal(mu, sigma)
    normal.log_density(mu)
    normal.seen_from(normal)
    assert mu.tolist() == [0.0] * 3
