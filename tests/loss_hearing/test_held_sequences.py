"""Arrays with an axis of steps, and arrays of ones with more axes than what is asked first: sequences are meant."""

import re
from ast import literal_eval

import numpy as np
import pytest

from tests.loss_hearing.help import ask, long_but, names_of, passed

KL = ("mean", "log_variance")
VAE = ("reconstruction", "x", *KL)
STEPS = (1, 2)


def kl(mu, logvar):
    return 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)


def square(r, x):
    return 0.5 * (r - x) ** 2


PRIOR, SIXTH = np.zeros((1, 1, 8)), np.zeros((12, 6))
WEIGHT, STEP = np.ones((1, 12, 8)), np.ones((12, 1))
LAST, OF_LATENTS = np.ones(8), np.zeros(6)
MEANT = {
    "a prior of each feature": (
        lambda r, x, m, v: square(r, x).sum(STEPS).mean() + kl(m - PRIOR, v).sum(STEPS).mean(),
        lambda r, x, m, v: square(r, x).sum(STEPS).mean() + kl(m - PRIOR, v).mean(),
    ),
    "a weight of each number, and one z a sequence": (
        lambda r, x, m, v: (WEIGHT * square(r, x)).sum(STEPS).mean() + kl(m, v).sum(1).mean(),
        lambda r, x, m, v: (WEIGHT * square(r, x)).sum(STEPS).mean() + kl(m, v).mean(),
    ),
    "a mask of steps": (
        lambda r, x, m, v: (STEP * square(r, x)).sum(STEPS).mean() + kl(m, v).sum(1).mean(),
        lambda r, x, m, v: (STEP * square(r, x)).mean() + kl(m, v).sum(1).mean(),
    ),
    "a mask of steps, of latents": (
        lambda m, v: (STEP * kl(m, v)).sum(STEPS).mean(),
        lambda m, v: 2 * (STEP * kl(m, v)).sum(STEPS).mean(),
    ),
    "a weight and a prior of the same steps": (
        lambda r, x, m, v: (WEIGHT * square(r, x)).sum(STEPS).mean() + kl(m - SIXTH, v).sum(STEPS).mean(),
        lambda r, x, m, v: (WEIGHT * square(r, x)).sum(STEPS).mean() - kl(m - SIXTH, v).sum(STEPS).mean(),
    ),
    "features of both": (
        lambda r, x, m, v: (LAST * square(r, x)).sum(STEPS).mean() + kl(m - OF_LATENTS, v).sum(STEPS).mean(),
        lambda r, x, m, v: (LAST * square(r, x)).mean() + kl(m - OF_LATENTS, v).sum(STEPS).mean(),
    ),
}


@pytest.mark.endurance
@pytest.mark.parametrize(("right", "wrong"), MEANT.values(), ids=MEANT)
def test_an_array_with_steps_or_behind_ones_has_sequences_asked(right, wrong) -> None:
    roles = KL if right.__code__.co_argcount == 2 else VAE
    assert "T" in passed(ask(right, *roles)).record["layout"]
    assert ask(wrong, *roles).outcome == "refuted"


def test_a_number_of_steps_that_it_was_read_at_alone_is_told() -> None:
    def total(r, x, m, v):
        return 12 * (STEP * square(r, x)).mean(1).sum(-1).mean() + kl(m, v).sum(1).mean()

    assert "at T = 12 only" in passed(ask(total, *VAE)).finding("fixed-size").message


def sizes_said(missing: str) -> dict[str, int]:
    found = re.search(r"\(say so: sizes=(\{.*?\})\)", missing)
    assert found is not None, missing
    return dict(literal_eval(found[1]))


ONES, IMAGE_OF_ONES = np.zeros((1, 1, 1)), np.zeros((1, 1, 1, 1))
ALONG_TIME = np.ones(20)
GREY, OF_A_BATCH = np.ones((14, 14)), np.ones((12, 8))
OPEN = {
    "a scale of three axes": (
        lambda r, x, m, v: (square(r, x) / np.exp(ONES) + ONES).sum(STEPS).mean() + kl(m, v).sum(STEPS).mean(),
        "equal, if its arguments hold d along two axes (T, L), D along two axes (T, l) (say so: ",
    ),
    "a scale of four axes": (
        lambda r, x, m, v: (square(r, x) / np.exp(IMAGE_OF_ONES)).sum((1, 2, 3)).mean() + kl(m, v).sum(1).mean(),
        "equal, if its arguments hold D along three axes (c, h, w) (say so: ",
    ),
    "a mask of grey images": (
        lambda r, x, m, v: (GREY * square(r, x)).sum((-1, -2)).mean() + kl(m, v).sum(-1).mean(),
        "equal, if c = 1: images of one channel (say so: ",
    ),
    "a weight of each number of a batch": (
        lambda r, x, m, v: (OF_A_BATCH * square(r, x)).sum(-1).mean() + kl(m, v).sum(1).mean(),
        "equal, if its arguments hold one axis beside the batch, with B = 12 and D = 8 (say so: ",
    ),
    "a weight of each step": (
        lambda r, x, m, v: ((square(r, x).sum(-1) * ALONG_TIME).sum(-1) + kl(m, v).sum(1)).mean(),
        "equal, if its arguments hold D along two axes (T, l), with T = 20 (say so: ",
    ),
    "a mask of steps in a row": (
        lambda r, x, m, v: ((square(r, x).sum(-1) * ALONG_TIME[None]).sum(-1) + kl(m, v).sum(1)).mean(),
        "equal, if its arguments hold D along two axes (T, l), with T = 20 (say so: ",
    ),
}


