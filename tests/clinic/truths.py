"""The true quantities, straight from their definitions by variances; `test_the_cases_are_what_they_say` checks them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .case import Function

LOG_2PI = np.log(2 * np.pi)

VARIANCE: Mapping[str, Callable[[Any], Any]] = {
    "std": lambda s: s * s,
    "variance": lambda v: v,
    "log_variance": np.exp,
    "log_std": lambda t: np.exp(2 * t),
    "softplus_std": lambda t: np.logaddexp(0, t) ** 2,
}
"""The variance that an argument of each role holds."""


def standard(role: str, *, swapped: bool = False) -> Function:
    """KL(N(mean, σ²) ‖ N(0, 1)) of every coordinate, σ in `role`; swapped: the mean is the second argument."""

    def kl(mean: Any, second: Any) -> Any:
        if swapped:
            mean, second = second, mean
        variance = VARIANCE[role](second)
        return (mean**2 + variance - np.log(variance) - 1) / 2

    return kl


def pair(role: str, order: str = "qp") -> Function:
    """KL(q ‖ p) of every coordinate for arguments mean, second of q, then of p; order "pq": p's come first."""

    def kl(mean_q: Any, second_q: Any, mean_p: Any, second_p: Any) -> Any:
        if order == "pq":
            mean_q, second_q, mean_p, second_p = mean_p, second_p, mean_q, second_q
        vq, vp = VARIANCE[role](second_q), VARIANCE[role](second_p)
        return (np.log(vp / vq) + (vq + (mean_q - mean_p) ** 2) / vp - 1) / 2

    return kl


def residual(delta_mean: Any, delta_log_variance: Any, mean_p: Any, log_variance_p: Any) -> Any:
    """KL(q ‖ p) of every coordinate, where q is given by how its mean and its log variance differ from those of p."""
    return pair("log_variance")(mean_p + delta_mean, log_variance_p + delta_log_variance, mean_p, log_variance_p)


def uniform(probabilities: Any) -> Any:
    """KL to the uniform categorical, of every class."""
    return probabilities * np.log(probabilities * probabilities.shape[-1])


def softmax(logits: Any) -> Any:
    weights = np.exp(logits - np.max(logits, axis=-1, keepdims=True))
    return weights / weights.sum(axis=-1, keepdims=True)


PROBABILITIES: Mapping[str, Callable[[Any], Any]] = {
    "probabilities": lambda p: p,
    "logits": softmax,
    "log_probabilities": np.exp,
}


def categorical(first: str, second: str, order: str = "qp") -> Function:
    """KL(q ‖ p) of two categoricals, of every class, the arguments held in the roles `first` and `second`."""

    def kl(one: Any, other: Any) -> Any:
        one, other = PROBABILITIES[first](one), PROBABILITIES[second](other)
        q, p = (one, other) if order == "qp" else (other, one)
        return q * np.log(q / p)

    return kl


def bernoulli_vae(role: str = "log_variance", *, logits: bool = False, beta: float = 1.0) -> Function:
    """Bernoulli negative log likelihood + beta · KL, of every sample."""

    def loss(x: Any, reconstruction: Any, mean: Any, second: Any) -> Any:
        p = 1 / (1 + np.exp(-reconstruction)) if logits else reconstruction
        nll = -(x * np.log(p) + (1 - x) * np.log1p(-p))
        return nll.sum(axis=1) + beta * standard(role)(mean, second).sum(axis=1)

    return loss


def gaussian_vae(role: str = "log_variance", *, logits: bool = False, beta: float = 1.0) -> Function:
    """½ squared error + beta · KL, of every sample: Gaussian, of variance 1, less the constant ½ log 2π."""

    def loss(x: Any, reconstruction: Any, mean: Any, second: Any) -> Any:
        centre = 1 / (1 + np.exp(-reconstruction)) if logits else reconstruction
        return ((x - centre) ** 2).sum(axis=1) / 2 + beta * standard(role)(mean, second).sum(axis=1)

    return loss


def decoder_vae(decoder: str, role: str = "log_variance") -> Function:
    """Gaussian negative log likelihood whose decoder gives the spread, + KL, of every sample."""

    def loss(x: Any, reconstruction: Any, spread: Any, mean: Any, second: Any) -> Any:
        return likelihood(decoder)(x, reconstruction, spread).sum(axis=1) + standard(role)(mean, second).sum(axis=1)

    return loss


def likelihood(role: str) -> Function:
    """−log N(x; mean, σ²) of every coordinate."""

    def nll(x: Any, mean: Any, second: Any) -> Any:
        variance = VARIANCE[role](second)
        return ((x - mean) ** 2 / variance + np.log(variance) + LOG_2PI) / 2

    return nll


def entropy(role: str) -> Function:
    """½ log 2πeσ² of every coordinate."""
    return lambda second: 0.5 * (np.log(VARIANCE[role](second)) + LOG_2PI + 1)


def sample(role: str) -> Function:
    """mean + σ · noise."""
    return lambda mean, second, noise: mean + np.sqrt(VARIANCE[role](second)) * noise


def iwae(log_weights: Any) -> Any:
    """log (1/K) Σ_k w_k of every sample; K is the first axis."""
    most = log_weights.max(axis=0)
    return most + np.log(np.mean(np.exp(log_weights - most), axis=0))


def minibatch(nll: Any, kl: Any, dataset_size: Any) -> Any:
    """(N/M) Σ nll + KL."""
    return np.asarray(dataset_size / len(nll) * np.sum(nll) + kl)
