"""What vanishes at the numbers that every chain is read at is no truth: a chain is read at numbers of its own as well.

Under ∂/∂μ the variable z is held fixed, and the change of variables z = μ + σ ε may not put there what moves with μ.
"""

import math
from fractions import Fraction

import pytest
from sympy import Rational, exp, log

from elbo_check import laws
from elbo_check.checking import by_meaning, check_step, starting
from elbo_check.checking.draws import Draws
from elbo_check.checking.gaussians import GaussianReading
from elbo_check.checking.outline import outline_of
from elbo_check.checking.starting import readings_for
from elbo_check.derivation import Chain, Statement, Step
from elbo_check.nodes import Expectation, derivative, function, gaussian
from elbo_check.normal_form import Context
from elbo_check.symbols import author_form, positive, real

z, mu, t, epsilon, sigma = real("z"), real("mu"), real("t"), real("epsilon"), positive("sigma")
f, N, STANDARD = function("f"), gaussian(mu, sigma), gaussian(0, 1)(epsilon)
PLACE = mu + sigma * epsilon


def false_form(factor):
    with author_form():
        left = Expectation(N(z), derivative(z * factor, mu))
        return left, Expectation(STANDARD, derivative(PLACE * factor, mu))


def read_at(left, right):
    """The numbers for μ that do not follow from what a chain says."""
    step = Step("s", left, right, laws.change_of_variables)
    chain = Chain(Statement(left, right), (step,), (mu, sigma))
    found = {reader.reading.draws.seed: reader.reading.values["mu"] for reader in readings_for(chain)}
    return chain, [Rational(str(value)) for seed, value in found.items() if seed < starting._FIRST_OWN]


def with_roots():
    """The false form, with a factor that vanishes wherever every chain is read."""
    _, roots = read_at(*false_form(mu))
    assert len(roots) == starting.GAUSSIANS
    with author_form():
        return false_form(math.prod((mu - root for root in roots), start=mu))


def test_the_textbook_slip_is_refuted_even_if_it_holds_at_every_number_known_beforehand():
    chain, _ = read_at(*with_roots())
    ruling = check_step(chain.steps[0], chain, readings_for(chain), shrink=False)
    assert ruling.state == "refuted"
    assert "holds z fixed, and what would stand for z depends on mu" in ruling.reason
    known = [reader for reader in readings_for(chain) if reader.reading.draws.seed < starting._FIRST_OWN]
    assert check_step(chain.steps[0], chain, known, shrink=False).state == "refuted"  # by the search


def test_sabotage_by_readings_known_beforehand_and_without_a_law_it_would_be_taken(monkeypatch):
    chain, _ = read_at(*with_roots())
    known = [reader for reader in readings_for(chain) if reader.reading.draws.seed < starting._FIRST_OWN]
    monkeypatch.setattr("elbo_check.normal_form.form.NormalForm.require_at_rest", lambda *_: None)
    assert check_step(chain.steps[0], chain, known, shrink=False).state == "proved"
    assert check_step(chain.steps[0], chain, readings_for(chain), shrink=False).state == "conflict"


with author_form():
    MOVING = [
        (Expectation(N(z), derivative(f(z, mu), mu)), Expectation(STANDARD, derivative(f(PLACE, mu), mu))),
        (
            Expectation(N(z), derivative(f(z) * sigma, sigma)),
            Expectation(STANDARD, derivative(f(PLACE) * sigma, sigma)),
        ),
    ]
    AT_REST = [
        (Expectation(N(z), derivative(f(z, t), t)), Expectation(STANDARD, derivative(f(PLACE, t), t))),
        (derivative(Expectation(N(z), f(z)), mu), derivative(Expectation(STANDARD, f(PLACE)), mu)),
    ]


def test_a_mean_that_diverges_at_numbers_of_its_own_alone_is_no_matter():
    with author_form():
        step = Step("s", Expectation(gaussian(0, sigma)(z), exp(z**2)), sigma - sigma, laws.nonnegativity, "≥")
        wrong = Step("s", log(-sigma), sigma - sigma, laws.nonnegativity, "≥")
    for each, seen in ((step, False), (wrong, True)):
        chain = Chain(Statement(each.left, each.right, "≥"), (each,), (sigma,))
        reading = GaussianReading(Draws(0, {("number", sigma): Fraction(2)}), outline_of(chain))
        told = [
            by_meaning.meaning_of(each, [starting.Reader(reading, None, own)], shrink=False) for own in (False, True)
        ]
        assert told[0].undefined is not None
        assert (told[1].undefined is not None) is seen


@pytest.mark.parametrize(("left", "right"), MOVING)
def test_no_bound_variable_is_replaced_by_what_moves(left, right):
    assert "fixed" in laws.change_of_variables.objection(left, right)


@pytest.mark.parametrize(("left", "right"), AT_REST)
def test_what_does_not_move_may_be_put_there(left, right):
    assert laws.change_of_variables.objection(left, right) == ""


def test_an_abbreviation_moves_with_what_it_stands_for():
    w = real("w")
    context = Context(where=((w, mu**2),))
    assert laws.differentiation.objection(derivative(w * mu, mu), 3 * mu**2, Context()) != ""
    assert laws.differentiation.objection(derivative(w * mu, mu), 3 * mu**2, context) == ""
