"""Disguises are right, whatever is drawn; and a wrong form among them would be seen."""

import dataclasses
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from . import disguise_forms
from .case import Case, Function
from .disguises import A_RUN, BACKENDS, MODULES, disguise, fresh_seeds, spoilt
from .relations import is_right, relations


def plain(case: Case) -> Case:
    """The same case as a NumPy function of arrays of shape (B, d)."""

    def function(*arguments: Any) -> Any:
        if case.note.startswith("one sample"):
            return np.stack([_answer(case, row) for row in zip(*arguments, strict=True)])
        if case.note.startswith("images"):
            arguments = tuple(argument[..., None, None] for argument in arguments)
        if case.note.startswith("many"):
            arguments = tuple(argument[:, None] for argument in arguments)
        return _answer(case, arguments)

    return dataclasses.replace(case, function=function)


def _answer(case: Case, arguments: Any) -> Any:
    answer = case.function(*(_converted(case.backend, argument) for argument in arguments))
    if isinstance(answer, Mapping):
        answer = answer.get("loss", answer.get("kl"))
    if isinstance(answer, tuple):
        answer = answer[0]
    return np.asarray(answer, dtype=np.float64)


def _converted(backend: str, argument: Any) -> Any:
    if not isinstance(argument, np.ndarray) or backend == "numpy":
        return argument
    module = pytest.importorskip(MODULES[backend])
    return module.asarray(argument)


@pytest.mark.unmeasured
def test_a_run_of_disguises_is_right():
    for seed in fresh_seeds(A_RUN // 2):
        case = plain(disguise(seed))
        assert is_right(case, tolerance(case), draws=5), f"disguise({seed}): {case.id}: {list(relations(case))}"


@pytest.mark.unmeasured
def test_a_run_of_spoilt_ones_is_not():
    for seed in fresh_seeds(A_RUN // 4):
        case = plain(spoilt(seed))
        assert case.is_wrong
        assert not is_right(case, tolerance(case), draws=5), f"spoilt({seed}): {case.id}"


def tolerance(case: Case) -> float:
    return 1e-4 if "float32" in case.id or case.backend == "jax" else 1e-7


def test_a_seed_is_a_case():
    assert [disguise(7).id for _ in range(3)] == [disguise(7).id] * 3
    assert fresh_seeds(5) != fresh_seeds(5)


def test_a_run_holds_all_kinds():
    cases = [disguise(seed) for seed in range(600)]
    assert {case.backend for case in cases} == set(BACKENDS)
    assert len({case.quantity for case in cases}) == 8
    assert {"one sample, total", "images, rows", "many categoricals, rows"} <= {case.note for case in cases}
    assert Counter("float32" in case.id for case in cases)[True] > 100


def test_a_wrong_form_would_be_seen(monkeypatch):
    wrong: Function = lambda xp, m2, v, lv: 0.5 * (m2 + v - lv)
    monkeypatch.setattr(disguise_forms, "STANDARD", (wrong,))
    assert not all(is_right(plain(disguise(seed)), 1e-3) for seed in range(40))
