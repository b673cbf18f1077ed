"""Each guard around a user's function is taken away, and what it kept in gets out: no guard is there for show."""

import contextlib
import random

import numpy as np
import pytest

from elbo_check.errors import LossFunctionError
from elbo_check.inputs import guarding, loss_function
from elbo_check.inputs.loss_function import LossFunction

GIVEN = {"mu": np.array([[1.0, -0.5], [0.0, 2.0]])}
OPEN = lambda *_: contextlib.nullcontext()


def kind(fn, method="__call__", **settings):
    """How a question ends: the kind of its failure, or nothing."""
    try:
        getattr(LossFunction.of(fn, **settings), method)(GIVEN)
    except LossFunctionError as error:
        return error.kind
    return ""


def adds(mu):
    mu += 1.0
    return mu.sum()


def draws(mu):
    print("drawing")
    return mu.sum() + random.random() + np.random.random()  # noqa: NPY002


def test_without_the_comparison_a_change_in_place_is_not_noticed(monkeypatch):
    assert kind(adds) == "mutates"
    monkeypatch.setattr(loss_function, "changed_in_place", lambda *_: None)
    assert kind(adds) == ""


def test_without_the_second_question_chance_is_not_noticed(monkeypatch):
    assert kind(draws, "checked") == "random"
    monkeypatch.setattr(loss_function, "differ_in", lambda *_: False)
    assert kind(draws, "checked") == ""


def test_without_the_end_a_slow_function_is_waited_for(monkeypatch):
    def slow(mu):
        return mu.sum() + sum(0 for _ in range(10**6))

    assert kind(slow, seconds=1e-4) == "too-slow"
    monkeypatch.setattr(loss_function, "within", lambda _, work: work())
    assert kind(slow, seconds=1e-4) == ""


def test_without_streams_of_its_own_a_function_moves_those_of_the_process(monkeypatch, capsys):
    def leaks():
        before = random.getstate(), np.random.get_state()[1:3]  # noqa: NPY002
        kind(draws)
        after = random.getstate(), np.random.get_state()[1:3]  # noqa: NPY002
        return before[0] != after[0], before[1][1] != after[1][1], "drawing" in capsys.readouterr().out

    assert leaks() == (False, False, False)
    monkeypatch.setattr(guarding.Streams, "quiet", OPEN)
    assert leaks() == (True, True, True)


def test_without_its_guard_torch_is_left_as_the_function_set_it():
    torch = pytest.importorskip("torch")

    def sets(mu):
        torch.set_default_dtype(torch.float64)
        torch.set_grad_enabled(False)
        torch.rand(1)
        return mu.sum()

    def leaks(open_it):
        asked = LossFunction.of(sets, backend="torch")
        asked._backend.guard = OPEN if open_it else asked._backend.guard
        state = torch.get_rng_state()
        asked(GIVEN)
        found = torch.get_default_dtype() != torch.float32, not torch.is_grad_enabled()
        found += (not torch.equal(torch.get_rng_state(), state),)
        torch.set_default_dtype(torch.float32)
        torch.set_grad_enabled(True)
        return found

    assert leaks(False) == (False, False, False)
    assert leaks(True) == (True, True, True)


def test_without_its_guard_jax_computes_in_float32():
    pytest.importorskip("jax")
    asked = LossFunction.of(lambda mu: mu.sum(), backend="jax")
    assert asked(GIVEN).dtypes == {"": "float64"}
    asked._backend.guard = OPEN
    assert asked(GIVEN).dtypes == {"": "float32"}
