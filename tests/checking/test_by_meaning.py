"""The check by meaning: what it reads, what it refuses, and when it says that it cannot tell."""

import operator
import re
from fractions import Fraction
from random import Random

import flint
import pytest
import sympy
from sympy import log

from elbo_check import laws
from elbo_check.checking import by_meaning
from elbo_check.checking.draws import Draws, draw
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.gaussians import GaussianReading
from elbo_check.checking.outcome import NoNumber
from elbo_check.checking.outline import Outline
from elbo_check.checking.reading import Reading
from elbo_check.checking.undefined import UndefinedError
from elbo_check.derivation import Chain, Statement, Step
from elbo_check.errors import WitnessError
from elbo_check.nodes import KL, Expectation, Gaussian, Independent, Member, Product, Value, gaussian, indexed_sum
from elbo_check.symbols import author_form, bit, count, positive, real
from elbo_check.witnesses.enumeration import LogSum

x, y, z, w, mu = real("x"), real("y"), real("z"), real("w"), real("mu")
s = positive("s")
J, j = count("J"), count("j")
q, p = Member("q", 1), Member("p", 1)
N = gaussian(mu, s)


def gaussians(seed, parameters=(), where=()):
    return GaussianReading(Draws(seed), Outline(parameters, where))


def finite(seed, parameters=(), where=()):
    return FiniteReading(Draws(seed), Outline(parameters, where, families={"q", "p"}))


def meaning(left, right, relation="=", parameters=(), where=()):
    step = Step("s", left, right, laws.algebra, relation)
    chain = Chain(Statement(left, right, relation), (step,), parameters, where)
    return by_meaning.meaning_of(step, by_meaning.readings_for(chain))


ASSUMPTIONS = [
    {},
    {"real": True},
    {"positive": True},
    {"negative": True},
    {"nonnegative": True},
    {"nonpositive": True},
    {"nonzero": True},
    {"integer": True},
    {"integer": True, "positive": True},
    {"integer": True, "negative": True},
    {"odd": True},
    {"even": True, "positive": True},
    {"rational": True},
    {"zero": True},
]


@pytest.mark.parametrize("assumptions", ASSUMPTIONS)
def test_a_number_is_drawn_that_has_every_assumed_property(assumptions):
    symbol = sympy.Symbol("x", **assumptions)
    for seed in range(20):
        try:
            number = draw(symbol, Random(seed))
        except WitnessError:
            assert assumptions in ({"zero": True}, {"even": True, "positive": True})
            continue
        drawn = sympy.Rational(number.numerator, number.denominator)
        assert all(getattr(drawn, f"is_{name}") is value for name, value in symbol.assumptions0.items())


@pytest.mark.parametrize("name", ["a", "b", "c", "d", "e_1", "t", "u", "toss"])
def test_what_is_false_at_one_of_two_bits_is_seen(name):
    """By chance alone, one of eight bits would be the same at all assignments."""
    one = bit(name)
    for wrong in (x * one, x * (1 - one)):
        assert meaning(x + wrong, x, parameters=(x, one)).agrees is False
    assert {Draws(seed).number(one, 2, 1) for seed in range(5, 8)} == {0, 1}


@pytest.mark.parametrize("assumptions", [{"irrational": True}, {"imaginary": True}, {"composite": True, "odd": True}])
def test_where_no_number_has_the_properties_it_is_said(assumptions):
    with pytest.raises(WitnessError, match="assumed to be"):
        draw(sympy.Symbol("x", **assumptions), Random(0))


def test_the_same_seed_draws_the_same_numbers():
    one, other, third = (gaussians(seed, (x, s), ()) for seed in (1, 1, 2))
    assert one.draws.made == other.draws.made != third.draws.made


@pytest.mark.parametrize(
    ("left", "right", "relation", "agrees"),
    [
        (x**2, x**2 + 1, "≤", True),
        (x**2 + 1, x**2, "≤", False),
        (x**2 + 1, x**2, "≥", True),
        (x**2, x**2 + 1, "≥", False),
        (x**2, x**2, "≤", True),
        (x, x**2 - 9, "≤", False),
        (log(1 + x**2), x**2, "≤", True),
    ],
)
def test_relations_are_told_apart_among_gaussians(left, right, relation, agrees):
    assert meaning(left, right, relation, (x,)).agrees is agrees


