"""Field cases about what is summed, averaged, or left out of one Gaussian KL; and right ones that were called wrong."""

from __future__ import annotations

import numpy as np

from . import truths
from .case import Case, Function

GITHUB = "https://github.com/"


def w007(mu, logvar):
    return -0.5 * np.mean(1 + logvar - mu**2 - np.exp(logvar))


def w011(mu, logvar):
    return -0.5 * np.mean(1 + logvar - mu**2 - np.exp(logvar), axis=-1)


def w011_proposal(mu, logvar):
    return -0.5 * np.sum(1 + 2 * logvar - mu**2 - np.exp(logvar), axis=-1)


def w040(mu, sigma):
    return 0.5 * np.sum(mu**2 + sigma**2 + np.log(2 * np.pi) - 1, axis=-1)


def w069(mean, stddev):
    return -0.5 * np.mean(1 + stddev - mean**2 - np.exp(stddev), axis=-1)


def w189(mean, log_sigma):
    covariance = np.exp(2 * log_sigma)
    trace = covariance.sum(axis=-1)
    return 0.5 * (trace + (mean * mean).sum(axis=-1) - mean.shape[-1] - 2 * log_sigma.sum(axis=-1))


def w191(mean, logvar):
    prior = np.log(np.ones_like(logvar))
    ratio = np.exp(logvar - prior) + mean**2 / np.exp(prior)
    return 0.5 * np.sum(prior - logvar + ratio - 1)


def w199(mu, sigma):
    return -0.5 * np.sum(1 + sigma - mu**2 - np.exp(sigma))


def _case(name: str, page: str, second: str, function: Function, *slugs: str, note: str = "") -> Case:
    url = page if page.startswith("https:") else GITHUB + page
    return Case(name, function, ("mean", second), truth=truths.standard(second), slugs=slugs, url=url, note=note)


REDUCTIONS: tuple[Case, ...] = (
    _case("w007", "oriondollar/TransVAE/pull/3", "log_variance", w007, "mean-over-all"),
    _case("w011", "rstudio/keras3/issues/359", "log_variance", w011, "mean-over-latent"),
    _case("w011-proposal", "rstudio/keras3/issues/359", "log_variance", w011_proposal, "logvar-as-logsigma",
          note="what the reporter would have instead: its minimum is at variance 2"),
    _case("w040", "pluskid/Mocha.jl/issues/117", "std", w040, "wrong-constant", "missing-log-term",
          note="labelled missing-constant; a constant is too many. The formula follows the description"),
    _case("w044", "https://huggingface.co/spaces/venite/sat3density/blame/main/imaginaire/losses/kl.py",
          "log_variance", w007, "mean-over-all"),
    _case("w069-kl", "alecGraves/BVAE-tf/issues/7", "log_variance", w069, "mean-over-latent",
          note="the tensor that is called stddev holds log variances"),
    _case("w189", "cdoersch/vae_tutorial/issues/8", "log_std", w189),
    _case("w191", "mhw32/multimodal-vae-public/issues/5", "log_variance", w191),
    _case("w199", "https://huggingface.co/datasets/nvidia/Nemotron-CC-Math-v1", "log_variance", w199,
          note="called sigma, holds log variances"),
)  # fmt: skip
