"""Roots, exponentials and quotients of logarithms in finite worlds: balls that exclude, and agree only formally."""

import math
from fractions import Fraction

import flint
import pytest
import sympy
from sympy import log

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.checking.draws import Draws
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.outline import Outline
from elbo_check.checking.places import Place
from elbo_check.checking.real_balls import RealBall, exponential, logarithm, power, root, two_pi
from elbo_check.checking.undefined import DivisionByZeroError, UndefinedError
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.errors import WitnessError
from elbo_check.nodes import Expectation, Independent, Integral, Member, Value, model
from elbo_check.symbols import author_form, positive, real
from elbo_check.verdict import Outcome
from elbo_check.witnesses.enumeration import LogSum

x, z, t = real("x"), real("z"), positive("t")
p, q, r = model("p"), model("q"), Member("r", 1)
number, log2, log3 = LogSum.number, LogSum.log(2), LogSum.log(3)
OUTLINE = Outline((x, t), forms={"q": {(("x", "z"), ())}}, places={"x": "x"}, families={"r"})


def world(seed=0, **fixed):
    return FiniteReading(Draws(seed, {("number", t): Fraction(2), ("size", "x"): 2, **fixed}), OUTLINE)


ONE = Fraction(1)


def value_of(ball):
    return float(RealBall.of(ball))


def test_balls_reckon_like_numbers():
    with flint.ctx.workprec(100):
        two, polynomial = root(number(2)), log2 * log3
        l2, l3, s2 = math.log(2), math.log(3), math.sqrt(2)
        wanted = [
            (two + number(1), s2 + 1), (number(1) + two, s2 + 1), (two - log2, s2 - l2), (log2 - two, l2 - s2),
            (Place(ONE) - two, 1 - s2), (RealBall.__rsub__(two, log2), l2 - s2),

            (two * polynomial, s2 * l2 * l3), (polynomial * two, s2 * l2 * l3), (polynomial + two, l2 * l3 + s2),
            (polynomial - two, l2 * l3 - s2), (polynomial / two, l2 * l3 / s2), (two / log2, s2 / l2),
            (log2 / two, l2 / s2), (number(1) / two, 1 / s2), (-two, -s2), (two**-3, s2**-3), (two**2, 2.0),
            (two.scaled(Fraction(1, 3)), s2 / 3), (Place(2 * ONE) * two, 2 * s2), (two + Place(-ONE), s2 - 1),
            (power(log2, -2), l2**-2), (power(polynomial, -1), 1 / (l2 * l3)), (power(two, -1), 1 / s2),
            (logarithm(two), l2 / 2), (logarithm(log3), math.log(l3)), (logarithm(polynomial + number(1)),
            math.log(l2 * l3 + 1)), (exponential(log3), 3.0), (two_pi(), math.log(2 * math.pi)),
        ]  # fmt: skip
        for found, true in wanted:
            assert isinstance(found, RealBall)
            assert float(found) == pytest.approx(true, rel=1e-14)
    assert str(two).startswith("[1.41421356")


def test_what_is_known_exactly_stays_exact():
    assert root(number(Fraction(9, 4))) == number(Fraction(3, 2))
    assert exponential(number(0)) == number(1)
    assert power(number(2), -2) == number(Fraction(1, 4))
    assert power(log2, 2).is_zero() is False
    assert (power(log2, 2) - log2 * log2).is_zero() is True
    assert logarithm(number(2)) == log2


def test_a_ball_never_says_that_two_numbers_are_equal():
    with flint.ctx.workprec(100):
        two = RealBall(root(number(2)).ball)
        zero = two - root(number(2))
        assert zero.is_zero() is None
        assert (zero + number(1)).is_zero() is False
        for hopeless in (
            lambda: zero**-1, lambda: logarithm(zero), lambda: root(zero), lambda: zero.rational, lambda: zero.divisor,
            lambda: root(number(2)).rational,
            lambda: root(number(2)) ** 101, lambda: exponential(exponential(number(10**6))),
        ):  # fmt: skip
            with pytest.raises(WitnessError) as refusal:
                hopeless()
            assert not isinstance(refusal.value, UndefinedError)
        for undefined in (lambda: root(number(-2)), lambda: logarithm(-root(number(2))), lambda: logarithm(number(0))):
            with pytest.raises(UndefinedError):
                undefined()
    assert world().agreement(root(number(2)), "≥", number(1)) is True
    assert world().agreement(root(number(2)), "≤", number(1)) is False
    assert world().agreement(root(number(2)), "=", number(1)) is False
    for relation in "=≤≥":
        with pytest.raises(WitnessError, match="does not tell"):
            world().agreement(zero, relation, number(0))


