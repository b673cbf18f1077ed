"""The 28 field cases whose relation to the true KL was measured, from their formulas."""

from __future__ import annotations

import numpy as np

from . import truths
from .case import Case, Function

GITHUB = "https://github.com/"
LV, S, LS, V = ("mean", "log_variance"), ("mean", "std"), ("mean", "log_std"), ("mean", "variance")


def _case(
    name: str, page: str, roles: tuple[str, ...], function: Function, *slugs: str, note: str = "",
    unseen: tuple[str, ...] = (), relation: tuple[float, float, str] | None = None,
) -> Case:  # fmt: skip
    truth = truths.standard(roles[1])
    return Case(
        name, function, roles, truth=truth, slugs=slugs, url=GITHUB + page, note=note, unseen=unseen, relation=relation
    )


def w001(mu, logvar):
    return -0.5 * np.mean(1 + logvar - mu**2 - np.exp(logvar), axis=-1)


def w003(mu, logvar):
    return -0.5 * np.mean(1 + logvar - mu**2 - np.exp(logvar))


def w004(mu, logvar):
    return -0.5 * np.mean(np.mean(1 + logvar - mu**2 - np.exp(logvar), axis=1))


def w013(mu, logvar):
    return -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar)) * np.ones(len(mu))


def w020(logvar, mu):
    return 0.5 * np.mean(mu**2 + logvar**2 - np.log(1e-20 + logvar**2) - 1, axis=-1)


def w022(mu, sigma):
    return 0.5 * np.sum(np.exp(sigma) + mu**2 - 1 - sigma, axis=1)


def w024(mu, logvar):
    return np.sum(-logvar + 0.5 * (np.exp(logvar) ** 2 + mu**2) - 0.5)


def w026(mu, logsigma):
    return 0.5 * np.sum(np.exp(2 * logsigma) + mu**2 - 1 + logsigma**2)


def w028(mu, logsigma):
    return -0.5 * np.mean(np.sum(1 + logsigma - mu**2 - np.exp(logsigma), axis=1))


def w029(mu, logsigma):
    return -0.5 * np.mean(np.sum(1 + 2 * logsigma - mu**2 - np.exp(logsigma), axis=1))


def w033(mu, var):
    return np.mean((var**2 + mu**2) / 2 - np.log(var) - 0.5)


def w034(mu, sigma):
    return np.sum(mu**2 + sigma**2 - np.log(sigma) - 0.5, axis=1)


def w035(mu, sigma):
    return np.sum(mu**2 + sigma**2 - np.log(sigma**2)) / len(mu)


def w036(mu, sigma):
    return np.mean(0.15 * (1 - np.log(sigma**2 + 1e-8) + mu**2 + sigma**2))


def w037(mu, logsigma):
    return 0.5 * np.sum(mu**2 + np.exp(2 * logsigma) - 2 * logsigma, axis=1) - 0.5


def w039(prior_mu, prior_logvar, post_mu, post_logvar):
    r = post_logvar - prior_logvar
    return np.sum(0.5 * ((np.exp(r) + (post_mu - prior_mu) ** 2) / np.exp(prior_logvar) - 1 - r), axis=1)


def w042(mu, logvar):
    return -0.5 * np.mean(1 + logvar + mu**2 - np.exp(logvar))


def w047(q):
    return -np.sum(q * (np.log(q) - 1.0 / q.shape[-1]), axis=-1)


def w055(prior_mu, prior_sigma, post_mu, post_sigma):
    ratio, shift = (prior_sigma / post_sigma) ** 2, ((post_mu - prior_mu) / post_sigma) ** 2
    return 0.5 * np.sum(2 * np.log(post_sigma / prior_sigma) - 1 + ratio + shift)


def w161(mu, logvar):
    return -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar))


def w164(mu, logvar):
    return 0.5 * np.mean(np.sum(np.exp(logvar) - logvar + mu**2, axis=1) - mu.shape[1])


def w165(mu, logvar):
    return np.mean(-0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar), axis=1), axis=0)


def w168(post_mu, post_sigma, prior_mu, prior_sigma):
    quadratic = (post_sigma**2 + (post_mu - prior_mu) ** 2) / (2 * prior_sigma**2)
    return np.sum(np.log(prior_sigma) - np.log(post_sigma) + quadratic - 0.5, axis=1)


def w169(mean1, logvar1, mean2, logvar2):
    shift = (mean1 - mean2) ** 2 * np.exp(-logvar2)
    return 0.5 * (-1 + logvar2 - logvar1 + np.exp(logvar1 - logvar2) + shift).sum(1)


def w171(mu_q, sigma_q, mu_p, sigma_p):
    vq, vp = sigma_q**2, sigma_p**2
    return 0.5 * np.sum(vq / vp + (mu_q - mu_p) ** 2 / vp - 1 + np.log(vp / vq + 1e-16))


def w173(q):
    return np.sum(q * np.log(q * q.shape[-1] + 1e-10), axis=-1)


def w184(mu, sigma):
    return np.sum(0.5 * (mu**2 + sigma**2 - 2 * np.log(sigma + 1e-8) - 1))


def w185(mu, sigma):
    return np.mean(0.5 * np.sum(mu**2 + sigma**2 - np.log(1e-8 + sigma**2) - 1, axis=1))


