"""Losses as they are found in code that many people start from, and what they are told."""

import importlib.util

import numpy as np
import pytest

from .help import accused, ask, codes_of, long, needs_jax, needs_torch, passed

LATENTS = ("mean", "log_variance")
VAE = ("x", "reconstruction", *LATENTS)
if importlib.util.find_spec("jax"):
    import jax
    import jax.numpy as jnp
if importlib.util.find_spec("torch"):
    import torch


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)


def with_an_epsilon(x, r, mu, logvar):
    """The example of Keras: a binary cross-entropy that is a mean over the last axis, with its epsilon."""
    each = -(x * np.log(r + 1e-7) + (1 - x) * np.log(1 - r + 1e-7))
    return each.mean(-1).sum((1, 2)).mean() + kl(mu, logvar).sum(-1).mean()


@pytest.mark.unmeasured
def test_a_mean_over_channels_that_stand_last_is_right_of_one_beside_an_epsilon():
    told = ask(with_an_epsilon, *VAE)
    assert told.outcome == "undecided"
    assert told.missing.startswith("equal, if w = 1: images of one channel, which stands last")


@pytest.mark.unmeasured
@pytest.mark.parametrize("sizes", [{"c": 3, "h": 8, "w": 16}, long({"c": 1, "h": 28, "w": 28})])
def test_it_is_named_where_the_last_axis_is_no_channel(sizes):
    found = accused("bce-mean-vs-kl-sum", ask(with_an_epsilon, *VAE, sizes=sizes))
    assert found.finding("effective-beta").message.startswith(f"effective beta {sizes['w']} instead of 1")


@pytest.mark.unmeasured
@needs_jax
def test_a_mean_that_is_mapped_over_a_batch_is_none_of_single_samples():
    @jax.vmap
    def divergence(mean, logvar):
        return -0.5 * jnp.mean(1 + logvar - jnp.square(mean) - jnp.exp(logvar))

    accused("mean-over-latent", ask(divergence, *LATENTS, backend="jax"))


def learned(beta):
    class Decoder(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.logvar = torch.nn.Parameter(torch.tensor(0.0))

        def forward(self, x, r, mu, logvar):
            error = (0.5 * (x - r) ** 2 / self.logvar.exp() + 0.5 * self.logvar).sum() / len(x)
            return error + beta * 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1).mean()

    return Decoder()


@pytest.mark.unmeasured
@needs_torch
@pytest.mark.parametrize("beta", [1e-6, long(1e-5), long(1e-4)])
def test_a_learned_spread_stands_beside_a_kl_of_a_small_weight(beta):
    found = passed(ask(learned(beta), *VAE, backend="torch", beta=beta))
    assert "learned-numbers" in codes_of(found)


def test_what_is_right_of_sequences_says_that_it_takes_images_too():
    def loss(x, r, mu, logvar):
        each = -(x * np.log(r) + (1 - x) * np.log(1 - r))
        return each.sum((1, 2)).mean() + kl(mu, logvar).sum(1).mean()

    warning = passed(ask(loss, *VAE)).finding("not-of-images")
    assert warning.severity == "warning"
    assert warning.message.startswith("this is said of x of shape (B, T, l). It takes images (B, C, H, W) as well")
