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


@pytest.mark.unmeasured
@pytest.mark.parametrize("batch", [None, True])
def test_a_likelihood_that_takes_batches_is_read_with_them(batch):
    accused("double-averaging", ask(summed_and_averaged, *ROLES, batch=batch))
    assert "summed over the batch" in passed(ask(summed, *ROLES, batch=batch)).reduction


@pytest.mark.unmeasured
def test_what_takes_single_samples_alone_is_right_of_these():
    assert "batch" not in passed(ask(of_one, *ROLES)).reduction
    assert "batch" not in passed(ask(summed_and_averaged, *ROLES, batch=False)).reduction


def test_what_takes_no_batches_is_refused_where_it_is_said_to_take_them():
    with pytest.raises(LossFunctionError, match="one sample"):
        ask(of_one, *ROLES, batch=True)


@pytest.mark.unmeasured
@needs_torch
def test_the_likelihood_of_torch_beside_a_mean_is_refuted():
    import torch

    def loss(x, mean, variance, mu, logvar):
        data = torch.nn.functional.gaussian_nll_loss(mean, x, variance, full=True, reduction="sum")
        return data - 0.5 * (1 + logvar - mu**2 - logvar.exp()).sum(-1).mean()

    accused("double-averaging", ask(loss, *ROLES, backend="torch"))


KL = ("mean", "log_variance")
WHOLE = ("reconstruction", "x", *KL)


def squared(reconstruction, x):
    return 0.5 * (x - reconstruction) ** 2


ALONE = [
    lambda mu, logvar: sum(0.5 * (m * m + np.exp(s) - s - 1) for m, s in zip(mu, logvar, strict=True)),
    lambda mu, logvar: sum(kl(mu, logvar)),
    lambda mu, logvar: kl(mu, logvar).sum(0),
]


@pytest.mark.unmeasured
@pytest.mark.parametrize("loss", ALONE)
def test_a_sum_over_the_latents_of_one_sample_is_open_until_batches_are_said(loss):
    found = ask(loss, *KL)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert found.missing.startswith("equal, if its arguments are single samples (batch=False); of a batch it is ")
    assert found.missing.endswith("wrong-reduction-axis (batch=True says that it takes batches)")
    accused("wrong-reduction-axis", ask(loss, *KL, batch=True))
    passed(ask(loss, *KL, batch=False))
    assert ask(lambda mu, logvar: 2 * loss(mu, logvar), *KL).outcome == "refuted"


@pytest.mark.endurance
@pytest.mark.parametrize(
    "whole",
    [
        lambda r, x, mu, s: sum(squared(r, x)) + sum(kl(mu, s)),
        lambda r, x, mu, s: squared(r, x).sum() + sum(kl(mu, s)),
        lambda r, x, mu, s: squared(r, x).sum(0).mean() + kl(mu, s).sum(0).mean(),
    ],
)
def test_a_whole_loss_of_one_sample_is_open_until_batches_are_said(whole):
    found = ask(whole, *WHOLE)
    assert found.outcome == "undecided"
    assert found.missing.startswith("equal, if its arguments are single samples (batch=False); of a batch it is ")
    assert ask(whole, *WHOLE, batch=True).outcome == "refuted"
    passed(ask(whole, *WHOLE, batch=False))


@pytest.mark.parametrize("weight", [lambda d: 2, pytest.param(lambda d: 2 / d, marks=pytest.mark.endurance)])
def test_a_wrong_weight_of_one_sample_is_refuted_though_two_lengths_be_equal(weight):
    def loss(r, x, mu, s):
        return sum(squared(r, x)) + weight(mu.shape[-1]) * sum(kl(mu, s))

    assert ask(loss, *WHOLE).outcome == "refuted"


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "whole",
    [
        lambda r, x, mu, s: squared(r, x).sum() + kl(mu, s).sum(-1).mean(),
        lambda r, x, mu, s: squared(r, x).sum() + kl(mu, s).sum(-1),
    ],
)
def test_what_is_right_of_a_batch_of_one_is_no_function_of_single_samples(whole):
    assert ask(whole, *WHOLE).outcome == "refuted"
    passed(ask(whole, *WHOLE, batch=False))


def test_what_is_right_of_batches_is_so_though_it_be_right_of_single_samples_as_well():
    passed(ask(lambda mu, logvar: kl(mu, logvar).sum(-1).mean(), *KL))
    passed(ask(lambda r, x, mu, s: squared(r, x).sum() + kl(mu, s).sum(), *WHOLE))


def test_what_cannot_be_read_of_batches_may_be_right_of_single_samples():
    found = ask(lambda mu, s: 0.5 * (np.inner(mu, mu) + np.exp(s).sum() - s.sum() - mu.shape[-1]), *KL)
    assert found.outcome == "undecided"
    assert "single samples (batch=False); of a batch it is not read (an output of shape (2, 2)" in found.missing


def test_what_refuses_a_batch_of_one_is_one_of_single_samples_too():
    def loss(r, x, mu, s):
        if x.shape[0] == 1:
            raise ValueError("of nothing but vectors")
        return sum(squared(r, x)) + sum(kl(mu, s))

    assert ask(loss, *WHOLE).missing.startswith("equal, if its arguments are single samples (batch=False)")
