"""Advice that would be refuted when it is followed is not given; names that lie are excused as before."""

import numpy as np
import pytest

from tests.hearing.loss_help import ask, codes_of, needs_torch

KL = ("mean", "log_variance")


def each(mu, lv):
    return 0.5 * (mu**2 + np.exp(lv) - 1 - lv)


@pytest.mark.parametrize("bits", [0.1, 0.2])
def test_free_bits_that_do_not_bind_at_one_length_are_no_matter_of_that_length(bits):
    found = ask(lambda mu, lv: np.maximum(each(mu, lv).mean(0), bits).sum(), *KL)
    assert found.outcome == "refuted"
    assert "d = 2" not in found.missing


@pytest.mark.endurance
def test_free_bits_that_do_not_bind_for_single_samples_are_no_matter_of_the_batch():
    found = ask(lambda mu, lv: np.maximum(each(mu, lv), 0.001).sum(-1).mean(), *KL)
    assert "equal, if" not in found.missing


@pytest.mark.endurance
def test_a_weight_that_nothing_shows_is_no_matter_of_the_layout():
    def loss(r, x, mu, lv):
        r, x, mu, lv = (np.asarray(a, np.float32) for a in (r, x, mu, lv))
        return np.float32(0.5) * ((r - x) ** 2).sum() - np.float32(1e-6) * each(mu, lv).sum()

    found = ask(loss, "reconstruction", "x", *KL, beta=1e-6)
    assert "three axes" not in found.missing


@needs_torch
def test_a_reading_with_a_wrong_gradient_is_no_excuse():
    import torch

    def kl(mu, sigma):  # sigma holds log σ², and its gradient is cut
        return 0.5 * (mu**2 + torch.exp(sigma) - 1 - sigma).detach().sum(-1) + 0 * mu.sum(-1)

    found = ask(kl, backend="torch")
    assert "equal, if" not in found.missing


def test_names_that_lie_are_excused_in_half_precision():
    found = ask(lambda mu, sigma: each(mu, sigma).sum(-1).astype(np.float16))
    assert found.missing.startswith("equal, if sigma holds log σ²")


def test_lengths_and_names_that_are_meant_are_excused_still():
    found = ask(lambda mu, sigma: each(mu, sigma).sum(-1))
    assert found.missing.startswith("equal, if sigma holds log σ²")
    found = ask(lambda mu, lv: each(mu, lv).mean(-1) * 20, *KL)
    assert "equal, if d = 20" in found.missing
    assert codes_of(found) <= {"fixed-size"}


def test_half_precision_is_not_asked_whether_it_stands_its_spots():
    def of_log_deviations(mu, logvar):
        mu, s = np.asarray(mu, np.float16), np.asarray(logvar, np.float16)
        return (0.5 * (mu**2 + np.exp(2 * s) - 1) - s).sum(-1)

    found = ask(of_log_deviations)
    assert found.outcome == "undecided"
