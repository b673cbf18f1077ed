"""`chernoff_radius`: never exceeded more often than its level says, and hardly wider than the normal approximation."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.densities.standard import Seen, centred_cumulant, quadratic_parts, sub_gamma
from elbo_check.witnesses import chernoff
from elbo_check.witnesses.chernoff import chernoff_radius

SHAPES = {  # offset, ratio: what skews log q/p to either side, or neither
    "shifted": (1.5, 1.0),
    "wide": (0.3, 3.0),
    "narrow": (0.1, 0.05),
    "skewed and shifted": (2.0, 2.0),
    "nearly equal": (1e-9, 1 + 1e-9),
}


def seen(offset, ratio, count=1):
    offset, ratio = np.full(count, offset), np.full(count, ratio)
    return Seen(offset, ratio, np.log(ratio))


def radius(one, draws, level):
    return chernoff_radius(lambda: [one], draws, level)


def mean_departures(offset, ratio, draws, runs, seed):
    """Return the mean of log q/p over `draws` draws, less its expectation, `runs` times over."""
    linear, quadratic = quadratic_parts(seen(offset, ratio))
    epsilon = np.random.default_rng(seed).standard_normal((runs, draws))
    return (linear * epsilon + quadratic * (epsilon**2 - 1)).mean(axis=1)


@pytest.mark.parametrize("draws", [2, 50])
@pytest.mark.parametrize("name", sorted(SHAPES))
def test_a_radius_is_exceeded_no_more_often_than_its_level_says(name, draws):
    """At level 0.05, in 2,000 independent runs; a sixth of the radius is exceeded too often, so this can fail."""
    departures = np.abs(mean_departures(*SHAPES[name], draws, 2000, 1))
    bound = radius(seen(*SHAPES[name]), draws, 0.05)
    allowed = scipy.stats.binom.ppf(1 - 1e-6, 2000, 0.05)
    assert np.count_nonzero(departures >= bound) <= allowed
    assert np.count_nonzero(departures >= bound / 6) > allowed


def test_each_side_gets_half_of_the_level():
    """ε² − 1 is exceeded upwards only: its share is half, and the true share is known exactly."""
    one = seen(0.0, math.sqrt(3.0))  # β = 0, c = 1
    for draws in (2, 20, 500):
        for level in (0.2, 1e-3, 1e-9):
            t = radius(one, draws, level)
            upper = scipy.stats.chi2.sf(draws * (1 + t), draws)
            lower = scipy.stats.chi2.cdf(draws * (1 - t), draws)
            assert lower <= level / 2
            assert level / 2 / 300 < upper <= level / 2


@pytest.mark.parametrize("name", ["shifted", "wide", "narrow", "nearly equal"])
def test_the_radius_is_seven_percent_wider_than_the_normal_approximation(name):
    one, draws = seen(*SHAPES[name]), 10**8
    deviation = math.sqrt(sub_gamma(*quadratic_parts(one))[0].item() / draws)
    normal = scipy.stats.norm.isf(1e-9 / 2) * deviation
    assert 1.06 < radius(one, draws, 1e-9) / normal < 1.08


@pytest.mark.unmeasured
@pytest.mark.parametrize("draws", [2, 100, 10**6])
@pytest.mark.parametrize("name", sorted(SHAPES))
def test_the_radius_is_nearly_the_best_that_any_s_proves(name, draws):
    one = seen(*SHAPES[name])
    linear, quadratic = (float(part[0]) for part in quadratic_parts(one))
    needed = math.log(2e9) / draws
    steps = np.geomspace(1e-3, 1e3, 2000) / (abs(2 * quadratic) + math.sqrt((linear**2 + 2 * quadratic**2) / needed))
    best = max(
        min((float(centred_cumulant(linear, sign * quadratic, s)) + needed) / s for s in steps) for sign in (1.0, -1.0)
    )
    assert 0.99 * best <= radius(one, draws, 1e-9) <= 1.1 * best


def test_independent_elements_share_one_bound():
    """A thousand elements drawn together: the radius of the total grows like the root of their number."""
    one, many = radius(seen(0.5, 1.2), 10**6, 1e-9), radius(seen(0.5, 1.2, 1000), 10**6, 1e-9)
    assert many == pytest.approx(math.sqrt(1000) * one, rel=1e-2)
    in_blocks = chernoff_radius(lambda: [seen(0.5, 1.2, 400), seen(0.5, 1.2, 600)], 10**6, 1e-9)
    assert in_blocks == pytest.approx(many, rel=1e-12)


def test_beyond_many_elements_fewer_values_of_s_are_tried_and_the_bound_stays_close(monkeypatch):
    many = seen(0.5, 1.2, 10)
    thorough = radius(many, 50, 1e-9)
    monkeypatch.setattr(chernoff, "MANY", 9)
    assert thorough <= radius(many, 50, 1e-9) <= 1.2 * thorough


@given(st.floats(1e-300, 1.0, exclude_max=True), st.integers(2, 10**12))
def test_the_radius_falls_with_draws_and_rises_with_certainty(level, draws):
    one = seen(0.7, 1.4)
    assert 0 < radius(one, 2 * draws, level) < radius(one, draws, level) < math.inf
    assert radius(one, draws, level) < radius(one, draws, level / 10)


def test_where_q_equals_p_there_is_nothing_to_be_off_by():
    assert radius(seen(0.0, 1.0), 10, 1e-9) == 0.0


@pytest.mark.parametrize("offset", [1e-170, 1e-300, 1e-155])
def test_a_variance_that_underflows_is_still_a_spread(offset):
    assert radius(seen(offset, 1.0), 1000, 1e-9) >= offset * 6.5 / math.sqrt(1000)


@pytest.mark.parametrize(("offset", "ratio"), [(1e200, 1.0), (0.0, 1e100), (0.0, math.inf), (math.inf, 1.0)])
def test_beyond_the_range_of_float64_there_is_no_finite_radius(offset, ratio):
    with np.errstate(all="ignore"):
        assert not math.isfinite(radius(seen(offset, ratio), 1000, 1e-9))
