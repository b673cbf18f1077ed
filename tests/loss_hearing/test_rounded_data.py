"""Data, noise and what a decoder gives that are rounded inside, which multiples of 1/64 do not show."""

import numpy as np
import pytest

from tests.loss_hearing.help import ask, passed

KL = ("mean", "log_variance")
VAE = ("reconstruction", "x", *KL)


def kl(mu, s):
    return 0.5 * (mu**2 + np.exp(s) - 1 - s).sum(-1)


def squares(r, x, mu, s):
    return (0.5 * ((x - r) ** 2).sum(-1) + kl(mu, s)).mean()


def half(array):
    return array.astype(np.float16).astype(np.float64)


@pytest.mark.parametrize(
    "loss",
    [
        lambda r, x, mu, s: squares(r, half(x), mu, s),
        lambda r, x, mu, s: squares(half(r), x, mu, s),
        lambda r, x, mu, s: squares(r, np.floor(x * 64) / 64, mu, s),
        lambda r, x, mu, s: squares(r, np.floor(x * 256) / 256, mu, s),
    ],
)
def test_what_is_rounded_inside_is_undecided(loss):
    found = ask(loss, *VAE)
    assert found.outcome == "undecided"
    assert "at numbers between them" in found.missing


def test_so_is_noise_in_half_precision():
    found = ask(lambda mu, s, e: mu + np.exp(s / 2) * half(e), *KL, "noise")
    assert "at numbers between them" in found.missing


@pytest.mark.endurance
def test_numbers_in_float32_and_bits_are_no_such():
    passed(ask(lambda r, x, mu, s: squares(r, x.astype(np.float32), mu, s), *VAE))
    passed(ask(lambda mu, s, e: mu + np.exp(s / 2) * e.astype(np.float32), *KL, "noise"))

    def of_bits(p, x, mu, s):
        return (-np.where(x == 1, np.log(p), np.log(1 - p)).sum(-1) + kl(mu, s)).mean()

    passed(ask(of_bits, "probabilities", *VAE[1:]))
    passed(ask(lambda p, x, mu, s: of_bits(p, np.round(x), mu, s), "probabilities", *VAE[1:]))
