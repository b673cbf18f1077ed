"""Squares under a finite sum: each of its terms stands by itself, and over the same range they are taken together."""

import pytest
from sympy import Integer, sqrt

from elbo_check import laws
from elbo_check.checking import by_meaning, check_step
from elbo_check.derivation import Chain, Statement, Step
from elbo_check.nodes import Expectation, indexed_sum, model, sequence
from elbo_check.normal_form import Context
from elbo_check.symbols import author_form, count, positive, real

x, y, z, c = map(real, ("x", "y", "z", "c"))
s, t = positive("s"), positive("t")
j, n, m = map(count, ("j", "n", "m"))
p, q = model("p"), model("q")
A, B, S, T = map(sequence, (x, y, s, t))
ALL = (x, y, c, s, t, n, m)

with author_form():
    TRUE = [
        indexed_sum((A[j] - c) ** 2, j, n),
        indexed_sum((sqrt(S[j]) - c) ** 2, j, n),
        indexed_sum((sqrt(S[j]) - sqrt(T[j])) ** 2, j, n),
        indexed_sum((A[j] - B[j]) ** 2, j, n),
        indexed_sum((A[j] - c) ** 2, j, n + 1),
        indexed_sum((A[j] - c) ** 2, j, Integer(3)),
        indexed_sum((A[j] - B[j]) ** 2, j, n, 2),
        indexed_sum((A[j] - c) ** 2, j, n) + x**2 + y**2 - 2 * x * y,
        indexed_sum((A[j] - c) ** 2, j, n) + indexed_sum((B[j] - c) ** 2, j, m),
        indexed_sum(Expectation(q(z), (sqrt(p(z)) - A[j]) ** 2), j, n),
        Expectation(q(z), indexed_sum((sqrt(p(z)) - A[j]) ** 2, j, n)),
    ]
    FALSE = [
        indexed_sum((A[j] - c) ** 2, j, n) - c**2,
        indexed_sum(A[j] ** 2 - 2 * c * A[j], j, n) + (n - 1) * c**2,
        indexed_sum(A[j] ** 2, j, n) - 2 * c * indexed_sum(A[j], j, m) + n * c**2,
        indexed_sum(A[j] ** 2, j, n) - 2 * indexed_sum(A[j], j, n) * indexed_sum(B[j], j, n)
        + indexed_sum(B[j] ** 2, j, n),
        indexed_sum(A[j] ** 2 - 2 * c * A[j], j, n + 1) + n * c**2,
        indexed_sum(A[j] ** 2 - 2 * c * A[j], j, n - 2) + (n - 2) * c**2,
        indexed_sum(A[j] ** 2 - 2 * c * A[j], j, Integer(3)) + 2 * c**2,
        indexed_sum(A[j] ** 2 - 2 * c * A[j], j, n, 2) + (n - 2) * c**2,
        indexed_sum(A[j] ** 2, j, n) - indexed_sum(A[j], j, n) ** 2,
        indexed_sum(A[j] - 2 * c * sqrt(S[j]), j, n) + n * c**2,
        indexed_sum((A[j] - c) ** 2, j, n) + x * y,
        indexed_sum(1 / (1 + S[j]), j, n) - n,
        Expectation(q(z), indexed_sum(p(z) - 3 * A[j] * sqrt(p(z)) + A[j] ** 2, j, n)),
    ]  # fmt: skip


def ruled(left):
    step = Step("s", left, Integer(0), laws.nonnegativity, "≥")
    chain = Chain(Statement(left, Integer(0), "≥"), (step,), ALL)
    return check_step(step, chain, by_meaning.readings_for(chain), shrink=False).state


@pytest.mark.unmeasured
@pytest.mark.parametrize("left", TRUE)
def test_a_sum_of_squares_over_an_index_is_not_negative(left):
    assert ruled(left) == "proved"


@pytest.mark.unmeasured
@pytest.mark.parametrize("left", FALSE)
def test_what_is_no_sum_of_squares_over_an_index_is_not_taken_for_one(left):
    assert laws.nonnegativity.objection(left, Integer(0), Context(relation="≥"))
    assert ruled(left) in ("refuted", "undecided")


def test_of_a_sum_of_no_terms_nothing_is_said():
    with author_form():
        empty = indexed_sum((A[j] - c) ** 2, j, Integer(0))
    assert "still differ" in laws.nonnegativity.objection(empty, x, Context(relation="≥"))
