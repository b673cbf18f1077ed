"""Losses of sequences that take latents of each step, and one latent vector a sequence, and are right of one alone."""

import re
from ast import literal_eval

import numpy as np
import pytest

from tests.loss_hearing.help import accused, ask, codes_of, needs_torch, passed

VAE = ("reconstruction", "x", "mean", "log_variance")
NLL = ("x", "x_mean", "std")
STEPS = (1, 2)


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)


def entropy(r, x):
    return -(x * np.log(r) + (1 - x) * np.log(1 - r))


def all_summed(r, x, mu, logvar):
    return entropy(r, x).sum(STEPS).mean() + kl(mu, logvar).sum(-1).mean()


def of_three_axes(loss):
    """The same function of x with three axes, and of nothing else."""

    def checked(r, x, mu, logvar):
        _, _, _ = x.shape
        return loss(r, x, mu, logvar)

    return checked


def a_step(r, x, mu, logvar):
    return entropy(r, x).sum(2).mean() + kl(mu, logvar).sum(-1).mean()


@pytest.mark.endurance
@pytest.mark.parametrize("loss", [all_summed, of_three_axes(all_summed)], ids=["x of any axes", "x of three axes"])
def test_right_of_a_latent_a_sequence_and_wrong_of_one_a_step_is_open_however_it_is_written(loss) -> None:
    found = ask(loss, *VAE)
    assert found.outcome == "undecided"
    assert found.missing.startswith("equal, if its arguments hold one latent vector a sequence or image, D along two")
    assert "if they hold one latent vector a step, d along two axes (T, L), D along two axes (T, l)" in found.missing
    assert found.missing.endswith(": mean-over-steps")
    right, wrong = map(literal_eval, re.findall(r"sizes=(\{.*?\})", found.missing))
    passed(ask(loss, *VAE, sizes=right))
    assert ask(loss, *VAE, sizes=wrong).finding("effective-beta").message == "effective beta 1/3 instead of 1"


@pytest.mark.parametrize("loss", [a_step, of_three_axes(a_step)], ids=["x of any axes", "x of three axes"])
def test_right_of_a_latent_a_step_and_wrong_of_one_a_sequence_is_open_too(loss) -> None:
    found = ask(loss, *VAE)
    assert found.outcome == "undecided"
    assert "d along two axes (T, L), D along two axes (T, l) (say so: sizes={'T': 3, 'L': 4, 'l': 5})" in found.missing
    passed(ask(loss, *VAE, sizes={"T": 3, "L": 4, "l": 5}))
    assert ask(loss, *VAE, sizes={"T": 3, "d": 4, "l": 5}).outcome == "refuted"


def flat(term):
    return term.reshape(len(term), -1).sum(-1)


BOTH = {
    "all of a sample": lambda r, x, mu, logvar: (flat(entropy(r, x)) + flat(kl(mu, logvar))).mean(),
    "all axes but the first of x": lambda r, x, mu, lv: entropy(r, x).sum(STEPS).mean() + flat(kl(mu, lv)).mean(),
    "steps in both": lambda r, x, mu, logvar: (entropy(r, x).sum(2) + kl(mu, logvar).sum(2)).mean(),
}


@pytest.mark.unmeasured
@pytest.mark.parametrize("loss", BOTH.values(), ids=BOTH)
def test_what_is_right_of_all_sequences_that_it_takes_is_right(loss) -> None:
    for each in (loss, of_three_axes(loss)):
        assert "not-of-sequences" not in codes_of(passed(ask(each, *VAE)))


@pytest.mark.endurance
@pytest.mark.parametrize("more", [{}, {"sizes": {"T": 6}}, {"sizes": {"T": 6, "L": 2, "l": 3}}], ids=str)
def test_what_is_wrong_of_all_sequences_is_refuted(more) -> None:
    def doubled(r, x, mu, logvar):
        return entropy(r, x).sum(STEPS).mean() + 2 * flat(kl(mu, logvar)).mean()

    for each in (doubled, of_three_axes(doubled)):
        accused("doubled", ask(each, *VAE, **more))


def over_the_next_axis(r, x, mu, logvar):
    return entropy(r, x).sum(STEPS).mean() + kl(mu, logvar).sum(1).mean()


@pytest.mark.endurance
def test_a_sum_over_the_axis_beside_the_batch_is_meant_for_no_steps_and_told() -> None:
    found = passed(ask(over_the_next_axis, *VAE))
    told = found.finding("not-of-sequences")
    assert told.severity == "note"
    assert told.message.startswith("this is said of sequences x with one latent vector each, (B, d)")
    assert "with an effective beta of 0.25 at (B, T, L, l) = (2, 3, 4, 5)" in told.message
    assert ask(over_the_next_axis, *VAE, sizes={"T": 3, "L": 4, "l": 5}).outcome == "refuted"


@pytest.mark.unmeasured
def test_a_flat_loss_that_is_another_function_of_sequences_is_told_so() -> None:
    def loss(r, x, mu, logvar):
        return entropy(r, x).sum() / len(x) + kl(mu, logvar).sum(-1).mean()

    told = passed(ask(loss, *VAE)).finding("not-of-sequences")
    assert told.severity == "note"
    assert "with an effective beta of 0.333333 at (B, T, L, l) = (2, 3, 4, 5)" in told.message
    assert "not-of-sequences" not in codes_of(passed(ask(loss, *VAE, sizes={"D": 60})))


@pytest.mark.unmeasured
@needs_torch
def test_a_torch_loss_is_told_so_too() -> None:
    import torch

    def loss(r, x, mu, logvar):
        bce = torch.nn.functional.binary_cross_entropy(r, x, reduction="sum") / x.size(0)
        return bce + 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(-1).mean()

    assert "not-of-sequences" in codes_of(passed(ask(loss, *VAE, backend="torch")))


@pytest.mark.unmeasured
def test_a_density_of_data_alone_has_no_latents() -> None:
    def nll(x, mean, std):
        _, _, _ = x.shape
        return (0.5 * ((x - mean) / std) ** 2 + np.log(std) + 0.5 * np.log(2 * np.pi)).sum(STEPS).mean()

    assert "not-of-sequences" not in codes_of(passed(ask(nll, *NLL)))


@pytest.mark.endurance
def test_data_without_steps_beside_latents_of_each_are_for_the_caller_to_say() -> None:
    def loss(r, x, mu, logvar):
        _, _, _ = mu.shape
        return entropy(r, x).sum(-1).mean() + kl(mu, logvar).sum(STEPS).mean()

    found = ask(loss, *VAE, sizes={"T": 6})
    assert found.outcome == "undecided"
    assert "and data without steps, d along two axes (T, L) (say so: sizes={'T': 6, 'L': 4})" in found.missing
    passed(ask(loss, *VAE, sizes={"T": 6, "L": 4}))
    passed(ask(loss, *VAE, sizes={"T": 6, "D": 7}))
    assert ask(loss, *VAE, sizes={"T": 6, "L": 4, "l": 5}).outcome == "refuted"
