"""Masks and weights by the sign or size of the data, which the numbers that are drawn do not show."""

import numpy as np
import pytest

from elbo_check.loss_hearing import beyond

from .help import ask, passed, told_at_a_spot

VAE = ("reconstruction", "x", "mean", "log_variance")
LOGITS = ("logits", "x", "mean", "log_variance")
NLL = ("x", "x_mean", "std")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum()


def squares(weight):
    return lambda r, x, mu, logvar: (0.5 * (r - x) ** 2 * weight(r, x)).sum() + kl(mu, logvar)


def density(x, m, s):
    return 0.5 * ((x - m) / s) ** 2 + np.log(s) + 0.5 * np.log(2 * np.pi)


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (lambda r, x: x >= 0, "where x = -2 the difference of x and r counts 0 times"),
        (lambda r, x: x > -0.5, "where x = -2 the difference of x and r counts 0 times"),
        (lambda r, x: np.where(x < 0, 10.0, 1.0), "counts 10 times"),
        (lambda r, x: np.abs(x) <= 1.5, "where x = -2 the difference of x and r counts 0 times"),
        (lambda r, x: x <= 1, "where x = 2 the difference of x and r counts 0 times"),
        (lambda r, x: x >= -5, "where x = -8 the difference of x and r counts 0 times"),
        (lambda r, x: r >= 0, "where r = -2 the difference of r and x counts 0 times"),
        (lambda r, x: 1 + np.minimum(x, 0), "counts -1 times"),
        (lambda r, x: x.min(-1, keepdims=True) >= 0, "counts 0 times"),
    ],
    ids=["mask", "wider", "weight", "outliers", "bright", "far", "decoded", "slope", "sample"],
)
def test_what_weighs_the_data_is_refuted_with_the_place(weight, words):
    assert words in told_at_a_spot(ask(squares(weight), *VAE))


@pytest.mark.unmeasured
def test_masks_of_other_gaussians_are_refuted_too():
    assert "x = -8" in told_at_a_spot(ask(lambda x, m, s: (density(x, m, s) * (x >= -3)).sum(-1), *NLL))

    def learned(r, x, s, mu, logvar):
        return (density(x, r, s) * (x >= 0)).sum() + kl(mu, logvar)

    assert "counts 0 times" in told_at_a_spot(
        ask(learned, "reconstruction", "x", "decoder_std", "mean", "log_variance")
    )

    def after_a_sigmoid(t, x, mu, logvar):
        return (0.5 * (sigmoid(t) - x) ** 2 * (x >= 0)).sum() + kl(mu, logvar)

    assert "x and t counts 0 times" in told_at_a_spot(ask(after_a_sigmoid, *LOGITS))


def test_a_penalty_of_negative_data_is_another_constant():
    def loss(r, x, mu, logvar):
        return squares(lambda r, x: 1)(r, x, mu, logvar) + np.any(x < 0)

    assert "another constant" in told_at_a_spot(ask(loss, *VAE))


@pytest.mark.endurance
@pytest.mark.parametrize(
    "error",
    [
        lambda r, x: r - x,
        lambda r, x: np.clip(r, 0, 1) - x,
        lambda r, x: np.clip(r, 0, 1) - np.clip(x, 0, 1),
        lambda r, x: np.maximum(r, 0) - x,
        lambda r, x: r - np.maximum(x, 0),
        lambda r, x: r - np.clip(x, -5, 5),
        lambda r, x: r - np.where(x < 0, np.nan, x),
    ],
)
def test_a_clamp_is_no_weight(error):
    passed(ask(of_errors(error), *VAE))


def of_errors(error):
    return lambda r, x, mu, logvar: (0.5 * error(r, x) ** 2).sum() + kl(mu, logvar)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("of_data", "place"),
    [
        (np.abs, "where x = -2"),
        (lambda x: x % 1.5, "where x = -2"),
        (lambda x: np.where(x > 1, x / 255, x), "where x = 2"),
        (lambda x: np.where(x < 0, 0.5, x), "where x = -2"),
        (lambda x: np.clip(x, 0, 1) + 0.1 * np.minimum(x, 0), "where x = -2"),
    ],
    ids=["folded", "modulo", "scaled", "a step", "leaky"],
)
def test_a_square_of_other_data_is_refuted_with_the_place(of_data, place):
    words = told_at_a_spot(ask(of_errors(lambda r, x: r - of_data(x)), *VAE))
    assert f"{place}, and r is an ordinary number, it is no square of their difference" in words


@pytest.mark.endurance
def test_a_gaussian_has_data_of_any_size():
    def clipped(r, x):
        return r - np.clip(x, 0, 1)

    passed(ask(of_errors(clipped), *VAE))
    assert "x = -2" in told_at_a_spot(ask(of_errors(clipped), *VAE, quantity="gaussian-vae-loss"))
    passed(ask(of_errors(lambda r, x: np.clip(r, 0, 1) - x), *VAE, quantity="gaussian-vae-loss"))
    passed(ask(of_errors(lambda r, x: np.clip(r, 0, 1) - np.clip(x, -5, 5)), *VAE, quantity="gaussian-vae-loss"))

    def learned(r, x, s, mu, logvar):
        return density(np.maximum(x, 0), r, s).sum() + kl(mu, logvar)

    assert "x = -2" in told_at_a_spot(ask(learned, "reconstruction", "x", "decoder_std", "mean", "log_variance"))


def test_a_bernoulli_has_no_negative_data():
    def masked(t, x, mu, logvar):
        return ((np.logaddexp(0, t) - x * t) * (x >= 0)).sum() + kl(mu, logvar)

    passed(ask(masked, *LOGITS))

    def refusing(r, x, mu, logvar):
        if x.min() < 0:
            raise ValueError("x must be in [0, 1]")
        return squares(lambda r, x: 1)(r, x, mu, logvar)

    passed(ask(refusing, *VAE))

    def at_half_alone(of_data):
        def loss(r, x, mu, logvar):
            if x.min() < 0 and r[0, 0] != 0.5:
                raise ValueError("no")
            return squares(lambda r, x: 1)(r, of_data(x), mu, logvar)

        return loss

    passed(ask(at_half_alone(lambda x: np.maximum(x, 0)), *VAE))
    assert "no square" in told_at_a_spot(ask(at_half_alone(np.abs), *VAE))


def test_without_the_look_a_mask_would_pass(monkeypatch):
    monkeypatch.setattr(beyond, "weighing_spot", lambda *_: None)
    passed(ask(squares(lambda r, x: x >= 0), *VAE))


@pytest.mark.unmeasured
@pytest.mark.parametrize("mark", [-1.0, 255.0, -999.0])
def test_a_mark_of_missing_data_is_found(mark) -> None:
    def loss(r, x, mu, logvar):
        return (0.5 * (r - x) ** 2 * (x != mark)).sum() + kl(mu, logvar)

    found = ask(loss, *VAE)
    assert found.outcome == "refuted"
    assert f"where x = {mark:g} " in found.finding("wrong-spot").message


def test_numbers_of_the_code_that_mark_nothing_are_no_accusation() -> None:
    def loss(r, x, mu, logvar):
        return (0.5 * (r * 255 - x * 255) ** 2 / 255**2).sum() + kl(mu, logvar) - 999.0 + 999

    passed(ask(loss, *VAE))