@pytest.mark.parametrize(
    ("left", "right", "relation", "agrees"),
    [
        (KL(q, p), KL(q, p) + 1, "≤", True),
        (KL(q, p), KL(q, p) + 1, "≥", False),
        (KL(q, p) + 1, KL(q, p), "≥", True),
        (KL(q, p), sympy.Integer(-1), "≥", True),
        (KL(q, p), sympy.Integer(-1), "≤", False),
        (KL(q, p), KL(q, p), "≥", True),
        (KL(q, p), KL(p, q), "=", False),
    ],
)
def test_relations_are_told_apart_in_finite_worlds(left, right, relation, agrees):
    assert meaning(left, right, relation).agrees is agrees


def test_numbers_that_nearly_agree_are_told_apart_in_a_finite_world():
    world = finite(0, (), ())
    near = LogSum.log(Fraction(10**60 + 1, 10**60))
    assert world.agreement(near, "≥", LogSum.number(0)) is True
    assert world.agreement(near, "=", LogSum.number(0)) is False
    assert world.agreement(near, "≤", LogSum.number(0)) is False


def test_a_counterexample_is_an_assignment_of_small_fractions():
    found = meaning(x * s, x + s, parameters=(x, s))
    assert found.agrees is False
    at = {name: Fraction(found.counterexample[name]) for name in ("x", "s")}
    assert all(abs(number.numerator) <= 9 and number.denominator <= 5 for number in at.values())
    assert found.counterexample["left"] == float(at["x"] * at["s"])
    assert found.counterexample["right"] == pytest.approx(float(at["x"] + at["s"]))
    assert found.counterexample["relation"] == "="


def test_what_no_fraction_is_stands_in_a_counterexample_as_a_ball_that_can_be_read():
    found = meaning(sympy.log(s), sympy.log(s) + sympy.log(2), parameters=(s,))
    for side in ("left", "right"):
        ball = found.counterexample[f"{side}_exact"]
        assert ball == "0" or re.fullmatch(r"\[-?[\d.]{18,24} \+/- [\d.]+e-\d\d\]", ball), ball


def test_a_finite_counterexample_shows_the_world():
    found = meaning(KL(q, p), 2 * KL(q, p))
    assert found.agrees is False
    assert found.reason == "excluded by a finite world"
    assert sum(map(Fraction, found.counterexample["q_1"])) == 1


def test_a_gaussian_counterexample_shows_arbitrary_densities_as_gaussians():
    found = meaning(Expectation(q, z, z), Expectation(q, z, z) + Expectation(gaussian(0, 1), z**2, z))
    assert found.reason == "excluded by a rational assignment"
    assert found.counterexample["q_1"].startswith("N(")


@pytest.mark.parametrize(
    ("left", "right", "parameters", "said"),
    [
        (Expectation(N, sympy.exp(z), z), s, (mu, s), None),
        (Expectation(N, sympy.exp(z**3), z), s, (mu, s), "degree above 2"),
        (Expectation(N, 1 / z, z), s, (mu, s), "not defined at a rational assignment with mu = "),
        (Expectation(N, 1 / (z**2 + 1), z), s, (mu, s), "no polynomial"),
        (Expectation(N, log(z), z), s, (mu, s), "no polynomial"),
        (Expectation(N, Value(N, z), z), s, (mu, s), None),
        (Expectation(gaussian(0, sympy.exp(x)), z, z) + 1, sympy.Integer(0), (x,), None),
        (1 / (x - y), x, (x, y, z), None),
        (KL(Independent("q", 99), Independent("p", 99)), x, (x,), "too many"),
        (Expectation(Independent("q", J), z, z), x, (x, J), "no number"),
    ],
)
def test_what_cannot_be_read_is_undecided_and_says_why(left, right, parameters, said):
    found = meaning(left, right, parameters=parameters)
    if said is None:
        assert found.agrees is False
    else:
        assert found.agrees is None
        assert said in found.reason


