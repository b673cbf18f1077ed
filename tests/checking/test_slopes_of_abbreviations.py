"""Derivatives where an abbreviation depends on the parameter: with a = φ², ∂(a m)/∂φ is 2 φ m + a ∂m/∂φ."""

import pytest
from sympy import log

from elbo_check import laws
from elbo_check.checking import by_meaning, check, check_step
from elbo_check.checking.draws import Draws
from elbo_check.checking.gaussians import GaussianReading
from elbo_check.checking.outline import outline_of
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.errors import WitnessError
from elbo_check.nodes import Expectation, derivative, function, gaussian, indexed_sum, model, replaced, sequence
from elbo_check.symbols import author_form, count, real

phi, a, b, z = real("phi"), real("a"), real("b"), real("z")
w, n, j = real("w"), count("n"), count("j")
f, q = function("f"), model("q")

with author_form():
    MEAN, NORMAL = Expectation(q(z, given=phi), f(z)), Expectation(gaussian(phi, 1), z**2, z)
    SUM = indexed_sum(sequence(w)[j], j, n)
    WITHIN = Expectation(q(z, given=phi), a * f(z))
    TURNED = phi + Expectation(q(z, given={phi: a}), f(z))
    SQUARE = ((a, phi**2),)
    # what is differentiated, its slope, and what is abbreviated
    SLOPES = {
        "a factor": (a * MEAN, 2 * phi * MEAN + a * derivative(MEAN, phi), SQUARE),
        "of another": (b * MEAN, 2 * phi * MEAN + b * derivative(MEAN, phi), ((a, phi**2), (b, a + 3))),
        "of which one stands still": (
            a * b * MEAN,
            b * (2 * phi * MEAN + a * derivative(MEAN, phi)),
            (*SQUARE, (b, w)),
        ),
        "a mean itself": (a + phi, derivative(MEAN, phi) + 1, ((a, MEAN),)),
        "with a sum": (a * MEAN, SUM * (MEAN + phi * derivative(MEAN, phi)), ((a, phi * SUM),)),
        "of numbers": (a * phi + log(1 + a), 3 * phi**2 + 2 * phi / (1 + a), SQUARE),
        "of Gaussians": (a * NORMAL, 2 * phi * NORMAL + a * derivative(NORMAL, phi), SQUARE),
    }


def chain(left, right, law, where):
    every = [left, right, *(side for pair in where for side in pair)]
    symbols = {symbol for side in every for symbol in side.free_symbols if symbol in (phi, w, n)}
    return Chain(Statement(left, right), (Step("s", left, right, law),), tuple(sorted(symbols, key=str)), where=where)


def outcome(*of):
    return check(Derivation("t", "T", "t", (), (chain(*of),), ("none",)), 20).outcome


@pytest.mark.parametrize("name", SLOPES)
def test_an_abbreviation_moves_with_the_parameter(name):
    body, slope, where = SLOPES[name]
    assert outcome(derivative(body, phi), slope, laws.differentiation, where) == "proved"
    assert outcome(derivative(body, phi), slope + 1, laws.differentiation, where) == "refuted"


@pytest.mark.endurance
@pytest.mark.parametrize("name", SLOPES)
def test_what_is_true_is_refuted_under_no_law(name):
    body, slope, where = SLOPES[name]
    made = chain(derivative(body, phi), slope, laws.algebra, where)
    assert check_step(made.steps[0], made, by_meaning.readings_for(made)).state != "refuted"


@pytest.mark.parametrize(
    ("body", "meaning"),
    [(TURNED, -phi), (TURNED, phi), (WITHIN, phi**2), (WITHIN, MEAN)],
    ids=["turned", "itself", "within a mean", "a mean within a mean"],
)
def test_what_an_abbreviation_stands_for_may_stand_there(body, meaning):
    with author_form():
        sides = derivative(body, phi), derivative(replaced(body, {a: meaning}), phi)
    assert outcome(*sides, laws.substitution, ((a, meaning),)) == "proved"


def test_a_derivative_of_a_derivative_is_not_read_through_an_abbreviation():
    with author_form():
        cubed, slopes = derivative(phi**3, phi), (derivative(a * phi, phi), derivative(b * phi, phi))
    made = chain(*slopes, laws.substitution, ((a, cubed), (b, a)))
    reading = GaussianReading(Draws(0), outline_of(made))
    for slope in slopes:
        with pytest.raises(WitnessError, match="a derivative of a derivative"):
            reading.read(slope)
    assert outcome(derivative(phi**2, phi) + a, 2 * phi + a, laws.differentiation, ((a, cubed),)) == "proved"
