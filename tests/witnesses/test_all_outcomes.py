"""Sums over all outcomes see the definition only; they refuse what is too much, and say what is infinite."""

import math
from fractions import Fraction

import pytest

import elbo_check.closed_forms.categorical
import elbo_check.closed_forms.markov_chain
from elbo_check.densities.categorical import Categorical
from elbo_check.errors import WitnessError
from elbo_check.evidence import Absence
from elbo_check.models import FiniteJoint, HiddenMarkovModel
from elbo_check.witnesses.all_outcomes import Sums, Understood, enclose_outcomes, sum_exactly

TABLE = [[Fraction(1, 4), Fraction(1, 4), 0], [Fraction(1, 4), 0, Fraction(1, 4)]]
MODEL = FiniteJoint(TABLE)


def reading(model, x, q):
    return lambda world: Understood(
        model.prior(x, world), lambda z: model.log_likelihood(x, z, world), model.density(q).read(world)
    )


def test_the_values_are_those_of_a_hand_calculation():
    q = Categorical([Fraction(1, 3), Fraction(2, 3), 0])
    told = enclose_outcomes(reading(MODEL, 0, q))
    kl = math.log(2) * 1 + (math.log(1 / 3) / 3 + 2 * math.log(2 / 3) / 3)
    assert float(told["kl"].value) == pytest.approx(kl, abs=1e-15)
    assert float(told["log_evidence"].value) == pytest.approx(math.log(0.5), abs=1e-15)
    assert float(told["elbo"].value) == pytest.approx(math.log(0.5) - kl, abs=1e-15)
    eubo = math.log(0.5) + (math.log(1 / 2) - (math.log(1 / 3) + math.log(2 / 3)) / 2)
    assert float(told["eubo"].value) == pytest.approx(eubo, abs=1e-15)


def test_infinities_are_absences_that_say_so():
    beyond = enclose_outcomes(reading(MODEL, 0, Categorical([0.5, 0.25, 0.25])))
    assert [name for name, answer in beyond.items() if isinstance(answer, Absence)] == ["elbo", "kl"]
    assert "infinite" in beyond["elbo"].reason
    within = enclose_outcomes(reading(MODEL, 0, Categorical([1, 0, 0])))
    assert [name for name, answer in within.items() if isinstance(answer, Absence)] == ["eubo"]
    exact = sum_exactly(reading(MODEL, 0, Categorical([1, 0, 0])))
    assert (exact.eubo, exact.elbo.rational if not exact.elbo.logs else None) == (None, None)


def test_too_many_outcomes_are_not_gone_through():
    model = HiddenMarkovModel([0.5, 0.5], [[0.5, 0.5]] * 2, [[0.5, 0.5]] * 2)
    x = model.data([0] * 15)
    told = enclose_outcomes(reading(model, x, Categorical([[0.5, 0.5]] * 15)))
    assert set(told) == set(Sums._fields)
    assert all("32768 outcomes are more than the 20000" in answer.reason for answer in told.values())


def test_an_evidence_of_zero_is_refused():
    with pytest.raises(WitnessError, match=r"p\(x\) is 0"):
        sum_exactly(
            lambda world: Understood(MODEL.prior(0, world), lambda z: (-math.inf,), Categorical([1, 0, 0]).read(world))
        )


def test_no_closed_form_moves_a_bit(monkeypatch):
    question = reading(MODEL, 0, Categorical([0.5, 0.5, 0]))
    before = {name: (answer.value, answer.error) for name, answer in enclose_outcomes(question).items()}
    for module in (elbo_check.closed_forms.categorical, elbo_check.closed_forms.markov_chain):
        for name in ("entropy", "cross", "kl"):
            monkeypatch.setattr(module, name, None)
    monkeypatch.setattr(FiniteJoint, "posterior", None)
    monkeypatch.setattr(FiniteJoint, "log_evidence", None)
    assert {name: (answer.value, answer.error) for name, answer in enclose_outcomes(question).items()} == before
