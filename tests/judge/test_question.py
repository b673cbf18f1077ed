"""What a claim holds: its shape decides, or the user says it, or it is an error that says how to ask."""

import numpy as np
import pytest

from elbo_check import Normal
from elbo_check.errors import InputError, ShapeError
from elbo_check.question import Question, Settings, reduced_shape


def question(shape, claim=None, reduction=None):
    return Question.of(Normal(np.zeros(shape), 1.0), Normal(0.0, 1.0), claim, reduction)


@pytest.mark.parametrize(
    ("shape", "claimed", "reduction"),
    [
        ((), (), "none"),
        ((3,), (3,), "none"),
        ((3,), (), "latent"),
        ((5, 3), (5, 3), "none"),
        ((5, 3), (5,), "latent"),
        ((1, 3), (), "sum"),
        ((5, 1), (5,), "latent"),
        ((2, 5, 3), (2, 5), "latent"),
        ((1, 1), (1,), "latent"),
    ],
)
def test_the_shape_of_a_claim_decides_what_it_holds(shape, claimed, reduction):
    assert question(shape, np.zeros(claimed)).reduction == reduction


@pytest.mark.parametrize(
    ("shape", "claimed", "said"),
    [
        ((3, 3), (3,), "has equal axes"),
        ((5, 3), (), "reduction='sum' or reduction='mean'"),
        ((5, 3), (3,), "(5, 3) (a number a coordinate)"),
        ((5, 3), (4,), "(5,) (a number a sample)"),
        ((), (2,), "of shape ()"),
    ],
)
def test_a_claim_of_two_meanings_or_none_is_an_error_that_says_how_to_ask(shape, claimed, said):
    with pytest.raises(ShapeError) as caught:
        question(shape, np.zeros(claimed))
    assert said in str(caught.value)
    assert caught.value.argument == "claim"


def test_an_ambiguous_claim_is_taken_once_the_reduction_is_said():
    assert question((3, 3), np.zeros(3), "latent").claims == 3


@pytest.mark.parametrize(
    ("reduction", "claims", "width", "divisor", "shape"),
    [("none", 15, 1, 1, (5, 3)), ("latent", 5, 3, 1, (5,)), ("sum", 1, 15, 1, ()), ("mean", 1, 15, 5, ())],
)
def test_a_reduction_fixes_how_elements_make_claims(reduction, claims, width, divisor, shape):
    asked = question((5, 3), reduction=reduction)
    assert (asked.claims, asked.width, asked.divisor, asked.claimed_shape) == (claims, width, divisor, shape)
    assert reduced_shape((5, 3), reduction) == shape


def test_a_claim_whose_shape_contradicts_the_reduction_is_refused():
    with pytest.raises(ShapeError, match=r"of shape \(5,\).*reduction='latent'"):
        question((5, 3), np.zeros((5, 3)), "latent")


@pytest.mark.parametrize("reduction", ["batchmean", 3, ["sum"]])
def test_an_unknown_reduction_is_refused(reduction):
    with pytest.raises(InputError, match="one of none, latent, sum, mean"):
        question((5, 3), reduction=reduction)


def test_densities_that_do_not_broadcast_are_refused_with_both_shapes():
    with pytest.raises(ShapeError, match=r"shapes \(5, 3\) and \(2,\)"):
        Question.of(Normal(np.zeros((5, 3)), 1.0), Normal(np.zeros(2), 1.0))


def test_parts_of_a_question_hold_the_elements_in_order_with_the_prior_broadcast():
    asked = Question.of(Normal(np.arange(6.0).reshape(2, 3), 1.0), Normal(np.array([7.0, 8.0, 9.0]), 2.0))
    q, p = asked.part(2, 5)
    assert q.mu.tolist() == [2.0, 3.0, 4.0]
    assert p.mu.tolist() == [9.0, 7.0, 8.0]


@pytest.mark.parametrize(
    ("settings", "argument"),
    [
        ({"tol": 0}, "tol"),
        ({"tol": 1.0}, "tol"),
        ({"tol": "1e-9"}, "tol"),
        ({"tol": float("nan")}, "tol"),
        ({"tol": True}, "tol"),
        ({"level": 0.0}, "level"),
        ({"level": None}, "level"),
        ({"rounding": "loose"}, "rounding"),
        ({"rounding": []}, "rounding"),
        ({"digits": 0}, "digits"),
        ({"digits": 30.0}, "digits"),
        ({"digits": 10_000}, "digits"),
        ({"draws": 1}, "draws"),
        ({"draws": True}, "draws"),
        ({"draws": 10**13}, "draws"),
    ],
)
def test_settings_out_of_range_are_refused_by_name(settings, argument):
    with pytest.raises(InputError) as caught:
        Settings(**settings)
    assert caught.value.argument == argument


def test_numpy_numbers_serve_as_settings():
    assert Settings(tol=np.float64(1e-6), digits=np.int64(20), draws=np.int64(10)).draws == 10
