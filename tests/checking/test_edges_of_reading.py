"""What readings refuse, and what lies at their edges."""

from fractions import Fraction

import flint
import pytest
import sympy
from sympy import log

from elbo_check import laws
from elbo_check.checking import by_meaning, check
from elbo_check.checking.counterexamples import counterexample
from elbo_check.checking.draws import Draws
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.gaussian_blocks import Block, joined
from elbo_check.checking.gaussians import PRECISION, GaussianReading
from elbo_check.checking.outline import Outline
from elbo_check.checking.places import Place
from elbo_check.checking.shrinking import shrunk, simpler
from elbo_check.checking.undefined import NoValueError, UndefinedError
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.errors import WitnessError
from elbo_check.nodes import (
    Bernoulli,
    Expectation,
    Gaussian,
    Independent,
    Iterated,
    Maximum,
    Member,
    Product,
    Uniform,
    Value,
    derivative,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)  # fmt: skip
from elbo_check.symbols import author_form, bit, count, positive, real
from elbo_check.verdict import Outcome
from elbo_check.witnesses.enumeration import LogSum
from elbo_check.witnesses.log_polynomials import LogPolynomial

x, y, z, mu = real("x"), real("y"), real("z"), real("mu")
s = positive("s")
i, j, J = count("i"), count("j"), count("J")
p, q, f = model("p"), model("q"), function("f")
OUTLINE = Outline(
    (), forms={"p": {(("x", "z"), ())}, "q": {(("x", "z"), ())}}, places={"x": "x"}, families={"r"}, functions={"f"}
)


def world(seed=0, zeros=False, parameters=(), fixed=None, outline=None):
    outline = outline or Outline(parameters, forms=OUTLINE.forms, places=OUTLINE.places, families={"r"})
    return FiniteReading(Draws(seed, fixed), outline, zeros)


def gauss(parameters=(), where=(), seed=0):
    return GaussianReading(Draws(seed), Outline(parameters, where))


def test_outcomes_reckon_like_the_numbers_they_are():
    one, other, two = Place(Fraction(1)), Place(Fraction(-1)), Place(Fraction(2))
    number = LogSum.number
    assert one + other == number(0)
    assert two * one == two / one == number(2)
    assert number(1) - other == number(2)
    assert one - other == number(2)
    assert number(1) / other == number(-1)
    assert two**2 == number(4)
    with pytest.raises(WitnessError):
        _ = one**-101


def test_a_density_conditions_on_nothing_that_is_impossible():
    sizes = {("size", "x"): 2, ("size", "z"): 2, ("place", "x", "x", 2): 0}
    empty = {**sizes, ("joint", "p", ("x", "z"), (2, 2)): (0, 0, 1, 1)}
    with pytest.raises(UndefinedError, match="no mass"):
        world(fixed=empty, parameters=(x,)).read(Expectation(p(z, given=x), f(z)))
    with pytest.raises(UndefinedError, match="no outcome"):
        world(parameters=(x,)).read(Expectation(q(z), log(p(z, given={x: z + 9}))))
    assert world(parameters=(x,)).read(Value(p(x, z).args[0], x, 9)).is_zero()


def test_a_finite_world_refuses_gaussians_blocks_and_vectors():
    bad = [
        Product(gaussian(0, 1), gaussian(0, 1))(x, y),
        gaussian(0, 1)(x),
        Expectation(gaussian(0, 1)(z), z),
        Independent("r", 2)(x),
        derivative(Independent("r", 1)(x), x),
    ]
    for expression in bad:
        with pytest.raises((WitnessError, UndefinedError)):
            world(parameters=(x, y)).read(expression)
    many = Iterated(Member("r", j), j, 40)
    with pytest.raises(WitnessError, match="too many outcomes"):
        world().read(Expectation(many, f(z), z))
    with pytest.raises(UndefinedError, match="coordinates"):
        world().read(Expectation(Independent("r", 2), log(Independent("r", 1)(z)), z))
    half = {("number", J): Fraction(1, 2)}
    with pytest.raises(UndefinedError, match="no number of densities"):
        world(parameters=(J,), fixed=half).read(Expectation(Iterated(Member("r", j), j, J), f(z), z))
    block = indexed_sum(f(i) * Uniform(2)(sequence(i)[j]), j, 2)
    assert world().read(Expectation(Independent("r", 2), block, i)) is not None
    with pytest.raises(WitnessError, match="block of outcomes"):
        world().read(Expectation(Independent("r", 2), z, z))