def _pair(name: str, page: str, second: str, order: str, function: Function, *slugs: str,
          relation: tuple[float, float, str] | None = None) -> Case:  # fmt: skip
    q, p = ("mean_q", f"{second}_q"), ("mean_p", f"{second}_p")
    roles = q + p if order == "qp" else p + q
    truth = truths.pair(second, order)
    return Case(name, function, roles, truth=truth, slugs=slugs, url=GITHUB + page, relation=relation)


def _uniform(name: str, page: str, function: Function, *slugs: str, relation: tuple[float, float, str]) -> Case:
    return Case(
        name, function, ("probabilities",), truth=truths.uniform, slugs=slugs, url=GITHUB + page, relation=relation
    )


PER_SAMPLE, SUM, MEAN = (1.0, 0.0, "per-sample"), (1.0, 0.0, "batch-sum"), (1.0, 0.0, "batch-mean")

REPLAYABLE: tuple[Case, ...] = (
    _case("w001", "maxhodak/keras-molecules/issues/59", LV, w001, "mean-over-latent", relation=(0.2, 0, "per-sample")),
    _case("w003", "keras-team/keras-io/issues/270", LV, w003, "mean-over-all", relation=(0.2, 0, "batch-mean")),
    _case("w004", "podgorskiy/VAE/issues/1", LV, w004, "mean-over-latent", relation=(0.2, 0, "batch-mean")),
    _case("w013", "EDAPINENUT/GNTPP/issues/4", LV, w013, "wrong-reduction-axis"),
    Case("w020", w020, ("log_variance", "mean"), truth=truths.standard("log_variance", swapped=True),
         slugs=("logvar-as-sigma", "mean-over-latent", "bce-mean-vs-kl-sum"),
         url=GITHUB + "deepchem/deepchem/pull/4888", unseen=("bce-mean-vs-kl-sum",),
         note="the reconstruction is not in the function"),
    _case("w022", "AndrewSpano/Disentangled-Variational-Autoencoder/issues/12", S, w022, "sigma-as-logvar"),
    _case("w024", "KarenUllrich/Tutorial_BayesianCompressionForDL/issues/1", LV, w024, "logvar-as-logsigma"),
    _case("w026", "FluxML/model-zoo/issues/73", LS, w026, "square-of-log", "wrong-sign"),
    _case("w028", "pyg-team/pytorch_geometric/pull/1368", LS, w028, "logsigma-as-logvar"),
    _case("w029", "DaehanKim/vgae_pytorch/issues/2", LS, w029, "not-squared", "double-averaging",
          unseen=("double-averaging",), note="the factor 1/N is left out, as in the measured expression"),
    _case("w033", "DmitryUlyanov/AGE/issues/3", V, w033, "var-as-sigma", "mean-over-latent"),
    _case("w034", "SupaeroDataScience/deep-learning/pull/6", S, w034, "missing-half"),
    _case("w035", "mingyuliutw/UNIT/issues/42", S, w035, "missing-half", "missing-constant",
          relation=(2, 5, "batch-mean")),
    _case("w036", "snousias/fast-mesh-denoising/issues/1", S, w036, "missing-constant", "mean-over-all",
          "custom-weight", relation=(0.06, 0.3, "batch-mean"),
          note="the sign of the 1 is turned, which the labels call a missing constant"),
    _case("w037", "ericjang/draw/issues/2", LS, w037, "missing-dim-term", relation=(1, 2, "per-sample")),
    _pair("w039", "wassname/attentive-neural-processes/issues/5", "log_variance", "pq", w039, "misplaced-parenthesis"),
    _case("w042", "rohan-gogate/cyber_anomaly_detection/commit/8763228", LV, w042, "wrong-sign", "mean-over-all"),
    _uniform("w047", "dev4488/VAE_gumble_softmax/issues/1", w047, "wrong-sign", "prob-instead-of-logprob",
             relation=(-1, float(np.log(5)) + 0.2, "per-sample")),
    _pair("w055", "kumar-shridhar/PyTorch-BayesianCNN/issues/73", "std", "pq", w055, "reversed-kl"),
    _case("w161", "pytorch/examples/issues/225", LV, w161, relation=SUM),
    _case("w164", "paruby/FactorVAE/issues/1", LV, w164, relation=MEAN),
    _case("w165", "AntixK/PyTorch-VAE/issues/69", LV, w165, relation=MEAN),
    _pair("w168", "XMUDeepLIT/VNMT/issues/5", "std", "qp", w168, relation=PER_SAMPLE),
    _pair("w169", "openai/improved-diffusion/issues/119", "log_variance", "qp", w169, relation=PER_SAMPLE),
    _pair("w171", "kasparmartens/NeuralProcesses/issues/1", "std", "qp", w171, relation=SUM),
    _uniform("w173", "karpathy/deep-vector-quantization/issues/3", w173, relation=PER_SAMPLE),
    _case("w184", "ikostrikov/TensorFlow-VAE-GAN-DRAW/issues/15", S, w184, relation=SUM),
    _case("w185", "hwalsuklee/tensorflow-mnist-CVAE/issues/2", S, w185, relation=MEAN),
)  # fmt: skip
