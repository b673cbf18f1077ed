"""A KL to a fixed prior that nobody told of: asked after, and not accused; what only looks like one is."""

import math

import numpy as np
import pytest

from tests.loss_hearing.help import ask, long, passed, unmeasured

KL = ("mean", "log_variance")
VAE = ("x", "reconstruction", *KL)


def to_prior(a, b, constant=1.0):
    return lambda m, t: 0.5 * ((m - a) ** 2 / b**2 + np.exp(t) / b**2 - constant - t + 2 * math.log(b))


def asked_for(found, prior):
    assert found.outcome == "undecided", (found.outcome, found.mistakes)
    assert found.missing.startswith("equal, if the prior is N(")
    assert f"prior=({prior}) says so (--prior {prior.replace(' ', '')})" in found.missing


@pytest.mark.parametrize(
    ("a", "b", "told"),
    [
        (0, 2.0, "0, 2"),
        unmeasured(0, 0.1, "0, 0.1"),
        unmeasured(1, 1.0, "1, 1"),
        unmeasured(-0.5, 3.0, "-0.5, 3"),
        unmeasured(0, math.sqrt(2), "0, 1.41421356237"),
    ],
)
def test_the_prior_is_asked_for_and_once_it_is_said_the_kl_is_right(a, b, told) -> None:
    loss = lambda m, t: to_prior(a, b)(m, t).sum(-1).mean()
    asked_for(ask(loss, *KL), told)
    passed(ask(loss, *KL, prior=(a, b)))


@pytest.mark.unmeasured
@pytest.mark.parametrize("decoder", ["squares", long("entropy")])
def test_so_is_that_of_a_whole_loss(decoder) -> None:
    def loss(x, r, m, t):
        entropy = -(x * np.log(r) + (1 - x) * np.log1p(-r))
        data = 0.5 * (x - r) ** 2 if decoder == "squares" else entropy
        return (data.sum(-1) + to_prior(0.5, 0.25)(m, t).sum(-1)).mean()

    asked_for(ask(loss, *VAE), "0.5, 0.25")


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "loss",
    [
        lambda m, t: to_prior(0, 2.0, 0.0)(m, t).sum(-1),
        lambda m, t: (to_prior(0, 2.0)(m, t) + 0.1 * m).sum(-1),
        lambda m, t: to_prior(0, 2.0)(m, t).mean(-1),
        lambda m, t: 0.5 * (m**2 / 4 + np.exp(t) / 9 - 1 - t + 2 * math.log(2)).sum(-1),
        lambda m, t: 0.5 * (m**2 / 4 + np.exp(t) / 4 - 1 - t).sum(-1),
    ],
    ids=["no constant", "another mean", "mean", "two scales", "no logarithm"],
)
def test_what_is_the_kl_to_no_prior_is_refuted(loss) -> None:
    assert ask(loss, *KL).outcome == "refuted"


@pytest.mark.unmeasured
def test_a_prior_that_was_said_is_the_one_that_is_judged() -> None:
    assert ask(lambda m, t: to_prior(0, 2.0)(m, t).sum(-1), *KL, prior=(0, 3)).outcome == "refuted"
