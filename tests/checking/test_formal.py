"""Exact numbers with exponentials, roots and logarithms: they lie in their balls, and are equal only formally."""

import math
import operator
from fractions import Fraction
from random import Random

import flint
import pytest

from elbo_check import laws
from elbo_check.checking import by_meaning, check_step
from elbo_check.checking.factors import factors_of
from elbo_check.checking.formal import Formal, TooLongError
from elbo_check.checking.real_balls import RealBall, exponential, logarithm, power, root, two_pi
from elbo_check.derivation import Chain, Statement, Step
from elbo_check.errors import WitnessError
from elbo_check.nodes import Expectation, function, model
from elbo_check.nodes.functions import exp, log, sqrt
from elbo_check.proofs import theorem
from elbo_check.symbols import author_form, positive, real
from elbo_check.witnesses.enumeration import LogSum

number = LogSum.number
z, w = real("z"), positive("w")
p, q, f = model("p"), model("q"), function("f")


def drawn(rng, depth=3):
    """A positive number, as a ball that may know what it is exactly."""
    if not depth:
        return RealBall.of(number(Fraction(rng.randint(1, 6), rng.randint(1, 4))))
    kind = rng.choice(("+", "*", "/", "exp", "root", "log", "power", "log 2π"))
    one = drawn(rng, depth - 1)
    if kind in "+*/":
        return {"+": operator.add, "*": operator.mul, "/": operator.truediv}[kind](one, drawn(rng, depth - 1))
    if kind == "power":
        return one ** rng.choice((-2, -1, 2))
    if kind == "log 2π":
        return one * two_pi()
    return {"exp": lambda: exponential(one.scaled(Fraction(1, 9))), "root": lambda: root(one),
            "log": lambda: logarithm(one + number(1))}[kind]()  # fmt: skip


@pytest.mark.parametrize("seed", range(150))
def test_what_a_number_is_exactly_lies_in_its_ball(seed):
    with flint.ctx.workprec(200):
        found = drawn(Random(seed))
        assert found.formal is None or found.formal.ball().overlaps(found.ball)
        assert (found - found + number(1)).is_zero() is False


def test_equal_numbers_are_formally_equal():
    with flint.ctx.workprec(200):
        e, e2, r2, r3 = (*map(exponential, map(number, (1, 2))), *map(root, map(number, (2, 3))))
        third = exponential(number(Fraction(1, 3)))
        one, ball = number(1), RealBall.of
        odd = root(e / (one + e))
        equal = [
            (e * e, e2), (third * third * third, e), (r2 * r3, root(number(6))), (r2 * r2, ball(number(2))),
            (one / r2, r2.scaled(Fraction(1, 2))), (r2**-3, r2.scaled(Fraction(1, 4))), (root(number(8)), r2 + r2),
            (root(number(Fraction(1, 18))), one / (r2 * number(3))), (e / (e + e2), one / (one + e)),
            (logarithm(e2), ball(number(2))), (logarithm(r2), ball(LogSum.log(2)).scaled(Fraction(1, 2))),
            (logarithm(e / (e + e2)), logarithm(one / (one + e))), (logarithm((e + e2) * e), logarithm(e + e2) + one),
            (exponential(logarithm(e + r2)), e + r2), (exponential(LogSum.log(2) + number(1)), e + e),
            (logarithm(exponential(e)), e), (root(e + r2) * root(e + r2), e + r2),
            (one / root(e + r2) * (e + r2), root(e + r2)), (exponential(e / (e + r2)) ** 0, ball(one)),
            (e / (r2 + r3) + r2 / (r2 + r3), (e + r2) / (r2 + r3)), (root(LogSum.log(2)) ** 2, ball(LogSum.log(2))),
            ((one + r2) * (r2 - one), ball(one)), (one / (one + root(e)) * (one + root(e)), ball(one)),
            (logarithm(two_pi()), logarithm(two_pi())),
            (odd / (one + r2) * (odd / (one + r3)), e / ((one + e) * (one + r2) * (one + r3))),
            (one / (root(e + one) * (root(e + one) + one)) * root(e + one), one / (root(e + one) + one)),
        ]  # fmt: skip
        for left, right in equal:
            assert (left - right).is_zero() is True
            assert (left - right * number(Fraction(10**30 + 1, 10**30))).is_zero() is False
        assert (r2 * r2).rational == 2


