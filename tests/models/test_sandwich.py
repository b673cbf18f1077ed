"""The shared assertions pass what is right, and each of them can fail."""

import dataclasses

import pytest

from elbo_check.densities.beta import Beta
from elbo_check.models import BetaBinomial

from . import sandwich
from .sandwich import (
    ROUNDING,
    SABOTEURS,
    assert_loose,
    assert_sabotage_is_seen,
    assert_sandwich,
    assert_tight,
    in_floats,
)

EXAMPLE = BetaBinomial.example()


class Broken:
    """A model of which one method is replaced."""

    def __init__(self, method, spoil):
        self.model, self.method, self.spoil = EXAMPLE[0], method, spoil

    def __getattr__(self, name):
        held = getattr(self.model, name)
        return (lambda *given: self.spoil(held(*given))) if name == self.method else held


def without_the_first(terms):
    return terms[1:]


def test_a_right_model_passes_everything():
    model, x, q = EXAMPLE
    assert_sandwich(model, x, q)
    assert_tight(model, x)
    assert_loose(model, x, q)
    assert_loose(model, x, Beta(9.0 * (1 + 1e-6), 6.0))
    assert assert_sabotage_is_seen(model, x, q) == {saboteur.__name__ for saboteur in SABOTEURS}


@pytest.mark.parametrize("method", ["expected_log_likelihood", "log_evidence"])
def test_a_term_dropped_is_seen_by_both(method):
    broken = Broken(method, without_the_first)
    with pytest.raises(AssertionError):
        assert_sandwich(broken, *EXAMPLE[1:])
    with pytest.raises(AssertionError):
        assert_tight(broken, EXAMPLE[1])


def test_a_wrong_posterior_is_seen_by_both():
    broken = Broken("posterior", lambda held: Beta.of(held.alpha + 1, held.beta))
    with pytest.raises(AssertionError):
        assert_sandwich(broken, *EXAMPLE[1:])
    with pytest.raises(AssertionError):
        assert_tight(broken, EXAMPLE[1])


def test_the_posterior_itself_is_not_loose():
    with pytest.raises(AssertionError):
        assert_loose(EXAMPLE[0], 7, Beta(9.0, 6.0))


def test_a_slip_that_changes_nothing_is_not_taken_for_one_that_was_seen():
    model = dataclasses.replace(EXAMPLE[0], trials=0)
    prior = Beta(2.0, 3.0)
    with pytest.raises(AssertionError, match="dropped_kl"):
        assert_sabotage_is_seen(model, 0, prior)
    with pytest.raises(AssertionError, match="prior_for_posterior"):
        assert_sabotage_is_seen(*EXAMPLE, harmless=("prior_for_posterior",))


def test_what_is_inherited_is_rounding_and_no_more():
    said = in_floats(*EXAMPLE)
    for quantity in said:
        assert 0 < quantity.inherited < ROUNDING * quantity.size


def test_a_posterior_that_is_off_by_more_than_a_few_roundings_is_seen_in_floats():
    broken = Broken("posterior", lambda held: Beta.of(held.alpha * (1 + 1e-11), held.beta))
    with pytest.raises(AssertionError):
        sandwich._in_floats(in_floats(broken, *EXAMPLE[1:]))
