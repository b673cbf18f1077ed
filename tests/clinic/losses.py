"""Field cases of whole VAE losses."""

from __future__ import annotations

import numpy as np

from . import truths
from .case import BERNOULLI_VAE, GAUSSIAN_VAE, Case, Function

GITHUB = "https://github.com/"


def _cross_entropy(x, p):
    return -(x * np.log(p) + (1 - x) * np.log(1 - p))


def _kl(mu, logvar):
    return -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar), axis=-1)


def w009(x, x_decoded, mean, logvar):
    reconstruction = x.shape[1] * np.mean(_cross_entropy(x, x_decoded))
    return reconstruction - 0.5 * np.mean(1 + logvar - mean**2 - np.exp(logvar), axis=-1)


def w012(x, x_decoded, mean, logvar):
    reconstruction = x.shape[1] * np.mean(_cross_entropy(x, x_decoded), axis=-1)
    return reconstruction - 0.5 * np.mean(1 + logvar - mean**2 - np.exp(logvar), axis=-1)


def w046(x, x_hat, mu, logvar):
    return np.mean(x.shape[1] * np.mean(_cross_entropy(x, x_hat), axis=-1) - _kl(mu, logvar))


def w052(x, x_hat, mu, logvar):
    return -np.mean(np.sum(_cross_entropy(x, x_hat), axis=-1) + _kl(mu, logvar))


def w090(x, x_decoded_mean, z_mean, z_log_var):
    return np.mean(_cross_entropy(x, x_decoded_mean), axis=-1) + _kl(z_mean, z_log_var)


def w093(recon_x, x, mu, logvar):
    return np.mean(_cross_entropy(x, recon_x)) + np.sum(_kl(mu, logvar)) / (128 * 784)


def w095(recon_x, x, mu, logvar):
    return np.mean((recon_x - x) ** 2) + np.sum(_kl(mu, logvar)) / len(x)


def w099(x, x_mean, x_std, z_mean, z_logvar):
    return np.sum((x - x_mean) ** 2, axis=-1) + _kl(z_mean, z_logvar)


def w100(recons, images, mu, log_var):
    return np.mean((recons - images) ** 2) + 0.00025 * np.mean(_kl(mu, log_var), axis=0)


def w107(x, x_hat, mean, logvar):
    return np.mean(np.sum(0.5 * (x - x_hat) ** 2, axis=-1))


def w108(x, x_hat, mean, std):
    return np.mean((x - x_hat) ** 2)


def w108_fix(x, x_hat, mean, std):
    return np.mean((x - x_hat) ** 2) + np.sum(0.5 * (mean**2 + std**2 - 1) - np.log(std))


def _edges(adjacency, logits):
    return np.mean(np.logaddexp(0, logits) - adjacency * logits)


def w109(labels, preds, z_mean, z_log_std):
    kl = -0.5 * np.sum(1 + 2 * z_log_std - z_mean**2 - np.exp(z_log_std) ** 2, axis=1)
    return _edges(labels, preds) + np.mean(kl) / labels.shape[1]


def w110(preds, labels, mu, logvar):
    kl = -0.5 / labels.shape[1] * np.mean(np.sum(1 + 2 * logvar - mu**2 - np.exp(logvar) ** 2, axis=1))
    return _edges(labels, preds) + kl


def w111(edges, logits, mu, logstd):
    kl = -0.5 * np.mean(np.sum(1 + 2 * logstd - mu**2 - np.exp(logstd) ** 2, axis=1))
    return np.mean(np.sum(np.logaddexp(0, logits) - edges * logits, axis=1)) + kl / len(mu)


def w197(x, x_hat, mu, log_var):
    return np.mean(np.sum((x - x_hat) ** 2, axis=-1) + _kl(mu, log_var))


X_R, R_X, X_L, L_X = ("x", "reconstruction"), ("reconstruction", "x"), ("x", "logits"), ("logits", "x")


