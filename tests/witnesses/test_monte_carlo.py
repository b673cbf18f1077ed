"""`sample_mean`: what it says about itself, which settings it takes, and refusals that are said."""

import math
import re

import numpy as np
import pytest

from elbo_check.densities import Normal
from elbo_check.errors import InputError, ShapeError, WitnessError
from elbo_check.evidence import Basis
from elbo_check.witnesses import monte_carlo
from elbo_check.witnesses.monte_carlo import sample_mean
from elbo_check.witnesses.seeding import Seeds

from .pairs import FULL_P, FULL_Q, MANY_P, MANY_Q, PAIRS, P, Q, numbers, total


@pytest.mark.endurance
@pytest.mark.parametrize("name", sorted(PAIRS))
def test_the_estimate_holds_the_truth_and_says_what_it_is(name):
    q, p = PAIRS[name]
    estimate = sample_mean(q, p, draws=300_000, rng=1)
    value, error = total(q, p)
    assert abs(estimate.value - value) <= estimate.error + error
    assert abs(estimate.value - value) <= 6 * estimate.standard_error
    assert (estimate.basis, estimate.bound, estimate.level) == (Basis.SAMPLED, "chernoff", 1e-9)


def test_the_scope_tells_draws_and_elements():
    assert (sample_mean(Q, P, draws=1234, rng=0).scope, sample_mean(Q, P, draws=1234, rng=0).count) == (
        "1,234 draws",
        1,
    )
    many = sample_mean(MANY_Q, MANY_P, draws=1000, rng=0)
    assert (many.scope, many.count) == ("the total over 120 elements, 9 draws each", 120)
    few = sample_mean(MANY_Q, MANY_P, draws=2, rng=0)
    assert few.scope == "the total over 120 elements, 2 draws each"
    assert sample_mean(FULL_Q, FULL_P, draws=1000, rng=0).scope == "1,000 draws"


@pytest.mark.parametrize(
    ("name", "value", "expectation"),
    [
        ("draws", 1, "an integer, at least 2"),
        ("draws", 0, "an integer, at least 2"),
        ("draws", -5, "an integer, at least 2"),
        ("draws", 1e5, "an integer, at least 2"),
        ("draws", "many", "an integer, at least 2"),
        ("draws", True, "an integer, at least 2"),
        ("draws", np.timedelta64(5), "an integer, at least 2"),
        ("level", 0.0, "a number between 0 and 1"),
        ("level", 1.0, "a number between 0 and 1"),
        ("level", -1e-9, "a number between 0 and 1"),
        ("level", math.nan, "a number between 0 and 1"),
        ("level", "low", "a number between 0 and 1"),
        ("workers", 0, "an integer, at least 1"),
        ("workers", 1.5, "an integer, at least 1"),
        ("rng", -1, "None, non-negative integers"),
    ],
)
def test_bad_settings_are_refused_by_name(name, value, expectation):
    with pytest.raises(InputError, match=re.escape(f"{name}={value!r} must be {expectation}")):
        sample_mean(Q, P, **{name: value})


def test_numpy_integers_and_floats_are_settings_too():
    settings = {"draws": np.int64(1000), "level": np.float32(0.5), "workers": np.int8(2)}
    assert numbers(sample_mean(Q, P, rng=1, **settings)) == numbers(sample_mean(Q, P, rng=1, draws=1000, level=0.5))


def test_the_prior_is_spread_over_the_elements_and_a_misfit_is_named():
    spread = Normal(np.full((40, 3), 0.25), np.broadcast_to([0.5, 1.0, 2.0], (40, 3)))
    assert numbers(sample_mean(MANY_Q, MANY_P, draws=5000, rng=0)) == numbers(
        sample_mean(MANY_Q, spread, draws=5000, rng=0)
    )
    assert sample_mean(Normal(0.0, 1.0), MANY_P, draws=100, rng=0).count == 3
    with pytest.raises(ShapeError, match=r"q \(40, 3\), p \(2,\)"):
        sample_mean(MANY_Q, Normal([0.0, 1.0], 1.0))


def test_the_watch_hears_of_the_draws_done():
    heard = []
    watch = lambda done, draws: heard.append((done, draws))
    monte_carlo.sample_total(Q, P, draws=2**19 + 1, seeds=Seeds.of(0), level=1e-9, watch=watch)
    assert heard == [(0, 2**19 + 1), (2**18, 2**19 + 1), (2**19, 2**19 + 1)]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    "pair",
    [
        (Normal([0.0], [1e200]), Normal([0.0], [1e-200])),
        (Normal([1e200], [1.0]), Normal([0.0], [1.0])),
        (Normal([1.7e308], [1.0]), Normal([-1.7e308], [1.0])),
        (Normal([0.0], [1.7e308], second="log_sigma"), Normal([0.0], [-1.7e308], second="log_sigma")),
        (Normal([0.0, 1.0], [1e160, 1.0]), Normal([0.0, 0.0], [1.0, 1.0])),
    ],
)
def test_what_leaves_the_range_of_float64_is_refused_without_a_warning(pair, workers):
    with pytest.raises(WitnessError, match="not a finite number"):
        sample_mean(*pair, draws=1000, rng=0, workers=workers)
