"""A law that divides by q asks that q vanish nowhere, and so does a counterexample to a step by it."""

import pytest
from sympy import Integer

from elbo_check import laws
from elbo_check.checking import by_meaning, check, finite_worlds
from elbo_check.language import (
    Bernoulli,
    Chain,
    Derivation,
    Expectation,
    Iterated,
    Member,
    Product,
    Statement,
    Step,
    Uniform,
    author_form,
    bit,
    count,
    function,
    indexed_sum,
    model,
    unit,
)

J, K, L, M, N = map(count, ("j", "k", "l", "m", "n"))
B, C, U = bit("b"), bit("c"), unit("u")
P, F = model("p"), function("f")
DIVIDE = laws.multiply_and_divide


def outcome(left, right):
    parameters = tuple(symbol for symbol in (M, N, C, U) if symbol in left.free_symbols | right.free_symbols)
    chain = Chain(Statement(left, right), (Step("s", left, right, DIVIDE),), parameters)
    return check(Derivation("t", "t", "t", (), (chain,), ("none",))).outcome


with author_form():
    WEIGHTED = Expectation(P(J), F(J) * Uniform(N)(J) / P(J))
    TRUE = {
        "an index": (WEIGHTED, indexed_sum(F(K), K, N) / N),
        "so many": (Expectation(P(J), F(J) * Uniform(4)(J) / P(J)), sum(F(k) for k in range(1, 5)) / 4),
        "the other way": (Expectation(Uniform(M), P(K) / Uniform(M)(K), K), Integer(1)),
        "two ends": (Expectation(Uniform(N), Uniform(M)(J) / Uniform(N)(J), J), Integer(1)),
        "a coin that lies on one side": (Expectation(Bernoulli(C), P(B) / Bernoulli(C)(B), B), Integer(1)),
        "a block": (
            Expectation(Iterated(Uniform(M), L, 2), Iterated(P(J), L, 2)(J) / Iterated(Uniform(M), L, 2)(J), J),
            Integer(1),
        ),
        "a pair": (
            Expectation(Product(P(J), P(B)), F(J, B) * Uniform(4)(J) * P(J) / (P(J) * P(B)) * P(B), J, B),
            Expectation(Product(P(J), P(B)), F(J, B) * Uniform(4)(J), J, B),
        ),
    }
    FALSE = {
        "n times as much": (WEIGHTED, indexed_sum(F(K), K, N)),
        "the first alone": (Expectation(P(J), F(J) * Uniform(2)(J) / P(J)), F(1)),
        "one side of a coin": (Expectation(P(B), F(B) * Bernoulli(U)(B) / P(B), B), F(1)),
        "another member": (
            Expectation(Member("q", 1), Member("p", 1)(J) / Member("q", 1)(J) * F(J), J),
            Expectation(Member("p", 2), F(J), J),
        ),
        "an end that is bound": (
            indexed_sum(Expectation(P(J), F(J) * Uniform(2)(J) / P(J)) * L, L, 2),
            indexed_sum(F(1) * L, L, 2),
        ),
    }


@pytest.mark.unmeasured
@pytest.mark.parametrize("which", TRUE)
def test_what_holds_where_q_vanishes_nowhere_is_not_refuted(which):
    assert outcome(*TRUE[which]) == "undecided"


def test_what_is_licensed_is_proved_where_both_have_the_same_outcomes():
    assert outcome(WEIGHTED, Expectation(Uniform(N), F(J), J)) == "proved"


@pytest.mark.parametrize("which", FALSE)
def test_what_is_false_there_as_well_is_refuted(which):
    assert outcome(*FALSE[which]) == "refuted"


def test_outcomes_that_change_with_what_is_bound_tell_nothing():
    with author_form():
        left = indexed_sum(Expectation(P(J), F(J) * Uniform(L)(J) / P(J)), L, 2)
        right = indexed_sum(Expectation(Uniform(L), F(J), J), L, 2)
    step = Step("s", left, right, DIVIDE)
    chain = Chain(Statement(left, right), (step,), ())
    assert by_meaning.meaning_of(step, by_meaning.readings_for(chain)).agrees is None


def test_without_the_condition_a_true_step_is_refuted(monkeypatch):
    monkeypatch.setattr(finite_worlds, "require_same_outcomes", lambda *_: None)
    with author_form():
        total = indexed_sum(F(K), K, N) / (1 * N)
    assert outcome(WEIGHTED, total) == "refuted"
