"""Field cases of IWAE bounds, of losses of a minibatch, of entropies and likelihoods."""

from __future__ import annotations

import numpy as np

from . import truths
from .case import ENTROPY, IWAE, LIKELIHOOD, MINIBATCH, Case, Function
from .truths import softmax

GITHUB = "https://github.com/"


def w113(log_w):
    return np.mean(log_w, axis=0)


def w114(log_w):
    loss = -log_w
    weights = softmax(loss.T).T
    return np.sum(weights * loss, axis=0)


def w149(log_w):
    most = np.max(log_w, axis=0)
    return most + np.log(np.sum(np.exp(log_w - most), axis=0))


def w175(elbo_local):
    return np.log(np.sum(np.exp(elbo_local), axis=0)) - np.log(elbo_local.shape[0])


def w127(log_std):
    return np.sum(0.5 * log_std + 0.5 * np.log(2 * np.pi * np.e), axis=-1)


def w127_right(log_std):
    return np.sum(log_std + 0.5 * np.log(2 * np.pi * np.e), axis=-1)


def w128(sigma):
    return 0.5 * np.sum(np.log(2 * np.pi * np.e * sigma), axis=-1)


def w131(log_sd):
    return np.sum(log_sd, axis=-1)


def w190(x, mu, log_sigma):
    density = -0.5 * np.log(2 * np.pi) - log_sigma - (x - mu) ** 2 / (2 * np.exp(2 * log_sigma))
    return -density.sum(axis=-1)


def w141(nll, kl, num_data):
    return np.mean(nll) + kl / len(nll)


def w142(nll, kl, num_data):
    return np.mean(nll) + kl / num_data


def w142_sum(nll, kl, num_data):
    return np.sum(nll) + kl / num_data


def w143(nll, kl, num_data):
    return np.sum(nll) + len(nll) / num_data * kl


def w176(nll, kl, num_data):
    return num_data / len(nll) * np.sum(nll) + kl


def w177(nll, kl, num_data):
    return (num_data / len(nll) * np.sum(nll) + kl) / num_data


def _iwae(name: str, page: str, function: Function, *slugs: str, note: str = "") -> Case:
    return Case(name, function, ("log_weights",), IWAE, truths.iwae, slugs, GITHUB + page, note)


def _entropy(name: str, page: str, second: str, function: Function, *slugs: str, note: str = "") -> Case:
    return Case(name, function, (second,), ENTROPY, truths.entropy(second), slugs, GITHUB + page, note)


def _minibatch(name: str, page: str, function: Function, *slugs: str, note: str = "") -> Case:
    return Case(name, function, ("nll", "kl", "dataset_size"), MINIBATCH, truths.minibatch, slugs, GITHUB + page, note)


OTHERS: tuple[Case, ...] = (
    _iwae("w113", "arahuja/generative-tf/issues/1", w113, "mean-of-logs"),
    _iwae("w114", "AntixK/PyTorch-VAE/issues/34", w114, "iwae-weights",
          note="labelled wrong-sign, too; a bound and its negative are both right"),
    _iwae("w149", "pyro-ppl/numpyro/issues/1724", w149, "missing-logK",
          note="labelled mc-normalisation: the division by the number of samples is lost"),
    _iwae("w175", "tensorflow/probability/issues/189", w175),
    _entropy("w127", "ray-project/ray/issues/2920", "log_std", w127, "half-on-logsigma"),
    _entropy("w127-right", "ray-project/ray/issues/2920", "log_std", w127_right, note="what was called wrong"),
    _entropy("w128", "Unity-Technologies/ml-agents/pull/3684", "std", w128, "not-squared",
             note="the formula is not shown there: σ for σ²"),
    _entropy("w131", "martiningram/jax_advi/pull/1", "log_std", w131, "missing-constant"),
    Case("w190", w190, ("x", "mean", "log_std"), LIKELIHOOD, truths.likelihood("log_std"),
         url=GITHUB + "Lasagne/Recipes/issues/90"),
    _minibatch("w141", "tensorflow/probability/issues/719", w141, "minibatch-weight"),
    _minibatch("w142", "tensorflow/probability/issues/396", w142, note="1/N with a mean is consistent"),
    _minibatch("w142-sum", "tensorflow/probability/issues/396", w142_sum, "minibatch-weight",
               note="1/N with a sum is not"),
    _minibatch("w143", "tensorflow/probability/issues/1304", w143, "global-scale-only"),
    _minibatch("w176", "cornellius-gp/gpytorch/issues/518", w176),
    _minibatch("w177", "cornellius-gp/gpytorch/issues/1795", w177),
)  # fmt: skip
