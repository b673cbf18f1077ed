"""`normal_kl` for densities that hold sigma, variance, log_sigma or log_variance, in every combination."""

import itertools

import numpy as np
import pytest

from elbo_check.closed_forms import gaussian_kl, normal_kl
from elbo_check.densities import Normal
from elbo_check.densities.scale import KINDS
from elbo_check.errors import ShapeError

from . import reference

UNITS = 4
SIZE = 800
ALL_PAIRS = list(itertools.product(KINDS, KINDS))
LOG_PAIRS = [(q, p) for q, p in ALL_PAIRS if q.startswith("log") and p.startswith("log")]


def held(kind, log_sigma):
    """Return what a density of this kind holds where log σ is about `log_sigma`."""
    power = 2.0 if kind.endswith("variance") else 1.0
    return power * log_sigma if kind.startswith("log") else np.exp(power * log_sigma)


def check(kinds, mu, second, prior_mu, prior_second):
    arguments = np.broadcast_arrays(mu, second, prior_mu, prior_second)
    q, p = Normal(*arguments[:2], second=kinds[0]), Normal(*arguments[2:], second=kinds[1])
    values = normal_kl(q, p)
    assert np.all(values >= 0)

    def truth(mu, second, prior_mu, prior_second):
        return reference.kl_of_held(mu, second, kinds[0], prior_mu, prior_second, kinds[1])

    error, row = reference.worst(values, arguments, truth=truth)
    assert error <= UNITS, f"{kinds}{row} is {error} units wrong"


def signed(rng, low, high):
    return rng.choice([-1.0, 1.0], SIZE) * np.exp2(rng.uniform(low, high, SIZE))


@pytest.mark.unmeasured
@pytest.mark.parametrize("kinds", ALL_PAIRS)
def test_everyday_numbers_are_right_to_4_units_in_every_pair_of_kinds(kinds):
    rng = np.random.default_rng(1)
    q, p = (held(kind, rng.normal(size=SIZE)) for kind in kinds)
    check(kinds, rng.normal(size=SIZE), q, rng.normal(size=SIZE), p)


@pytest.mark.unmeasured
@pytest.mark.parametrize("kinds", ALL_PAIRS)
def test_nearly_equal_scales_are_right_to_4_units_in_every_pair_of_kinds(kinds):
    rng = np.random.default_rng(2)
    log_sigma = rng.normal(size=SIZE)
    q, p = held(kinds[0], log_sigma + signed(rng, -60, -1)), held(kinds[1], log_sigma)
    check(kinds, signed(rng, -60, 0) * rng.integers(0, 2, SIZE), q, 0.0, p)


@pytest.mark.unmeasured
@pytest.mark.parametrize("kinds", ALL_PAIRS)
def test_scales_far_apart_are_right_to_4_units_in_every_pair_of_kinds(kinds):
    rng = np.random.default_rng(6)
    q, p = (held(kind, rng.uniform(-170, 170, SIZE)) for kind in kinds)
    check(kinds, 0.0, q, 0.0, p)


@pytest.mark.parametrize("kinds", [("sigma", "variance"), ("variance", "sigma")])
def test_a_variance_that_is_a_rounded_square_is_right_to_4_units(kinds):
    rng = np.random.default_rng(7)
    sigma = np.exp(rng.uniform(-300, 300, SIZE))
    sigma[:100] = 2.0 ** rng.integers(-300, 300, 100) * (1 + 2.0**-52 * rng.integers(1, 4, 100))
    as_held = {"sigma": sigma, "variance": sigma**2}
    check(kinds, 0.0, as_held[kinds[0]], 0.0, as_held[kinds[1]])


@pytest.mark.unmeasured
@pytest.mark.parametrize("kinds", ALL_PAIRS)
def test_extreme_scales_are_right_to_4_units_in_every_pair_of_kinds(kinds):
    rng = np.random.default_rng(3)
    most = {"sigma": 709.0, "variance": 354.0, "log_sigma": 2000.0, "log_variance": 2000.0}
    q, p = (held(kind, rng.uniform(-most[kind], most[kind], SIZE)) for kind in kinds)
    check(kinds, signed(rng, -1074, 1023) * rng.integers(0, 2, SIZE), q, 0.0, p)


