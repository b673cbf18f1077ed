"""What a chain assumes is made to hold: an equation gives a symbol its value, log u = log v is u = v."""

from fractions import Fraction
from types import SimpleNamespace

import pytest
import sympy
from sympy import Integer, Rational, exp, log, sqrt

from elbo_check import laws
from elbo_check.checking import assumed, by_meaning, check, reading
from elbo_check.checking.assumed import equal_exactly, solved, stripped
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.nodes import KL, Expectation, function, gaussian, model
from elbo_check.symbols import author_form, bit, count, positive, real, unit

a, x, y, z, mu = map(real, ("a", "x", "y", "z", "mu"))
s, t, u, b, n, m = positive("s"), positive("t"), unit("u"), bit("b"), count("n"), count("m")
P, Q, F = model("p"), model("q"), function("f")
ONE = Integer(1)
with author_form():
    SQUARE = a**2 + 1
    SUM = log(t) + log(Integer(2))


def chain(left, right, *assuming, parameters, relation="=", law=laws.assumption):
    step = Step("s", left, right, law, relation)
    return Chain(Statement(left, right, relation), (step,), parameters, assuming=assuming)


def outcome(held):
    return check(Derivation("t", "t", "t", (), (held,), ("none",)))


def true():
    yield log(s) + 1, log(SQUARE) + 1, Statement(log(s), log(SQUARE)), (s, a)
    yield exp(x) + 1, exp(a) + 1, Statement(exp(x), exp(a)), (x, a)
    yield sqrt(SQUARE) + 1, sqrt(s) + 1, Statement(sqrt(SQUARE), sqrt(s)), (s, a)
    yield log(s) + 1, SUM + 1, Statement(log(s), SUM), (s, t)
    yield s + 1, SQUARE + 1, Statement(s, SQUARE), (s, a)
    yield s + 1, exp(a) + 1, Statement(s, exp(a)), (s, a)
    yield x + y + 1, exp(a) + 1, Statement(x + y, exp(a)), (x, y, a)
    yield KL(Q(z), P(z)) + 1, x + 1, Statement(KL(Q(z), P(z)), x), (x,)
    yield n + 1, m + 3, Statement(n, m + 2), (n, m)
    yield u + 1, exp(-s) + 1, Statement(u, exp(-s)), (u, s)
    yield log(s) + 1, log(t) + 1, Statement(log(s), log(t)), (s, t)


with author_form():
    TRUE = list(true())


@pytest.mark.parametrize(("left", "right", "assuming", "parameters"), TRUE)
def test_a_chain_that_assumes_an_equation_is_read_where_it_holds(left, right, assuming, parameters):
    assert outcome(chain(left, right, assuming, parameters=parameters)).outcome == "proved"
    false = outcome(chain(left, right + 1, assuming, parameters=parameters))
    assert false.outcome == "refuted"


@pytest.mark.endurance
def test_a_transcendental_equation_is_met_by_what_it_is_solved_for(monkeypatch):
    left, right, assuming, parameters = TRUE[0]
    monkeypatch.setattr(reading, "solved", lambda *_: {})
    monkeypatch.setattr(reading, "stripped", lambda statement: statement.sides)
    monkeypatch.setattr(reading, "equal_exactly", lambda *_: False)
    held = chain(left + 0, right, assuming, parameters=parameters)
    assert not by_meaning.readings_for(held)


def never():
    yield Statement(log(s), log(s) + 1)
    yield Statement(s, -SQUARE)
    yield Statement(log(x), log(-SQUARE))
    yield Statement(sqrt(x), sqrt(-SQUARE))
    yield Statement(b, exp(a))
    yield Statement(n, Rational(1, 2) * m / m + m)
    yield Statement(n, exp(-s))
    yield Statement(u, 1 + exp(a))
    yield Statement(s, -exp(a))
    yield Statement(log(s), log(t) + log(Integer(2)) + exp(-t) - exp(-t) + log(Integer(3)) - log(Integer(6)) + t)


with author_form():
    NEVER = list(never())


SHORT = 7  # reaches all that the others reach
OFTEN = [pytest.param(each, marks=() if place == SHORT else pytest.mark.endurance) for place, each in enumerate(NEVER)]


@pytest.mark.parametrize("assuming", OFTEN)
def test_nothing_follows_from_an_equation_that_never_holds(assuming):
    free = assuming.left.free_symbols | assuming.right.free_symbols
    parameters = tuple(symbol for symbol in (a, x, s, t, u, b, n, m) if symbol in free)
    found = outcome(chain(assuming.left, assuming.right, assuming, parameters=parameters))
    assert found.outcome == "undecided"
    assert "none was found that satisfies the assumptions" in found.missing


