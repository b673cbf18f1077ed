"""Bounds with one draw that is far larger than all others: nothing is cut off there, left out, or not learnt."""

import time

import numpy as np
import pytest
from scipy.special import logsumexp, softmax

from tests.loss_hearing.help import accused, ask, codes_of, needs_torch, passed, passes, told_at_a_spot

WEIGHTS = "log_weights"
PLACE = "where K = {}, one draw of one sample is 20.3 and all others are 0"
BESIDE = "where K = 2053, one draw of each sample is {} and all others are 0"


def bound(w, axis=1):
    return logsumexp(w, axis) - np.log(w.shape[axis])


def truncated(times, axis=1):
    """No weight is more than so many times their mean."""

    def made(w):
        most = np.expand_dims(bound(w, axis), axis) + np.log(times)
        return bound(np.minimum(w, most), axis).mean()

    return made


def dropped(below):
    """No draw counts that is so many nats below the largest."""
    return lambda w: bound(np.where(w < w.max(1, keepdims=True) - below, -np.inf, w)).mean()


def shared(least):
    """No draw counts that has a smaller share of all weights."""

    def made(w):
        share = softmax(w, 1)
        return (bound(w) + np.log(np.where(share < least, 0, share).sum(1))).mean()

    return made


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
    w[:, 0] = 5.5
    assert (bound(w).mean(), dropped(5)(w)) == pytest.approx((0.584, -0.227), abs=1e-3)
    w[:, 0] = 7
    assert bound(w).mean() - shared(1e-3)(w) == pytest.approx(0.25, abs=0.01)
    assert truncated(3)(np.array([[5.0, 0.0, -1.0]])) == pytest.approx(bound(np.array([[5.0, 0.0, -1.0]]))[0])


@pytest.mark.unmeasured
@pytest.mark.parametrize(("times", "many"), [(10, 2053), (100, 2053), (1000, 2053), (3000, 3761)])
def test_weights_that_are_truncated_are_refuted_where_there_are_many(times, many):
    message = told_at_a_spot(ask(truncated(times), WEIGHTS))
    assert PLACE.format(many) in message
    assert "is a draw that is far larger or smaller than the others left out" in message


@pytest.mark.unmeasured
def test_they_are_along_the_first_axis_and_of_single_samples_and_in_single_precision():
    told_at_a_spot(ask(truncated(10, 0), WEIGHTS))
    told_at_a_spot(ask(lambda w: truncated(10)(np.float32(w)), WEIGHTS))
    told_at_a_spot(ask(lambda w: truncated(10)(w[None]), WEIGHTS, batch=False))
    told_at_a_spot(ask(truncated(10), WEIGHTS, sizes={"K": 50}))


@pytest.mark.unmeasured
@pytest.mark.parametrize(("below", "large"), [(5, 7.3), (7, 7.3), (8, 11.6), (11, 11.6), (12, 13.9), (13, 13.9)])
def test_draws_far_below_the_largest_may_not_be_left_out(below, large):
    message = told_at_a_spot(ask(dropped(below), WEIGHTS))
    assert BESIDE.format(large) in message


@pytest.mark.unmeasured
@pytest.mark.parametrize(("least", "large"), [(1e-3, 7.3), (1e-4, 11.6), (1e-5, 11.6), (1e-6, 13.9)])
def test_draws_of_a_small_share_may_not_be_left_out(least, large):
    message = told_at_a_spot(ask(shared(least), WEIGHTS))
    assert BESIDE.format(large) in message


@pytest.mark.unmeasured
def test_small_draws_are_along_the_first_axis_and_of_single_samples_and_in_single_precision():
    told_at_a_spot(ask(lambda w: dropped(8)(w.T), WEIGHTS))
    told_at_a_spot(ask(lambda w: dropped(8)(w[None]), WEIGHTS, batch=False))
    told_at_a_spot(ask(lambda w: dropped(11)(np.float32(w)), WEIGHTS))
    told_at_a_spot(ask(lambda w: shared(1e-5)(np.float32(w)), WEIGHTS))
    told_at_a_spot(ask(dropped(8), WEIGHTS, sizes={"K": 50}))


def test_what_takes_long_with_so_many_draws_is_asked_with_fewer():
    def slowly(loss):
        def slow(w):
            time.sleep(w.shape[1] * 5e-5)
            return loss(w)

        return slow

    assert "K = 307, one draw of each sample is 5.4" in told_at_a_spot(ask(slowly(dropped(5)), WEIGHTS))
    found = passed(ask(slowly(lambda w: bound(w).mean()), WEIGHTS))
    assert "where K = 2053: it was not asked" in found.finding("refuses").message


