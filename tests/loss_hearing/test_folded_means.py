"""A decoder's mean out of the unit interval: clamped it may be meant, folded, stepped or scaled it is another one."""

import numpy as np
import pytest

from .help import ask, codes_of, passed, told_at_a_spot

VAE = ("reconstruction", "x", "mean", "log_variance")
LEARNED = ("reconstruction", "x", "decoder_log_variance", "mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum()


def with_mean(changed):
    return lambda r, x, mu, logvar: 0.5 * ((changed(r) - x) ** 2).sum() + kl(mu, logvar)


def with_data(changed):
    return lambda r, x, mu, logvar: 0.5 * ((r - changed(x)) ** 2).sum() + kl(mu, logvar)


def with_spread(changed):
    def loss(r, x, spread, mu, logvar):
        return 0.5 * ((x - changed(r)) ** 2 * np.exp(-spread) + spread).sum() + kl(mu, logvar)

    return loss


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


CHANGED = {
    "folded": (np.abs, -2),
    "ten times": (lambda r: np.where(r < 0, -10 * r, r), -2),
    "modulo": (lambda r: r % 1.5, -2),
    "modulo of a place": (lambda r: r % 1.0, -2),
    "there and back": (lambda r: 1 - np.abs(r % 2 - 1), -2),
    "squared": (lambda r: np.where(r > 1, r**2, r), 2),
    "bytes": (lambda r: r / 255 if r.max() > 1 else r, 2),
    "logits": (lambda r: sigmoid(r) if r.min() < 0 else r, -2),
    "a step": (lambda r: np.where(r < 0, 1.0, r), -2),
    "a step further out": (lambda r: np.where(np.abs(r) > 2.4, 0.0, r), -8),
    "leaky": (lambda r: np.where(r < 0, 0.01 * r, r), -2),
    "elu": (lambda r: np.where(r < 0, np.expm1(np.minimum(r, 0)), r), -2),
    "rounded": (lambda r: np.where(r > 1, np.round(r), r), 2.5),
}
MIXED = {
    "by its largest": lambda r: r / r.max() if r.max() > 1 else r,
    "by that of a sample": lambda r: r / np.maximum(np.abs(r).max(1, keepdims=True), 1),
}
CLAMPED = {
    "to the interval": lambda r: np.clip(r, 0, 1),
    "beside its ends": lambda r: np.clip(r, 1e-6, 1 - 1e-6),
    "of both signs": lambda r: np.clip(r, -1, 1),
    "far out": lambda r: np.clip(r, -5, 5),
    "below": lambda r: np.maximum(r, 0),
    "above": lambda r: np.minimum(r, 1),
    "of six": lambda r: np.clip(r, 0, 6),
    "straight through": lambda r: r + (np.clip(r, 0, 1) - r),
    "of all or none": lambda r: np.full_like(r, np.nan) if r.min() < 1 < r.max() else np.clip(r, 0, 1),
    "refused": lambda r: np.where(r < 0, np.nan, r),
}


@pytest.mark.endurance
@pytest.mark.parametrize(("changed", "number"), CHANGED.values(), ids=list(CHANGED))
def test_a_square_of_another_mean_is_refuted_with_the_place(changed, number):
    for found in (ask(with_mean(changed), *VAE), ask(with_mean(changed), *VAE, quantity="gaussian-vae-loss")):
        words = told_at_a_spot(found)
        assert f"where r = {number:g}, and x is an ordinary number, it is no square of their difference" in words
        assert "folded or scaled" in words
        assert "clamp" not in words
    assert f"where r = {number:g}, and x" in told_at_a_spot(ask(with_spread(changed), *LEARNED))


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", ["folded", "leaky", "a step"])
def test_a_fold_a_slope_and_a_step_are_refuted(name):
    changed, number = CHANGED[name]
    assert f"where r = {number:g}, and x is an ordinary number" in told_at_a_spot(ask(with_mean(changed), *VAE))


@pytest.mark.endurance
@pytest.mark.parametrize("changed", MIXED.values(), ids=list(MIXED))
def test_a_mean_that_is_scaled_by_its_largest_number_shows_where_one_goes_out(changed):
    for found in (ask(with_mean(changed), *VAE), ask(with_mean(changed), *VAE, quantity="gaussian-vae-loss")):
        words = told_at_a_spot(found)
        assert "where one number of r is " in words
        assert "all others are ordinary ones, these count otherwise as well: is r scaled by its largest number" in words
    assert "one number of r" in told_at_a_spot(ask(with_spread(changed), *LEARNED))


@pytest.mark.unmeasured
def test_data_that_are_scaled_by_their_largest_number_are_refuted_as_well():
    words = told_at_a_spot(ask(with_data(MIXED["by its largest"]), *VAE))
    assert "where one number of x is 2, and all others are ordinary ones" in words
    assert "or all of it clamped, folded or scaled?" in words
    assert "where x = -2, and r" in told_at_a_spot(ask(with_data(CHANGED["a step"][0]), *VAE))


@pytest.mark.endurance
@pytest.mark.parametrize("clamped", CLAMPED.values(), ids=list(CLAMPED))
def test_a_clamp_of_a_mean_is_right_within_its_interval(clamped):
    passed(ask(with_mean(clamped), *VAE, quantity="gaussian-vae-loss"))
    passed(ask(with_spread(clamped), *LEARNED))


@pytest.mark.parametrize("clamped", CLAMPED.values(), ids=list(CLAMPED))
def test_a_clamp_of_a_mean_is_told_with_its_place(clamped):
    found = passed(ask(with_mean(clamped), *VAE))
    assert ("binding-clamp" in codes_of(found)) == (clamped is not CLAMPED["refused"])


def test_a_clamp_in_single_precision_is_one():
    def loss(r, x, mu, logvar):
        r, x, mu, logvar = (np.asarray(each, np.float32) for each in (r, x, mu, logvar))
        return np.float32(0.5) * ((np.clip(r, 0, 1) - x) ** 2).sum() + np.float32(1) * kl(mu, logvar)

    passed(ask(loss, *VAE))


@pytest.mark.unmeasured
def test_a_clamp_of_both_is_one():
    def loss(r, x, mu, logvar):
        return 0.5 * ((np.clip(r, 0, 1) - np.clip(x, 0, 1)) ** 2).sum() + kl(mu, logvar)

    passed(ask(loss, *VAE))


@pytest.mark.endurance
@pytest.mark.parametrize(
    "changed",
    [np.abs, lambda x: x / 255 if x.max() > 1 else x, lambda x: np.where(np.abs(x) > 1.5, 0.0, x)],
    ids=["folded", "bytes", "a step"],
)
def test_another_reading_that_is_as_wrong_is_no_advice(changed):
    """Data and what is decoded of them are as wrong the other way round, be it told there or refuted."""
    for loss in (with_data(changed), with_mean(changed)):
        found = ask(loss, *VAE)
        assert found.outcome == "refuted"
        assert "reading" not in codes_of(found)


def test_a_step_of_a_mean_far_out_is_no_step_of_data_that_is_meant():
    """Of data it would be told of and not refuted, though it is as wrong there."""
    found = ask(with_mean(CHANGED["a step further out"][0]), *VAE)
    assert "reading" not in codes_of(found)


def test_a_reading_that_has_no_value_at_the_spot_is_advice_still():
    def loss(t, x, mu, logvar):
        p = np.clip(sigmoid(t) if t.min() < 0 or t.max() > 1 else t, 1e-9, 1 - 1e-9)
        return kl(mu, logvar) - (x * np.log(p) + (1 - x) * np.log1p(-p)).sum()

    found = ask(loss, "logits", "x", "mean", "log_variance")
    assert found.outcome == "refuted"
    assert "t holds what the decoder gives, with no sigmoid to come" in found.finding("reading").message
