"""From measured coefficients to exact laws: the simplest that fits is found, and none is found by chance."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.diagnosis.formula import LOG_2PI, ONE, Law, law
from elbo_check.diagnosis.sizes import LAYOUTS, sizes_for
from elbo_check.diagnosis.snapping import constant_laws, law_of, rational

SIZES = list(sizes_for(frozenset({"B", "d"}), LAYOUTS[0], {}))
FIXED = list(sizes_for(frozenset({"B", "d"}), LAYOUTS[0], {"d": 8}))
NUMBERS = st.fractions(-6, 6, max_denominator=8).filter(bool)
POWERS = st.fixed_dictionaries({"B": st.integers(-2, 2), "d": st.integers(-2, 2)})


def values(held, sizes=SIZES):
    """The values of a law at these sizes."""
    return np.array([float(held.at(each).number) for each in sizes])


@given(NUMBERS, st.floats(-1, 1))
def test_a_simple_rational_is_found_within_the_tolerance(number, off):
    assert rational(float(number) * (1 + 0.9e-9 * off), 1e-9) == number


@given(st.integers(1, 4000))
def test_one_over_a_count_and_short_decimals_are_found(count):
    assert rational(1 / count, 1e-9) == Fraction(1, count)
    assert rational(count / 10**5, 1e-9) == Fraction(count, 10**5)


@pytest.mark.parametrize("value", [0.0, math.inf, -math.inf, math.nan])
def test_nothing_and_the_infinite_are_no_coefficients(value):
    assert rational(value, 1e-9) is None


@pytest.mark.unmeasured
@pytest.mark.parametrize(("tolerance", "share"), [(1e-9, 0.03), (1e-7, 0.08), (1e-5, 0.08)])
def test_a_rational_is_seldom_found_by_chance(tolerance, share):
    drawn = np.random.default_rng(5).uniform(0.05, 5.0, 4000)
    found = [value for value in drawn if rational(float(value), tolerance) is not None]
    assert len(found) <= share * len(drawn), found[:5]


def test_no_law_is_found_by_chance():
    drawn = np.random.default_rng(6).uniform(0.05, 5.0, (300, len(SIZES)))
    assert [row for row in drawn if law_of(row, SIZES, 1e-7) is not None] == []


def test_in_a_coarse_dtype_only_the_simplest_are_found():
    assert rational(0.5 * (1 + 1e-3), 2e-2) == Fraction(1, 2)
    assert rational(17 / 24, 2e-2) in (None, Fraction(3, 4))
    assert rational(1 / 720, 2e-2) is None


@pytest.mark.parametrize("value", [1e-12, 1e12, math.pi, math.e, math.log(2 * math.pi) / 2])
def test_what_is_no_simple_rational_is_none(value):
    assert rational(value, 1e-9) in (None, Fraction(10**12))


@given(NUMBERS, POWERS)
def test_a_monomial_in_the_sizes_is_read_off_its_values(number, powers):
    held = law(number, **powers)
    assert law_of(values(held), SIZES, 1e-9) == held


@given(st.sampled_from([1, -1, 2, Fraction(1, 2)]), st.sampled_from([3, -2, Fraction(1, 4)]))
def test_a_sum_of_two_is_read_off_its_values(one, two):
    held = law(one, d=1) + law(two)
    assert law_of(values(held), SIZES, 1e-9) == held


def test_next_to_nothing_is_nothing():
    assert law_of(np.full(len(SIZES), 1e-12), SIZES, 1e-9) == Law()
    assert law_of(np.full(len(SIZES), 1e-3), SIZES, 1e-4, scale=100.0) == Law()


def test_values_that_follow_no_law_have_none():
    drawn = np.random.default_rng(0).uniform(1, 2, len(SIZES))
    assert law_of(drawn, SIZES, 1e-9) is None
    assert law_of(values(law(math.pi.as_integer_ratio()[0]))[:3] * 0 + math.pi, SIZES[:3], 1e-9) is None


def test_one_value_off_refutes_a_law():
    wrong = values(law(2, d=1))
    wrong[3] *= 1 + 1e-6
    assert law_of(wrong, SIZES, 1e-9) is None


def test_three_choices_of_sizes_are_too_few_for_a_sum():
    held = law(1, d=1) + law(3)
    assert law_of(values(held)[:3], SIZES[:3], 1e-9) is None


def test_a_size_that_never_changes_is_part_of_the_number():
    assert law_of(values(law(1, d=-1), FIXED), FIXED, 1e-9) == law("1/8")


def test_constants_are_told_apart_by_their_laws():
    both = values(law(1)) + values(law("1/2", d=1)) * math.log(2 * math.pi)
    assert constant_laws(both, SIZES, 1e-9, [ONE, LOG_2PI]) == {ONE: law(1), LOG_2PI: law("1/2", d=1)}
    alone = values(law("-1/2", d=1)) * math.log(2 * math.pi)
    assert constant_laws(alone, SIZES, 1e-9, [ONE, LOG_2PI]) == {LOG_2PI: law("-1/2", d=1)}


def test_a_sum_of_three_is_the_most_that_is_sought():
    held = law(1) + law(1, d=1) + law(2, B=1)
    found = constant_laws(values(held), SIZES, 1e-9, [ONE])
    assert found is not None
    assert found[ONE] == held
    more = held + law(3, B=-1)
    assert constant_laws(values(more), SIZES, 1e-9, [ONE]) is None


def test_image_sizes_are_read_through_their_whole_axis_first():
    sizes = list(sizes_for(frozenset({"B", "d"}), LAYOUTS[2], {}))
    for held in (law("1/2", d=-1), law(1, H=-1), law(1, C=1, B=-1)):
        assert law_of(values(held, sizes), sizes, 1e-9) == held
    both = list(sizes_for(frozenset({"B", "d", "D"}), LAYOUTS[3], {}))
    assert law_of(values(law(1, W=-1), both), both, 1e-9) == law(1, W=-1)