def test_an_extremum_between_undecided_values_is_not_decided(monkeypatch):
    monkeypatch.setattr(FiniteReading, "agreement", lambda *_: None)
    with pytest.raises(WitnessError, match="which of two values"):
        world().read(Maximum(f(z), z))


def test_values_with_products_of_logarithms_are_compared():
    reading = world()
    square = LogSum.log(2) * LogSum.log(3)
    assert isinstance(square, LogPolynomial)
    assert reading.agreement(square, "≥", LogSum.number(0)) is True
    assert reading.agreement(square, "≤", LogSum.number(0)) is False
    assert reading.agreement(square, "=", square) is True


def test_a_rational_assignment_refuses_what_is_not_its_own():
    plane = Gaussian((0, 0), ((1,), (0, 1)))
    with pytest.raises(WitnessError, match="no Gaussian"):
        gauss().read(Expectation(q(z), f(z)))
    with pytest.raises(Exception, match="has coordinates, or blocks"):
        Iterated(plane, j, J)
    with pytest.raises(WitnessError, match="scalar Gaussians"):
        joined([Block((0, 0), ((1,), (0, 1)))])
    with pytest.raises(UndefinedError, match="a bit is 0 or 1"):
        gauss().read(Bernoulli(sympy.Rational(1, 2))(sympy.Integer(2)))
    with pytest.raises(UndefinedError, match=r"no coordinate z\[3\]"):
        gauss().read(Expectation(Iterated(gaussian(0, 1), j, 2), sequence(z)[3], z))
    with pytest.raises(WitnessError, match="not computed"):
        gauss().read(Maximum(f(z), z))


def test_derivatives_move_abbreviations_and_are_refused_where_derivatives_depend_on_the_parameter():
    moved = gauss((s,), ((y, s + 1),))
    assert moved.read(derivative(s**2 + y, s)) == moved.read(2 * s + 1)
    with author_form():
        twice = derivative(derivative(s**3, s) * s, s)
    with pytest.raises(WitnessError, match="derivative of a derivative"):
        gauss((s,)).read(twice)
    reading = gauss((s, mu))
    assert reading.read(derivative(f(mu) * s**2, s)) == reading.read(2 * s * f(mu))
    assert reading.read(derivative(sympy.exp(s) * 0 + s, s)) == 1
    body = Expectation(gaussian(mu, s)(z), z**2)
    assert reading.read(derivative(body, s)) == reading.read(2 * s)
    assert reading.read(derivative(log(s), s)) == reading.read(1 / s)
    assert reading.read(derivative(1 / s, s)) == reading.read(-1 / s**2)
    assert reading.read(derivative(sympy.sqrt(s), s)).overlaps(reading.read(1 / (2 * sympy.sqrt(s))))
    assert reading.read(derivative(sympy.exp(s), s)).overlaps(reading.read(sympy.exp(s)))


def test_shrinking_gives_up_after_a_bounded_number_of_tries():
    reading = gauss((x, y))
    seen = []

    def attempt(fixed):
        seen.append(fixed)
        return gauss((x, y), seed=len(seen))

    shrunk(reading, attempt)
    assert len(seen) <= 601
    assert list(simpler(("vanishing",), ("p",))) == []
    assert list(simpler(("size", "x"), 3)) == []  # what loses outcomes loses them in every table, too
    assert list(simpler(("volume", "x"), Fraction(1, 2))) == [1]
    assert list(simpler(("gaussian", "q", 1), (Fraction(7, 3), Fraction(5, 3))))
    assert (1, 1) in list(simpler(("joint", "p", ("z",), (2,)), (2, 2)))


def test_every_kind_of_draw_is_told_in_words():
    reading = world(parameters=(x,))
    reading.draws.made |= {
        ("volume", "z"): Fraction(1, 2), ("volume", "x"): Fraction(1),
        ("coefficient", "f", (0, 1), "function"): Fraction(2), ("coefficient", "f", (), "function"): Fraction(0),
        ("coefficient", "f", (0,), "density"): Fraction(3), ("gaussian", "q", 2): (Fraction(1), Fraction(2)),
        ("function", "g", ((0,), (1, Fraction(2)), Fraction(3))): Fraction(5), ("number", s, 3): Fraction(1, 3),
        ("member", "r", 1, (2,)): (1, 3),
    }  # fmt: skip
    told = counterexample(reading, LogSum.number(0), LogSum.number(1), "=")
    assert told["volume of an outcome of z"] == "1/2"
    assert "volume of an outcome of x" not in told
    assert told["f: coefficient of u1·u2"] == "2"
    assert told["log f: coefficient of u1"] == "3"
    assert told["q_2"] == "N(1, (2)²)"
    assert told["s_3"] == "1/3"
    assert told["r_1"] == ["1/4", "3/4"]
    assert told["left_exact"] == "0"


