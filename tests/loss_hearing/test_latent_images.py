"""Latents of a convolutional encoder, (B, C, H, W): what a KL of (B, d) is of those, where it takes them, is told."""

import numpy as np
import pytest

from tests.loss_hearing.help import ask, codes_of, passed

KL = ("mean", "log_variance")


def each(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)


def over_one_axis(mu, logvar):
    return np.mean(np.sum(each(mu, logvar), axis=1))


def test_a_sum_over_the_channels_and_a_mean_over_all_else_is_told_with_its_share() -> None:
    told = passed(ask(over_one_axis, *KL)).finding("not-of-images")
    assert told.severity == "note"
    assert "this is said of mu and logvar of shape (B, d). It takes latents (B, C, H, W) as well" in told.message
    assert "another function, 0.05 of what is right at (C, H, W) = (3, 4, 5): flatten" in told.message
    found = ask(over_one_axis, *KL, sizes={"C": 3, "H": 4, "W": 5})
    assert found.outcome == "refuted"


def test_two_gaussians_are_told_of_as_well() -> None:
    def pair(mu, std, nu, sd):
        return np.mean(np.sum(np.log(sd / std) + (std**2 + (mu - nu) ** 2) / (2 * sd**2) - 0.5, axis=1))

    assert "not-of-images" in codes_of(passed(ask(pair, "mean_q", "std_q", "mean_p", "std_p")))


def test_another_function_of_images_has_no_share() -> None:
    def kl(mu, logvar):
        return over_one_axis(mu, logvar) if mu.ndim == 2 else np.mean(np.cosh(mu) * np.cosh(logvar))

    assert "another function: flatten" in passed(ask(kl, *KL)).finding("not-of-images").message


def refusing(mu, logvar):
    if mu.ndim != 2:
        raise ValueError("two axes, please")
    return over_one_axis(mu, logvar)


def infinite(mu, logvar):
    return over_one_axis(mu, logvar) if mu.ndim == 2 else np.inf


@pytest.mark.parametrize(
    "kl",
    [each, lambda mu, logvar: each(mu, logvar).reshape(len(mu), -1).sum(-1).mean(), refusing, infinite],
    ids=["elementwise", "over all", "refusing", "infinite"],
)
def test_what_is_right_of_images_or_of_none_is_told_nothing(kl) -> None:
    assert "not-of-images" not in codes_of(passed(ask(kl, *KL)))


def test_lengths_that_were_given_say_what_is_meant() -> None:
    assert "not-of-images" not in codes_of(passed(ask(over_one_axis, *KL, sizes={"d": 20})))
