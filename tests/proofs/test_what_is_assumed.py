"""What an assumption says beyond itself: within functions, means and densities, and under monotone functions."""

import pytest
from sympy import Integer

from elbo_check import laws
from elbo_check.checking import by_meaning, check_step
from elbo_check.derivation import Chain, Citation, Statement, Step
from elbo_check.laws.assumed import substituting
from elbo_check.nodes import KL, Expectation, derivative, function, gaussian, indexed_sum, model, sequence
from elbo_check.nodes.functions import exp, log, sqrt
from elbo_check.normal_form import Context
from elbo_check.proofs import theorem
from elbo_check.symbols import author_form, count, positive, real, unit

x, y, z = real("x"), real("y"), real("z")
s, t, b, u = positive("s"), positive("t"), positive("b"), unit("u")
p, q, f = model("p"), model("q"), function("f")
J, j = count("J"), count("j")
EQUAL, SAME = Statement(x, y), Statement(s, t)
LESS, LESS_REAL = Statement(s, t, "≤"), Statement(x, y, "≤")


def ruled(left, relation, right, law, parameters, *assuming, where=()):
    cites = Citation(theorem("kl-nonnegative")) if law is laws.gibbs else None
    step = Step("s", left, right, law, relation, cites=cites)
    chain = Chain(Statement(left, right, relation), (step,), parameters, where=where, assuming=assuming)
    return check_step(step, chain, by_meaning.readings_for(chain), shrink=False).state


with author_form():
    D = KL(q(z), p(z))
    ENTRY = sequence(real("a"))[j]
    TRUE = [
        (f(x), "=", f(y), EQUAL), (exp(x), "=", exp(y), EQUAL), (log(s), "=", log(t), SAME),
        (Expectation(q(z), x * z), "=", Expectation(q(z), y * z), EQUAL),
        (KL(gaussian(x, s), gaussian(0, 1)), "=", KL(gaussian(x, t), gaussian(0, 1)), SAME),
        (f(x), "=", f(Integer(2)), Statement(Integer(2), x)),
        (log(s), "≤", log(t), LESS), (exp(s), "≤", exp(t), LESS), (s**2, "≤", t**2, LESS), (1 / s, "≥", 1 / t, LESS),
        (sqrt(s), "≤", sqrt(t), LESS), (log(1 / s), "≥", log(1 / t), LESS), (exp(x), "≤", exp(y), LESS_REAL),
        (log(b), "≥", log(Integer(1)), Statement(Integer(1), b, "≤")),
        (x, "=", y, Statement(exp(x), exp(y))), (s, "=", t, Statement(log(s), log(t))),
        (s, "=", t, Statement(s**2, t**2)), (x, "≤", y, Statement(exp(x), exp(y), "≤")),
        (s, "≤", t, Statement(1 / s, 1 / t, "≥")), (f(s), "=", f(t), Statement(sqrt(s), sqrt(t))),
        (x, "≥", Integer(0), Statement(exp(x), exp(Integer(0)), "≥")),
    ]  # fmt: skip
    NOT = [
        (f(x), "≤", f(y), LESS_REAL), (x**2, "≤", y**2, LESS_REAL), (1 / x, "≥", 1 / y, LESS_REAL),
        (log(s), "≥", log(t), LESS), (1 / s, "≤", 1 / t, LESS), (exp(-s), "≤", exp(-t), LESS),
        (s**2, "≤", t**3, LESS), (s**y, "≤", t**y, LESS), (f(x), "=", f(z), EQUAL),
        (x, "=", y, Statement(x**2, y**2)), (x, "≤", y, Statement(x**2, y**2, "≤")), (x, "=", y, Statement(f(x), f(y))),
        (s, "≥", t, Statement(1 / s, 1 / t, "≥")), (x, "≥", y, Statement(exp(x), exp(y), "≤")),
        (derivative(x * y, x), "=", derivative(x * x, x), EQUAL),
        (derivative(x**2, x), "=", Integer(0), Statement(x, Integer(1))),
    ]  # fmt: skip
    BETA = [
        (-b * D, "≤", -D, laws.gibbs, (b,), Statement(b, Integer(1), "≥")),
        (-b * D, "≤", -D, laws.gibbs, (b,), Statement(Integer(1), b, "≤")),
        (b**2, "≥", b, laws.nonnegativity, (b,), Statement(b, Integer(1), "≥")),
    ]
    BARE, FRACTION = -b * D, -u * D


@pytest.mark.unmeasured
@pytest.mark.parametrize(("left", "relation", "right", "assumed"), TRUE)
def test_an_assumption_holds_within_what_it_is_put_into(left, relation, right, assumed):
    assert ruled(left, relation, right, laws.assumption, (x, y, s, t, b), assumed) == "proved"


@pytest.mark.parametrize(("left", "relation", "right", "assumed"), NOT)
def test_and_nowhere_else(left, relation, right, assumed):
    assert laws.assumption.objection(left, right, Context(relation=relation, assumed=(assumed.triple,)))