def test_steps_nested_too_deeply_are_undecided(monkeypatch):
    def hopeless(*_):
        raise RecursionError

    chain = Chain(Statement(x, x), (Step("deep", x, x, laws.algebra),), (x,))
    monkeypatch.setattr(laws.Law, "objection", hopeless)
    verdict = check(Derivation("d", "too deep", "d", (), (chain,), ("none",)))
    assert verdict.outcome is Outcome.UNDECIDED
    assert "nested too deeply" in verdict.missing


@pytest.mark.endurance
def test_assumptions_that_no_assignment_satisfies_leave_the_step_undecided():
    step = Step("s", x, x + 1, laws.algebra)
    never = Statement(x**2 + y**2, -(y**2) - 1, "≤")
    chain = Chain(Statement(x, x + 1), (step,), (x, y), assuming=(never,))
    found = by_meaning.meaning_of(step, by_meaning.readings_for(chain))
    assert found.agrees is None
    assert "none was found that satisfies" in found.reason


def test_a_bit_has_two_values_and_a_uniform_index_many():
    index = bit("b")
    reading = world()
    assert reading.read(Expectation(Bernoulli(sympy.Rational(1, 3)), index, index)) == LogSum.number(Fraction(1, 3))
    total = Expectation(Iterated(Uniform(2), j, 2), indexed_sum(sequence(count("i"))[j], j, 2), count("i"))
    assert reading.read(total) == LogSum.number(3)
    assert gauss().read(total) == 3
    assert reading.read(Uniform(3)(sympy.Integer(7))).is_zero()
    assert (
        gauss().read(Expectation(Iterated(Bernoulli(sympy.Rational(1, 3)), j, 2), sequence(index)[1], index)) * 3 == 1
    )


def test_a_uniform_density_over_no_indices_is_none():
    one = {("number", J): Fraction(1)}
    with author_form():
        nothing, mean = Uniform(J - 1), Expectation(Uniform(J - 1), 1 + 0 * i, i)
        mass = nothing(i) * f(x)
    finite = world(parameters=(J, i, x), fixed=one)
    gaussian_reading = GaussianReading(Draws(0, one), Outline((J,)))
    for reading, side in ((finite, mean), (finite, mass), (gaussian_reading, mean)):
        with pytest.raises(NoValueError, match="over no indices"):
            reading.read(side)


def test_an_assumption_is_satisfied_where_it_certainly_holds():
    """At a = −180, balls of 256 bits do not tell 1 + e^a from 1."""
    with flint.ctx.workprec(PRECISION):
        reading = GaussianReading(Draws(0, {("number", x): Fraction(-180)}), Outline((x,)))
        with author_form():
            left, right = reading.read(1 + sympy.exp(x)), reading.read(1 + 0 * x)
        assert reading.agreement(left, "=", right)
        assert not any(reading.certainly(left, relation, right) for relation in ("=", "≤", "≥"))
        assert all(reading.certainly(right, relation, right) for relation in ("=", "≤", "≥"))
        assert reading.certainly(right, "≤", right + 1)
        assert not reading.certainly(right, "≥", right + 1)


@pytest.mark.endurance
@pytest.mark.parametrize(
    ("build", "state"),
    [(lambda: (1 + sympy.exp(x), sympy.Integer(1)), "undecided"), (lambda: (x, y), "proved")],
)
def test_nothing_follows_from_what_holds_nowhere(build, state):
    """1 + e^x is 1 nowhere, and x is y where both are 1."""
    with author_form():
        left, right = build()
    step = Step("s", left, right, laws.assumption)
    chain = Chain(Statement(left, right), (step,), (x, y), assuming=(Statement(left, right),))
    assert check(Derivation("t", "t", "t", (), (chain,), ("none",))).outcome == state
