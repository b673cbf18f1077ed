"""A rational assignment accuses no true step, and what it cannot read it says so instead of failing."""

from fractions import Fraction

import pytest
from sympy import exp, log

from elbo_check import laws
from elbo_check.checking import by_meaning, check
from elbo_check.checking.ball_polynomials import BallPolynomial
from elbo_check.checking.draws import Draws
from elbo_check.checking.gaussians import GaussianReading
from elbo_check.checking.outline import Outline
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.errors import TimeLimitError, WitnessError
from elbo_check.nodes import (
    Expectation,
    Iterated,
    derivative,
    derivative_parts,
    free_symbols,
    gaussian,
    indexed_sum,
    sequence,
)
from elbo_check.symbols import author_form, count, positive, real
from elbo_check.verdict import Outcome

x, z, a, b, mu, nu = (real(name) for name in ("x", "z", "a", "b", "mu", "nu"))
s, j, J = positive("s"), count("j"), count("J")
STANDARD, Q = gaussian(0, 1), gaussian(mu, s)


def chain_of(left, right, law):
    parameters = sorted(free_symbols(left) | free_symbols(right), key=lambda symbol: symbol.name)
    return Chain(Statement(left, right), (Step("claimed", left, right, law),), parameters)


def verdict_on(left, right, law=laws.algebra):
    return check(Derivation("claim", "A claim", "a claim", (), (chain_of(left, right, law),), ("none",)))


with author_form():
    TRUE = {
        "importance weights": (Expectation(Q, z * STANDARD(z) / Q(z), z), Expectation(STANDARD, z, z)),
        "a negative integrand": (Expectation(Q, -(z**2) * STANDARD(z) / Q(z), z), Expectation(STANDARD, -(z**2), z)),
        "a log of them": (
            log(Expectation(Q, z**2 * STANDARD(z) / Q(z), z)), log(Expectation(STANDARD, z**2, z))),
        "two negative densities": (
            log(-STANDARD(x) / -gaussian(1, 1)(x)), log(STANDARD(x)) - log(gaussian(1, 1)(x))),
        "a negative factor": (log((a * STANDARD(x)) ** 2), 2 * log(STANDARD(x)) + log(a**2)),
        "a factor on each side": (log(mu * STANDARD(x) * nu), log(mu * nu * STANDARD(x))),
        "a density leaves E": (Expectation(Q, -z * STANDARD(x), z), -mu * STANDARD(x)),
        "a second derivative": (derivative(derivative(s**3, s), s), 6 * s),
        "a mixed derivative": (derivative(derivative(a**2 * b**3, b), a), 6 * a * b**2),
    }  # fmt: skip


@pytest.mark.endurance
@pytest.mark.parametrize("law", [laws.algebra, laws.differentiation], ids=["algebra", "differentiation"])
@pytest.mark.parametrize("name", TRUE)
def test_a_true_statement_is_never_refuted(name, law):
    assert verdict_on(*TRUE[name], law).outcome is not Outcome.REFUTED


@pytest.mark.parametrize(("first", "second"), [(s**3, 3 * s**2), (log(s), 1 / s), (mu**2 * s, 2 * mu * s)])
def test_a_second_derivative_is_not_proved_to_be_the_first(first, second):
    symbol = mu if first.has(mu) else s
    twice = derivative(derivative(first, symbol), symbol)
    assert verdict_on(twice, second, laws.differentiation).outcome is not Outcome.PROVED


def test_joined_derivatives_are_taken_apart_one_at_a_time():
    assert derivative_parts(derivative(s**3, s)) == (s**3, s)
    third = derivative(derivative(derivative(s**3, s), s), s)
    body, parameter = derivative_parts(third)
    assert parameter == s
    assert body == derivative(derivative(s**3, s), s)
    mixed = derivative(derivative(a * b, b), a)
    body, outer = derivative_parts(mixed)
    assert body == derivative(a * b, ({a, b} - {outer}).pop())


UNREAD = [
    Expectation(Q, log(gaussian(0, exp(z))(x)), z), Expectation(Q, exp(z**3), z), Expectation(Q, log(z), z),
    Expectation(Q, 1 / (z**2 + 1), z), Expectation(Q, z + 1 / (z**2 + 1), z),
    Expectation(Iterated(STANDARD, j, J), log(z), z), Expectation(Iterated(STANDARD, j, J), exp(z), z),
    derivative(Expectation(Q, 1 / (s + z), z), s),
]  # fmt: skip


@pytest.mark.parametrize("expression", UNREAD)
def test_what_is_no_number_is_refused_in_words(expression):
    reading = GaussianReading(Draws(0), Outline((x, z, mu, J, s)))
    with pytest.raises(WitnessError, match=r"is no number|no polynomial|no expectation"):
        reading.read(expression)


def test_the_derivative_of_an_empty_sum_is_a_plain_zero():
    body = indexed_sum(s * sequence(mu)[j], j, J - 1)
    reading = GaussianReading(Draws(0, {("number", J): Fraction(1), ("number", s): Fraction(2)}), Outline((J, s)))
    value = reading.read(derivative(body, s))
    assert not isinstance(value, BallPolynomial)
    assert value == 0


def test_a_counterexample_is_kept_when_there_is_no_time_to_shrink_it(monkeypatch):
    def late(*_):
        raise TimeLimitError("over")

    monkeypatch.setattr(by_meaning, "shrunk", late)
    assert verdict_on(x, x + 1).outcome is Outcome.REFUTED
