"""Losses that take square images alone, and hold no number that says of which side."""

import numpy as np
import pytest

from .help import accused, ask, codes_of, passed

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
