"""A function that takes batches is judged as one of batches, though it be right of single samples at other points."""

import numpy as np
import pytest

from elbo_check.errors import LossFunctionError

from .help import accused, ask, needs_torch, passed

ROLES = ("x", "reconstruction", "decoder_variance", "mean", "log_variance")


def kl(mu, logvar):
    return -0.5 * (1 + logvar - mu**2 - np.exp(logvar))


def nll(x, mean, variance):
    """As torch has it: a variance for each number, or for each sample; none for all of them at once."""
    if np.shape(variance) != np.shape(x):
        if np.shape(variance) != np.shape(x)[:-1]:
            raise ValueError("the variance is of incorrect size")
        variance = np.expand_dims(variance, -1)
    return (0.5 * ((x - mean) ** 2 / variance + np.log(variance) + np.log(2 * np.pi))).sum()


def summed_and_averaged(x, mean, variance, mu, logvar):
    return nll(x, mean, variance) + kl(mu, logvar).sum(-1).mean()


def summed(x, mean, variance, mu, logvar):
    return nll(x, mean, variance) + kl(mu, logvar).sum()


def of_one(x, mean, variance, mu, logvar):
    if np.ndim(x) != 1:
        raise ValueError("one sample")
    return summed(x, mean, variance, mu, logvar)


@pytest.mark.parametrize("batch", [None, True])
def test_a_likelihood_that_takes_batches_is_read_with_them(batch):
    accused("double-averaging", ask(summed_and_averaged, *ROLES, batch=batch))
    assert "summed over the batch" in passed(ask(summed, *ROLES, batch=batch)).reduction


def test_what_takes_single_samples_alone_is_right_of_these():
    assert "batch" not in passed(ask(of_one, *ROLES)).reduction
    assert "batch" not in passed(ask(summed_and_averaged, *ROLES, batch=False)).reduction


def test_what_takes_no_batches_is_refused_where_it_is_said_to_take_them():
    with pytest.raises(LossFunctionError, match="one sample"):
        ask(of_one, *ROLES, batch=True)


@needs_torch
def test_the_likelihood_of_torch_beside_a_mean_is_refuted():
    import torch

    def loss(x, mean, variance, mu, logvar):
        data = torch.nn.functional.gaussian_nll_loss(mean, x, variance, full=True, reduction="sum")
        return data - 0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(-1).mean()

    accused("double-averaging", ask(loss, *ROLES, backend="torch"))
