"""What belongs to the process is changed by one thread at a time, and is afterwards as it was."""

import random
import sys
import threading
import warnings

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.inputs.loss_function import LossFunction
from tests.loss_hearing.help import needs_torch, passed

MU = {"mu": np.ones((2, 3))}
SOON = 0.4  # that a thread waits for another one, which must not come


def state():
    """Return what a call sets for the process, and must set back."""
    torch = sys.modules.get("torch")
    of_torch = () if torch is None else (torch.get_default_dtype(), torch.get_num_threads())
    streams = np.random.get_state()[1].tobytes(), random.getstate()  # noqa: NPY002
    return np.random.randn, sys.stdout, list(warnings.filters), streams, of_torch


def together(*works):
    """Do all of these in threads of their own, and return what came of each."""
    found = {}
    threads = [threading.Thread(target=lambda n=n: found.update({n: works[n]()})) for n in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return [found[n] for n in range(len(works))]


def plain(wait):
    return LossFunction.of(lambda mu: (wait(), mu.sum())[1]), MU


def drawing(wait):
    def sampler(mu):
        wait()
        return mu + np.random.randn(*mu.shape)  # noqa: NPY002

    return LossFunction.of(sampler).with_own_noise("noise"), {**MU, "noise": np.zeros((2, 3))}


def of_torch(wait):
    return LossFunction.of(lambda mu: (wait(), mu.sum())[1], backend="torch"), MU


@pytest.mark.parametrize("made", [plain, drawing, pytest.param(of_torch, marks=needs_torch)])
def test_a_thread_waits_for_another_to_put_all_back(made) -> None:
    entered, left, seen = threading.Event(), threading.Event(), threading.Event()

    def first_waits():
        entered.set()
        seen.wait(SOON)

    def second_waits():
        seen.set()
        left.wait(SOON)

    (first, given), (second, others) = made(first_waits), made(second_waits)
    before = state()

    def one():
        answer = first(given)
        left.set()
        return answer

    def other():
        entered.wait()
        return second(others)

    answers = together(one, other)
    assert [answer.outputs[""].sum() for answer in answers] == [6.0, 6.0]
    assert state() == before


def test_one_function_may_be_asked_by_several_threads() -> None:
    function = LossFunction.of(lambda mu: mu.sum() + 0 * np.random.rand())  # noqa: NPY002
    before = state()
    answers = together(*[lambda: [function(MU).outputs[""] for _ in range(20)]] * 4)
    assert answers == [[6.0] * 20] * 4
    assert state() == before


def test_a_function_that_asks_another_one_does_not_wait_for_itself() -> None:
    inner = LossFunction.of(lambda mu: mu.sum())
    outer = LossFunction.of(lambda mu: inner({"mu": mu}).outputs[""] + 1, seconds=5.0)
    assert outer(MU).outputs[""] == 7.0
    assert together(lambda: outer(MU).outputs[""]) == [7.0]


def test_waiting_for_another_thread_is_none_of_the_time_of_a_call() -> None:
    entered = threading.Event()
    slow = LossFunction.of(lambda mu: (entered.set(), threading.Event().wait(SOON), mu.sum())[2])
    quick = LossFunction.of(lambda mu: mu.sum(), seconds=SOON / 2)

    def after():
        entered.wait()
        return quick(MU)

    answers = together(lambda: slow(MU), after)
    assert [answer.outputs[""] for answer in answers] == [6.0, 6.0]


@needs_torch
def test_verdicts_at_once_are_those_of_one_at_a_time() -> None:
    torch = pytest.importorskip("torch")

    def kl(mu, logvar):
        return -0.5 * torch.sum(1 + logvar - mu**2 - logvar.exp(), dim=-1)

    def sampler(mu, logvar):
        return mu + np.exp(logvar / 2) * np.random.randn(*mu.shape)  # noqa: NPY002

    before, roles = state(), ("mean", "log_variance")
    asked = [
        lambda: verify_loss(kl, roles=roles, backend="torch", rng=0),
        lambda: verify_loss(sampler, roles=roles, quantity="sampler", rng=0),
    ]
    for verdict in together(*asked * 3):
        passed(verdict)
    assert state() == before
