"""What becomes another function beyond a threshold: wrong among ordinary numbers, and told further out."""

import numpy as np
import pytest

from tests.loss_hearing.help import ask, codes_of, passed

KL = ("mean", "log_variance")
VAE = ("reconstruction", "x", *KL)


def kl(mu, s):
    return 0.5 * (mu**2 + np.exp(s) - 1 - s)


def beyond(level, t):
    return np.maximum(0, np.abs(t) - level)


def doubled(level, mu, s):
    return np.where(np.abs(mu) > level, 2, 1) * kl(mu, s)


NEAR = {
    "a penalty of means": (lambda mu, s: kl(mu, s) + beyond(2.5, mu), "mu = 4, s = 0"),
    "a penalty of log variances": (lambda mu, s: kl(mu, s) + beyond(2.5, s), "mu = 0, s = -3"),
    "a step": (lambda mu, s: kl(mu, s) + (np.abs(s) > 3), "mu = 0, s = -4"),
    "a doubled part": (lambda mu, s: doubled(3, mu, s), "mu = 4, s = 0"),
    "a clamp of one term": (lambda mu, s: kl(mu, np.minimum(s, 3)) + 0.5 * (np.minimum(s, 3) - s), "mu = 0, s = 4"),
}


@pytest.mark.parametrize(("each", "place"), NEAR.values(), ids=NEAR)
def test_another_function_among_ordinary_numbers_is_refuted_with_the_place(each, place) -> None:
    found = ask(lambda mu, s: each(mu, s).sum(-1), *KL)
    assert found.outcome == "refuted"
    assert f"and another value at {place}: a penalty, a threshold" in found.finding("wrong-spot").message
    assert found.counterexample["claim"] != pytest.approx(found.counterexample["truth"])


@pytest.mark.parametrize("each", [each for each, _ in NEAR.values()], ids=NEAR)
def test_it_is_refuted_within_a_loss_too(each) -> None:
    def loss(r, x, mu, s):
        return (0.5 * ((r - x) ** 2).sum(-1) + each(mu, s).sum(-1)).mean()

    assert "a penalty" in ask(loss, *VAE).finding("wrong-spot").message


def test_means_of_two_densities_are_ordinary_numbers_as_well() -> None:
    def pair(a, b, c, d):
        terms = 0.5 * (d - b + np.exp(b - d) + (a - c) ** 2 * np.exp(-d) - 1)
        return (terms + beyond(2.5, a)).sum(-1)

    found = ask(pair, "mean_q", "log_variance_q", "mean_p", "log_variance_p")
    assert "at a = 4, c = 4.5" in found.finding("wrong-spot").message


FAR = {
    "a penalty": (lambda mu, s: kl(mu, s) + beyond(6, mu), "mu = 10, s = 0 it gives 162, right is 150"),
    "a doubled part": (lambda mu, s: doubled(20, mu, s), "mu = 100, s = 0 it gives 30000, right is 15000"),
    "a doubled part in float32": (lambda mu, s: doubled(20, np.float32(mu), np.float32(s)), "mu = 100, s = 0 it gives"),
    "a clamp of one term": (lambda mu, s: kl(mu, s.clip(-9, 9)) + 0.5 * (s.clip(-9, 9) - s), "mu = 0, s = 12 it"),
}


@pytest.mark.parametrize(("each", "place"), FAR.values(), ids=FAR)
def test_another_function_further_out_is_told_as_such_and_not_as_lost_digits(each, place) -> None:
    found = passed(ask(lambda mu, s: each(mu, s).sum(-1), *KL))
    told = [finding.message for finding in found.findings if finding.code == "binding-clamp"]
    assert any(f"a threshold, a clamp or a penalty binds: at {place}" in message for message in told), told
    assert "digits are lost" not in str(found)


RIGHT = {
    "a clamp of log variances": lambda mu, s: kl(mu, s.clip(-3, 3)),
    "a clamp of means": lambda mu, s: kl(mu.clip(-3, 3), s),
    "a clamp further out": lambda mu, s: kl(mu, s.clip(-10, 10)),
}


@pytest.mark.parametrize("each", RIGHT.values(), ids=RIGHT)
def test_a_clamp_of_an_argument_is_one_and_no_mistake(each) -> None:
    found = passed(ask(lambda mu, s: each(mu, s).sum(-1), *KL))
    assert "a clamp or an epsilon binds" in found.finding("binding-clamp").message


def test_what_grows_on_the_way_is_an_epsilon() -> None:
    epsilon = passed(ask(lambda mu, s: (kl(mu, 2 * np.log(s)) - 0.5 * np.log1p(1e-8 / s**2)).sum(-1), "mean", "std"))
    assert "a clamp or an epsilon binds" in epsilon.finding("binding-clamp").message


def test_a_function_that_refuses_what_is_beyond_its_clamp_is_not_accused() -> None:
    def refusing(mu, s):
        if np.abs(mu).max() > 5:
            raise ValueError("too large")
        return kl(mu.clip(-3, 3), s).sum(-1)

    assert "binding-clamp" in codes_of(passed(ask(refusing, *KL)))


def test_a_function_that_refuses_some_numbers_on_the_way_is_told_all_the_same() -> None:
    def refusing(mu, s):
        if 5 < np.abs(mu).max() < 7:
            raise ValueError("not these")
        return (kl(mu, s) + beyond(8, mu)).sum(-1)

    assert "binding-clamp" in codes_of(passed(ask(refusing, *KL)))
