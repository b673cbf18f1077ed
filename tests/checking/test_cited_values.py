"""A cited statement is used where it has a value: e^x ≥ 0 at x = log(M − y) says nothing of M − y for y above M."""

import pytest
from sympy import Integer, exp, log, sqrt

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.checking.certain_nonzero import CertainlyNonzero
from elbo_check.checking.certain_signs import CertainSigns
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.nodes import Entropy, Expectation, Integral, function, indexed_sum, model
from elbo_check.symbols import author_form, count, positive, real

x, y, z, v, a, s = real("x"), real("y"), real("z"), real("v"), real("a"), positive("s")
n, k = count("n"), count("k")
q, p, f = model("q"), model("p"), function("f")
FAR, ZERO = Integer(100_000), Integer(0)


def proof(left, right, law, relation="=", parameters=(), cites=None, where=()):
    chain = Chain(Statement(left, right, relation), (Step("s", left, right, law, relation, cites=cites),), parameters,
                  where)  # fmt: skip
    return Derivation("t", "t", "t", (), (chain,), ("none",))


with author_form():
    NOT_NEGATIVE = proof(exp(x), ZERO, laws.nonnegativity, "≥", (x,))
    ROOT = proof(sqrt(exp(x) ** 2), exp(x), laws.algebra, parameters=(x,))
    OF_A = proof(exp(a), ZERO, laws.nonnegativity, "≥", (a,))


def at(theorem, meaning):
    with author_form():
        return Citation(theorem, (((x, log(meaning)),),))


with author_form():
    UNKNOWN = {
        "a number": (FAR - y, ZERO, laws.theorem, "≥", (y,), at(NOT_NEGATIVE, FAR - y)),
        "a root": (sqrt((FAR - y) ** 2), FAR - y, laws.theorem, "=", (y,), at(ROOT, FAR - y)),
        "a count": (FAR - n, ZERO, laws.theorem, "≥", (n,), at(NOT_NEGATIVE, FAR - n)),
        "under a mean": (Expectation(q(z), FAR - z), ZERO, laws.monotonicity, "≥", (), at(NOT_NEGATIVE, FAR - z)),
        "an entropy": (Entropy(q(z)) + FAR, ZERO, laws.theorem, "≥", (), at(NOT_NEGATIVE, FAR + Entropy(q(z)))),
        "a density": (FAR, p(y), laws.theorem, "≥", (y,), at(NOT_NEGATIVE, FAR - p(y))),
        "a function": (f(y) + FAR, ZERO, laws.theorem, "≥", (y,), at(NOT_NEGATIVE, f(y) + FAR)),
        "an abbreviation": (
            FAR - y, ZERO, laws.theorem, "≥", (y,), Citation(OF_A), ((a, log(FAR - y)),)),
    }  # fmt: skip
    CERTAIN = {
        "a number": (s + 1, ZERO, laws.theorem, "≥", (s,), at(NOT_NEGATIVE, s + 1)),
        "under a sum": (
            indexed_sum(n + 1 - k, k, n), ZERO, laws.monotonicity, "≥", (n,), at(NOT_NEGATIVE, n + 1 - k)),
        "under an integral": (Integral(q(z), z), ZERO, laws.monotonicity, "≥", (), at(NOT_NEGATIVE, q(z))),
    }  # fmt: skip


@pytest.mark.parametrize("given", UNKNOWN.values(), ids=UNKNOWN)
def test_what_is_cited_where_it_need_not_have_a_value_proves_nothing(given):
    found = check(proof(*given))
    assert found.outcome == "undecided"
    assert "has no value unless" in found.missing


@pytest.mark.parametrize("given", CERTAIN.values(), ids=CERTAIN)
def test_what_is_cited_where_it_certainly_has_a_value_is_used(given):
    assert check(proof(*given)).outcome == "proved"


def test_what_a_cited_ratio_is_divided_by_is_told_only_outside_its_mean():
    """Where a mean by q runs, q is not 0; as it stands, it is granted."""
    with author_form():
        tangent = proof(log(s), s - 1, laws.log_bound, "≤", (s,))
        ratio = Citation(tangent, (((s, p(z) / q(z)),),))
        mean = Expectation(q(z), log(p(z) / q(z))), Expectation(q(z), p(z) / q(z) - 1)
        alone = log(p(z) / q(z)), p(z) / q(z) - 1
        t = p(z, v) / q(z, given=v)
        nested = [Expectation(q(v), Expectation(q(z, given=v), body)) for body in (log(t), t - 1)]
        within = Citation(tangent, (((s, t),),))
    inside = check(proof(*mean, laws.monotonicity, "≤", (), ratio))
    outside = check(proof(*alone, laws.theorem, "≤", (z,), ratio))
    twice = check(proof(*nested, laws.monotonicity, "≤", (), within))
    assert {found.outcome for found in (inside, outside, twice)} == {"proved"}
    divisors = [found.findings[0].details["granted"]["divisors"] for found in (inside, outside, twice)]
    assert divisors == [(), ("q(z)",), ()]


with author_form():
    BOUNDS = {  # each by whether x has room about 0 where z ≥ it has a value
        sqrt(x**2 * (x - 1)): False,
        log(x**2 * (x - 1)): False,
        1 / x: False,
        x**2 * (x - 1): True,
        exp(x): True,
    }


@pytest.mark.parametrize(("bound", "free"), BOUNDS.items(), ids=str)
def test_an_assumption_that_has_no_value_everywhere_leaves_its_symbols_no_room(bound, free):
    assuming = [Statement(z, bound, "≥")]
    assert CertainlyNonzero(CertainSigns(assuming), assuming).is_unassumed(x) is free
