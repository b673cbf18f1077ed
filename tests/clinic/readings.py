"""Field cases about what an argument of one Gaussian KL holds, or what the network does to it before."""

from __future__ import annotations

import numpy as np

from . import truths
from .case import Case, Function

GITHUB = "https://github.com/"


def w021(mu, std):
    return -0.5 * np.sum(1 + 2 * std - mu**2 - np.exp(std) ** 2, axis=1)


def w070(mean, logvar):
    stddev = np.abs(logvar)
    return -0.5 * np.sum(1 + stddev - mean**2 - np.exp(stddev), axis=-1)


def w081(mu, logvar):
    logvar = mu
    return -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar), axis=-1)


def w085(mu, h):
    log_var = np.log1p(np.exp(h))
    return -0.5 * np.sum(1 + log_var - mu**2 - np.exp(log_var), axis=-1)


def w088(mu, log_sigma):
    mu, log_sigma = np.tanh(mu), 0.5 * np.tanh(log_sigma)
    return -0.5 * np.sum(1 + 2 * log_sigma - mu**2 - np.exp(2 * log_sigma), axis=1)


def w089(mu, logvar):
    logvar = np.logaddexp(0, logvar)
    return -0.5 * np.mean(np.sum(1 + logvar - mu**2 - np.exp(logvar), axis=1))


def _case(name: str, page: str, second: str, function: Function, *slugs: str, note: str = "") -> Case:
    truth = truths.standard(second)
    return Case(name, function, ("mean", second), truth=truth, slugs=slugs, url=GITHUB + page, note=note)


READINGS: tuple[Case, ...] = (
    _case("w021", "yimutianyang/SIGIR23-VGCL/issues/3", "std", w021, "sigma-as-logvar",
          note="the formula expects log σ, so by its function it is sigma-as-logsigma"),
    _case("w070", "alecGraves/BVAE-tf/issues/4", "log_variance", w070, "abs-on-logvar"),
    _case("w081", "OpenTalker/SadTalker/issues/969", "log_variance", w081, "copy-paste-head",
          note="both heads are the mean's: the second argument is not used"),
    _case("w085", "wohlert/semi-supervised-pytorch/issues/16", "log_variance", w085, "activation-on-logvar"),
    _case("w088", "pkmital/CADL/issues/84", "log_std", w088, "activation-on-logvar"),
    _case("w089", "masato-ka/airc-rl-agent/issues/43", "log_variance", w089, "activation-on-logvar"),
)  # fmt: skip
