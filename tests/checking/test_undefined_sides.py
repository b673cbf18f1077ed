"""A side without a value is told as such, with the assignment; what some convention gives a value to is not accused."""

from fractions import Fraction

import pytest
import sympy
from sympy import exp, log

from elbo_check import laws
from elbo_check.checking import agreeing, by_meaning, check, check_step
from elbo_check.checking.draws import Draws
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.outline import outline_of
from elbo_check.checking.undefined import UndefinedError
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.errors import TimeLimitError
from elbo_check.nodes import (
    KL,
    Bernoulli,
    Entropy,
    Expectation,
    Information,
    Iterated,
    Uniform,
    Value,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.symbols import author_form, bit, count, positive, real, unit

x, y, z = real("x"), real("y"), real("z")
s, j, L = positive("s"), count("j"), count("L")
p, q, f = model("p"), model("q"), function("f")
N = gaussian(0, s)


def ruled(left, right, law=laws.algebra, relation="=", parameters=(), shrink=True, assuming=()):
    step = Step("s", left, right, law, relation)
    chain = Chain(Statement(left, right, relation), (step,), parameters, assuming=assuming)
    return check_step(step, chain, by_meaning.readings_for(chain), shrink=shrink)


def at(density, *point):
    return Value(density.args[0], *point)


with author_form():
    draws = Expectation(Iterated(N, j, L), indexed_sum(sequence(z)[2 * j], j, L), z)
    CERTAIN = [
        (log(x**2), 2 * log(x), (x,), "right", "log of -1 is not real"),
        (log(p(x)), log(-p(x)), (x,), "right", "log of -1/2 is not real"),
        (sympy.sqrt(-s), s, (s,), "left", "√ of -1 is not real"),
        (Expectation(N(z), log(-N(z))), s, (s,), "left", "nowhere positive"),
        (Expectation(q(z), log(-p(z))), Expectation(q(z), log(p(z))), (), "left", "is not real"),
        (Expectation(gaussian(0, x)(z), z**2), x**2, (x,), "left", "a scale is not positive"),
        (draws, L - L, (s, L), "left", "no coordinate z[2]"),
        (log(f(x) ** 2), 2 * log(f(x)), (x,), "right", "is not real"),
    ]


@pytest.mark.parametrize(("left", "right", "parameters", "side", "said"), CERTAIN)
def test_what_has_no_value_by_any_convention_is_shown(left, right, parameters, side, said):
    found = ruled(left, right, parameters=parameters)
    assert found.state == "undefined"
    assert found.exhibit["side"] == side
    assert said in found.exhibit["undefined"]
    assert "not well-defined under its assumptions" in found.reason
    assert "add an assumption" in found.reason
    assert found.finding.code == "undefined-side"
    assert found.finding.severity == "error"
    assert found.finding.details["exhibit"] == found.exhibit
    assert not found.counterexample


def test_the_verdict_names_the_step_and_is_neither_proved_nor_refuted():
    step = Step("log of a square", log(x**2), 2 * log(x), laws.log_of_product)
    verdict = check(Derivation("t", "t", "t", (), (Chain(Statement(step.left, step.right), (step,), (x,)),), ("none",)))
    assert verdict.outcome == "undecided"
    assert "log of a square" in verdict.missing
    assert "x = -1: log of -1 is not real" in verdict.missing


def test_an_assumption_that_excludes_it_is_enough():
    w = positive("w")
    assert ruled(log(x**2), 2 * log(x), laws.log_of_product, parameters=(x,)).state == "undefined"
    assert ruled(log(w**2), 2 * log(w), laws.log_of_product, parameters=(w,)).state == "proved"
    large = (Statement(x, sympy.Integer(1), "≥"),)
    assert ruled(log(x**2), 2 * log(x), parameters=(x,), assuming=large).state == "undecided"


with author_form():
    ACCEPTED = [
        # 0 · log 0 = 0, and KL = +∞ where p vanishes: read in worlds with zeros as well
        (Expectation(q(z), log(q(z))), -Entropy(q(z)), laws.definition_of_entropy, ()),
        (KL(q(z), p(z)), Expectation(q(z), log(q(z)) - log(p(z))), laws.definition_of_kl, ()),
        (p(z) * log(p(z)), log(p(z)) * p(z), laws.algebra, (z,)),
        (log(-1 * -p(x)), log(p(x)), laws.log_of_product, (x,)),
        (Expectation(N(z), log((-N(z)) * (-N(z)))), 2 * Expectation(N(z), log(N(z))), laws.log_of_product, (s,)),
    ]


@pytest.mark.parametrize(("left", "right", "law", "parameters"), ACCEPTED)
def test_what_a_convention_gives_a_value_is_not_accused(left, right, law, parameters):
    assert ruled(left, right, law, parameters=parameters).state in ("proved", "undecided")


with author_form():
    bits, y01 = bit("b"), unit("y")
    NOT_CERTAIN = [
        # x = x1 is an outcome, 2 x is none: that is a matter of the finite world alone
        (log(p(z, given={x: 2 * x})) - log(p(z, given={x: 2 * x})) + x, x, "=", (x, z)),
        (log(at(p(x), 2 * x)) - log(at(p(x), 2 * x)) + x, x, "=", (x,)),
        # E exp z² is +∞ for s² ≥ ½, which is at least 1
        (Expectation(N(z), exp(z**2)), sympy.Integer(1), "≥", (s,)),
        (log(Bernoulli(y01)(2 * bits)) - log(Bernoulli(y01)(2 * bits)) + y01, y01, "=", (bits, y01)),
    ]


@pytest.mark.parametrize(("left", "right", "relation", "parameters"), NOT_CERTAIN)
def test_what_may_have_a_value_elsewhere_is_not_accused(left, right, relation, parameters):
    assert ruled(left, right, relation=relation, parameters=parameters).state in ("proved", "undecided")


def test_a_mean_that_diverges_is_no_number_to_be_equal_to_unless_the_law_may_assume_that_it_is_one():
    wide = gaussian(0, 1 + s)(z)
    found = ruled(Expectation(wide, exp(z**2)), s, parameters=(s,))
    assert found.state == "undefined"
    assert found.exhibit["undefined"] == "an expectation diverges"
    with author_form():
        taken_away = Expectation(wide, exp(z**2)) - Expectation(wide, exp(z**2)) + Expectation(wide, z)
    found = ruled(taken_away, Expectation(wide, z), parameters=(s,))
    assert found.state == "undecided"
    assert "an expectation diverges" in found.reason


with author_form():
    third = gaussian(0, x)(z)
    SEEN_BY_THE_SEARCH = (Expectation(third, z**2), "≥", -(x**2) - 1)


def test_a_side_that_only_the_search_finds_without_a_value_is_told(monkeypatch):
    left, relation, right = SEEN_BY_THE_SEARCH
    step = Step("s", left, right, laws.linearity, relation)
    chain = Chain(Statement(left, right, relation), (step,), (x,))
    readers = [reader for reader in by_meaning.readings_for(chain) if reader.reading.draws.made["number", x] > 0]
    monkeypatch.setattr(agreeing, "_FEWEST", 1)
    assert readers
    assert by_meaning.meaning_of(step, readers).undefined is None
    found = check_step(step, chain, readers)
    assert found.state == "undefined"
    assert "a scale is not positive" in found.exhibit["undefined"]
    assert check_step(step, chain, readers, shrink=False).state == "undefined"
    assert ruled(
        left, right, relation=relation, parameters=(x,), assuming=(Statement(x, sympy.Integer(1), "≥"),)
    ).state != ("undefined")


with author_form():
    b, u = bit("b"), unit("u")
    empty, squares = indexed_sum(f(j), j, L - 1), indexed_sum(f(j) ** 2, j, L - 1)
    ZEROS = [
        (log(squares), "≤", squares + indexed_sum(f(j) ** 2, j, L), (L,)),
        (log(2 * squares**2 + squares), "≤", 2 * squares**2 + squares, (L,)),
        (-log(Bernoulli(u)(2 * b)), "=", -log(1 - u) * (1 - b) - log(u) * b, (b, u)),
        (u * log(sympy.Add(sympy.Integer(1), sympy.Integer(-1), evaluate=False)), "=", f(u), (u,)),
        (Expectation(Bernoulli(u), log(Bernoulli(u)(1 + b)), b), "=", u, (u,)),
    ]


@pytest.mark.parametrize(("left", "relation", "right", "parameters"), ZEROS)
def test_log_of_what_is_zero_by_its_counts_is_no_number(left, relation, right, parameters):
    found = ruled(left, right, relation=relation, parameters=parameters)
    assert found.state == "undefined"
    assert "log of 0 is not real" in found.exhibit["undefined"]


with author_form():
    NOT_ALWAYS_ZERO = [
        (Expectation(q(z), log(z**2)), "≤", Expectation(q(z), z**2), ()),  # z = 0 is one number of a line
        (log(x**2), "=", x, (x,)),
        (sympy.Integer(0) * x + empty * log(empty), "=", log(empty) * empty, (L, x)),  # 0 log 0
        (log(empty), "=", log(empty + x - x), (L, x)),  # licensed: it may be −∞
    ]


@pytest.mark.unmeasured
@pytest.mark.parametrize(("left", "relation", "right", "parameters"), NOT_ALWAYS_ZERO)
def test_log_of_what_is_zero_elsewhere_is_not_accused(left, relation, right, parameters):
    assert ruled(left, right, relation=relation, parameters=parameters).state != "undefined"


def test_a_refutation_is_worth_more_than_an_exhibit():
    assert ruled(log(x**2), 2 * log(x) + 1, parameters=(x,)).state == "refuted"


def test_an_exhibit_is_shrunk_as_long_as_there_is_time(monkeypatch):
    left, right = log(p(x, z)), log(-p(x, z))
    large = ruled(left, right, parameters=(x, z), shrink=False).exhibit
    small = ruled(left, right, parameters=(x, z)).exhibit
    assert len(small["p(x, z)"]) <= len(large["p(x, z)"])
    assert small["p(x, z)"] == dict.fromkeys(("x1, z1", "x1, z2", "x2, z1", "x2, z2"), "1/4")

    def over(*_):
        raise TimeLimitError("the time is over")

    monkeypatch.setattr(by_meaning, "shrunk", over)
    assert ruled(left, right, parameters=(x, z)).exhibit["undefined"] == large["undefined"]


def test_sabotage_every_side_without_a_value_is_certain(monkeypatch):
    """Were +∞ taken for certain, a true inequality would be accused."""
    left, right, relation, parameters = NOT_CERTAIN[2]
    monkeypatch.setattr(by_meaning.OneSidedError, "certain", lambda *_: True)
    assert ruled(left, right, relation=relation, parameters=parameters).state == "undefined"


def test_an_exhibit_is_shrunk_only_to_what_says_the_same_under_the_same_assumptions():
    low = (Statement(x, sympy.Integer(-2), "≤"),)
    found = ruled(log(x**2), 2 * log(x), parameters=(x,), assuming=low)
    assert found.exhibit["x"] == "-2"
    side = ruled(log(x), log(-x), parameters=(x,)).exhibit
    assert side["side"] == ("left" if side["x"] == "-1" else "right")


with author_form():
    ZERO, E_TO = sympy.Integer(0), sympy.exp
    POWERS = [
        p(z) * E_TO(Information(p(z))),
        p(z) * E_TO(-log(p(z))),
        sympy.sqrt(p(z)) * E_TO(Information(p(z)) / 2),
    ]
    BEYOND = [ZERO * E_TO(-log(empty)), ZERO * log(empty) ** -1, ZERO * f(log(empty)), ZERO * log(-s)]
    WITHIN = [ZERO * log(empty), ZERO * log(empty) ** 2, ZERO * (log(empty) - log(s))]


@pytest.mark.unmeasured
@pytest.mark.parametrize("left", POWERS)
def test_zero_times_infinity_refutes_nothing(left):
    """p e^(−log p) is 1 wherever p is not 0, and nothing where it is."""
    assert ruled(left, sympy.Integer(1), laws.bayes, parameters=(z,)).state != "refuted"
    licensed = ruled(left, sympy.Integer(1), laws.definition_of_information, parameters=(z,))
    assert "excluded" not in licensed.reason
    assert licensed.state == "proved"
    assert ruled(left, sympy.Integer(2), laws.bayes, parameters=(z,)).state == "refuted"


def at_one(side):
    step = Step("s", side, side, laws.algebra)
    chain = Chain(Statement(side, side), (step,), (L, s))
    return FiniteReading(Draws(0, {("number", L): Fraction(1)}), outline_of(chain)).read(side)


@pytest.mark.parametrize("side", BEYOND)
def test_zero_times_what_is_made_of_log_zero_has_no_value(side):
    with pytest.raises(UndefinedError):
        at_one(side)


@pytest.mark.parametrize("side", WITHIN)
def test_zero_times_log_zero_is_zero(side):
    assert at_one(side).is_zero()


def test_an_outcome_that_certainly_has_no_value_is_told_before_one_that_is_log_0():
    """The mean is over 1 and 2: log 0 is −∞ to some, log(−2) is nothing to anybody."""
    with author_form():
        side = Expectation(Uniform(2)(j), log(2 - 2 * j))
    found = ruled(side, x, parameters=(x,))
    assert found.state == "undefined"
    assert "log of -2 is not real" in found.reason
    with author_form():
        first = Expectation(Uniform(2)(j), log(j - 1))
    assert ruled(first, x, parameters=(x,)).state == "undecided"
