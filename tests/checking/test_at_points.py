"""Means without an exact value are read at a few points: true steps of decoders and mixtures agree there."""

import pytest
from sympy import exp, log

from elbo_check import laws
from elbo_check.checking.agreeing import agreeing_instead
from elbo_check.checking.by_meaning import meaning_of, readings_for
from elbo_check.derivation import Chain, Statement, Step
from elbo_check.nodes import (
    Expectation,
    Integral,
    Iterated,
    derivative,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.symbols import author_form, bit, count, positive, real, unit
from tests.checking.test_defined import outcome

x, z, mu, a, epsilon = (real(name) for name in ("x", "z", "mu", "a", "epsilon"))
sigma, u, b = positive("sigma"), unit("u"), bit("b")
k, L = count("k"), count("L")
q, p, f = model("q"), model("p"), function("f")
PARAMETERS = (mu, sigma, a, u, x, b, L)
draws = sequence(z)

with author_form():
    N, standard = gaussian(mu, sigma)(z), gaussian(0, 1)(epsilon)
    softplus, moved = log(1 + exp(z)), log(1 + exp(mu + sigma * epsilon))
    mixture = u * gaussian(0, 1)(z) + (1 - u) * gaussian(a, 1)(z)
    mean, several = Expectation(N, softplus), Iterated(N, k, L)
    TRUE = {
        "a decoder with logits": (
            Expectation(N, b * z - softplus), b * mu - mean, laws.gaussian_moments, "=",
        ),
        "the same, its noise apart": (mean, Expectation(standard, moved), laws.change_of_variables, "="),
        "its gradient": (
            derivative(Expectation(standard, moved), mu),
            Expectation(standard, derivative(moved, mu)),
            laws.differentiation_under_expectation, "=",
        ),
        "an average of draws": (
            Expectation(several, indexed_sum(log(1 + exp(draws[k])), k, L) / L, z), mean, laws.unbiased_average, "=",
        ),
        "Jensen": (Expectation(N, log(1 / (1 + exp(z)))), log(Expectation(N, 1 / (1 + exp(z)))), laws.jensen, "≤"),
        "a mixture as prior": (
            Expectation(q(z), log(mixture) - log(q(z))),
            Expectation(q(z), log(mixture)) - Expectation(q(z), log(q(z))),
            laws.linearity, "=",
        ),
        "a mixture with an aggregate": (
            Expectation(q(z), log(u * p(z) + (1 - u) * gaussian(a, 1)(z)) - log(q(z))),
            Expectation(q(z), log(u * p(z) + (1 - u) * gaussian(a, 1)(z))) - Expectation(q(z), log(q(z))),
            laws.linearity, "=",
        ),
        "Jensen of a mixture": (
            Expectation(N, log(mixture)),
            Expectation(N, u * log(gaussian(0, 1)(z)) + (1 - u) * log(gaussian(a, 1)(z))),
            laws.jensen, "≥",
        ),
    }  # fmt: skip
    FALSE = {
        "f of a mean": (mean, log(1 + exp(mu)), "="),
        "Jensen, the wrong way": (*TRUE["Jensen"][:2], "≥"),
        "a term forgotten": (Expectation(N, 2 * softplus + z), 2 * mean, "="),
        "a factor forgotten": (
            Expectation(Iterated(N, k, 2), indexed_sum(log(1 + exp(draws[k])), k, 2), z), mean, "=",
        ),
        "a sign": (TRUE["a mixture as prior"][0], Expectation(q(z), log(mixture)) + Expectation(q(z), log(q(z))), "="),
        "a variance for a deviation": (mean, Expectation(standard, log(1 + exp(mu + sigma**2 * epsilon))), "="),
        "a mean of a product": (Expectation(N, z * softplus), mu * mean, "="),
        "a fourth moment": (Expectation(N, (z - mu) ** 4 + softplus), 2 * sigma**4 + mean, "="),
        "true at 0 and ±√3": (
            Expectation(standard, log(1 + exp(epsilon**3))), Expectation(standard, log(1 + exp(3 * epsilon))), "=",
        ),
    }  # fmt: skip


def meaning_alone(left, right, relation, parameters):
    """Return what the check by meaning says of a step, whatever its law says."""
    step = Step("s", left, right, laws.algebra, relation)
    return meaning_of(step, readings_for(Chain(Statement(left, right, relation), (step,), parameters)))


def named_in(*sides):
    return tuple(one for one in PARAMETERS if any(one in side.free_symbols for side in sides))


@pytest.mark.parametrize("case", TRUE.values(), ids=TRUE)
def test_a_true_step_is_proved_where_no_mean_has_an_exact_value(case):
    left, right, law, relation = case
    assert outcome((left, right), ((law, relation),), named_in(left, right)).outcome == "proved"


@pytest.mark.parametrize("case", FALSE.values(), ids=FALSE)
def test_a_false_step_does_not_agree_and_is_not_refuted_either(case):
    left, right, relation = case
    meaning = meaning_alone(left, right, relation, named_in(left, right))
    assert meaning.agrees is None
    assert "too few" in meaning.reason


def test_what_has_an_exact_value_is_read_there_and_what_diverges_nowhere():
    with author_form():
        exact = Expectation(N, 2 * z), 2 * Expectation(N, z)
        pole = Expectation(N, 2 / z), 2 * Expectation(N, 1 / z)
        line = Integral(2 * softplus * exp(-(z**2)), z), 2 * Integral(softplus * exp(-(z**2)), z)
        many = (
            Expectation(Iterated(N, k, 6), 2 * log(1 + exp(draws[1])), z),
            2 * Expectation(Iterated(N, k, 6), log(1 + exp(draws[1])), z),
        )
    found = outcome(exact, ((laws.linearity, "="),), (mu, sigma))
    assert "few-point" not in found.findings[0].message
    assert outcome(pole, ((laws.linearity, "="),), (mu, sigma)).outcome == "undecided"
    assert outcome(line, ((laws.algebra, "="),), ()).outcome == "undecided"
    assert outcome(many, ((laws.linearity, "="),), (mu, sigma)).outcome == "undecided"


def test_the_verdict_says_that_a_mean_was_read_at_points():
    left, right, law, relation = TRUE["a decoder with logits"]
    found = outcome((left, right), ((law, relation),), (mu, sigma, b))
    assert "few-point means" in found.findings[0].message


def test_nothing_is_told_where_the_sides_once_differ():
    left, right, law, relation = TRUE["a decoder with logits"]
    step = Step("s", left, right, law, relation)
    readings = [one.reading for one in readings_for(Chain(Statement(left, right), (step,), (mu, sigma, b)))]
    answers = iter([True, None, False, True])
    assert len(agreeing_instead(readings, lambda _: True)) > 2
    assert agreeing_instead(readings, lambda _: next(answers)) == []
