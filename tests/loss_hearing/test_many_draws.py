"""Bounds with one draw that weighs more than all others together: nothing is cut off there, left out, or not learnt."""

import numpy as np
import pytest
from scipy.special import logsumexp, softmax

from tests.loss_hearing.help import accused, ask, codes_of, needs_torch, passed, told_at_a_spot

WEIGHTS = "log_weights"
PLACE = "where K = {}, one draw of one sample is 20.3 and all others are 0"


def bound(w, axis=1):
    return logsumexp(w, axis) - np.log(w.shape[axis])


def truncated(times, axis=1):
    """No weight is more than so many times their mean."""

    def loss(w):
        most = np.expand_dims(bound(w, axis), axis) + np.log(times)
        return bound(np.minimum(w, most), axis).mean()

    return loss


def dominated(w):
    return softmax(w, 1).max(1) > 0.99


def few(w):
    return 1 / (softmax(w, 1) ** 2).sum(1) < 1.05


def test_the_numbers_on_paper():
    w = np.zeros((2, 307))
    w[0, 0] = 20.3
    assert bound(w).mean() == pytest.approx((20.3 - np.log(307)) / 2, abs=1e-6)
    assert truncated(10)(w) == pytest.approx(bound(w).mean() - np.log(307 / 10) / 2, abs=1e-3)
    assert dominated(w).tolist() == few(w).tolist() == [True, False]
    assert truncated(3)(np.array([[5.0, 0.0, -1.0]])) == pytest.approx(bound(np.array([[5.0, 0.0, -1.0]]))[0])


@pytest.mark.parametrize(("times", "many"), [(10, 307), (20, 307), (50, 307), (100, 307), (1000, 1259)])
def test_weights_that_are_truncated_are_refuted_where_there_are_many(times, many):
    message = told_at_a_spot(ask(truncated(times), WEIGHTS))
    assert PLACE.format(many) in message
    assert "is a draw that is far larger or smaller than the others left out" in message


def test_they_are_along_the_first_axis_and_of_single_samples_and_in_single_precision():
    told_at_a_spot(ask(truncated(10, 0), WEIGHTS))
    told_at_a_spot(ask(lambda w: truncated(10)(np.float32(w)), WEIGHTS))
    told_at_a_spot(ask(lambda w: truncated(10)(w[None]), WEIGHTS, batch=False))
    told_at_a_spot(ask(truncated(10), WEIGHTS, sizes={"K": 50}))


@pytest.mark.parametrize("times", [3, 5])
def test_a_truncation_is_no_matter_of_the_number_of_draws(times):
    found = ask(truncated(times), WEIGHTS)
    assert found.outcome == "refuted"
    assert "not-recognised" in codes_of(found)
    assert "where K = 307 and all are alike, w within ±0.5" in found.finding("branch").message


def test_one_that_never_binds_is_right_where_that_number_is_given():
    passed(ask(truncated(3), WEIGHTS, sizes={"K": 3}))


@pytest.mark.parametrize(
    "loss",
    [
        lambda w: bound(w)[~dominated(w)].mean(),
        lambda w: -bound(w)[~few(w)].mean(),
        lambda w: np.where(dominated(w), 0, bound(w)),
        lambda w: np.where(dominated(w), 0.5, 1) @ bound(w),
    ],
    ids=["left out", "of few effective draws", "counted as 0", "weighed less"],
)
def test_samples_with_such_a_draw_may_not_be_left_out(loss):
    told_at_a_spot(ask(loss, WEIGHTS))


def test_samples_that_are_gone_from_an_output_are_told():
    found = ask(lambda w: bound(w)[~dominated(w)], WEIGHTS)
    assert found.outcome == "undecided"
    assert f"an output of shape () where one of shape (2,) is expected {PLACE.format(307)}" in found.missing


@pytest.mark.parametrize(
    "loss",
    [
        lambda w: bound(w).mean(),
        lambda w: -bound(w),
        lambda w: bound(w, 0),
        lambda w: np.log(np.exp(w - w.max(1, keepdims=True)).mean(1)) + w.max(1),
        lambda w: bound(np.float32(w)),
        lambda w: np.log(np.exp(w).mean(1)).mean(),
    ],
    ids=["mean", "a number a sample", "first axis", "shifted", "single precision", "naive"],
)
def test_right_bounds_stay_right(loss):
    passed(ask(loss, WEIGHTS))


def test_other_excuses_are_heard_as_before():
    assert "if K = 5" in ask(lambda w: (logsumexp(w, 1) - np.log(5)).mean(), WEIGHTS).missing
    assert "if K = 3" in ask(lambda w: logsumexp(w[:, :3], 1) - np.log(3), WEIGHTS).missing


def test_what_refuses_so_many_draws_is_wrong_where_it_was():
    def few_draws(w):
        if w.shape[1] > 100:
            raise ValueError("too many draws")
        return truncated(2)(w)

    found = ask(few_draws, WEIGHTS)
    assert found.outcome != "consistent"
    assert "branch" not in codes_of(found)


@needs_torch
@pytest.mark.parametrize("single", [False, True])
def test_a_gradient_that_is_cut_where_one_draw_weighs_most_is_refuted(single):
    import torch

    def right(w):
        w = w.float() if single else w
        return (torch.logsumexp(w, 1) - np.log(w.shape[1])).mean()

    def cut(w):
        return right(torch.where(torch.softmax(w, 1) > 0.99, w.detach(), w))

    found = accused("detached-sample", ask(cut, WEIGHTS, backend="torch"))
    assert found.mistakes[0].evidence.startswith(PLACE.format(307))
    passed(ask(right, WEIGHTS, backend="torch"))
    surrogate = ask(
        lambda w: (torch.softmax(w, 1).detach() * (w - w.detach())).sum(1).mean() + right(w).detach(),
        WEIGHTS,
        backend="torch",
    )
    passed(surrogate)
