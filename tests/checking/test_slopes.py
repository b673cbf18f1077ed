"""Derivatives in finite worlds: along a path from one outcome of a parameter to another."""

import pytest
import sympy
from sympy import log

from elbo_check.checking.draws import Draws
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.outline import Outline
from elbo_check.errors import WitnessError
from elbo_check.nodes import Expectation, Integral, derivative, function, model
from elbo_check.symbols import author_form, real

phi, x, z = real("phi"), real("x"), real("z")
q, f = model("q"), function("f")
SIZES = {("size", "phi"): 2, ("size", "z"): 2, ("place", "phi", "phi", 2): 0}


def world(weights=(1, 2, 3, 1)):
    outline = Outline((phi, x), forms={"q": {(("z",), ("phi",))}}, places={"phi": "phi"}, functions={"f"})
    return FiniteReading(Draws(0, {**SIZES, ("joint", "q", ("phi", "z"), (2, 2)): weights}), outline)


@pytest.mark.parametrize("weights", [(1, 2, 3, 1), (0, 1, 1, 1)])
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
    for body in (f(phi), sympy.sqrt(phi), q(phi)):
        with pytest.raises(WitnessError):
            reading.read(derivative(body, phi))
