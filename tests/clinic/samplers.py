"""Field cases of reparameterised samplers."""

from __future__ import annotations

import numpy as np

from . import truths
from .case import SAMPLER, Case, Function

GITHUB = "https://github.com/"


def w031(z_mean, z_log_std, epsilon):
    return z_mean + np.exp(z_log_std) * epsilon


def w069(mean, stddev, epsilon):
    return mean + np.exp(stddev) * epsilon


def w066(z_mean, z_log_var, epsilon):
    return z_mean + np.exp(z_log_var) * epsilon


def w067(mu, logvar, eps):
    return mu + eps * np.exp(logvar)


def w068(mu, log_var, eps):
    std = np.exp(log_var)
    return eps * std + mu


def w071(mu, logsigma, eps):
    return eps * np.exp(logsigma) + mu


def w073(loc, variance, noise):
    scale = variance
    return loc + scale * noise


def w078(mu, logvar, noise):
    epsilon = 1e-2 * noise
    return mu + np.exp(0.5 * logvar) * epsilon


def w080(mu, logvar, eps):
    return mu


def _case(name: str, page: str, second: str, function: Function, *slugs: str, note: str = "") -> Case:
    roles = ("mean", second, "noise")
    return Case(name, function, roles, SAMPLER, truths.sample(second), slugs, GITHUB + page, note)


LV, AS_STD = "log_variance", "var-as-std-in-reparam"

SAMPLERS: tuple[Case, ...] = (
    _case("w031", "keras-team/keras/issues/3283", LV, w031, AS_STD, note="called log std; the KL reads a log variance"),
    _case("w066", "keras-team/keras/pull/9972", LV, w066, AS_STD),
    _case("w067", "rachtsingh/ibp_vae/issues/3", LV, w067, AS_STD),
    _case("w068", "rishikksh20/vae_tacotron2/issues/3", LV, w068, AS_STD),
    _case("w069-sampler", "alecGraves/BVAE-tf/issues/7", LV, w069, AS_STD),
    _case("w071", "naver-ai/pcmepp/issues/4", LV, w071, AS_STD, note="logsigma is log σ² there"),
    _case("w073", "MaximeRobeyns/bayesian_flow_networks/issues/1", "variance", w073, AS_STD),
    _case("w078", "aksub99/molecular-vae/issues/32", LV, w078, "noise-scale"),
    _case("w080", "pytorch/examples/pull/419", LV, w080, "deterministic-z-at-eval"),
)
