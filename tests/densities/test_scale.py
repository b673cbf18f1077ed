"""`Scale`: a scale in its owner's parameter; quotients, differences and logarithms that lose nothing."""

import itertools

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.densities.scale import KINDS, Scale, log_ratio, ratio
from elbo_check.densities.world import numpy_world
from elbo_check.errors import InputError
from tests.witnesses.truth import held, log_sigma

PAIRS = list(itertools.product(KINDS, KINDS))
UNIT = 2.0**-52
UNITS = 12


def units(computed, truth):
    """Return the relative error in units of 2.2e-16, or in those of the smallest normal number near 0."""
    return float(abs(mpmath.mpf(float(computed)) - truth) / max(abs(truth), mpmath.mpf(2) ** -1022) / UNIT)


def scales(generator, kind, spread, count=150):
    largest = 300.0 if kind.endswith("variance") else 600.0
    return Scale(held(kind, np.clip(generator.normal(size=count) * spread, -largest, largest)), kind)


@pytest.mark.unmeasured
@pytest.mark.parametrize("spread", [1e-9, 1.0, 30.0, 200.0])
@pytest.mark.parametrize("kinds", PAIRS)
def test_ratios_are_right_to_a_few_units_in_every_pair_of_kinds(kinds, spread):
    generator = np.random.default_rng(1)
    q, p = (scales(generator, kind, spread) for kind in kinds)
    logs, quotients = log_ratio(q, p), ratio(q, p)
    with mpmath.workdps(60):
        for a, b, log, quotient in zip(q.values, p.values, logs, quotients, strict=True):
            truth = log_sigma(a, kinds[0]) - log_sigma(b, kinds[1])
            assert abs(mpmath.mpf(float(log)) - truth) <= UNITS * UNIT * max(1, abs(truth))
            assert np.isinf(quotient) or units(quotient, mpmath.exp(truth)) <= UNITS


@pytest.mark.parametrize("kind", ["sigma", "variance"])
def test_nearly_equal_scales_of_any_size_are_compared_before_anything_rounds(kind):
    """The logarithms of 1e150 and its neighbour agree to 5e-14, which is 250 units of what they differ by."""
    generator = np.random.default_rng(2)
    values = 10.0 ** generator.uniform(-150, 150, 200)
    q, p = Scale(values, kind), Scale(values * (1 + generator.uniform(-1, 1, 200) * 1e-13), kind)
    with mpmath.workdps(60):
        for a, b, log in zip(q.values, p.values, log_ratio(q, p), strict=True):
            assert abs(mpmath.mpf(float(log)) - (log_sigma(a, kind) - log_sigma(b, kind))) <= UNIT


def test_nearly_equal_logarithms_keep_their_difference():
    q, p = Scale(np.array([700.0 + 1e-12]), "log_sigma"), Scale(np.array([700.0]), "log_sigma")
    assert log_ratio(q, p)[0] == (700.0 + 1e-12) - 700.0
    q, p = Scale(np.array([1e-12]), "log_variance"), Scale(np.array([3e-12]), "log_variance")
    assert log_ratio(q, p)[0] == (1e-12 - 3e-12) / 2


@pytest.mark.parametrize("kind", KINDS)
def test_equal_scales_have_ratio_one(kind):
    q = Scale(np.array([5e-324, 1e-150, 0.1, 3.0, 1e150, 1.7e308]), kind)
    assert ratio(q, q).tolist() == [1.0] * 6
    assert log_ratio(q, q).tolist() == [0.0] * 6


@pytest.mark.parametrize(
    ("kinds", "values", "expected"),
    [
        (("sigma", "sigma"), (1e200, 1e-200), (np.inf, 921.0340371976183)),
        (("sigma", "sigma"), (1e-200, 1e200), (0.0, -921.0340371976183)),
        (("variance", "variance"), (1e300, 1e-300), (1e300, 690.7755278982137)),
        (("log_sigma", "log_sigma"), (1.7e308, -1.7e308), (np.inf, np.inf)),
        (("log_sigma", "log_sigma"), (-1.7e308, 1.7e308), (0.0, -np.inf)),
        (("log_sigma", "sigma"), (800.0, 1.0), (np.inf, 800.0)),
        (("sigma", "log_variance"), (1.0, 1e6), (0.0, -5e5)),
        (("log_sigma", "variance"), (-1e300, 4.0), (0.0, -1e300)),
    ],
)
def test_what_leaves_the_range_is_an_infinity_or_zero_and_no_warning(kinds, values, expected):
    q, p = (Scale(np.array([value]), kind) for value, kind in zip(values, kinds, strict=True))
    assert ratio(q, p)[0] == pytest.approx(expected[0], rel=1e-15)
    assert log_ratio(q, p)[0] == pytest.approx(expected[1], rel=1e-15)


@given(st.sampled_from(sorted(KINDS)), st.floats(-650, 650), st.floats(-1e3, 1e3), st.integers(-200, 200))
def test_a_difference_is_divided_by_sigma_to_a_few_units(kind, target, mantissa, exponent):
    scale = Scale(np.array([held(kind, np.clip(target, -350, 350) if kind == "variance" else target)]), kind)
    difference = mantissa * 2.0**exponent
    with mpmath.workdps(60):
        truth = mpmath.mpf(difference) / mpmath.exp(log_sigma(scale.values[0], kind))
        computed = scale.divide(np.array([difference]))[0]
        assert (np.isinf(computed) and abs(truth) > 1e308) or units(computed, truth) <= UNITS


def test_a_difference_is_divided_by_a_subnormal_sigma_without_its_rounding():
    """exp(−740) is 4.2e-322, a number with two digits: dividing by it would be off by a hundredth."""
    quotient = Scale(np.array([-740.0]), "log_sigma").divide(np.array([1e-321]))
    with mpmath.workdps(60):
        assert units(quotient[0], mpmath.mpf(1e-321) * mpmath.exp(740)) <= UNITS
    assert abs(quotient[0] / (1e-321 / np.exp(-740.0)) - 1) > 1e-3


@pytest.mark.parametrize("second", [-1e300, -2000.0, 2000.0, 1e300])
def test_no_difference_is_no_difference_in_any_unit(second):
    assert Scale(np.array([second]), "log_sigma").divide(np.array([0.0])).tolist() == [0.0]


@pytest.mark.parametrize("kind", KINDS)
def test_sigma_its_logarithm_and_its_root_are_read_from_what_is_held(kind):
    sigma = np.array([0.25, 1.0, 3.0])
    scale = Scale(held(kind, np.log(sigma)), kind)
    world = numpy_world()
    np.testing.assert_allclose(scale.sigma(scale.values, world), sigma, rtol=1e-15)
    np.testing.assert_allclose(scale.log_sigma(scale.values, world), np.log(sigma), rtol=1e-15, atol=1e-15)
    np.testing.assert_allclose(scale.root(), np.sqrt(sigma), rtol=1e-15)
    np.testing.assert_allclose(scale.sigma_float(), sigma, rtol=1e-15)
    assert (scale.is_log, scale.power) == KINDS[kind]


def test_sigma_as_a_float_is_zero_or_infinite_beyond_the_range_and_no_warning():
    assert Scale(np.array([-1e4, 1e4]), "log_sigma").sigma_float().tolist() == [0.0, np.inf]


@pytest.mark.parametrize("kind", ["std", "", None, ["sigma"]])
def test_an_unknown_kind_is_refused(kind):
    with pytest.raises(
        InputError, match=r"^second=.* must be one of sigma, variance, log_sigma, log_variance; name what"
    ):
        Scale(np.ones(1), kind)
