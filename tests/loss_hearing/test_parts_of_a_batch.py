"""A batch in parts of so many samples, or in so many parts: what leaves no rest is right of every batch."""

import numpy as np
import pytest
from scipy.special import logsumexp

from .help import accused, ask, unmeasured

KL, VAE, DRAWS = ("mean", "log_variance"), ("reconstruction", "x", "mean", "log_variance"), ("log_weights",)
NUMBERS = [unmeasured(2), 4, unmeasured(10), unmeasured(32)]
WAYS = {"of so many": lambda each, n: each.reshape(-1, n).T, "so many": lambda each, n: each.reshape(n, -1)}


def each(mu, log_variance):
    return 0.5 * (mu**2 + np.exp(log_variance) - 1 - log_variance)


def kl(mu, log_variance):
    return each(mu, log_variance).sum(1)


def whole(r, x, mu, log_variance):
    return (0.5 * (x - r) ** 2).sum(1) + kl(mu, log_variance)


@pytest.mark.unmeasured
@pytest.mark.parametrize("n", NUMBERS)
@pytest.mark.parametrize("divided", WAYS.values(), ids=WAYS)
@pytest.mark.parametrize("roles", [KL, VAE], ids=["kl", "whole"])
def test_the_mean_of_the_means_of_parts_is_that_of_the_batch(n, divided, roles):
    def of_kl(mu, s):
        return divided(kl(mu, s), n).mean(0).mean()

    def of_all(r, x, mu, s):
        return divided(whole(r, x, mu, s), n).mean(0).mean()

    told = ask(of_kl if roles is KL else of_all, *roles)
    assert told.outcome == "consistent"
    assert told.record["layout"] == ""
    assert {sizes["B"] % n for sizes in told.record["sizes"]} == {0}


@pytest.mark.parametrize("n", NUMBERS)
def test_a_mistake_is_named_there(n):
    accused("mean-over-latent", ask(lambda mu, s: each(mu, s).mean(1).reshape(-1, n).mean(1).mean(), *KL))
    accused("wrong-sign", ask(lambda mu, s: -kl(mu, s).reshape(n, -1).mean(1).mean(), *KL))


@pytest.mark.unmeasured
@pytest.mark.parametrize("n", NUMBERS)
def test_a_total_of_each_part_is_right_of_one_part_alone(n):
    told = ask(lambda mu, s: kl(mu, s).reshape(-1, n).sum(1).mean(), *KL)
    assert told.outcome == "undecided"
    assert told.missing.startswith(f"equal, if B = {n} ")

    def beside(r, x, mu, s):
        return (0.5 * (x - r) ** 2).sum(1).mean() + kl(mu, s).reshape(-1, n).sum(1).mean()

    assert ask(beside, *VAE).outcome == "refuted"


@pytest.mark.parametrize("count", [2, unmeasured(3), 5, unmeasured(8)])
def test_draws_may_come_first_in_a_row_with_a_batch(count):
    def bound(w):
        return logsumexp(w.reshape(count, -1), 0) - np.log(count)

    for loss in (bound, lambda w: -bound(w).mean()):
        told = ask(loss, *DRAWS)
        assert told.outcome == "undecided"
        assert told.missing.startswith(f"equal, if w is of shape (K, B), and K = {count} ")
    told = accused("missing-logK", ask(lambda w: -logsumexp(w.reshape(count, -1), 0).mean(), *DRAWS))
    assert told.finding("fixed-size")


@pytest.mark.unmeasured
@pytest.mark.parametrize("count", [2, unmeasured(3), 5, unmeasured(8)])
def test_a_missing_log_of_their_number_is_named_where_they_come_last(count):
    told = accused("missing-logK", ask(lambda w: -logsumexp(w.reshape(-1, count), 1).mean(), *DRAWS))
    assert told.finding("fixed-size")


def test_what_no_mistake_explains_at_any_length_stays_so():
    told = ask(lambda w: -(logsumexp(w.reshape(-1, 5), 1) ** 3).mean(), *DRAWS)
    assert told.outcome == "refuted"
    assert not told.mistakes
    assert told.finding("not-recognised")
