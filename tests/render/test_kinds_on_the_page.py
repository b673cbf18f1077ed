"""What symbols are stands on the page, once: log s ≤ s − 1 is true of a positive s."""

import itertools
import json

import pytest
from sympy import Integer

from elbo_check import laws, proofs
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.nodes import (
    KL,
    Bernoulli,
    Entropy,
    Expectation,
    Iterated,
    Member,
    function,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.nodes.functions import log
from elbo_check.render import derivation as printing
from elbo_check.render.derivation.kinds import kinds_said
from elbo_check.symbols import author_form, bit, count, positive, real, unit

S, T, J, N, Y, B, X = positive("s"), positive("t"), count("J"), count("n"), unit("y"), bit("b"), real("x")
Q, P, F = model("q"), model("p"), function("f")


def derivation(side, *parameters, assumptions=(), between=None):
    sides = [side, side if between is None else between, side]
    steps = tuple(
        Step(f"step {number}", left, right, laws.algebra)
        for number, (left, right) in enumerate(itertools.pairwise(sides))
    )
    chain = Chain(Statement(side, side), steps, parameters)
    return Derivation("t", "T", "a statement", assumptions, (chain,), ("none",))


def test_the_kind_of_a_parameter_is_on_every_page():
    cited = Citation(proofs.theorem("log-bound"), (((T, S),),))
    step = Step("tangent", log(S), S - 1, laws.log_bound, "≤", cites=cited)
    chain = Chain(Statement(log(S), S - 1, "≤"), (step,), (S,))
    proved = Derivation("t", "T", "log s ≤ s − 1", (), (chain,), ("none",))
    verdict = proved.check()
    for page in (
        printing.derivation_text(proved, verdict),
        printing.derivation_markdown(proved, verdict),
        printing.derivation_html(proved, verdict),
        printing.derivation_latex(proved, verdict),
    ):
        assert page.count("s is positive") == 1
    assert json.loads(printing.derivation_json(proved, verdict))["kinds"] == ["s is positive"]


@pytest.mark.parametrize(
    ("build", "parameters", "said"),
    [
        (lambda: X, (X, S), ()),
        (lambda: S + T + X, (S, T, X), ("s and t are positive",)),
        (lambda: S * J + N + Y * B, (S, J, N, Y, B), None),
        (lambda: positive("sigma_q") + X, (positive("sigma_q"), X), ("σ_q is positive",)),
        (lambda: indexed_sum(sequence(S)[J], J, N), (S, N), ("s_J is positive", "n is a positive whole number")),
        (lambda: sequence(S)[1] + sequence(S)[2], (S,), ("s_1 and s_2 are positive",)),
        (lambda: Expectation(Q(positive("z_1")), positive("z_1")), (), ("z_1 is positive",)),
        (lambda: KL(Q(positive("z_1")), P(positive("z_1"))), (), ("z is positive",)),
        (lambda: Entropy(Q(B)) * Expectation(P(bit("b_1")), F(bit("b_1"))), (), ("b_1 is 0 or 1",)),
        (lambda: KL(Member("q", 1), Bernoulli(Y)), (Y,), ("y is between 0 and 1",)),
        (
            lambda: Expectation(Iterated(Q(B), J, N), F(sequence(B)[1]), B),
            (N,),
            ("n is a positive whole number", "b_1 is 0 or 1"),
        ),
    ],
)
def test_what_no_assumption_says_is_said(build, parameters, said):
    with author_form():
        side = build()
    kinds = ("s is positive", "J and n are positive whole numbers", "y is between 0 and 1", "b is 0 or 1")
    assert kinds_said(derivation(side, *parameters)) == (kinds if said is None else said)


def test_a_family_of_bits_is_one_wherever_that_is_said():
    with author_form():
        side = Entropy(Member("q", 1))
        between = side + 0 * Expectation(Member("q", 1), B, B) + 0 * Expectation(Q(S), S)
    assert kinds_said(derivation(side, between=between)) == ("b is 0 or 1",)


SIGMA, ENTRY = positive("sigma_q"), positive("L_q_11")


@pytest.mark.parametrize(
    ("symbol", "assumption"),
    [
        (S, "s > 0"),
        (S, "s, t > 0"),
        (S, "t and s > 0, x real"),
        (S, "s and t are positive"),
        (S, "s is a positive number"),
        (S, "s ∈ (0, ∞)"),
        (S, "the eigenvalues s and t, all positive"),
        (SIGMA, "σ_q > 0"),
        (SIGMA, "σq, σp > 0"),
        (SIGMA, "sigma_q > 0"),
        (ENTRY, "L lower triangular, L_ii > 0"),
        (positive("s_1"), "q factorises, s_j > 0"),
        (J, "J ≥ 1"),
        (J, "J = 1, 2, 3"),
        (J, "J is a positive whole number"),
        (J, "J ∈ {1, 2, …}"),
        (Y, "0 < y < 1"),
        (Y, "y is between 0 and 1"),
        (Y, "y ∈ (0, 1)"),
        (B, "b is 0 or 1"),
        (B, "b ∈ {0, 1}"),
    ],
)
def test_what_an_assumption_says_is_not_said_again(symbol, assumption):
    assert kinds_said(derivation(symbol, symbol, assumptions=("x is seen", assumption))) == ()


@pytest.mark.parametrize(
    ("symbol", "assumption"),
    [
        (S, "σ_s > 0"),
        (S, "ss > 0"),
        (S, "s, μ real, t > 0"),
        (S, "s ≥ 1 is not assumed"),
        (S, f"s, {'anda' * 40} is real"),
        (S, "s is seen; t is positive"),
        (SIGMA, "σ_p > 0"),
        (J, "J > 0"),
        (Y, "y > 0"),
        (B, "b is seen"),
    ],
)
def test_what_an_assumption_does_not_say_is_said(symbol, assumption):
    (said,) = kinds_said(derivation(symbol, symbol, assumptions=(assumption,)))
    assert said.split()[1] == "is"


def test_a_sequence_is_said_by_its_entries():
    with author_form():
        side = indexed_sum(log(sequence(SIGMA)[J]), J, N) + Integer(1)
    assert kinds_said(derivation(side, SIGMA, N, assumptions=("σ_j > 0", "n ≥ 1"))) == ()
