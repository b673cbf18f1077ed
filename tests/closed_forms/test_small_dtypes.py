"""`gaussian_kl` in float32, float16 and bfloat16: computed inside in float64, so that one rounding is the error."""

import ml_dtypes
import numpy as np
import pytest

from elbo_check.closed_forms import gaussian_kl

from . import reference

ONE_ROUNDING = 0.501  # units, or steps below the normal numbers


def check(dtype, *arguments):
    arguments = [np.asarray(each, dtype=dtype) for each in np.broadcast_arrays(*arguments)]
    values = gaussian_kl(*arguments)
    assert values.dtype == dtype
    assert np.all(values >= 0)
    error, row = reference.worst(values, arguments, dtype=dtype, a_step=1)
    assert error <= ONE_ROUNDING, f"gaussian_kl{row} in {dtype.__name__} is {error} units wrong"


def every_float16():
    numbers = np.arange(2**16, dtype=np.uint16).view(np.float16)
    return numbers[np.isfinite(numbers)]


def test_a_grid_in_float32_is_rounded_once():
    largest, smallest = float(np.finfo(np.float32).max), float(np.finfo(np.float32).smallest_subnormal)
    sizes = [smallest, 1e-38, 1e-20, 1e-8, 0.1, 1.0, 1 + 2.0**-23, 0.7, 3.0, 1e8, 1e19, 1.9e19, 1e30, largest]
    centres = [0.0, *sizes, *(-size for size in sizes)]
    check(np.float32, *reference.grid(centres, sizes, [0.0, 1.0, -largest], [smallest, 1e-20, 0.7, 1.0, 1e19, largest]))


def test_random_float32_is_rounded_once():
    rng = np.random.default_rng(1)
    prior = np.float32(np.exp2(rng.uniform(-100, 100, 5000)))
    sigma = prior * np.float32(1 + rng.choice([-1, 1], 5000) * np.exp2(rng.uniform(-24, -0.1, 5000)))
    check(np.float32, prior * np.exp2(rng.uniform(-30, 30, 5000)), sigma, 0.0, prior)
    check(np.float32, rng.normal(size=5000), np.exp(rng.normal(size=5000)), rng.normal(size=5000), 1.0)


def test_float32_results_below_the_normal_numbers_and_at_the_largest_are_rounded_once():
    rng = np.random.default_rng(2)
    check(np.float32, np.exp2(rng.uniform(-76, -60, 3000)), 1.0, 0.0, 1.0)
    edge = np.sqrt(2 * float(np.finfo(np.float32).max))
    check(np.float32, edge * (1 + np.arange(-8, 9) * 2.0**-24), 1.0, 0.0, 1.0)


@pytest.mark.unmeasured
@pytest.mark.parametrize("others", [(0.0, 0.0, 1.0), (1.5, -0.25, 0.3), (100.0, 0.0, 0.01), (0.0, 0.0, 6e-8)])
def test_every_float16_sigma_is_right(others):
    mu, prior_mu, prior_sigma = np.float16(others)
    sigma = every_float16()
    both_precisions(mu, sigma[sigma > 0], prior_mu, prior_sigma)


@pytest.mark.unmeasured
@pytest.mark.parametrize("others", [(1.0, 0.0, 1.0), (0.3, 0.30005, 0.3)])
def test_every_float16_mu_is_right(others):
    sigma, prior_mu, prior_sigma = np.float16(others)
    both_precisions(every_float16(), sigma, prior_mu, prior_sigma)


def both_precisions(*arguments):
    """Compare with one list of truths in float16 (one rounding) and in float64 (4 units)."""
    small = np.broadcast_arrays(*arguments)
    truths = [reference.kl(*row) for row in zip(*(each.tolist() for each in small), strict=True)]
    halves, doubles = gaussian_kl(*small), gaussian_kl(*(np.float64(each) for each in small))
    assert halves.dtype == np.float16
    for half, double, truth in zip(halves.tolist(), doubles.tolist(), truths, strict=True):
        assert reference.units(half, truth, dtype=np.float16, a_step=1) <= ONE_ROUNDING
        assert reference.units(double, truth) <= 4


def test_bfloat16_is_widened_exactly_and_answers_in_float32():
    mu, sigma = np.array([0.1, -3.0, 1e-30], dtype=ml_dtypes.bfloat16), np.array(0.7, dtype=ml_dtypes.bfloat16)
    values = gaussian_kl(mu, sigma)
    assert values.dtype == np.float32
    assert np.array_equal(values, gaussian_kl(mu.astype(np.float32), sigma.astype(np.float32)))


def test_torch_tensors_are_taken_as_they_are():
    torch = pytest.importorskip("torch")
    mu = torch.tensor([0.1, -3.0], requires_grad=True)
    sigma = torch.tensor(0.7, dtype=torch.bfloat16)
    values = gaussian_kl(mu, sigma)
    assert type(values) is np.ndarray
    assert values.dtype == np.float32
    assert np.array_equal(values, gaussian_kl(mu.detach().numpy(), np.float32(sigma.float().item())))