def test_a_division_by_zero_everywhere_is_undecided():
    with author_form():
        nothing = x / (y - y)
    found = meaning(nothing, nothing + x, parameters=(x, y))
    assert found.agrees is None
    assert "too few assignments" in found.reason


def test_an_abbreviation_without_a_value_leaves_no_reading():
    with author_form():
        nothing = 1 / ((x + 1) ** 2 - x**2 - 2 * x - 1)
    found = meaning(y, y, parameters=(x,), where=((y, nothing),))
    assert found.agrees is None
    assert "no assignment was tried" in found.reason


def test_a_side_that_is_not_real_is_told_and_excludes_nothing():
    found = meaning(x**2, log(-(x**2)), parameters=(x,))
    assert found.agrees is None
    assert "the right side is not defined at a rational assignment with x = " in found.reason
    assert "log of -" in found.reason
    assert meaning(sympy.sqrt(-(x**2) - 1), x, parameters=(x,)).agrees is None


def test_a_scale_that_is_not_positive_leaves_a_density_undefined():
    found = meaning(Expectation(gaussian(0, x - x**2 - 9), z**2, z), x, parameters=(x,))
    assert found.agrees is None
    assert "a scale is not positive" in found.reason


def test_two_sides_that_are_not_real_say_nothing():
    found = meaning(log(-(x**2)), 2 + log(-(x**2)), parameters=(x,))
    assert found.agrees is None
    assert "not real" in found.reason


def test_wide_balls_are_no_agreement(monkeypatch):
    with flint.ctx.workprec(256):
        wide = flint.arb(0, 1)
    monkeypatch.setattr(GaussianReading, "read", lambda self, expression: wide)
    found = meaning(x, x + 1, parameters=(x,))
    assert found.agrees is None
    assert "wide" in found.reason


def test_balls_that_are_not_finite_are_no_agreement(monkeypatch):
    monkeypatch.setattr(GaussianReading, "read", lambda self, expression: flint.arb("nan"))
    assert "not finite" in meaning(x, x, parameters=(x,)).reason


def test_wide_balls_at_one_place_do_not_hide_a_counterexample_at_the_next(monkeypatch):
    honest = GaussianReading.read

    def read(self, expression):
        return flint.arb(0, 1) if self.draws.seed == 0 else honest(self, expression)

    monkeypatch.setattr(GaussianReading, "read", read)
    assert meaning(x, x + 1, parameters=(x,)).agrees is False


def test_an_expectation_of_one_variable_inside_another():
    inner = Expectation(gaussian(0, 1), (z - w) ** 2, w)
    assert meaning(Expectation(N, inner, z), mu**2 + s**2 + 1, parameters=(mu, s)).agrees is True
    assert meaning(Expectation(N, inner, z), mu**2 + s**2, parameters=(mu, s)).agrees is False


def test_densities_at_a_point_may_be_multiplied_divided_and_raised():
    body = log(Value(N, z) ** 2 / Value(gaussian(0, 1), z) * sympy.sqrt(Value(N, z)))
    apart = sympy.Rational(5, 2) * log(Value(N, z)) - log(Value(gaussian(0, 1), z))
    assert meaning(Expectation(N, body, z), Expectation(N, apart, z), parameters=(mu, s)).agrees is True
    with author_form():
        upside = log(1 / Value(N, z))
    assert meaning(Expectation(N, upside, z), -Expectation(N, log(Value(N, z)), z), parameters=(mu, s)).agrees is True
    exponential = log(sympy.exp(z, evaluate=False) * Value(N, z))
    whole = Expectation(N, exponential, z)
    assert meaning(whole, mu + Expectation(N, log(Value(N, z)), z), parameters=(mu, s)).agrees is True


def test_a_density_at_a_fixed_point_is_a_value():
    assert meaning(log(Value(N, x)), log(Value(N, x)) + 1, parameters=(mu, s, x)).agrees is False


