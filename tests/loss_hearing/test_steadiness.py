"""A loss has to give its first value again; what is told beside it, a step or the time that it took, need not."""

import itertools
import time

import numpy as np
import pytest

from elbo_check.inputs.outputs import Answer
from elbo_check.inputs.repeating import differ_in

from .help import accused, ask, passed

ROLES = ("reconstruction", "x", "mean", "log_variance")


def value(recon, x, mu, logvar, beta=1.0):
    return (bce(recon, x) + beta * 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)).mean()


def bce(recon, x):
    return -(x * np.log(recon) + (1 - x) * np.log(1 - recon)).sum(-1)


def counting(beta=1.0, warm_up=None):
    steps = itertools.count()

    def loss(recon, x, mu, logvar):
        step = next(steps)
        weight = beta if warm_up is None else min(1.0, step / warm_up)
        return {"loss": value(recon, x, mu, logvar, weight), "step": step}

    return loss


def drawing(recon, x, mu, logvar, steps=itertools.count()):  # noqa: B008 - what it counts
    eps = np.random.randn(*mu.shape)  # noqa: NPY002
    z = mu + np.exp(logvar / 2) * eps
    return {"loss": (bce(recon, x) + 0.5 * (z**2 - eps**2 - logvar).sum(-1)).mean(), "step": next(steps)}


def timed(recon, x, mu, logvar):
    started = time.perf_counter()
    return {"loss": value(recon, x, mu, logvar), "seconds": time.perf_counter() - started}


@pytest.mark.unmeasured
@pytest.mark.parametrize("fn", [counting(), timed, drawing], ids=["a step", "the time", "with a draw"])
def test_what_changes_beside_a_loss_is_not_held_against_it(fn) -> None:
    passed(ask(fn, *ROLES))
    passed(ask(fn, *ROLES, output="loss"))


def test_a_mistake_beside_a_step_is_named() -> None:
    accused("doubled", ask(counting(beta=2.0), *ROLES))


@pytest.mark.parametrize("most", [50, 500, 5000])
def test_a_loss_that_is_warmed_up_is_undecided_beside_its_step(most) -> None:
    found = ask(counting(warm_up=most), *ROLES)
    assert (found.outcome, found.mistakes) == ("undecided", ())
    assert "different values" in found.missing or "changes from call to call" in found.missing


@pytest.mark.endurance
def test_the_step_itself_is_not_steady() -> None:
    assert "changes from call to call" in ask(counting(), *ROLES, output="step").missing


@pytest.mark.endurance
@pytest.mark.parametrize("roles", [(), ("mean", "log_variance")])
@pytest.mark.parametrize("step", range(7000, 13000, 1000))
def test_a_weight_that_has_hardly_begun_to_stand_still_is_none_of_single_samples(step, roles) -> None:
    steps = itertools.count(step)

    def annealed(mu, logvar):
        weight = 1 / (1 + np.exp(-0.0025 * (next(steps) - 2500)))
        return weight * (0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).sum(-1)).mean()

    told = ask(annealed, *roles)
    assert told.outcome == "undecided"
    assert "single samples" not in told.missing


def test_answers_differ_in_all_that_they_hold_where_no_output_is_meant() -> None:
    one, other = (
        Answer({"loss": np.ones(1), "step": np.full(1, n)}, {"loss": "float64", "step": "int64"}) for n in (1, 2)
    )
    assert [differ_in(one, other, name) for name in ("loss", "step", None, "kl")] == [False, True, True, True]
