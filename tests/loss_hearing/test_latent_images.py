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
    assert "this is said of mu and logvar of shape (B, d). Latents that are images themselves" in told.message
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


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "kl",
    [each, lambda mu, logvar: each(mu, logvar).reshape(len(mu), -1).sum(-1).mean(), refusing, infinite],
    ids=["elementwise", "over all", "refusing", "infinite"],
)
def test_what_is_right_of_images_or_of_none_is_told_nothing(kl) -> None:
    assert "not-of-images" not in codes_of(passed(ask(kl, *KL)))


def test_lengths_that_were_given_say_what_is_meant() -> None:
    assert "not-of-images" not in codes_of(passed(ask(over_one_axis, *KL, sizes={"d": 20})))


VAE = ("reconstruction", "x", *KL)
LEARNED = ("reconstruction", "x", "decoder_std", *KL)


def squares(r, x):
    return 0.5 * ((r - x) ** 2).reshape(len(x), -1).sum(-1).mean()


def of_images(r, x):
    return np.mean(np.sum(0.5 * (r - x) ** 2, axis=(1, 2, 3)))


@pytest.mark.unmeasured
@pytest.mark.parametrize("reconstruction", [squares, of_images], ids=["of any data", "of images"])
def test_a_whole_loss_is_told_of_with_its_effective_beta(reconstruction) -> None:
    def loss(r, x, mu, logvar):
        return reconstruction(r, x) + over_one_axis(mu, logvar)

    told = passed(ask(loss, *VAE)).finding("not-of-images")
    assert "this is said of mu and logvar of shape (B, d). Latents that are images themselves" in told.message
    assert "another function, with an effective beta of 0.05 at (B, C, H, W) = (2, 3, 4, 5)" in told.message
    found = ask(loss, *VAE, sizes={"C": 4, "H": 2, "W": 3})
    assert found.outcome == "refuted"
    assert "effective beta 1/6" in str(found)


@pytest.mark.unmeasured
def test_lengths_of_the_data_say_nothing_of_the_latents() -> None:
    def loss(r, x, mu, logvar):
        return of_images(r, x) + over_one_axis(mu, logvar)

    assert "not-of-images" in codes_of(passed(ask(loss, *VAE, sizes={"c": 3, "h": 4, "w": 5})))
    assert "not-of-images" not in codes_of(passed(ask(loss, *VAE, sizes={"d": 8})))


@pytest.mark.unmeasured
def test_a_whole_loss_that_sums_over_all_latents_is_told_nothing() -> None:
    def loss(r, x, mu, logvar):
        return of_images(r, x) + each(mu, logvar).reshape(len(mu), -1).sum(-1).mean()

    assert "not-of-images" not in codes_of(passed(ask(loss, *VAE)))

    def over_flat_latents_alone(r, x, mu, logvar):
        return of_images(r, x) + refusing(mu, logvar)

    assert "not-of-images" not in codes_of(passed(ask(over_flat_latents_alone, *VAE)))


def test_a_loss_that_is_another_of_images_of_data_is_told_of_once() -> None:
    def loss(r, x, mu, logvar):
        return np.mean(np.sum(0.5 * (r - x) ** 2, axis=1)) + over_one_axis(mu, logvar)

    found = passed(ask(loss, *VAE))
    assert [finding.code for finding in found.findings].count("not-of-images") == 1
    assert "x of shape (B, D)" in found.finding("not-of-images").message


def test_a_spread_of_a_decoder_is_no_latent() -> None:
    def loss(r, x, s, mu, logvar):
        density = 0.5 * ((r - x) / s) ** 2 + np.log(s)
        return density.reshape(len(x), -1).sum(-1).mean() + over_one_axis(mu, logvar)

    assert "said of mu and logvar" in passed(ask(loss, *LEARNED)).finding("not-of-images").message


def test_two_parameters_in_one_argument_are_told_of_by_its_name() -> None:
    def packed(h):
        return over_one_axis(*np.split(h, 2, axis=1))

    assert "this is said of h of" in passed(ask(packed, "mean_and_log_variance")).finding("not-of-images").message