def test_scale_parameters_may_be_roots_of_squares():
    plane = Gaussian((0, 0), ((s,), (x, 2)))
    assert meaning(Expectation(plane, z * w, z, w), s * x, parameters=(s, x)).agrees is True
    with author_form():
        root = gaussian(0, sympy.sqrt(s**2))
    assert meaning(Expectation(root, z**2, z), s**2, parameters=(s,)).agrees is True


def test_a_product_of_a_block_and_numbers_is_read_block_by_block():
    both = Product(Independent("q", J), N)
    left = Expectation(both, log(Value(both, z, w)), z, w)
    right = Expectation(Independent("q", J), log(Value(Independent("q", J), z)), z) + Expectation(
        N, log(Value(N, w)), w
    )
    found = meaning(left, right, parameters=(J, mu, s))
    assert found.agrees is True
    assert found.reason == "agrees at 4 rational assignments"


def test_points_of_another_space_have_no_value():
    wrong = Expectation(Independent("q", 2), log(Value(Independent("q", 3), z)), z)
    found = meaning(wrong, KL(q, p))
    assert found.agrees is None
    assert "coordinates" in found.reason
    for node in (KL(Independent("q", 1), Independent("p", 2)), wrong):
        with pytest.raises(UndefinedError, match="no value at a point"):
            gaussians(0, (), ()).read(node)


def test_an_index_that_is_none_is_not_defined():
    world = finite(0, (), ())
    gauss = gaussians(0, (), ())
    for reading in (world, gauss):
        with pytest.raises(UndefinedError, match="no index"):
            reading.read(indexed_sum(KL(Member("q", j), p), j, sympy.Rational(1, 2)))
    with pytest.raises(WitnessError, match="too many"):
        gauss.read(indexed_sum(j, j, 100))


def test_a_finite_world_refuses_what_is_no_number_of_its_own():
    world = finite(0, (x,), ())
    for expression in (KL(N, N), sympy.cbrt(-x), sympy.sin(x)):
        with pytest.raises((WitnessError, by_meaning.InputError)):
            world.read(expression)
    with pytest.raises(WitnessError, match="taken at outcomes"):
        world.read(Value(q, log(sympy.Integer(2))))


def test_the_outcomes_of_a_finite_world_are_numbers():
    world = finite(0, (x,), ())
    mean, square = (world.read(Expectation(q, body, z)) for body in (z, z**2))
    away = world.read(Value(q, 7))
    assert away.is_zero()
    assert not square.is_zero()
    assert world.read(Expectation(q, 2 * z - 1, z)) == mean + mean - LogSum.number(1)
    assert world.read(Expectation(q, (1 - z) / 2, z)) == (LogSum.number(1) - mean) / LogSum.number(2)
    with author_form():
        inverse = Expectation(q, 1 / z, z)
    assert isinstance(world.read(inverse), LogSum)


def test_what_is_no_number_refuses_to_be_reckoned_with():
    for operation in (operator.add, operator.sub, operator.mul, operator.truediv):
        for pair in ((NoNumber(), 2), (2, NoNumber())):
            with pytest.raises(WitnessError, match="no number"):
                operation(*pair)
    with pytest.raises(WitnessError, match="no number"):
        NoNumber() ** 2


def test_a_reading_is_only_what_its_kinds_make_of_it():
    blank = object.__new__(Reading)
    for name, arguments in {
        "agreement": (0, "=", 0), "_number": (0,), "_rational": (0,), "_entropy": (q, {}),
        "_derivative": (q, {}), "_function": (q, {}), "_integral": (q, {}),
        "_value": (q, {}), "_expectation": (q, {}), "_kl": (q, {}),
    }.items():  # fmt: skip
        with pytest.raises(NotImplementedError):
            getattr(blank, name)(*arguments)


def test_a_value_is_read_once():
    reading = gaussians(0, (x,), ())
    first = reading.read(x**2)
    reading.values = {}
    assert reading.read(x**2) == first
