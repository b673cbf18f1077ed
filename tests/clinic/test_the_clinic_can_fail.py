"""Engines that are made up: the one that knows passes; those that shrug, accuse, misname or look away do not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import elbo_check
from elbo_check.errors import ElboCheckError

from .asking import ask_all, rate, table
from .case import Case
from .detached import ATTACHED, DETACHED, gradients
from .planted_gaussian import GAUSSIANS
from .points import draw
from .replayable import REPLAYABLE
from .test_clinic import judge
from .written import FIELD

CASES: list[Case] = [*REPLAYABLE, *GAUSSIANS[2].singles()]
BY_FUNCTION = {case.function: case for case in CASES}


@dataclass
class Mistake:
    slug: str
    same_as: tuple[str, ...] = ()


@dataclass
class Diagnosis:
    outcome: str
    mistakes: tuple[Mistake, ...] = ()


def knows(case: Case) -> Diagnosis:
    return Diagnosis("REFUTED" if case.is_wrong else "CONSISTENT", tuple(map(Mistake, case.expected)))


def shrugs(case: Case) -> Diagnosis:
    return Diagnosis("UNDECIDED")


def accuses(case: Case) -> Diagnosis:
    return Diagnosis("REFUTED", tuple(map(Mistake, case.expected)))


def misnames(case: Case) -> Diagnosis:
    return Diagnosis(knows(case).outcome, (Mistake("reversed-kl"),) if case.is_wrong else ())


def says_one_too_many(case: Case) -> Diagnosis:
    return Diagnosis(knows(case).outcome, (*knows(case).mistakes, Mistake("reversed-kl")))


def says_everything(case: Case) -> Diagnosis:
    every = ("wrong-sign", "missing-half", "mean-over-latent", "missing-constant", "not-squared")
    return Diagnosis(knows(case).outcome, tuple(map(Mistake, every)) if case.is_wrong else ())


def asked(monkeypatch: pytest.MonkeyPatch, engine: Callable[[Case], Diagnosis]) -> list[Any]:
    def verify_loss(function: Any, *, roles: Any, quantity: Any, backend: str, batch: bool) -> Diagnosis:
        case = BY_FUNCTION[function]
        assert (tuple(roles.values()), batch) == (case.roles, case.batch)
        return engine(case)

    monkeypatch.setattr(elbo_check, "verify_loss", verify_loss, raising=False)
    return ask_all(CASES)


def test_the_engine_that_knows_passes(monkeypatch):
    answers = asked(monkeypatch, knows)
    judge(answers, names=1.0)
    assert not table(answers)


def refuses(case: Case) -> Diagnosis:
    raise ElboCheckError("not this one")


@pytest.mark.parametrize("engine", [shrugs, refuses, accuses, misnames, says_one_too_many, says_everything])
def test_the_others_do_not(monkeypatch, engine):
    answers = asked(monkeypatch, engine)
    assert table(answers)
    with pytest.raises(AssertionError):
        judge(answers, names=0.9)


def test_a_rate_of_nothing_is_no_rate():
    assert rate([True, False]) == 0.5
    with pytest.raises(ZeroDivisionError):
        rate([])


@pytest.mark.parametrize("case", [*DETACHED, *ATTACHED], ids=lambda case: case.id)
def test_what_is_detached_has_the_right_value_and_the_wrong_gradient(case: Case):
    torch = pytest.importorskip("torch")
    arguments = draw(case.roles, np.random.default_rng(1))
    (right,) = [attached for attached in ATTACHED if attached.roles == case.roles]
    values = [c.function(*map(torch.tensor, arguments)).numpy() for c in (case, right)]
    assert values[0] == pytest.approx(values[1])
    same = all(map(np.allclose, gradients(case, arguments), gradients(right, arguments)))
    assert same != case.is_wrong


def test_no_field_case_is_asked_with_names_that_it_does_not_have():
    for case in FIELD:
        assert case.function.__code__.co_argcount == len(case.roles), case.id
