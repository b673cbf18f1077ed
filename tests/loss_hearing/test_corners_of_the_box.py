"""Thresholds of two arguments at once: they show at corners of the box of ordinary latents, and not at its sides."""

import numpy as np
import pytest

from tests.loss_hearing.help import ask, passed

KL = ("mean", "log_variance")
VAE = ("reconstruction", "x", *KL)
TWO = ("mean_q", "log_variance_q", "mean_p", "log_variance_p")


def kl(mu, s):
    return 0.5 * (mu**2 + np.exp(s) - 1 - s)


def pair(a, b, c, d):
    return 0.5 * (d - b + (np.exp(b) + (a - c) ** 2) / np.exp(d) - 1)


def of_clipped_ratio(mu, s):
    ratio = np.clip(mu / np.exp(s / 2), -12, 12)
    return 0.5 * (ratio**2 * np.exp(s) + np.exp(s) - 1 - s)


OF_ONE = {
    "halved": lambda mu, s: np.where((mu > 2.6) & (s > 1), 0.5, 1) * kl(mu, s),
    "dropped by a difference": lambda mu, s: np.where(mu - s > 4, 0, 1) * kl(mu, s),
    "a clipped ratio": of_clipped_ratio,
}
OF_TWO = {
    "wide beside narrow": lambda a, b, c, d: np.where((b > 2) & (d < -2), 0.5, 1) * pair(a, b, c, d),
    "narrow beside wide": lambda a, b, c, d: np.where((b < -2) & (d > 2), 0.5, 1) * pair(a, b, c, d),
    "means apart": lambda a, b, c, d: np.where((a > 1) & (c < -1), 0.5, 1) * pair(a, b, c, d),
    "a prior that is held near": lambda a, b, c, d: pair(a, b, c, np.maximum(d, b - 5)),
}
RIGHT_OF_ONE = {
    "clamps of both": lambda mu, s: kl(np.clip(mu, -3, 3), np.clip(s, -3, 3)),
    "a clamp of one": lambda mu, s: kl(mu, np.clip(s, -3, 3)),
    "a clamp of the other": lambda mu, s: kl(np.clip(mu, -3, 3), s),
    "float32": lambda mu, s: kl(np.float32(mu), np.float32(s)),
}
RIGHT_OF_TWO = {
    "clamps of the scales": lambda a, b, c, d: pair(a, np.clip(b, -3.5, 3.5), c, np.clip(d, -3, 3)),
    "float32": lambda *each: pair(*map(np.float32, each)),
    "an epsilon": lambda a, b, c, d: 0.5 * (d - b + (np.exp(b) + (a - c) ** 2) / (np.exp(d) + 1e-6) - 1),
}


@pytest.mark.parametrize("each", OF_ONE.values(), ids=OF_ONE)
def test_a_threshold_of_two_arguments_is_refuted(each) -> None:
    found = ask(lambda mu, s: each(mu, s).sum(-1), *KL)
    assert found.outcome == "refuted"
    assert "another value at mu = 4, s = " in found.finding("wrong-spot").message


@pytest.mark.unmeasured
@pytest.mark.parametrize("each", OF_ONE.values(), ids=OF_ONE)
def test_it_is_refuted_within_a_loss(each) -> None:
    found = ask(lambda r, x, mu, s: (0.5 * ((r - x) ** 2).sum(-1) + each(mu, s).sum(-1)).mean(), *VAE)
    assert found.outcome == "refuted"


@pytest.mark.endurance
@pytest.mark.parametrize("each", OF_TWO.values(), ids=OF_TWO)
def test_so_is_one_of_two_densities(each) -> None:
    assert ask(lambda a, b, c, d: each(a, b, c, d).sum(-1), *TWO).outcome == "refuted"


@pytest.mark.unmeasured
@pytest.mark.parametrize("each", RIGHT_OF_ONE.values(), ids=RIGHT_OF_ONE)
def test_a_clamp_of_each_argument_is_right_at_the_corners_too(each) -> None:
    passed(ask(lambda mu, s: each(mu, s).sum(-1), *KL))


@pytest.mark.unmeasured
@pytest.mark.parametrize("each", RIGHT_OF_TWO.values(), ids=RIGHT_OF_TWO)
def test_so_it_is_of_two_densities(each) -> None:
    passed(ask(lambda a, b, c, d: each(a, b, c, d).sum(-1), *TWO))