def test_what_is_shown_is_what_the_assumption_says():
    with author_form():
        assuming, wrong = Statement(s, SQUARE), chain(s, SQUARE + 1, Statement(s, SQUARE), parameters=(s, a))
        ball = chain(s, exp(a) + 1, Statement(s, exp(a)), parameters=(s, a))
    found = outcome(wrong)
    assert Fraction(found.counterexample["s"]) == Fraction(found.counterexample["a"]) ** 2 + 1
    assert assuming.relation == "="
    shown = outcome(ball).counterexample
    assert float(shown["s"]) == pytest.approx(float(sympy.exp(sympy.Rational(shown["a"]))))


def test_equations_are_solved_one_after_another():
    both = Statement(x, y + 1), Statement(y, a)
    assert solved(both, (x, y, a)) == {0: (x, y + 1), 1: (a, y)}  # y is what x is solved by, and is drawn
    assert solved((Statement(y, a), Statement(x, y + 1)), (x, y, a)) == {0: (y, a), 1: (x, y + 1)}
    assert solved((Statement(x, a), Statement(x, y)), (x, y, a)) == {0: (x, a), 1: (y, x)}
    assert solved((Statement(x, x**2), Statement(x, a, "≤")), (x, a)) == {}
    assert solved((Statement(x, Expectation(Q(z), F(z) + a)),), (x,)) == {}  # a is an abbreviation


def test_what_is_injective_is_taken_off_both_sides():
    assert stripped(Statement(log(exp(x)), log(exp(a)))) == (x, a)
    assert stripped(Statement(log(s), exp(a))) == (log(s), exp(a))
    assert stripped(Statement(x**2, a**2)) == (x**2, a**2)  # x may be −a


def test_sums_of_logarithms_are_equal_exactly():
    numbers = {"s": Fraction(6), "t": Fraction(3)}
    assert equal_exactly(log(s), SUM, numbers)
    assert not equal_exactly(log(s), SUM + 1, numbers)
    assert equal_exactly(exp(s), exp(s) + 0 * t, numbers)
    assert not equal_exactly(exp(s) - 1, (exp(s) ** 2 - 1) / (exp(s) + 1) + t / 10**40, numbers)
    assert not equal_exactly(log(s), x, numbers)
    assert not equal_exactly(1 / (s - 2 * t), ONE, numbers)


def test_a_place_of_a_density_stays_a_place():
    """q(x) is read at an outcome, whatever number an assumption says that x is."""
    with author_form():
        held = chain(Q(x) + x, Q(x) + 1, Statement(x, ONE), parameters=(x,))
    assert outcome(held).outcome == "proved"
    assert assumed.solved(held.assuming, ()) == {}


def test_a_scale_that_an_assumption_gives_is_one():
    with author_form():
        variance = Expectation(gaussian(mu, s), (z - mu) ** 2, z)
        left, right = variance + log(s), s**2 + log(SQUARE)
        middle = s**2 + log(s)
    steps = (
        Step("moments", left, middle, laws.gaussian_moments),
        Step("assumed", middle, right, laws.assumption),
    )
    held = Chain(Statement(left, right), steps, (mu, s, a), assuming=(Statement(log(s), log(SQUARE)),))
    assert outcome(held).outcome == "proved"


def test_an_assumption_holds_where_it_does_without_what_is_increasing():
    """Precision may tell of u and v what it does not tell of log u and log v."""
    held = SimpleNamespace(
        read=lambda side: side, _solved={}, certainly=lambda left, relation, right: (left, right) == (s, t)
    )
    assert reading.Reading._satisfies(held, 0, Statement(log(s), log(t), "≤"))


def of_three_steps(assuming):
    with author_form():
        sides = [x, x + 1 - 1, x + 2 - 2, x + 3 - 3]
    steps = tuple(Step(f"s{k + 1}", sides[k], sides[k + 1], laws.algebra) for k in range(3))
    return Chain(Statement(sides[0], sides[-1]), steps, (x, s), assuming=(assuming,))


@pytest.mark.unmeasured
@pytest.mark.parametrize(("most", "expected"), [(-1, "undecided"), (2, "proved")])
def test_what_satisfies_the_assumptions_is_looked_for_once_a_chain(monkeypatch, most, expected):
    made, look = [], by_meaning.readings_for
    monkeypatch.setattr(by_meaning, "readings_for", lambda held: made.append(held) or look(held))
    found = outcome(of_three_steps(Statement(s + x**2, s + most, "≤")))
    assert (found.outcome, len(made)) == (expected, 1)
    told = [one.message for one in found.findings if "which may contradict each other" in one.message]
    assert len(told) == (3 if expected == "undecided" else 0)
