"""Losses that take square images alone, and hold no number that says of which side."""

import numpy as np
import pytest

from .help import accused, ask, codes_of, passed, unmeasured

VAE = ("reconstruction", "x", "mean", "log_variance")


def kl(mu, lv):
    return (mu**2 + np.exp(lv) - 1 - lv).reshape(len(mu), -1).sum(1) / 2


def turned(r, x):
    """The square of an error whose axes are exchanged twice, which takes squares."""
    batch, channels, height, _ = x.shape
    return (x - r.reshape(batch, channels, height, height)) ** 2 / 2


def halved(r, x):
    if x.shape[2] % 8 or x.shape[2] != x.shape[3]:
        raise ValueError(f"a side of {x.shape[2:]} cannot be halved three times")
    return turned(r, x)


def loss_of(error, reduced):
    return lambda r, x, mu, lv: (reduced(error(r, x)) + kl(mu, lv)).mean()


@pytest.mark.unmeasured
@pytest.mark.parametrize("error", [turned, halved])
def test_a_right_loss_is_read(error):
    told = passed(ask(loss_of(error, lambda each: each.sum((1, 2, 3))), *VAE))
    assert "fixed-size" in codes_of(told)


@pytest.mark.parametrize("error", [turned, halved])
def test_a_wrong_one_is_named(error):
    accused("mse-mean-vs-kl-sum", ask(loss_of(error, lambda each: each.mean((1, 2, 3))), *VAE))


def test_of_latents_as_well_and_of_three_channels():
    def of_three(mu, lv):
        _, channels, height, width = mu.shape
        if channels != 3 or height != width:
            raise ValueError("three channels are wanted, and a square")
        return kl(mu, lv)

    passed(ask(of_three, *VAE[2:]))
    accused("doubled", ask(lambda mu, lv: 2 * of_three(mu, lv), *VAE[2:]))


def of_side(side):
    """The square of an error of images whose height and width are this."""

    def error(r, x):
        assert x.shape[2] == x.shape[3] == side
        return (x - r) ** 2 / 2

    return error


def of_squares(r, x):
    """The same of any square images, with a number in the code that is no length."""
    assert (16, x.shape[2])[1] == x.shape[3]
    return (x - r) ** 2 / 2


@pytest.mark.unmeasured
@pytest.mark.parametrize("error", [of_side(28), of_squares], ids=["28", "squares"])
def test_a_mean_over_channels_is_right_of_one_channel_alone(error):
    told = ask(loss_of(error, lambda each: each.mean(1).sum((1, 2))), *VAE)
    assert told.outcome == "undecided"
    assert told.missing.startswith("equal, if c = 1: images of one channel (say so: sizes={'c': 1})")
    passed(ask(loss_of(error, lambda each: each.mean(1).sum((1, 2))), *VAE, sizes={"c": 1}))


@pytest.mark.parametrize("side", [28, unmeasured(64)])
def test_of_latents_no_mean_over_channels_is_right(side):
    def of_one_side(mu, lv):
        assert mu.shape[2] == mu.shape[3] == side
        return (mu**2 + np.exp(lv) - 1 - lv) / 2

    passed(ask(lambda mu, lv: of_one_side(mu, lv).sum((1, 2, 3)).mean(), *VAE[2:]))
    assert ask(lambda mu, lv: of_one_side(mu, lv).mean(1).sum((1, 2)).mean(), *VAE[2:]).outcome == "refuted"


def windows(r, x):
    """The square of an error whose height and width are divided into windows of 8, which leave nothing over."""
    batch, channels, height, width = x.shape
    each = ((x - r) ** 2 / 2).reshape(batch, channels, height // 8, 8, width // 8, 8)
    assert height >= 8 <= width
    return each.sum((3, 5))


@pytest.mark.unmeasured
def test_images_of_windows_stand_beside_latents_in_a_row():
    passed(ask(loss_of(windows, lambda each: each.sum((1, 2, 3))), *VAE))
    told = ask(loss_of(windows, lambda each: each.sum(1).mean((1, 2))), *VAE)
    assert told.outcome == "refuted"
    assert told.finding("effective-beta")


@pytest.mark.unmeasured
def test_a_mean_over_all_pixels_of_a_square_is_named_before_a_number():
    (mistake,) = accused(
        "mse-mean-vs-kl-sum", ask(loss_of(of_squares, lambda each: each.mean((1, 2, 3))), *VAE)
    ).mistakes
    assert mistake.slug == "mse-mean-vs-kl-sum"
