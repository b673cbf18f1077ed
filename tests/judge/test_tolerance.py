"""What "agree" means, held against the rule itself in exact arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.evidence import Basis, Elementwise, Estimate
from elbo_check.judge.claims import Claims, Tally, Wrong, compare, conflicts, objections, sample_excludes
from elbo_check.question import Settings

EPSILON = 2.0**-52
STEP = 2.0**-1074


def tally(claim, truth, error, *, size=1.0, epsilon=EPSILON, tol=1e-9, rounding="floating"):
    claims = Claims(np.array([claim]), np.array([size]), epsilon)
    answer = Elementwise("balls", np.array([truth]), np.array([error]), Basis.ENCLOSED)
    return compare(claims, answer, Settings(tol=tol, rounding=rounding))


def state(result):
    return next(name for name in ("right", "unstable", "wrong", "undecided") if getattr(result, name))


positive = st.floats(1e-200, 1e200)


@given(
    truth=positive,
    departure=st.floats(-1e-6, 1e-6),
    radius=st.floats(0, 1e-7),
    tol=st.sampled_from([1e-12, 1e-9, 1e-7]),
)
def test_right_and_wrong_hold_for_every_truth_in_the_ball(truth, departure, radius, tol):
    claim, error = truth * (1 + departure), truth * radius
    result = state(tally(claim, truth, error, size=truth, tol=tol, rounding="strict"))
    ends = [Fraction(truth) - Fraction(error), Fraction(truth) + Fraction(error)]
    near = [abs(Fraction(claim) - end) <= Fraction(tol) * end * (1 + Fraction(1, 10**6)) for end in ends]
    far = [abs(Fraction(claim) - end) > Fraction(tol) * end * (1 - Fraction(1, 10**6)) for end in ends]
    if result == "right":
        assert all(near)
    if result == "wrong":
        assert all(far)
    assert result != "unstable"


def test_the_tolerance_is_relative_to_the_true_value_however_small_it_is():
    assert state(tally(5e-11, 5e-11, 0.0)) == "right"
    assert state(tally(1e-10, 5e-11, 0.0)) == "wrong"
    assert state(tally(5e-11 * (1 + 1e-8), 5e-11, 0.0, rounding="strict")) == "wrong"


def test_what_the_textbook_formula_loses_in_its_own_dtype_is_excused_and_said():
    off = 3 * 2.0**-23  # three units of float32 at C = 1
    result = tally(1e-3 + off, 1e-3, 0.0, epsilon=2.0**-23)
    assert state(result) == "unstable"
    assert result.lost_digits == pytest.approx(3.0)
    assert state(tally(1e-3 + off, 1e-3, 0.0, epsilon=2.0**-23, rounding="strict")) == "wrong"
    assert state(tally(1e-3 + 5 * 2.0**-23, 1e-3, 0.0, epsilon=2.0**-23)) == "wrong"


def test_a_ball_that_contains_zero_is_judged_absolutely():
    assert state(tally(0.0, 0.0, 1e-40)) == "right"
    assert state(tally(1e-31, 1e-41, 1e-40, rounding="strict")) == "right"
    assert state(tally(1e-29, 1e-41, 1e-40, rounding="strict")) == "wrong"
    assert state(tally(1e-29, 1e-41, 1e-40, size=100.0, rounding="strict")) == "right"


def test_a_claim_within_the_radius_is_undecided_and_its_place_is_kept():
    claims = Claims(np.array([1.0, 2.0, 1.0]), np.ones(3), EPSILON)
    answer = Elementwise("balls", np.ones(3), np.array([0.0, 5.0, 5.0]), Basis.ENCLOSED)
    result = compare(claims, answer, Settings(rounding="strict"))
    assert (result.right, result.undecided, result.undecided_at) == (1, 2, (1, 2))


def test_an_unanswered_element_is_undecided_never_right():
    assert state(tally(1.0, np.nan, np.nan)) == "undecided"


def test_an_overflow_is_right_only_where_it_is_proved():
    assert state(tally(np.inf, np.inf, 0.0)) == "right"
    assert state(tally(1e308, np.inf, 0.0, rounding="strict")) == "wrong"
    assert state(tally(np.inf, 1e308, 1.0)) == "wrong"


def test_a_subnormal_result_may_be_off_by_its_own_step_unless_strict():
    assert state(tally(2 * STEP, STEP, 0.0)) == "unstable"
    assert state(tally(2 * STEP, STEP, 0.0, rounding="strict")) == "wrong"


def test_the_worst_claim_is_the_one_furthest_off_relative_to_its_truth():
    claims = Claims(np.array([1.1, 30.0, 5e-3]), np.ones(3), EPSILON)
    answer = Elementwise("balls", np.array([1.0, 20.0, 1e-3]), np.zeros(3), Basis.ENCLOSED)
    result = compare(claims, answer, Settings())
    assert (result.wrong, result.wrong_at, result.worst.index) == (3, (0, 1, 2), 2)
    assert result.worst.departure == pytest.approx(4.0)


def test_a_wrong_claim_where_the_truth_may_be_zero_is_infinitely_wrong():
    assert tally(1.0, 0.0, 1e-40).worst.departure == np.inf


def test_tallies_of_parts_add_up_to_the_tally_of_the_whole():
    values = np.array([1.0, 1.5, 1.0 + 3 * EPSILON, 2.0])
    claims = Claims(values, np.ones(4), EPSILON)
    answer = Elementwise("balls", np.ones(4), np.zeros(4), Basis.ENCLOSED)
    settings = Settings(tol=1e-16)
    whole = compare(claims, answer, settings)
    halves = Tally()
    for start in (0, 2):
        part = slice(start, start + 2)
        piece = Claims(values[part], np.ones(2), EPSILON)
        answer = Elementwise("balls", np.ones(2), np.zeros(2), Basis.ENCLOSED)
        halves += compare(piece, answer, settings).at(np.arange(4)[part])
    assert halves == whole
    assert (whole.right, whole.unstable, whole.wrong) == (1, 1, 2)


def test_positions_of_a_tally_of_a_selection_are_read_as_places_in_the_whole():
    selected = Tally(wrong=1, worst=Wrong(1, 2.0, 1.0, 0.0, 1.0), wrong_at=(1,), undecided_at=(0,))
    moved = selected.at(np.array([40, 50]))
    assert (moved.worst.index, moved.wrong_at, moved.undecided_at) == (50, (50,), (40,))
    assert Tally(right=2).at(np.array([3, 4])) == Tally(right=2)


def test_the_resolution_of_a_tally_is_the_tolerance_plus_the_radius():
    assert tally(1.0, 1.0, 1e-8, tol=1e-7).resolution == pytest.approx(1.1e-7)


def test_a_heuristic_witness_objects_beyond_its_error_and_where_it_has_no_answer():
    claims = Claims(np.array([1.0, 1.0, 1.0]), np.ones(3), EPSILON)
    guess = Elementwise("gauss", np.array([1.0, 1.1, np.nan]), np.array([1e-12, 1e-3, np.nan]), Basis.HEURISTIC)
    assert objections(claims, guess, Settings()).tolist() == [False, True, True]


def sampled(value, error):
    return Estimate("monte carlo", value, error, Basis.SAMPLED, bound="chernoff", level=1e-9)


def test_a_sample_excludes_a_total_only_beyond_its_bound_and_the_allowance():
    assert not sample_excludes(1.5, 0.0, sampled(1.0, 0.5))
    assert sample_excludes(1.6, 0.0, sampled(1.0, 0.5))
    assert not sample_excludes(1.6, 0.2, sampled(1.0, 0.5))
    assert not sample_excludes(np.inf, 0.0, sampled(1.0, 0.5))


def test_a_heuristic_sample_excludes_nothing():
    assert not sample_excludes(9.0, 0.0, Estimate("monte carlo", 1.0, 0.5, Basis.HEURISTIC))


def test_only_deciding_witnesses_on_the_same_elements_conflict():
    ball = Estimate("balls", Fraction(1), Fraction(1, 100), Basis.ENCLOSED)
    far = sampled(2.0, 0.5)
    assert conflicts([ball, far]) == [("balls", "monte carlo")]
    assert conflicts([ball, sampled(1.4, 0.5)]) == []
    assert conflicts([ball, Estimate("quadrature", 9.0, 0.0, Basis.HEURISTIC)]) == []
    assert conflicts([ball, Estimate("balls", 5.0, 0.0, Basis.ENCLOSED, count=6, subject="6 chosen")]) == []


def test_a_bound_from_below_is_in_no_conflict_with_what_lies_above():
    below = Estimate("importance sampling", 0.0, 0.1, Basis.SAMPLED, bound="markov-one-sided", level=1e-9)
    high, low = (Estimate("enclosure", value, 0.0, Basis.ENCLOSED) for value in (5.0, -5.0))
    assert conflicts([below, high]) == conflicts([high, below]) == []
    assert conflicts([below, low]) == [("importance sampling", "enclosure")]
    assert conflicts([low, below]) == [("enclosure", "importance sampling")]
