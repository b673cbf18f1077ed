"""What no decoder mends: a mean over the pixels behind a softmax, and a square that counts in steps of the data."""

import numpy as np
import pytest

from tests.loss_hearing.help import ask, codes_of, long

V = ("reconstruction", "x", "mean", "log_variance")
L = ("logits", "x", "mean", "log_variance")


def kl(mu, lv):
    return 0.5 * (mu**2 + np.exp(lv) - 1 - lv).sum(-1)


def log_softmax(logits):
    return logits - np.log(np.sum(np.exp(logits), axis=-1, keepdims=True))


@pytest.mark.endurance
def test_a_mean_over_pixels_is_seen_behind_a_softmax_and_a_sum_is_open():
    sums = ask(lambda t, x, mu, lv: -(x * log_softmax(t)).sum(-1).mean() + kl(mu, lv).mean(), *L)
    assert sums.outcome == "undecided"
    assert "unknown-decoder" in codes_of(sums)
    mean = ask(lambda t, x, mu, lv: -(x * log_softmax(t)).mean() + kl(mu, lv).mean(), *L)
    assert mean.outcome == "refuted"


@pytest.mark.endurance
def test_a_likelihood_that_refuses_more_pixels_is_open():
    def few(t, x, mu, lv):
        assert x.shape[1] <= 11
        return -(x * log_softmax(t)).sum(-1).mean() + kl(mu, lv).mean()

    assert ask(few, *L).outcome == "undecided"


def weighted(weight):
    return lambda r, x, mu, lv: (weight(x) * 0.5 * (r - x) ** 2).sum(-1).mean() + kl(mu, lv).mean()


@pytest.mark.parametrize(
    ("weight", "told"),
    [
        (lambda x: 1 + 9 * (x > 0.5), "where x = 0.5625 the square of x − r counts 10 times what it does where x = 0:"),
        long(lambda x: x > 0.5, "where x = 0 the square of x − r counts 0 times what it does where x = 0.5625:"),
        long(lambda x: 1.0 + (x > 0.3) + (x > 0.6), "where x = 0.625 the square of x − r counts 3 times"),
    ],
)
def test_a_weight_in_steps_of_the_data_is_refuted_with_its_place(weight, told):
    found = ask(weighted(weight), *V)
    assert found.outcome == "refuted"
    assert told in found.finding("weighed-data").message
    assert abs(found.counterexample["claim"] - found.counterexample["truth"]) > 1e-6


@pytest.mark.endurance
@pytest.mark.parametrize(
    "part",
    [
        lambda r, x: 0.5 * (r - x) ** 2 / (0.1 + x),  # a variance that goes with x
        lambda r, x: np.abs(r - x) ** 3,
        lambda r, x: 0.5 * (r - x) ** 2 + np.abs(r - 0.5) * (x > 0.5),
        lambda r, x: np.abs(r - x) ** 1.5 * (1 + (x > 0.5)),
        lambda r, x: np.log(np.abs(r - x)) ** 2,  # infinite where they are the same
        lambda r, x: np.where(np.ptp(x) > 0, np.abs(r - x), 0.0),  # nothing where all are alike
    ],
)
def test_what_is_no_square_or_has_a_weight_for_every_x_is_open(part):
    found = ask(lambda r, x, mu, lv: part(r, x).sum(-1).mean() + kl(mu, lv).mean(), *V)
    assert found.outcome == "undecided"
    assert "unknown-decoder" in codes_of(found)


@pytest.mark.endurance
def test_a_weight_that_cannot_be_asked_at_simple_numbers_is_open():
    def refusing(r, x, mu, lv):
        assert len(np.unique(x)) > 1
        return weighted(lambda x: 1 + 9 * (x > 0.5))(r, x, mu, lv)

    assert ask(refusing, *V).outcome == "undecided"
