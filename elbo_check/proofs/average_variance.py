"""The mean squared error of an average of L independent draws, by induction over L."""

from __future__ import annotations

from typing import Any

from sympy import Integer

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import Expectation, Iterated, Product, function, indexed_sum, model, sequence
from ..symbols import author_form, count, real

__all__ = ["derivation"]

Z, LAST, M, INDEX, DRAWS = real("z"), real("w"), real("m"), count("l"), count("L")
F, Q = function("f"), model("q")


def derivation() -> Derivation:
    """Return E[((1/L) Σ_l f(z_l) − m)²] = (1/L) E_q[(f(z) − m)²], m = E_q f, with its proof for every L."""
    with author_form():
        more = DRAWS + 1
    return Derivation(
        name="average-variance",
        title="The variance of an average falls with 1/L",
        words="E[((1/L) Σ_l f(z_l) − m)²] = (1/L) E_q[(f(z) − m)²], m = E_q[f(z)], for independent z_1, …, z_L ~ q",
        assumptions=("z_1, …, z_L are independent draws from q", "L ≥ 1", "f has a finite variance under q"),
        chains=(_one_draw(Integer(1)), _one_more(more)),
        sources=(
            "C. P. Robert and G. Casella (2004), Monte Carlo Statistical Methods, 2nd edition, section 3.2",
            "P. Billingsley (1995), Probability and Measure, 3rd edition, section 21",
        ),
        induction=(DRAWS, _statement(DRAWS)),
    )


def _mean_of_f() -> Any:
    """Return E_q f(z), which m abbreviates."""
    return Expectation(Q(Z), F(Z))


def _squared_error(draws: Any) -> Any:
    """Return E[((1/L) Σ_l f(z_l) − m)²] for L draws."""
    with author_form():
        average = 1 / draws * indexed_sum(F(sequence(Z)[INDEX]), INDEX, draws)
        return Expectation(Iterated(Q(Z).args[0], INDEX, draws), (average - M) ** 2, Z)


def _variance() -> Any:
    with author_form():
        return Expectation(Q(Z), (F(Z) - M) ** 2)


def _statement(draws: Any) -> Statement:
    with author_form():
        return Statement(_squared_error(draws), 1 / draws * _variance())


def _one_draw(one: Any) -> Chain:
    with author_form():
        block = Iterated(Q(Z).args[0], INDEX, one)
        error = Expectation(block, (indexed_sum(F(sequence(Z)[INDEX]), INDEX, one) - M) ** 2, Z)
        first = Expectation(block, (F(sequence(Z)[one]) - M) ** 2, Z)
    steps = (
        Step("a sum of one term", error, first, laws.last_term),
        Step("a block of one draw", first, _variance(), laws.marginalisation),
    )
    return Chain(Statement(error, _variance()), steps, (), ((M, _mean_of_f()),), title="L = 1")


def _one_more(more: Any) -> Chain:
    """From L to L + 1: the error is that of L draws and that of one more, which do not correlate."""
    statement = _statement(more)
    block = Iterated(Q(Z).args[0], INDEX, DRAWS)
    both = Product(block, Q(Z))
    with author_form():
        drawn, further, single = indexed_sum(F(sequence(Z)[INDEX]), INDEX, DRAWS), F(LAST) - M, F(Z) - M
        error = 1 / DRAWS * drawn - M
        set_apart = Expectation(both, (1 / more * (drawn + F(LAST)) - M) ** 2, Z, LAST)
        weighted = DRAWS**2 * error**2 + 2 * DRAWS * error * further + further**2
        opened = Expectation(both, 1 / more**2 * weighted, Z, LAST)
        crossed = 2 * DRAWS * Expectation(block, error, Z) * Expectation(Q(Z), single)
        separate = 1 / more**2 * (DRAWS**2 * _squared_error(DRAWS) + crossed + _variance())
        uncorrelated = 1 / more**2 * (DRAWS**2 * _squared_error(DRAWS) + _variance())
        inserted = 1 / more**2 * (DRAWS**2 * _statement(DRAWS).right + _variance())
    steps = (
        Step("name the last draw w", statement.left, set_apart, laws.last_draw),
        Step("the errors of L draws and of w", set_apart, opened, laws.algebra),
        Step("w is independent of the others", opened, separate, laws.independent_factors),
        Step("E_q[f(z) − m] = 0", separate, uncorrelated, laws.linearity),
        Step("induction hypothesis", uncorrelated, inserted, laws.induction_hypothesis),
        Step("(L + 1)/(L + 1)²", inserted, statement.right, laws.algebra),
    )
    return Chain(statement, steps, (DRAWS,), ((M, _mean_of_f()),), title="from L to L + 1")