@pytest.mark.parametrize(("left", "relation", "right", "law", "parameters", "assumed"), BETA)
def test_what_is_never_negative_times_an_assumed_inequality(left, relation, right, law, parameters, assumed):
    assert ruled(left, relation, right, law, parameters, assumed) == "proved"


def test_without_the_assumption_it_is_false():
    assert ruled(BARE, "≤", -D, laws.gibbs, (b,)) == "refuted"
    assert ruled(BARE, "≥", -D, laws.gibbs, (b,), Statement(b, Integer(1), "≥")) == "refuted"
    assert ruled(-D, "≤", FRACTION, laws.gibbs, (u,)) == "proved"
    assert ruled(-D, "≥", FRACTION, laws.gibbs, (u,)) == "refuted"
    assert laws.assumption.objection(x, y, Context()) == "nothing is assumed here"
    useless = Context(relation="≤", assumed=((s / 2 + s * t, "≤", s * t),))
    assert "differ" in laws.gibbs.objection(BARE, -D, useless)
    assert "no term" in laws.assumption.objection(x, y, Context(assumed=((Integer(1), "=", x - x),)))


def test_what_is_not_put_in():
    """A symbol that is an abbreviation, that names a sequence, or that is met twice."""
    with author_form():
        total = indexed_sum(ENTRY, j, J)
        squared = x**2
    a = real("a")
    for left, right, where, triple in (
        (total, total + a, (), (a, "=", x)), (total, total, (), (x, "=", a)), (x, y, ((x, squared),), (x, "=", y)),
        (x, y, (), (x, "=", squared)), (x, y, (), (x, "≤", y)),
    ):  # fmt: skip
        given = Context(where=where, equations=(triple,))
        assert substituting(left, right, given).where == where
        assert substituting(left, right, given).equations == (triple,)
    twice = Context(equations=((x, "=", y), (x, "=", z)))
    assert substituting(x, z, twice).where == ((x, y),)
    assert substituting(x, z, twice).equations == ((x, "=", z),)


S_BELOW, T_BELOW = Statement(s, x, "≤"), Statement(t, y, "≤")
with author_form():
    EITHER_WAY = [
        (log(x), "≥", log(s), laws.assumption), (1 / x, "≤", 1 / s, laws.assumption),
        (sqrt(x), "≥", sqrt(s), laws.assumption), (x, "≥", s, laws.assumption),
        (log(x + y), "≥", log(s + t), laws.assumption), (x * y, "≥", s * t, laws.nonnegativity),
        (x * y, "≥", Integer(0), laws.nonnegativity), (exp(log(x)), "=", x, laws.algebra),
        (x / x, "=", Integer(1), laws.algebra),
    ]  # fmt: skip
    NEITHER_WAY = [
        (log(x), "≤", log(s), laws.assumption), (1 / x, "≥", 1 / s, laws.assumption),
        (x, "≥", 2 * s, laws.assumption), (x, "≤", s, laws.assumption), (x, "≥", y, laws.assumption),
        (x - s - y, "≥", Integer(0), laws.nonnegativity), (x * y, "≤", s * t, laws.nonnegativity),
        (exp(log(s - x)), "=", s - x, laws.algebra), (exp(log(z)), "=", z, laws.algebra),
        (exp(log(x - 2 * s)), "=", x - 2 * s, laws.algebra),
    ]  # fmt: skip


def turned_round(statement):
    return Statement(statement.right, statement.left, {"≤": "≥", "≥": "≤"}[statement.relation])


WRITTEN = [
    (S_BELOW, T_BELOW),
    (turned_round(S_BELOW), T_BELOW),
    (S_BELOW, turned_round(T_BELOW)),
    (turned_round(S_BELOW), turned_round(T_BELOW)),
]


@pytest.mark.endurance
@pytest.mark.parametrize("assuming", WRITTEN)
@pytest.mark.parametrize("case", EITHER_WAY)
def test_an_assumption_says_the_same_in_either_direction(case, assuming):
    left, relation, right, law = case
    assert ruled(left, relation, right, law, (x, y, s, t), *assuming) == "proved"


@pytest.mark.parametrize("assuming", WRITTEN)
@pytest.mark.parametrize("case", NEITHER_WAY)
def test_an_assumption_shows_nothing_false_in_either_direction(case, assuming):
    left, relation, right, law = case
    assert ruled(left, relation, right, law, (x, y, z, s, t), *assuming) != "proved"


def test_an_equation_says_the_same_in_either_direction():
    for assuming in (Statement(x, s**2), Statement(s**2, x)):
        assert ruled(exp(log(x)), "=", x, laws.algebra, (x, s), assuming) == "proved"
        assert ruled(exp(log(-x)), "=", -x, laws.algebra, (x, s), assuming) != "proved"
