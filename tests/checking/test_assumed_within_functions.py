"""s ≤ 1 says that log s ≤ 0, s² ≤ 1, √s ≤ 1 and 1/s ≥ 1, wherever these stand in a step."""

import pytest
from sympy import E, Integer, Rational, exp, log, sqrt

from elbo_check import laws
from elbo_check.derivation import Statement
from elbo_check.laws.assumed import derived
from elbo_check.nodes import free_symbols, function
from elbo_check.symbols import author_form, count, positive, real
from tests.checking.test_defined import outcome

x, y, u, v, c = (real(name) for name in ("x", "y", "u", "v", "c"))
s, t, n, f = positive("s"), positive("t"), count("n"), function("f")
ZERO, ONE, TWO, HALF, THIRD = Integer(0), Integer(1), Integer(2), Rational(1, 2), Rational(1, 3)

with author_form():
    below_one, below_two, above_one = Statement(s, ONE, "≤"), Statement(s, TWO, "≤"), Statement(s, ONE, "≥")
    ordered, reals = Statement(s, t, "≤"), Statement(u, v, "≤")
    TRUE = {
        "log s ≤ 0": (log(s), "≤", ZERO, below_one),
        "s² ≤ 1": (s**2, "≤", ONE, below_one),
        "1/s ≥ 1": (1 / s, "≥", ONE, below_one),
        "√s ≤ 1": (sqrt(s), "≤", ONE, below_one),
        "1/√s ≥ 1": (1 / sqrt(s), "≥", ONE, below_one),
        "∛s ≤ 1": (s**THIRD, "≤", ONE, below_one),
        "e^s ≤ e": (exp(s), "≤", E, below_one),
        "s² ≤ 4": (s**2, "≤", Integer(4), below_two),
        "s³ ≤ 8": (s**3, "≤", Integer(8), below_two),
        "1/s ≥ ½": (1 / s, "≥", HALF, below_two),
        "1/s² ≥ ¼": (1 / s**2, "≥", Rational(1, 4), below_two),
        "log s ≥ 0": (log(s), "≥", ZERO, above_one),
        "1/s ≤ 1": (1 / s, "≤", ONE, above_one),
        "1 ≤ s": (s**2, "≥", ONE, Statement(ONE, s, "≤")),
        "n² ≤ 4": (n**2, "≤", Integer(4), Statement(n, TWO, "≤")),
        "times a square": (s**2 * x**2, "≤", x**2, below_one),
        "beside others": (t + log(s), "≤", t, below_one),
        "times what is positive": (t * log(s), "≤", ZERO, below_one),
        "a square beside s": (s**2 + s, "≤", TWO, below_one),
        "both": (s**2 + log(s), "≤", ONE, below_one),
        "s² + 1 ≤ t² + 1": (s**2 + 1, "≤", t**2 + 1, ordered),
        "x²/s ≥ x²/t": (x**2 / s, "≥", x**2 / t, ordered),
        "log s − log t ≤ 0": (log(s) - log(t), "≤", ZERO, ordered),
        "of real numbers": (exp(u) + 1, "≤", exp(v) + 1, reals),
        "as powers of e": (E**u, "≤", E**v, reals),
        "an assumed reciprocal": (2 + 1 / s, "≥", Integer(3), Statement(1 / s, ONE, "≥")),
        "an assumed root": (2 + sqrt(s), "≤", Integer(3), Statement(sqrt(s), ONE, "≤")),
    }
    FALSE = {
        "u² ≤ 1": (u**2, "≤", ONE, Statement(u, ONE, "≤")),
        "1/u ≥ 1": (1 / u, "≥", ONE, Statement(u, ONE, "≤")),
        "u² ≤ v²": (u**2, "≤", v**2, reals),
        "c s ≤ c t": (c * s, "≤", c * t, ordered),
        "c s² ≤ c t²": (c * s**2, "≤", c * t**2, ordered),
        "c log s ≤ 0": (c * log(s), "≤", ZERO, below_one),
        "1/s ≤ 1": (1 / s, "≤", ONE, below_one),
        "log s ≥ 0": (log(s), "≥", ZERO, below_one),
        "s² ≥ 1": (s**2, "≥", ONE, below_one),
        "s² ≤ 3": (s**2, "≤", Integer(3), below_two),
        "√s ≤ 1": (sqrt(s), "≤", ONE, below_two),
        "t/s ≤ t": (t / s, "≤", t, below_one),
        "−log s ≤ 0": (-log(s), "≤", ZERO, below_one),
        "e^u ≤ 1": (exp(u), "≤", ONE, Statement(u, ONE, "≤")),
        "s ≤ s²": (s, "≤", s**2, below_one),
    }
    far = sqrt((5000 - x) ** 2) - (5000 - x)  # 0 wherever numbers are tried out
    HIDDEN = {
        "−g s² ≤ −g": (far - far * s**2, "≤", ZERO, below_one),
        "(5000 − x)² ≤ (5000 − y)²": (
            (5000 - x) ** 2,
            "≤",
            (5000 - y) ** 2,
            Statement(5000 - x, 5000 - y, "≤"),
        ),
        "1/(5000 − x)": (1 / (5000 - x), "≥", 1 / (5000 - y), Statement(5000 - x, 5000 - y, "≤")),
        "log(5000 − x)": (log(5000 - y) - log(5000 - x), "≥", ZERO, Statement(5000 - x, 5000 - y, "≤")),
        "(s + g)²": ((s + far) ** 2, "≤", ONE, below_one),
        "f(x)²": (f(x) ** 2 * s, "≤", s, Statement(f(x), ONE, "≤")),
    }


def ruled(left, relation, right, assuming):
    sides = (left, right, *assuming.sides)
    parameters = tuple(set().union(*map(free_symbols, sides)))
    return outcome((left, right), ((laws.assumption, relation),), parameters, assuming=(assuming,)).outcome


@pytest.mark.parametrize("case", TRUE.values(), ids=TRUE)
def test_an_assumption_holds_within_functions_that_keep_order(case):
    assert ruled(*case) == "proved"


@pytest.mark.parametrize("case", FALSE.values(), ids=FALSE)
def test_what_does_not_follow_is_refuted(case):
    assert ruled(*case) == "refuted"


@pytest.mark.parametrize("case", HIDDEN.values(), ids=HIDDEN)
def test_what_is_not_certainly_positive_keeps_no_order(case):
    assert ruled(*case) != "proved"


def test_an_equation_and_what_may_be_negative_say_nothing_of_powers():
    assert list(derived((s, "=", t), s**2, t**2)) == []
    assert list(derived((u, "≤", v), u**2, log(v))) == []
    assert list(derived((s, "≤", v), s**2, log(s) + 1 / s)) == []


def test_an_equation_is_not_used_inside_another_root():
    with author_form():
        held = Statement(sqrt(s), ONE, "≤")
        assert ruled(sqrt(s) + s ** Rational(1, 4), "≤", TWO, held) == "undecided"