@pytest.mark.parametrize(("loss", "words"), long_but(OPEN, "a weight of each number of a batch"))
def test_what_is_right_in_another_layout_of_such_an_array_is_open_and_right_where_that_is_said(loss, words) -> None:
    found = ask(loss, *VAE)
    assert found.outcome == "undecided"
    assert found.missing.startswith(words)
    passed(ask(loss, *VAE, sizes=sizes_said(found.missing)))


@pytest.mark.unmeasured
@pytest.mark.parametrize("held", [ONES, IMAGE_OF_ONES, GREY, OF_A_BATCH], ids=lambda held: str(held.shape))
def test_such_an_array_excuses_no_mistake(held) -> None:
    def loss(r, x, m, v):
        return (square(r, x) + 0 * held).sum() / len(x) + 2 * kl(m, v).sum() / len(m)

    found = ask(loss, *VAE)
    assert found.outcome == "refuted"
    assert any("doubled" in names or "wrong-scale" in names for names in names_of(found)), found.mistakes


@pytest.mark.unmeasured
@pytest.mark.parametrize("sizes", [None, {"T": 20}], ids=str)
def test_a_weight_of_each_step_excuses_no_doubled_divergence(sizes) -> None:
    def loss(r, x, m, v):
        return ((square(r, x).sum(-1) * ALONG_TIME).sum(-1) + 2 * kl(m, v).sum(1)).mean()

    assert ask(loss, *VAE, sizes=sizes).outcome == "refuted"


def test_lengths_that_are_said_leave_as_few_open_as_can_be() -> None:
    right = MEANT["a weight of each number, and one z a sequence"][0]
    assert passed(ask(right, *VAE, sizes={"T": 12, "l": 8})).record["layout"] == "D along two axes (T, l)"


A_STEP = np.ones(12)


def averaged_steps(recon, x, mu, logvar):
    return (A_STEP * square(recon, x).sum(-1)).mean() + kl(mu, logvar).sum(-1).mean()


def test_a_mean_over_steps_is_not_taken_for_one_over_a_batch_as_long() -> None:
    found = ask(averaged_steps, *VAE)
    assert found.outcome == "undecided"
    assert "equal, if the 12 numbers of an array that it holds are one a sample" in found.missing
    assert "if they are one a step, its arguments hold D along two axes (T, l)" in found.missing
    of_a_batch, of_steps = map(literal_eval, re.findall(r"sizes=(\{.*?\})", found.missing))
    passed(ask(averaged_steps, *VAE, sizes=of_a_batch))
    assert ask(averaged_steps, *VAE, sizes=of_steps).outcome == "refuted"


def test_a_mean_over_steps_is_right_where_both_arguments_are_along_them() -> None:
    found = ask(averaged_steps, *VAE, sizes={"T": 12})
    assert found.outcome == "undecided"
    assert "equal, if its arguments hold one latent vector a step, d along two axes (T, L), D along" in found.missing
    passed(ask(averaged_steps, *VAE, sizes={"T": 12, "L": 4, "l": 5}))
    assert ask(averaged_steps, *VAE, sizes={"T": 12, "d": 4}).outcome == "refuted"


@pytest.mark.parametrize("total", [np.mean, np.sum])
def test_a_weight_that_is_right_for_each_sample_and_each_step_is_right(total) -> None:
    passed(ask(lambda mu, logvar: total(A_STEP * kl(mu, logvar).sum(-1)), *KL))


@pytest.mark.endurance
def test_what_takes_images_and_is_right_of_sequences_alone_is_one_of_those() -> None:
    found = passed(ask(lambda mu, logvar: kl(mu, logvar).sum(-1).mean((0, 1)), *KL))
    assert found.record["layout"] == "d along two axes (T, L)"
    assert ask(lambda mu, logvar: 2 * kl(mu, logvar).sum(-1).mean((0, 1)), *KL).outcome == "refuted"