def test_what_is_only_near_is_not_equal():
    with flint.ctx.workprec(100):
        near = exponential(number(1)) - number(Fraction(2718281828459045235360287471352662497757, 10**39))
        assert near.is_zero() is None  # the ball is too wide to tell, and formally it is not 0
        inverse = logarithm((root(number(2)) - root(number(3))) / (root(number(5)) - root(number(7))))
        assert inverse.formal is not None
        assert float(inverse) == pytest.approx(math.log((2**0.5 - 3**0.5) / (5**0.5 - 7**0.5)))


def test_what_is_too_long_is_a_ball_alone():
    with flint.ctx.workprec(100):
        long = sum((exponential(number(n)) for n in range(1, 400)), start=RealBall.of(number(0)))
        assert long.formal is None
        half = sum((exponential(number(n)) for n in range(1, 290)), start=RealBall.of(number(0)))
        assert half.formal is not None
        assert power(half * half, 2).formal is None
        assert (long - long).is_zero() is None
        with pytest.raises(WitnessError):
            _ = long.rational
    many = {frozenset({(n, 1)}): Fraction(1) for n in range(301)}
    for refused in (lambda: Formal(many), lambda: Formal({}, many)):
        with pytest.raises(TooLongError):
            refused()
    with pytest.raises(ZeroDivisionError):
        Formal.number(0).inverse()


def test_factors():
    assert factors_of(2**3 * 7) == [(2, 3), (7, 1)]
    assert factors_of(1009 * 1013) == [(1009 * 1013, 1)]
    assert factors_of(997**2) == [(997, 2)]


def ruled(left, relation, right, law):
    step = Step("s", left, right, law, relation)
    chain = Chain(Statement(left, right, relation), (step,), ())
    return check_step(step, chain, by_meaning.readings_for(chain), shrink=False).state


with author_form():
    E = exp(f(z))
    TRUE = [
        (Expectation(q(z), 2 * E), 2 * Expectation(q(z), E), laws.constants),
        (Expectation(q(z), E + 1), Expectation(q(z), E) + 1, laws.linearity),
        (Expectation(p(z), E), Expectation(q(z), p(z) * E / q(z)), laws.multiply_and_divide),
        (Expectation(q(w), exp(w) + 1), Expectation(q(w), exp(w)) + 1, laws.linearity),
        (Expectation(q(z), sqrt(1 + f(z) ** 2) + 1), Expectation(q(z), sqrt(1 + f(z) ** 2)) + 1, laws.linearity),
        (Expectation(q(z), log(E / (1 + E))), Expectation(q(z), f(z) - log(1 + E)), laws.log_of_product),
    ]
    FALSE = [
        (Expectation(q(z), 2 * E), Expectation(q(z), E) ** 2, laws.constants),
        (Expectation(q(z), E**2), Expectation(q(z), E) ** 2, laws.linearity),
        (Expectation(p(z), E), Expectation(q(z), p(z) * E), laws.multiply_and_divide),
        (Expectation(q(z), sqrt(1 + f(z) ** 2)), 1 + Expectation(q(z), f(z)), laws.linearity),
    ]


@pytest.mark.parametrize(("left", "right", "law"), TRUE)
def test_exponentials_and_roots_under_an_arbitrary_density(left, right, law):
    assert ruled(left, "=", right, law) == "proved"


@pytest.mark.parametrize(("left", "right", "law"), FALSE)
def test_false_equations_of_exponentials_are_refuted(left, right, law):
    assert ruled(left, "=", right, law) == "refuted"


def test_the_bound_of_donsker_and_varadhan_is_no_equation():
    derivation = theorem("donsker-varadhan")
    assert derivation.check().outcome == "proved"
    left, right = derivation.statement.sides
    assert ruled(left, "=", right, laws.jensen) == "refuted"
    assert ruled(left, "≤", right, laws.jensen) == "refuted"