def test_roots_and_exponentials_are_read_in_finite_worlds():
    reading = world()
    with author_form():
        for expression, wanted in (
            (sympy.sqrt(t), math.sqrt(2)), (1 / sympy.sqrt(t), math.sqrt(0.5)), (sympy.exp(t), math.e**2),
            (sympy.E, math.e), (sympy.pi, math.pi), (log(t) / log(t + 1), math.log(2) / math.log(3)),
            (t ** sympy.Rational(1, 3), 2 ** (1 / 3)), (t ** -sympy.log(t), 2 ** -math.log(2)),
        ):  # fmt: skip
            assert value_of(reading.read(expression)) == pytest.approx(wanted, rel=1e-14)


def test_nothing_is_divided_by_a_density_at_what_is_no_outcome():
    reading = world()
    with author_form():
        for body in (1 / Value(r, 5 * x), 1 / (2 * Value(r, 5 * x)), x * Value(r, x) / Value(r, 5 * x) ** 2,
                     0 * (1 / Value(r, 5 * x))):  # fmt: skip
            with pytest.raises(DivisionByZeroError):
                reading.read(body)
        for elsewhere in (1 / (x - x), 1 / (Value(r, 5 * x) + 0 * x)):
            with pytest.raises(WitnessError, match="is 0") as refusal:
                reading.read(elsewhere)
            assert not isinstance(refusal.value, UndefinedError)


def claim(left, right, law, parameters=(x,)):
    chain = Chain(Statement(left, right), (Step("claimed", left, right, law),), parameters)
    return check(Derivation("claim", "A claim", "a claim", (), (chain,), ("none",)))


def test_a_true_quotient_is_not_accused_of_a_division_by_chance():
    """Where a − b happens to be 0 nothing is said; a density at what may be no outcome is another matter."""
    f = sympy.Function("f", real=True)
    a, b = f(sympy.Integer(1)), f(sympy.Integer(2))
    with author_form():
        true = (a**2 - b**2) / (a - b), a + b
    assert claim(*true, laws.algebra, ()).outcome is Outcome.PROVED
    assert claim(*true, laws.linearity, ()).outcome is not Outcome.REFUTED
    away = Value(q(x).args[0], 2 * x)
    with author_form():
        gone = q(x) / away * away, q(x)
    assert claim(*gone, laws.definition_of_kl).outcome is not Outcome.PROVED


@pytest.mark.unmeasured
def test_a_root_of_a_density_is_refuted_and_its_truths_are_not():
    with author_form():
        root_of = Integral(sympy.sqrt(q(z)), z), Integral(q(z), z)
        halves = Expectation(q(z), log(sympy.sqrt(q(z)))), sympy.Rational(1, 2) * Expectation(q(z), log(q(z)))
    assert claim(*root_of, laws.algebra, ()).outcome is Outcome.REFUTED
    assert claim(*halves, laws.definition_of_kl, ()).outcome is not Outcome.REFUTED


def test_a_number_times_a_block_is_that_of_each_coordinate():
    block = Independent("r", 2)
    reading = FiniteReading(Draws(0, {("size", "r_"): 2}), Outline((), families={"r"}))
    turned, straight = (Expectation(block, log(Value(block, place)), z) for place in (-z, z))
    # the outcomes are 1 and −1: turned round, the block has the other outcome at every coordinate
    rows = [reading.draws.made.get(("member", "r", i, (2,))) for i in (1, 2)]
    assert rows == [None, None]
    told = {name: reading.reader.read(e, {}) for name, e in (("turned", turned), ("straight", straight))}
    rows = [reading.draws.made["member", "r", i, (2,)] for i in (1, 2)]
    volume = reading.densities.volume("r_")
    wanted = LogSum.number(0)
    for row in rows:
        for place in (0, 1):
            density = Fraction(row[1 - place], sum(row)) / volume
            wanted = wanted + LogSum.log(density).scaled(Fraction(row[place], sum(row)))
    assert told["turned"] == wanted
    assert told["turned"] != told["straight"] or rows[0][0] == rows[0][1]
    with pytest.raises(WitnessError, match="no number"):
        reading.read(Expectation(block, z * z, z))
    with pytest.raises(UndefinedError, match="block of 2"):
        reading.reader.read(Expectation(block, Value(r, -z), z), {})
