"""Losses that take flat data and are wrong of them, but right of sequences or of images (B, H, W): they are open."""

import re
from ast import literal_eval

import numpy as np
import pytest

from tests.loss_hearing.help import ask, needs_torch, passed

VAE = ("reconstruction", "x", "mean", "log_variance")
LAST = (-2, -1)


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)


def entropy(r, x):
    return -(x * np.log(r) + (1 - x) * np.log(1 - r))


RIGHT = {
    "a mean": lambda r, x, mu, lv: entropy(r, x).sum(LAST).mean() + kl(mu, lv).sum(-1).mean(),
    "a value a sample": lambda r, x, mu, lv: entropy(r, x).sum(LAST) + kl(mu, lv).sum(-1),
    "one axis after the other": lambda r, x, mu, lv: (entropy(r, x).sum(-1).sum(-1) + kl(mu, lv).sum(-1)).mean(),
}


@pytest.mark.endurance
@pytest.mark.parametrize("sizes", [None, {"T": 6}], ids=str)
@pytest.mark.parametrize("loss", RIGHT.values(), ids=RIGHT)
def test_what_sums_over_two_axes_itself_is_open_and_right_where_that_is_said(loss, sizes) -> None:
    found = ask(loss, *VAE, sizes=sizes)
    assert found.outcome == "undecided"
    assert found.missing.startswith("equal, if its arguments hold D along two axes (T, l)")
    said = re.search(r"say so: sizes=(\{.*?\})", found.missing)
    assert said is not None
    passed(ask(loss, *VAE, sizes=literal_eval(said[1])))


@pytest.mark.unmeasured
@pytest.mark.parametrize("loss", RIGHT.values(), ids=RIGHT)
def test_it_is_wrong_of_flat_data_where_those_are_said(loss) -> None:
    assert ask(loss, *VAE, sizes={"D": 8}).outcome == "refuted"


WRONG = {
    "twice the divergence": lambda r, x, mu, lv: entropy(r, x).sum(LAST).mean() + 2 * kl(mu, lv).sum(-1).mean(),
    "a total of the data": lambda r, x, mu, lv: entropy(r, x).sum() + kl(mu, lv).sum(-1).mean(),
    "a total of the divergence": lambda r, x, mu, lv: entropy(r, x).sum(-1).mean() + kl(mu, lv).sum(),
    "a mean of all": lambda r, x, mu, lv: entropy(r, x).sum(LAST).mean() + kl(mu, lv).mean(),
    "a mean of the data": lambda r, x, mu, lv: entropy(r, x).mean() + kl(mu, lv).sum(-1).mean(),
}


@pytest.mark.endurance
@pytest.mark.parametrize("sizes", [None, {"T": 6}], ids=str)
@pytest.mark.parametrize("loss", WRONG.values(), ids=WRONG)
def test_what_is_wrong_of_sequences_too_is_accused(loss, sizes) -> None:
    assert ask(loss, *VAE, sizes=sizes).outcome == "refuted"


def test_a_density_of_data_is_heard_along_steps_as_well() -> None:
    def nll(x, mean, logvar):
        return 0.5 * ((x - mean) ** 2 * np.exp(-logvar) + logvar + np.log(2 * np.pi)).sum(-1).sum(-1) / len(x)

    passed(ask(nll, "x", "x_mean", "log_variance"))
    doubled = ask(lambda x, m, s: 2 * nll(x, m, s), "x", "x_mean", "log_variance")
    assert doubled.outcome == "refuted"


@pytest.mark.parametrize("reduced", [np.mean, np.asarray], ids=["mean", "a value a sample"])
def test_one_part_alone_over_the_length_of_a_row_is_no_mean_over_steps(reduced) -> None:
    found = ask(lambda mu, logvar: reduced(kl(mu, logvar).sum(-1)) / mu.shape[1], "mean", "log_variance")
    assert found.outcome == "refuted"


@pytest.mark.endurance
@needs_torch
def test_a_torch_loss_of_grey_images_is_open() -> None:
    import torch

    def loss(r, x, mu, logvar):
        bce = torch.nn.functional.binary_cross_entropy(r, x, reduction="none").sum((-1, -2)).mean()
        return bce + 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1).mean()

    assert "D along two axes (T, l)" in ask(loss, *VAE, backend="torch").missing
