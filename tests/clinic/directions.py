"""Field cases about two Gaussians or two categoricals: which comes first, and what stands inside the logarithm."""

from __future__ import annotations

import numpy as np

from . import truths
from .case import Case, Function
from .truths import softmax

GITHUB = "https://github.com/"


def w019(mu_q, sigma_q, mu_p, sigma_p):
    quadratic = (sigma_q**2 + (mu_q - mu_p) ** 2) / (2 * sigma_p**2)
    return np.mean(np.log(sigma_p / sigma_q) + quadratic - 0.5)


def w056(mu_q, sig_q, mu_p, sig_p):
    mu_q, sig_q, mu_p, sig_p = mu_p, sig_p, mu_q, sig_q
    kl = 0.5 * (2 * np.log(sig_p / sig_q) - 1 + (sig_q / sig_p) ** 2 + ((mu_p - mu_q) / sig_p) ** 2)
    return kl.sum()


def w059(post_mean, post_std, prior_mean, prior_std):
    quadratic = ((prior_mean - post_mean) ** 2 + prior_std**2) / (2 * post_std**2)
    return np.mean(np.sum(np.log(post_std) - np.log(prior_std) + quadratic - 0.5, axis=1))


def w063(mu0, log_std0, mu1, log_std1):
    var0, var1 = np.exp(2 * log_std0), np.exp(2 * log_std1)
    pre_sum = 0.5 * (((mu1 - mu0) ** 2 + var0) / (var1 + 1e-8) - 1) + log_std1 - log_std0
    return np.mean(np.sum(pre_sum, axis=1))


def w017(student_logits, teacher):
    pointwise = teacher * (np.log(teacher) - np.log(softmax(student_logits)))
    return np.mean(pointwise) * len(teacher)


def w054(p, q):
    return -np.sum(q * np.log(q / p), axis=-1)


def w060(q, p):
    return np.sum(p * np.log(p / q), axis=-1)


def w061(old_logits, new_logits):
    new, old = softmax(new_logits), softmax(old_logits)
    return np.mean(np.sum(new * (np.log(new) - np.log(old)), axis=-1))


def w136(p, q):
    return np.sum(p * (p / q), axis=-1)


def w155(s, t):
    student, teacher = softmax(s), softmax(t)
    return np.sum(teacher * (np.log(teacher) - student), axis=-1)


def w157(a, b):
    return np.sum(b * (np.log(b) - a)) / len(a)


def w159(student, teacher):
    student = teacher
    return np.sum(softmax(teacher) * np.log(softmax(teacher) / softmax(student)), axis=-1)


def w174(q):
    return np.sum(q * np.log(q), axis=-1) - np.log(1.0 / q.shape[-1])


def w196(s, t):
    log_student = s - np.log(np.sum(np.exp(s), axis=-1, keepdims=True))
    return np.sum(softmax(t) * (np.log(softmax(t)) - log_student)) / len(s)


def w198(prior_logits, post_logits):
    prior, post = softmax(prior_logits), softmax(post_logits)
    return np.mean(np.sum(prior * (np.log(prior) - np.log(post)), axis=-1))


def _pair(
    name: str, page: str, second: str, function: Function, *slugs: str, order: str = "qp", note: str = ""
) -> Case:
    q, p = ("mean_q", f"{second}_q"), ("mean_p", f"{second}_p")
    roles = q + p if order == "qp" else p + q
    return Case(name, function, roles, truth=truths.pair(second, order), slugs=slugs, url=GITHUB + page, note=note)


def _classes(name: str, page: str, roles: tuple[str, str], function: Function, *slugs: str, note: str = "") -> Case:
    first, second = (role.removesuffix("_q").removesuffix("_p") for role in roles)
    truth = truths.categorical(first, second, "qp" if roles[0].endswith("_q") else "pq")
    return Case(name, function, roles, truth=truth, slugs=slugs, url=GITHUB + page, note=note)


P_Q = ("probabilities_p", "probabilities_q")
Q_P = ("probabilities_q", "probabilities_p")
LOGITS_P_Q, LOGITS_Q_P = ("logits_p", "logits_q"), ("logits_q", "logits_p")

DIRECTIONS: tuple[Case, ...] = (
    _pair("w019", "piEsposito/blitz-bayesian-deep-learning/commit/2ecb5ae98484f45a45c53614d8da7c0e67c78e68",
          "std", w019, "mean-over-all", note="there by samples of the weights; here in closed form"),
    _pair("w056", "kumar-shridhar/PyTorch-BayesianCNN/issues/28", "std", w056, "reversed-kl"),
    _pair("w059", "juliusfrost/dreamer-pytorch/pull/78", "std", w059, "reversed-kl"),
    _pair("w063", "openai/spinningup/pull/192", "log_std", w063, "reversed-kl", order="pq",
          note="KL(0 ‖ 1) of a function whose caller gives the new policy first; 1e-8 in a denominator"),
    _classes("w017", "sallymmx/ActionCLIP/issues/24", ("logits_p", "probabilities_q"), w017, "wrong-reduction-axis"),
    _classes("w054", "Arhosseini77/SUM/issues/6", P_Q, w054, "wrong-sign"),
    _classes("w060", "psanch21/VAE-GMVAE/issues/6", Q_P, w060, "reversed-kl"),
    _classes("w061", "tensorforce/tensorforce/issues/107", LOGITS_Q_P, w061, "reversed-kl"),
    _classes("w136", "rasbt/machine-learning-book/issues/44", Q_P, w136, "missing-log"),
    _classes("w155", "microsoft/ProDA/issues/20", LOGITS_P_Q, w155, "kldiv-input-not-log"),
    _classes("w157", "pytorch/pytorch/issues/43348", P_Q, w157, "kldiv-input-not-log"),
    _classes("w159", "labmlai/annotated_deep_learning_paper_implementations/issues/66", LOGITS_P_Q, w159,
             "wrong-tensor", note="0 always"),
    Case("w174", w174, ("probabilities",), truth=truths.uniform, url=GITHUB + "RuiShu/vae-clustering/issues/12",
         note="there K = 10 is written out"),
    _classes("w196", "yoshitomo-matsubara/torchdistill/issues/233", LOGITS_P_Q, w196),
    _classes("w198", "danijar/dreamerv2/issues/4", LOGITS_Q_P, w198, note="KL(prior ‖ posterior), as it is logged"),
)  # fmt: skip
