"""Messages name an expression as the page prints it: Σ_{k = 1}^n, and not SymPy's Sum(…, (k, 1, n))."""

import re

import pytest
from sympy import Integer, Sum, Symbol, exp, log, sin

from elbo_check import laws
from elbo_check.boxes import written
from elbo_check.checking import check
from elbo_check.checking.continuum import require_finite
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.errors import DerivationError, WitnessError
from elbo_check.nodes import (
    Bernoulli,
    Expectation,
    Integral,
    Iterated,
    Maximum,
    Member,
    Vector,
    derivative,
    function,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.normal_form import Context
from elbo_check.symbols import author_form, count, positive, real, unit

x, y, z, mu, s, u = real("x"), real("y"), real("z"), real("mu"), positive("s"), unit("u")
i, k, n, J = (count(name) for name in ("i", "k", "n", "J"))
p, q, f = model("p"), model("q"), function("f")
each = sequence(z)

with author_form():
    total, product = indexed_sum(f(k) ** 2, k, n), y * indexed_sum(f(k) * mu, k, n)
    none, fewer = indexed_sum(k * f(k), k, n, n + 1), log(indexed_sum(exp(f(k)), k, n - 1))
    moved = Expectation(q(z), derivative(indexed_sum(k * f(z), k, n), z))
    largest = Maximum(indexed_sum(k * x**2, k, n), x)
    nu = count("nu")
    whole = indexed_sum(exp(f(each[k])), k, nu + 1)
    left_out = Expectation(Iterated(q(z), k, nu + 1), f(whole - exp(f(each[nu + 2]))), z)
    slope = derivative(derivative(q(z, given=mu) * total, mu), mu)
    FINDINGS = {
        "a sum of no terms": ((none, 2 * none / 2), laws.algebra, (n,), "Σ_{k = n + 1}^n k f(k) is a sum of no"),
        "log of an empty sum": (
            (x * fewer - x * fewer, Integer(0)), laws.algebra, (n, x), "Σ_{k = 1}^{n − 1} e^{f(k)} is 0, and log of 0"),
        "a logarithm": (
            (exp(log(900 - total)), 900 - total), laws.algebra, (n,), "log(900 − Σ_{k = 1}^n (f(k))²) has no value"),
        "a quotient": (
            (x / (total - n), x / (total - n)), laws.algebra, (n, x), "where Σ_{k = 1}^n (f(k))² − n = 0, which"),
        "a slope": ((slope, slope), laws.algebra, (n, z, mu), "q(z | μ)"),
    }  # fmt: skip


def proof(sides, law, parameters, assuming=()):
    left, right = sides
    chain = Chain(Statement(left, right), (Step("s", left, right, law),), parameters, assuming=assuming)
    return Derivation("t", "t", "t", (), (chain,), ("none",))


@pytest.mark.parametrize("which", FINDINGS)
def test_a_finding_names_a_sum_as_the_page_prints_it(which) -> None:
    *given, said = FINDINGS[which]
    (finding,) = check(proof(*given)).findings
    assert said in finding.message
    assert "Sum(" not in finding.message


@pytest.mark.parametrize(
    ("side", "said"),
    [(moved, "∂/(∂ z) Σ_{k = 1}^n k f(z) under a sum"), (largest, "over x of Σ_{k = 1}^n k x² is one over all")],
)
def test_a_finite_world_says_of_what_it_is_none(side, said) -> None:
    with pytest.raises(WitnessError, match=re.escape(said)):
        require_finite(side, {}, lambda *_: False)


def test_a_law_says_which_place_and_which_statement_it_cannot_use() -> None:
    place = laws.one_draw_less.objection(left_out, x)
    assert "ν + 2 need not be one of the draws 1 … ν + 1" in place
    useless = laws.theorem.objection(x, y, Context(equations=((product, "=", x),)))
    assert "y Σ_{k = 1}^n f(k) μ has no term of its own" in useless


def test_an_error_names_what_it_refuses_as_it_is_printed() -> None:
    step = Step("s", total, total, laws.algebra)
    for build, said in (
        (lambda: Chain(Statement(product, total), (step,), (n, y, mu)), "begins at Σ_{k = 1}^n (f(k))², but the chain"),
        (lambda: Chain(Statement(total, product), (step,), (n, y, mu)), "not at y Σ_{k = 1}^n f(k) μ, which"),
    ):
        with pytest.raises(DerivationError, match=re.escape(said)):
            build()
    assert written(sin(x) + total) == str(sin(x) + total)
    assert written(Symbol("_")) == "_"


@pytest.mark.parametrize(
    "build",
    [
        lambda: indexed_sum(total, i, n),
        lambda: Vector(total, i, n),
        lambda: Integral(total, z),
        lambda: derivative(total, mu),
        lambda: derivative(total + indexed_sum(each[k], k, n), z),
        lambda: Bernoulli(total),
        lambda: Member("q", total),
        lambda: Statement(Sum(f(k), (k, 1, total)), x),
    ],
)
def test_what_cannot_be_built_is_named_as_it_is_printed(build) -> None:
    with pytest.raises(DerivationError, match=re.escape("Σ_{k = 1}^n (f(k))²")) as refused, author_form():
        build()
    assert "Sum(" not in str(refused.value)