def test_its_test_is_short_and_passes_for_the_right_bound():
    def wrong(w):
        return dropped(5)(w)

    found = ask(wrong, WEIGHTS)
    assert len(found.as_test()) < 1000
    assert not passes(found, wrong, "wrong")
    assert passes(found, lambda w: bound(w).mean(), "wrong")


@pytest.mark.parametrize("times", [3, 5])
def test_a_truncation_is_no_matter_of_the_number_of_draws(times):
    found = ask(truncated(times), WEIGHTS)
    assert found.outcome == "refuted"
    assert "not-recognised" in codes_of(found)
    assert "where K = 2053 and all are alike, w within ±0.5" in found.finding("branch").message


@pytest.mark.unmeasured
def test_one_that_never_binds_is_right_where_that_number_is_given():
    passed(ask(truncated(3), WEIGHTS, sizes={"K": 3}))


@pytest.mark.unmeasured
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
    assert f"an output of shape () where one of shape (2,) is expected {PLACE.format(2053)}" in found.missing


@pytest.mark.endurance
@pytest.mark.parametrize(
    "loss",
    [
        lambda w: bound(w).mean(),
        lambda w: -bound(w),
        lambda w: bound(w, 0),
        lambda w: np.log(np.exp(w - w.max(1, keepdims=True)).mean(1)) + w.max(1),
        lambda w: bound(np.float32(w)),
        lambda w: np.log(np.exp(w).mean(1)).mean(),
        lambda w: np.logaddexp.reduce(w, 1) - np.log(w.shape[1]),
        lambda w: logsumexp([logsumexp(part, 1) for part in np.array_split(w, 3, 1)], 0) - np.log(w.shape[1]),
        lambda w: np.log(np.cumsum(np.exp(np.float32(w)), 1, dtype=np.float32)[:, -1] / w.shape[1]),
        dropped(40),
        shared(1e-12),
    ],
    ids=[
        "mean",
        "a number a sample",
        "first axis",
        "shifted",
        "single precision",
        "naive",
        "one by one",
        "in parts",
        "one by one in single precision",
        "without what is next to nothing",
        "without the smallest shares",
    ],
)
def test_right_bounds_stay_right(loss):
    passed(ask(loss, WEIGHTS))


@pytest.mark.unmeasured
def test_other_excuses_are_heard_as_before():
    assert "if K = 5" in ask(lambda w: (logsumexp(w, 1) - np.log(5)).mean(), WEIGHTS).missing
    assert "if K = 3" in ask(lambda w: logsumexp(w[:, :3], 1) - np.log(3), WEIGHTS).missing


@pytest.mark.unmeasured
@pytest.mark.parametrize("draws", [2, 5])
def test_a_bound_of_rows_that_it_divides_itself_is_right_at_that_length(draws):
    found = ask(lambda w: (logsumexp(w.reshape(-1, draws), 1) - np.log(draws)).mean(), WEIGHTS)
    assert found.outcome == "undecided"
    assert f"if K = {draws} (say so" in found.missing


def in_parts(most=None):
    def bound(w):
        parts = [logsumexp(part, 1) for part in np.split(w, 5, 1)]
        return logsumexp(parts[:most], 0) - np.log(w.shape[1])

    return bound


@pytest.mark.unmeasured
def test_what_takes_multiples_alone_is_asked_with_many_draws_too():
    def first(w):
        return in_parts(None if w.shape[1] < int("1000") else 4)(w)  # it holds no such number

    passed(ask(in_parts(), WEIGHTS))
    assert "K = 2055" in told_at_a_spot(ask(first, WEIGHTS))


def test_what_refuses_so_many_draws_is_wrong_where_it_was():
    def few_draws(w):
        if w.shape[1] > 100:
            raise ValueError("too many draws")
        return truncated(2)(w)

    found = ask(few_draws, WEIGHTS)
    assert found.outcome != "consistent"
    assert "branch" not in codes_of(found)


@pytest.mark.endurance
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
    assert found.mistakes[0].evidence.startswith(PLACE.format(2053))
    passed(ask(right, WEIGHTS, backend="torch"))
    surrogate = ask(
        lambda w: (torch.softmax(w, 1).detach() * (w - w.detach())).sum(1).mean() + right(w).detach(),
        WEIGHTS,
        backend="torch",
    )
    passed(surrogate)


@needs_torch
def test_a_gradient_of_small_shares_may_not_be_cut():
    import torch

    def cut(w):
        w = torch.where(torch.softmax(w, 1) < 1e-5, w.detach(), w)
        return (torch.logsumexp(w, 1) - np.log(w.shape[1])).mean()

    found = accused("detached-sample", ask(cut, WEIGHTS, backend="torch"))
    assert "where K = 2053, one draw of each sample is" in found.mistakes[0].evidence
