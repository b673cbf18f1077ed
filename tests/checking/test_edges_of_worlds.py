"""What the worlds refuse, and how they say it: draws of blocks, several forms of a name, slopes of a number."""

import pytest
import sympy
from sympy import log

from elbo_check import laws
from elbo_check.checking import by_meaning
from elbo_check.checking.draws import Draws
from elbo_check.checking.finite_worlds import FiniteReading
from elbo_check.checking.gaussians import GaussianReading
from elbo_check.checking.outline import outline_of
from elbo_check.derivation import Chain, Statement, Step
from elbo_check.errors import WitnessError
from elbo_check.nodes import (
    Bernoulli,
    Expectation,
    Independent,
    Information,
    Iterated,
    Value,
    derivative,
    function,
    gaussian,
    indexed_sum,
    is_positive,
    model,
    sequence,
)
from elbo_check.symbols import author_form, count, positive, real, unit

x, z, s, u = real("x"), real("z"), positive("s"), unit("u")
j, k = count("j"), count("k")
p, q, f = model("p"), model("q"), function("f")
DRAWS = Iterated(Iterated(gaussian(0, s), j, 2), k, 2)


def reading(kind, left, right, parameters):
    chain = Chain(Statement(left, right), (Step("s", left, right, laws.algebra),), parameters)
    return kind(Draws(0), outline_of(chain))


with author_form():
    entries = indexed_sum(sequence(z)[k, 1], k, 2)
    REFUSED = [
        (FiniteReading, Expectation(Iterated(Independent("q", 2), k, 2), entries, z), (), "whole blocks"),
        (FiniteReading, Value(Bernoulli(u), sympy.exp(s)) * f(s), (u, s), "is a number"),
        (FiniteReading, Value(Independent("q", 2), s * u) * f(s), (s, u), "at a block of coordinates"),
        (GaussianReading, log(p(x)) + log(p(x, z)), (x, z), "several forms"),
        (FiniteReading, f(x) * derivative(f(x) * x, x), (x,), "where a density is given its parameter"),
    ]


@pytest.mark.parametrize(("kind", "left", "parameters", "said"), REFUSED)
def test_what_a_world_refuses_it_says(kind, left, parameters, said):
    made = reading(kind, left, sympy.Integer(0), parameters)
    with pytest.raises(WitnessError, match=said):
        made.read(left)


def test_information_is_minus_a_logarithm():
    left = Information(p(x)) + log(p(x))
    assert reading(FiniteReading, left, sympy.Integer(0), (x,)).read(left).is_zero()


def test_a_density_of_draws_is_read_at_draws():
    with author_form():
        inside = Expectation(DRAWS, log(Value(DRAWS, z)), z)
    made = reading(GaussianReading, inside, s, (s,))
    assert made.read(inside) is not None


@pytest.mark.parametrize("edge", [sympy.Rational(1, 2), sympy.Rational(-1, 2)])
def test_an_exhibit_is_not_shrunk_to_where_the_other_side_has_no_value(edge):
    with author_form():
        step = Step("s", log(x - edge), log(edge - x), laws.algebra)
    chain = Chain(Statement(step.left, step.right), (step,), (x,))
    readers = by_meaning.readings_for(chain)
    sides = {by_meaning.meaning_of(step, [reader]).undefined.exhibit["side"] for reader in readers}
    kept = by_meaning.meaning_of(step, readers).undefined.exhibit
    assert sides <= {"left", "right"}
    assert (sympy.Rational(kept["x"]) < edge) == (kept["side"] == "left")


def test_an_exhibit_is_not_shrunk_to_where_the_assumptions_fail():
    low = (Statement(x, sympy.Integer(-2), "≤"),)
    step = Step("s", log(x**2), 2 * log(x), laws.algebra)
    chain = Chain(Statement(step.left, step.right), (step,), (x,), assuming=low)
    found = by_meaning.meaning_of(step, by_meaning.readings_for(chain))
    assert found.undefined is not None
    assert found.undefined.exhibit["x"] == "-2"


def test_a_power_of_what_is_positive_is_positive():
    with author_form():
        assert is_positive(s**3 + (x**2) * s)  # a square is not negative
        assert is_positive((s + 1) ** 3)
        assert is_positive((s + 1) ** -1)
        assert not is_positive(x**2)
