"""A function of float64 that computes in float32 inside, or less, and what only looks like it."""

import numpy as np
import pytest

from elbo_check.loss_hearing import precision, reading

from .help import accused, ask, codes_of, needs_torch, passed

KL = ("mean", "log_variance")


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)


def inside(dtype):
    return lambda mu, logvar: kl(mu.astype(dtype), logvar.astype(dtype)).astype(np.float64).mean()


def test_float32_inside_is_told_as_that():
    found = passed(ask(inside(np.float32), *KL))
    assert found.finding("coarse-inside").severity == "warning"
    assert "in float32 inside" in found.finding("coarse-inside").message
    assert not codes_of(found) & {"harmless-epsilon", "coarse-dtype"}


def test_of_log_weights_and_entropies_too():
    def bound(w):
        w = w.astype(np.float32)
        top = w.max(-1, keepdims=True)
        return (np.log(np.exp(w - top).mean(-1)) + top[..., 0]).astype(np.float64).mean()

    assert "coarse-inside" in codes_of(passed(ask(bound, "log_weights")))

    def entropy(logvar):
        return (0.5 * logvar.astype(np.float32) + np.float32(1.4189385)).astype(np.float64).sum(-1)

    assert "coarse-inside" in codes_of(passed(ask(entropy, "log_variance")))


@pytest.mark.endurance
def test_half_precision_inside_is_undecided():
    found = ask(inside(np.float16), *KL)
    assert found.outcome == "undecided"
    assert "float16" in found.missing


@pytest.mark.endurance
@needs_torch
def test_bfloat16_is_called_by_its_name():
    for loss in (
        lambda mu, s: (0.5 * (mu.bfloat16() ** 2 + s.bfloat16().exp() - 1 - s.bfloat16()).sum(-1)).mean(),
        lambda mu, s: (0.5 * (mu.bfloat16() ** 2 + s.bfloat16().exp() - 1 - s.bfloat16()).sum(-1)).double().mean(),
    ):
        found = ask(loss, *KL, backend="torch")
        assert found.outcome == "undecided"
        assert "bfloat16" in found.missing


def test_arguments_that_are_rounded_to_half_are_seen_between_the_points():
    def loss(t, x, mu, logvar):
        t = t.astype(np.float16).astype(np.float32)
        return (np.logaddexp(0, t) - x * t).sum() + kl(mu, logvar).sum()

    found = ask(loss, "logits", "x", "mean", "log_variance")
    assert found.outcome == "undecided"
    assert "right at multiples of 1/64" in found.missing


@pytest.mark.endurance
@pytest.mark.parametrize("digits", [3, 4, 6])
def test_a_result_that_is_rounded_is_no_narrow_dtype(digits):
    found = ask(lambda mu, logvar: np.round(kl(mu, logvar), digits), *KL)
    assert "coarse-inside" not in codes_of(found)
    assert "float" not in (found.missing or "").replace("in float64", "")


def test_float64_and_an_epsilon_are_none():
    assert "coarse-inside" not in codes_of(passed(ask(lambda mu, s: kl(mu, s).mean(), *KL)))
    found = passed(ask(lambda mu, v: 0.5 * (mu**2 + v - 1 - np.log(v + 1e-6)).sum(-1), "mean", "variance"))
    assert "coarse-inside" not in codes_of(found)


def test_what_refuses_a_move_says_nothing():
    def loss(mu, logvar):
        if np.any(mu * 64 != np.round(mu * 64)):
            raise ValueError("multiples of 1/64 only")
        return inside(np.float32)(mu, logvar)

    assert "harmless-epsilon" in codes_of(passed(ask(loss, *KL)))


def test_without_the_look_inside_it_would_be_called_an_epsilon(monkeypatch):
    monkeypatch.setattr(reading, "rounded_inside", lambda call, sample, dtype: dtype)
    assert "harmless-epsilon" in codes_of(passed(ask(inside(np.float32), *KL)))


def test_with_small_moves_alone_a_constant_argument_would_be_narrow(monkeypatch):
    monkeypatch.setattr(precision, "_moved", lambda *_: np.zeros(1))
    found = passed(ask(inside(np.float32), *KL))
    assert "coarse-inside" not in codes_of(found)


def weighted(beta, scale=1.0):
    """A loss in float32, of 20 latents only: its squared error is a few per cent of the whole."""
    prior = np.zeros(20, np.float32)

    def loss(r, x, mu, logvar):
        divergence = kl(mu.astype(np.float32) - prior, logvar.astype(np.float32))
        return (
            np.float32(scale) * (0.5 * ((r - x).astype(np.float32) ** 2).sum(-1) + np.float32(beta) * divergence).mean()
        )

    return loss


@pytest.mark.endurance
@pytest.mark.parametrize(("beta", "scale"), [(0.999, 1.0), (0.999, 1 / 784), (1.001, 0.1234567)])
def test_a_weight_that_float32_can_tell_is_no_factor_of_the_whole(beta, scale):
    found = accused("wrong-scale", ask(weighted(beta, scale), "reconstruction", "x", *KL))
    assert f" {beta} instead of 1" in found.finding("effective-beta").message


@pytest.mark.unmeasured
@pytest.mark.parametrize("scale", [0.1234567, 1 / 784])
def test_a_factor_of_the_whole_in_float32_is_no_weight(scale):
    assert "global-scale-only" in codes_of(passed(ask(weighted(1, scale), "reconstruction", "x", *KL)))


def test_a_weight_that_float32_cannot_tell_is_none():
    assert "effective-beta" not in codes_of(passed(ask(weighted(1.00003, 0.1234567), "reconstruction", "x", *KL)))
