"""Samples that are left out because they are far larger, or far smaller, than the others of their batch."""

import numpy as np
import pytest

from tests.loss_hearing.help import ask, needs_torch, passed, passes

KL = ("mean", "log_variance")
VAE = ("reconstruction", "x", *KL)
LOGITS = ("logits", "x", *KL)
PAIR = ("mean_q", "log_variance_q", "mean_p", "log_variance_p")


def kl(mu, s):
    return 0.5 * (mu**2 + np.exp(s) - 1 - s).sum(-1)


def squares(r, x):
    return 0.5 * ((x - r) ** 2).reshape(len(x), -1).sum(1)


def entropy(logits, x):
    return (np.logaddexp(0, logits) - x * logits).reshape(len(x), -1).sum(1)


def pair(a, b, c, d):
    return 0.5 * (d - b + (np.exp(b) + (a - c) ** 2) / np.exp(d) - 1).sum(-1)


def single(mu, s):
    return kl(np.float32(mu), np.float32(s))


TRIMMED = {
    "3 times the mean": lambda each: each[each <= 3 * each.mean()].mean(),
    "5 times the mean": lambda each: each[each <= 5 * each.mean()].mean(),
    "10 times the mean": lambda each: each[each <= 10 * each.mean()].mean(),
    "4 deviations": lambda each: each[each <= each.mean() + 4 * each.std()].mean(),
    "5 deviations": lambda each: each[each <= each.mean() + 5 * each.std()].mean(),
    "weighed less": lambda each: np.where(each > 10 * each.mean(), 0.5, 1) @ each / len(each),
}
FROM_BELOW = {
    "a fiftieth of the mean": lambda each: np.where(each < each.mean() / 50, 0, each).mean(),
    "the same a sample": lambda each: np.where(each < each.mean() / 50, 0, each),
    "3 deviations below": lambda each: each[each >= each.mean() - 3 * each.std()].mean(),
}
UNSEEN_IN_SINGLE = {"weighed less", "3 deviations below"}  # one sample of 600, in part, is less than rounding may do
KEPT = {
    "a mean": np.mean,
    "a sum": np.sum,
    "a number a sample": lambda each: each,
    "finite ones": lambda each: each[np.isfinite(each)].mean(),
    "scaled and put back": lambda each: (each / (each.max() + 1)).mean() * (each.max() + 1),
    "standardised and put back": lambda each: (
        ((each - each.mean()) / (each.std() + 1e-8)).mean() * each.std() + each.mean()
    ),
    "sorted": lambda each: np.sort(each).mean(),
}


def whole(reduced):
    return lambda r, x, mu, s: reduced(squares(r, x) + kl(mu, s))


def refuted_for_its_size(found):
    assert found.outcome == "refuted"
    message = found.finding("wrong-spot").message
    assert message.endswith("far larger or smaller than the others left out, or does it weigh less?"), message
    assert found.counterexample["claim"] != pytest.approx(found.counterexample["truth"], rel=1e-4)
    return message


def test_the_numbers_on_paper():
    mu = np.repeat([[0.1], [6.0]], [63, 1], axis=0) * np.ones(4)
    each = kl(mu, np.zeros_like(mu))
    assert each.mean() == pytest.approx(1.1447, abs=1e-4)
    assert TRIMMED["3 times the mean"](each) == pytest.approx(0.02)


@pytest.mark.endurance
@pytest.mark.parametrize("reduced", TRIMMED.values(), ids=TRIMMED)
def test_large_samples_that_are_left_out_are_refuted(reduced):
    for loss, roles in ((whole(reduced), VAE), (lambda mu, s: reduced(kl(mu, s)), KL)):
        message = refuted_for_its_size(ask(loss, *roles))
        assert "B = 600, one sample is ordinary and all others are alike near the simplest numbers" in message


@pytest.mark.endurance
@pytest.mark.parametrize("reduced", FROM_BELOW.values(), ids=FROM_BELOW)
def test_small_samples_that_are_left_out_are_refuted(reduced):
    refuted_for_its_size(ask(whole(reduced), *VAE))
    refuted_for_its_size(ask(lambda mu, s: reduced(kl(mu, s)), *KL))


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", sorted({*TRIMMED, *FROM_BELOW} - UNSEEN_IN_SINGLE))
def test_they_are_in_single_precision(name):
    reduced = {**TRIMMED, **FROM_BELOW}[name]
    refuted_for_its_size(ask(lambda mu, s: reduced(single(mu, s)), *KL))


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", ["3 times the mean", "5 times the mean", "10 times the mean"])
def test_data_of_0_and_1_that_are_missed_may_not_be_left_out(name):
    message = refuted_for_its_size(ask(lambda r, x, mu, s: TRIMMED[name](entropy(r, x) + kl(mu, s)), *LOGITS))
    assert "is the opposite of what is decoded" in message


