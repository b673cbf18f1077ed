"""What goes into `gaussian_kl` and what comes out: dtypes, shapes, warnings, refusals, imports."""

import subprocess
import sys

import numpy as np
import pytest

from elbo_check.closed_forms import gaussian_kl
from elbo_check.errors import InputError, ShapeError


@pytest.mark.parametrize(
    ("arguments", "dtype"),
    [
        ((0.5, 0.7), np.float64),
        ((1, 2, 3, 4), np.float64),
        ((np.float32(0.5), 0.7), np.float32),
        ((np.float32(0.5), 0.7, 0, 1), np.float32),
        ((0.5, np.float16(0.7)), np.float16),
        ((np.float32(0.5), np.float16(0.7)), np.float32),
        ((np.float32(0.5), np.float64(0.7)), np.float64),
        ((np.float32(0.5), np.int64(2)), np.float64),
    ],
)
def test_scalars_give_a_scalar_of_the_common_dtype(arguments, dtype):
    assert type(gaussian_kl(*arguments)) is dtype


@pytest.mark.parametrize(
    ("mu", "sigma", "dtype"),
    [
        ([0.5, 1.0], 0.7, np.float64),
        (np.ones(3, np.float32), 1, np.float32),
        (np.ones(3, np.float32), [1.0, 1.0, 1.0], np.float64),
        (np.ones(3, np.int32), np.float32(1), np.float64),
        (np.ones((2, 3), np.float16), np.ones(3, np.float16), np.float16),
    ],
)
def test_arrays_give_an_array_of_the_common_dtype(mu, sigma, dtype):
    values = gaussian_kl(mu, sigma)
    assert values.dtype == dtype
    assert values.shape == np.broadcast_shapes(np.shape(mu), np.shape(sigma))


def test_a_python_number_keeps_all_its_digits_beside_float32():
    assert gaussian_kl(np.float32(0), 1 + 1e-12) == np.float32(gaussian_kl(0.0, 1 + 1e-12))


def test_arguments_broadcast_in_any_layout():
    rng = np.random.default_rng(0)
    mu, sigma = np.asfortranarray(rng.normal(size=(7, 1, 3000)))[::2], np.exp(rng.normal(size=(5, 1)))
    prior_mu, prior_sigma = rng.normal(size=3000)[::-1], np.exp(rng.normal(size=(4, 5, 3000))).astype(">f8")
    whole = gaussian_kl(mu, sigma, prior_mu, prior_sigma)
    assert whole.shape == (4, 5, 3000)
    for place in [(0, 0, 0), (3, 4, 2999), (1, 2, 1234)]:
        one = [np.broadcast_to(each, whole.shape)[place] for each in (mu, sigma, prior_mu, prior_sigma)]
        assert whole[place] == pytest.approx(gaussian_kl(*one), rel=1e-15)


def test_arguments_are_not_written_to():
    arguments = [np.array([1.0, 1e300]), np.array([2.0, 1e-300]), np.array([0.0, 0.0]), np.array([1.0, 1e-300])]
    for each in arguments:
        each.flags.writeable = False
    gaussian_kl(*arguments)
    assert gaussian_kl(*arguments).flags.writeable


def test_no_floating_point_warning_leaks():
    extremes = np.array([5e-324, 1e-200, 1.0, 1e200, np.finfo(np.float64).max])
    with np.errstate(all="raise"):
        gaussian_kl(extremes, extremes[:, None], -extremes[:, None, None], extremes[:, None, None, None])
        gaussian_kl(np.float32([1e-30, 3e38]), np.float32([1e-30, 3e38]))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0, 0.0), r"sigma=0\.0 must be > 0; for a log-variance"),
        ((0.0, [1.0, -2.0]), r"sigma\[1\]=-2\.0 must be > 0"),
        ((0.0, 1.0, 0.0, -1.0), r"prior_sigma=-1\.0 must be > 0"),
        ((np.nan, 1.0), "mu=nan must be finite"),
        ((0.0, np.inf), "sigma=inf must be finite"),
        ((0.0, 1.0, -np.inf), "prior_mu=-inf must be finite"),
        (("0", 1.0), "mu='0' must be a number"),
        ((True, 1.0), "mu=True must be real numbers"),
        ((0.0, 1j), "sigma=1j must be real numbers"),
        ((0.0, 1.0, 0.0, None), "prior_sigma=None must be a number"),
    ],
)
def test_what_is_no_finite_positive_number_is_refused_by_name(arguments, message):
    with pytest.raises(InputError, match=message):
        gaussian_kl(*arguments)


def test_shapes_that_do_not_fit_are_listed():
    with pytest.raises(ShapeError, match=r"mu \(2,\), sigma \(\), prior_mu \(3,\), prior_sigma \(\)"):
        gaussian_kl([0.0, 1.0], 1.0, [0.0, 1.0, 2.0])
    with pytest.raises(ShapeError, match="non-empty"):
        gaussian_kl([], 1.0)


HEAVY = "import sys\nprint([name for name in ('sympy', 'scipy', 'flint') if name in sys.modules])"


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("code", "loaded"),
    [
        ("from elbo_check.closed_forms import gaussian_kl\ngaussian_kl([0.0, 1.0], 0.7)", "[]"),
        ("from elbo_check.closed_forms import gaussian_kl\ngaussian_kl(1e308, 1e308, -1e308, 1e308)", "['flint']"),
    ],
)
def test_ordinary_numbers_need_no_heavy_library(code, loaded):
    run = subprocess.run([sys.executable, "-c", f"{code}\n{HEAVY}"], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == loaded
