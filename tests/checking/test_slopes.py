"""Derivatives in finite worlds: along a path from one outcome of a parameter to another."""

from fractions import Fraction

import pytest
import sympy
from sympy import log

from elbo_check import laws
from elbo_check.checking import by_meaning, check_step
from elbo_check.checking.draws import Draws
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.outline import Outline
from elbo_check.checking.undefined import DivisionByZeroError, UndefinedError
from elbo_check.derivation import Chain, Statement, Step
from elbo_check.errors import WitnessError
from elbo_check.nodes import Expectation, Integral, Member, Value, derivative, function, model
from elbo_check.symbols import author_form, real
from elbo_check.witnesses.enumeration import LogSum

phi, x, z = real("phi"), real("x"), real("z")
q, f = model("q"), function("f")
SIZES = {("size", "phi"): 2, ("size", "z"): 2}
PLACE = ("place", "phi", "phi", 2)


def world(weights=(1, 2, 3, 1), place=0):
    outline = Outline((phi, x), forms={"q": {(("z",), ("phi",))}}, places={"phi": "phi"}, functions={"f"})
    return FiniteReading(Draws(0, {**SIZES, ("joint", "q", ("phi", "z"), (2, 2)): weights, PLACE: place}), outline)


@pytest.mark.parametrize("weights", [(1, 2, 3, 1), (1, 1, 0, 1), (0, 1, 0, 1)])
def test_the_rules_of_differentiation_hold_along_the_path(weights):
    reading = world(weights)
    encoder = q(z, given=phi)
    with author_form():
        pairs = [
            (derivative(phi**2 + x, phi), 2 * phi),
            (derivative(phi * phi * x, phi), 2 * phi * x),
            (derivative(Integral(encoder * phi**3, z), phi), 3 * phi**2),
            (derivative(Expectation(encoder, f(z) + phi), phi), derivative(Expectation(encoder, f(z)), phi) + 1),
            (derivative(log(phi**2 + 1), phi), 2 * phi / (phi**2 + 1)),
        ]
    for left, right in pairs:
        assert reading.agreement(reading.read(left), "=", reading.read(right)) is True, left


def test_what_no_rule_covers_is_refused():
    reading = world()
    for body in (f(phi), sympy.sqrt(phi), Value(q(z, phi).args[0], phi, phi), Value(Member("r", 1), phi)):
        with pytest.raises(WitnessError):
            reading.read(derivative(body, phi))


def test_a_joint_density_moves_with_its_parameter_as_its_factors_do():
    reading = world()
    joint = Integral(q(z, phi) * f(z), z)
    with author_form():
        pairs = [
            (derivative(joint, phi), derivative(q(phi) * Expectation(q(z, given=phi), f(z)), phi)),
            (derivative(Integral(q(z, phi), z), phi), derivative(q(phi), phi)),
        ]
    for left, right in pairs:
        assert reading.agreement(reading.read(left), "=", reading.read(right)) is True, left
    # q(φ) is 3/7 at the outcome 1 and 4/7 at −1, over its volume
    own = reading.read(derivative(q(phi), phi))
    assert own == LogSum.number(Fraction(1, 7) / -2 / reading.densities.volume("phi"))


def test_what_is_given_moves_as_fast_as_its_place():
    reading = world()
    encoder = q(z, given={phi: -phi})
    turned = Expectation(encoder, f(z))
    there = world(place=1).read(derivative(Expectation(q(z, given=phi), f(z)), phi))
    assert reading.read(derivative(turned, phi)) == -there  # φ = 1, so that −φ is the outcome −1
    with pytest.raises(UndefinedError, match="no outcome"):
        reading.read(derivative(Expectation(q(z, given={phi: 2 * phi}), f(z)), phi))
    with pytest.raises(UndefinedError, match="no outcome"):
        reading.read(derivative(Value(q(phi).args[0], 2 * phi), phi))
    under = Value(q(z, phi).args[0], z, phi)
    assert reading.read(Integral(derivative(under, phi), z)) == reading.read(derivative(q(phi), phi))


def test_a_logarithm_has_no_slope_where_its_argument_is_zero():
    reading = world((0, 1, 1, 1))
    with pytest.raises(DivisionByZeroError):
        reading.read(Integral(q(z, given=phi) * derivative(log(q(z, given=phi)), phi), z))


def test_a_density_that_is_zero_here_and_not_there_has_no_slope():
    with pytest.raises(WitnessError, match="no slope where it is 0"):
        world((0, 1, 1, 1)).read(Integral(derivative(q(z, given=phi), phi) * f(z), z))


@pytest.mark.endurance
def test_a_world_in_which_something_becomes_possible_has_no_slope():
    """E ∂ log q = 0 where the support does not move; at t1 the outcome z2 is impossible, and next to t1 it is not."""
    t = real("t")
    score = Expectation(q(z, given=t), derivative(log(q(z, given=t)), t))
    step = Step("s", score, sympy.Integer(0), laws.algebra)
    chain = Chain(Statement(step.left, step.right), (step,), (t,))
    assert check_step(step, chain, by_meaning.readings_for(chain)).state == "undecided"
    doubled = Step("s", score, sympy.Integer(1), laws.algebra)
    chain = Chain(Statement(doubled.left, doubled.right), (doubled,), (t,))
    assert check_step(doubled, chain, by_meaning.readings_for(chain)).state == "refuted"
