"""A function that changes its arguments where the numbers that are drawn do not lie is an error there too."""

import functools

import numpy as np
import pytest

from elbo_check.errors import LossFunctionError
from tests.loss_hearing.help import ask, needs_torch, passed

KL = ("mean", "log_variance")
VAE = ("reconstruction", "x", *KL)


def kl(mu, s):
    return 0.5 * (mu**2 + np.exp(s) - 1 - s).sum(-1)


def cross(r, x):
    return -(x * np.log(r) + (1 - x) * np.log(1 - r)).sum(-1)


def smoothed(r, x, mu, s):
    x[x == 1] = 0.9
    return (cross(r, x) + kl(mu, s)).mean()


def clipped(r, x, mu, s):
    np.clip(s, -3, 3, out=s)
    return (0.5 * ((x - r) ** 2).sum(-1) + kl(mu, s)).mean()


def doubled(r, x, mu, s):
    mu[np.abs(mu) > 2.9] *= 2
    return (0.5 * ((x - r) ** 2).sum(-1) + kl(mu, s)).mean()


def moved_and_back(r, x, mu, s):
    mu -= 1
    mu += 1  # between the points of the grid this is another number
    return (0.5 * ((x - r) ** 2).sum(-1) + kl(mu, s)).mean()


def of_a_few(r, x, mu, s):
    if len(x) == 33:
        x *= 2
    return (0.5 * ((x - r) ** 2).sum(-1) + kl(mu, s)).mean()


@pytest.mark.unmeasured
@pytest.mark.parametrize("loss", [smoothed, clipped, doubled, moved_and_back, of_a_few])
def test_what_changes_an_argument_at_some_numbers_alone_is_an_error(loss):
    with pytest.raises(LossFunctionError, match=f"{loss.__name__}.* changed its argument in place: ") as caught:
        ask(loss, *VAE)
    assert caught.value.kind == "mutates"


def test_so_is_what_does_it_beside_a_mask_that_is_bound():
    def loss(mu, s, mask):
        np.clip(mu, -3, 3, out=mu)
        return (0.5 * (mu**2 + np.exp(s) - 1 - s) * mask).sum(-1)

    with pytest.raises(LossFunctionError, match="changed its argument"):
        ask(functools.partial(loss, mask=np.array([1.0, 0.0, 1.0])), *KL)


@pytest.mark.unmeasured
def test_so_is_a_sampler_or_a_kl_of_a_pair():
    def draws(mu, s, e):
        return mu + np.exp(s / 2) * e

    def clips(mu, s, e):
        np.clip(s, -5, 5, out=s)
        return draws(mu, s, e)

    def kl_of_clipped(mu, s):
        np.clip(s, -5, 5, out=s)
        return kl(mu, s)

    passed(ask(kl, *KL, sampler=draws))
    for divergence, sampler in ((kl, clips), (kl_of_clipped, draws)):
        with pytest.raises(LossFunctionError, match="changed its argument"):
            ask(divergence, *KL, sampler=sampler)


@needs_torch
def test_so_is_a_clamp_of_a_tensor_in_place():
    def loss(r, x, mu, s):
        x.clamp_(0.001, 0.999)
        return (0.5 * ((x - r) ** 2).sum(-1) + 0.5 * (mu**2 + s.exp() - 1 - s).sum(-1)).mean()

    with pytest.raises(LossFunctionError, match="changed its argument"):
        ask(loss, *VAE, backend="torch")


def test_a_copy_may_be_changed():
    def on_copies(r, x, mu, s):
        mu, s = mu.copy(), s + 0
        np.clip(s, -30, 20, out=s)
        mu += 1
        mu -= 1
        return (0.5 * ((x - r) ** 2).sum(-1) + kl(mu, s)).mean()

    passed(ask(on_copies, *VAE))