@pytest.mark.parametrize("kinds", LOG_PAIRS)
def test_logarithms_of_any_size_are_right_to_4_units(kinds):
    rng = np.random.default_rng(4)
    check(kinds, signed(rng, -1074, 0), signed(rng, -1074, 0), 0.0, signed(rng, -1074, 0))
    check(kinds, signed(rng, -1074, 1023), signed(rng, 0, 1023.9), 0.0, signed(rng, 0, 1023.9))
    check(kinds, 0.0, [-1.7e308, 710.4, 354.9, -1e-320, 1.7e308], 0.0, [1.7e308, 0.0, -0.3, 1e-320, 1.7e308])


@pytest.mark.parametrize("kind", ["sigma", "variance"])
def test_numbers_whose_quotients_leave_the_range_are_right_to_4_units(kind):
    extremes = [5e-324, 1e-320, 2e-308, 1e-300, 1e-150, 1.0, 1e150, 1e300, 1.7e308]
    shifts = [0.0, 5e-324, 1.5e-323, 1e-200, 1e-20, 1.0, 1e100, 1.7e308]
    check((kind, kind), *reference.grid(shifts, extremes, [0.0, -1.7e308], extremes))


@pytest.mark.parametrize("kinds", ALL_PAIRS)
def test_equal_densities_have_no_divergence_in_every_pair_of_kinds(kinds):
    unit = {"sigma": 1.0, "variance": 1.0, "log_sigma": 0.0, "log_variance": 0.0}
    assert normal_kl(Normal(3.0, unit[kinds[0]], second=kinds[0]), Normal(3.0, unit[kinds[1]], second=kinds[1])) == 0
    sigma = np.array([2.0, 3.0, 7.0, 1e-3 / 2**30, 2.0**600 - 1])
    if not (kinds[0].startswith("log") or kinds[1].startswith("log")):
        whole = np.array([2.0, 3.0, 7.0, 2.0**20 + 1, 2.0**300])
        assert np.all(normal_kl(*(Normal(1.0, whole ** KINDS[kind][1], second=kind) for kind in kinds)) == 0)
    if kinds[0] == kinds[1]:
        assert np.all(normal_kl(*(Normal(1.0, sigma, second=kind) for kind in kinds)) == 0)


def test_a_log_variance_is_judged_as_it_is():
    tiny = Normal(0.0, 1e-12, second="log_variance")
    through_sigma = normal_kl(Normal(0.0, np.exp(0.5e-12)), Normal(0.0, 1.0))
    truth = reference.kl_of_held(0.0, 1e-12, "log_variance", 0.0, 1.0, "sigma")
    assert reference.units(normal_kl(tiny, Normal(0.0, 1.0)).item(), truth) <= UNITS
    assert reference.units(through_sigma.item(), truth) > 1e11


def test_densities_that_hold_sigma_give_what_gaussian_kl_gives():
    rng = np.random.default_rng(5)
    mu, prior_mu = rng.normal(size=(2, 3, 100))
    sigma, prior_sigma = np.exp(rng.normal(size=(2, 100)))
    values = normal_kl(Normal(mu, sigma), Normal(prior_mu, prior_sigma))
    assert np.array_equal(values, gaussian_kl(mu, sigma, prior_mu, prior_sigma))


def test_the_shape_is_the_common_one_and_a_misfit_is_named():
    many, single = Normal(np.zeros((4, 3)), 1.0), Normal(0.0, 2.0)
    assert normal_kl(many, single).shape == normal_kl(single, many).shape == (4, 3)
    assert normal_kl(Normal(np.zeros((4, 1)), 1.0), Normal(np.zeros(3), 0.0, second="log_sigma")).shape == (4, 3)
    assert normal_kl(single, single).shape == ()
    with pytest.raises(ShapeError, match=r"q \(4, 3\), p \(2,\)"):
        normal_kl(many, Normal(np.zeros(2), 1.0))


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("kinds", ALL_PAIRS)
def test_many_nearly_equal_scales_are_right_to_4_units_in_every_pair_of_kinds(kinds, seed):
    rng = np.random.default_rng(seed)
    for _ in range(20):
        log_sigma = rng.normal(size=SIZE) * 10.0 ** rng.uniform(-3, 2)
        q, p = held(kinds[0], log_sigma + signed(rng, -60, 2)), held(kinds[1], log_sigma)
        check(kinds, signed(rng, -60, 0) * rng.integers(0, 2, SIZE), q, 0.0, p)