@pytest.mark.unmeasured
def test_samples_of_other_shapes_may_not_be_left_out():
    reduced = TRIMMED["10 times the mean"]
    refuted_for_its_size(ask(lambda a, b, c, d: reduced(pair(a, b, c, d)), *PAIR))

    def images(r, x, mu, s):
        _, _, _, _ = x.shape
        return reduced(squares(r, x) + kl(mu, s))

    refuted_for_its_size(ask(images, *VAE))

    def of_one_batch(mu, s):
        return reduced(kl(mu.reshape(64, -1), s))

    assert ask(of_one_batch, *KL).outcome == "refuted"


@pytest.mark.endurance
@needs_torch
@pytest.mark.parametrize("name", TRIMMED)
def test_tensors_may_not_be_left_out(name):
    import torch

    def reduced(each):
        if "deviations" in name:
            return each[each <= each.mean() + int(name[0]) * each.std(unbiased=False)].mean()
        return (each * torch.where(each > 3 * each.mean(), 0.5, 1.0)).mean()

    def loss(r, x, mu, s):
        return reduced((0.5 * (r - x) ** 2).sum(-1) + 0.5 * (mu**2 + s.exp() - 1 - s).sum(-1))

    refuted_for_its_size(ask(loss, *VAE, backend="torch"))


@pytest.mark.endurance
@pytest.mark.parametrize("reduced", KEPT.values(), ids=KEPT)
def test_right_losses_are_right_beside_outliers(reduced):
    passed(ask(whole(reduced), *VAE))
    passed(ask(lambda mu, s: reduced(kl(mu, s)), *KL))
    passed(ask(lambda mu, s: reduced(single(mu, s)), *KL))
    passed(ask(lambda a, b, c, d: reduced(pair(a, b, c, d)), *PAIR))
    passed(ask(lambda r, x, mu, s: reduced(entropy(r, x) + kl(mu, s)), *LOGITS))


@pytest.mark.parametrize("reduced", [np.mean, TRIMMED["10 times the mean"]], ids=["right", "wrong"])
def test_logits_of_categoricals_are_asked_too(reduced):
    def loss(logits):
        q = np.exp(logits) / np.exp(logits).sum(-1, keepdims=True)
        return reduced((q * np.log(q * q.shape[-1])).reshape(len(q), -1).sum(1))

    found = ask(loss, "logits")
    assert found.outcome == ("consistent" if reduced is np.mean else "refuted")


def test_probabilities_that_sum_to_1_are_none_of_the_simplest_numbers():
    passed(ask(lambda probs: (probs * np.log(probs * probs.shape[-1])).sum(-1).mean(), "probabilities"))


@pytest.mark.unmeasured
def test_clamps_of_arguments_do_not_bind_there():
    passed(ask(lambda mu, s: kl(mu.clip(-3, 3), s.clip(-3, 3)).mean(), *KL))
    passed(ask(lambda r, x, mu, s: (entropy(r.clip(-3, 3), x) + kl(mu, s)).mean(), *LOGITS))


def test_what_refuses_such_a_batch_is_told_and_not_accused():
    def loss(mu, s):
        if len(mu) > 8 and mu.std() < 0.5:
            raise ValueError("a collapsed batch")
        return kl(mu, s).mean()

    found = passed(ask(loss, *KL))
    assert "where B = 600, one sample is ordinary" in found.finding("refuses").message


def test_single_samples_have_no_others():
    passed(ask(kl, *KL, batch=False))


def test_the_test_of_it_is_short_and_passes_for_the_right_loss():
    def trimmed(mu, s):
        return TRIMMED["5 times the mean"](kl(mu, s))

    found = ask(trimmed, *KL)
    assert len(found.as_test()) < 1000
    assert not passes(found, trimmed, "trimmed")
    assert passes(found, lambda mu, s: kl(mu, s).mean(), "trimmed")