def _case(name: str, page: str, data: tuple[str, str], second: str, quantity: str, function: Function, *slugs: str,
          note: str = "", unseen: tuple[str, ...] = (), beta: float | None = None,
          only_if: str = "") -> Case:  # fmt: skip
    weight = 1.0 if beta is None else beta
    logits = "logits" in data
    truth = truths.gaussian_vae(second, beta=weight)
    if quantity == BERNOULLI_VAE:
        truth = truths.bernoulli_vae(second, logits=logits, beta=weight)
    right = truth if data[0] == "x" else (lambda r, x, mean, spread: truth(x, r, mean, spread))
    return Case(
        name,
        function,
        (*data, "mean", second),
        quantity,
        right,
        slugs,
        GITHUB + page,
        note,
        unseen=unseen,
        beta=beta,
        only_if=only_if,
    )


LV, LS = "log_variance", "log_std"
MSE = ("mse-mean-vs-kl-sum", "mse-without-variance")

LOSSES: tuple[Case, ...] = (
    _case("w009", "keras-team/keras/pull/4538", X_R, LV, BERNOULLI_VAE, w009,
          "mean-over-latent", "wrong-reduction-axis"),
    _case("w012", "rstudio/keras3/issues/93", X_R, LV, BERNOULLI_VAE, w012, "mean-over-latent"),
    _case("w046", "EderSantana/gumbel/issues/3", X_R, LV, BERNOULLI_VAE, w046, "wrong-sign",
          note="there the KL of a categorical; here of a Gaussian"),
    _case("w052", "pyro-ppl/pyro/issues/1982", X_R, LV, BERNOULLI_VAE, w052, "wrong-sign",
          note="+ELBO where a loss is asked for; there by samples"),
    _case("w090", "keras-team/keras/pull/3383", X_R, LV, BERNOULLI_VAE, w090, "bce-mean-vs-kl-sum"),
    _case("w093", "ReyhaneAskari/pytorch_experiments/issues/6", R_X, LV, BERNOULLI_VAE, w093, "bce-mean-vs-kl-sum",
          "wrong-scale", "sum-for-mean", only_if="D = 784 and B = 128", note="labelled global-scale-only, which it is "
          "for 128 samples of 784 pixels and no others; the KL is a sum over the batch, divided by these two numbers"),
    _case("w095", "fitagdinov/Telescope_Array/blob/HEAD/phd_work/src/train_VAE/loss.py", R_X, LV, GAUSSIAN_VAE,
          w095, *MSE),
    Case("w099", w099, ("x", "reconstruction", "decoder_std", "mean", LV), GAUSSIAN_VAE, truths.decoder_vae("std"),
         ("mse-without-variance",), GITHUB + "TimyadNyda/Variational-Lstm-Autoencoder/issues/8"),
    _case("w100", "AntixK/PyTorch-VAE/issues/56", R_X, LV, GAUSSIAN_VAE, w100, "wrong-scale", "mse-mean-vs-kl-sum",
          note="labelled dataset-weight-on-local-kl and mse-without-variance, too; the weight B/N is written out, as "
          "its configuration does, and so is one number with the missing half"),
    _case("w107", "lucidrains/DALLE-pytorch/issues/40", X_R, LV, GAUSSIAN_VAE, w107, "missing-kl-term",
          note="there the KL to a uniform categorical is what is missing"),
    _case("w108", "bahtman/Adv_ML_Lira/commit/3a56a47", X_R, "std", GAUSSIAN_VAE, w108, "missing-kl-term", *MSE,
          unseen=MSE, note="without the KL, the scale of the squared error is a global one"),
    _case("w108-fix", "bahtman/Adv_ML_Lira/commit/3a56a47", X_R, "std", GAUSSIAN_VAE, w108_fix, *MSE, "sum-for-mean",
          note="the KL is summed over the batch, which the labels do not name"),
    _case("w109", "tkipf/gae/issues/20", X_L, LS, BERNOULLI_VAE, w109, "global-scale-only",
          note="as many pixels as nodes there; the mean of the KL over the number of pixels here"),
    _case("w110", "zfjsail/gae-pytorch/issues/3", L_X, LS, BERNOULLI_VAE, w110, "global-scale-only",
          note="called logvar, holds log σ"),
    _case("w111", "pyg-team/pytorch_geometric/issues/910", X_L, LS, BERNOULLI_VAE, w111, "double-averaging",
          note="the edges of a node are summed, so that only the KL is averaged twice"),
    _case("w197", "AppliedDataSciencePartners/WorldModels/issues/2", X_R, LV, GAUSSIAN_VAE, w197, beta=0.5,
          note="a squared error without its ½ is twice the loss of beta ½, which is declared"),
)  # fmt: skip
