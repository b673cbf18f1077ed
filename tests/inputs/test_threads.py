"""What belongs to the process is changed by one thread at a time, and is afterwards as it was."""

import random
import sys
import threading
import time
import warnings
from contextvars import copy_context

import numpy as np
import pytest

from elbo_check import verify_loss
from elbo_check.errors import LossFunctionError
from elbo_check.inputs.changes import TimeUpError, all_put_back, changed
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


@pytest.mark.unmeasured
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


def elsewhere(work):
    """Do this off the main thread, where a function that takes too long is left behind."""
    return together(work)[0]


@pytest.mark.parametrize("made", [plain, drawing, pytest.param(of_torch, marks=needs_torch)])
def test_a_thread_that_is_left_behind_changes_nothing_any_more(made) -> None:
    released, left_behind, seen = threading.Event(), [], []

    def too_long():
        left_behind.append(threading.current_thread())
        try:
            while True:
                time.sleep(0.01)
        finally:  # it does not stop when it is told to
            released.wait(60)

    def while_the_other_ends():
        seen.append(state())
        released.set()
        left_behind[0].join(60)
        assert not left_behind[0].is_alive()
        seen.append(state())

    (slow, given), (other, others) = made(too_long), made(while_the_other_ends)
    slow.seconds = 0.1
    before = state()

    def asked_twice():
        with pytest.raises(LossFunctionError, match="had not returned after"):
            slow(given)
        return state(), other(others).outputs[""].sum()

    assert elsewhere(asked_twice) == (before, 6.0)
    assert seen[0] == seen[1]
    assert state() == before


def test_what_is_left_behind_when_its_time_is_over_cannot_begin_to_change_anything() -> None:
    made = []
    with all_put_back():
        left_behind = copy_context()

    def goes_on():
        with changed(lambda _: made.append("a change")):
            made.append("what comes after it")

    with pytest.raises(TimeUpError):
        left_behind.run(goes_on)
    assert made == []


@pytest.mark.endurance
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
