"""A Gaussian beside outcomes that are no whole line is a function of its point: true steps agree there."""

import pytest
from sympy import Integer, Rational, log, pi

from elbo_check import laws
from elbo_check.nodes import KL, Entropy, Expectation, Gaussian, gaussian, model
from elbo_check.symbols import author_form, positive, real, unit
from tests.checking.test_at_points import meaning_alone
from tests.checking.test_defined import outcome

x, mu, sigma = real("x"), real("mu"), positive("sigma")
w, v, u = positive("w"), positive("v"), unit("u")
q, p = model("q"), model("p")
HALF = Rational(1, 2)

with author_form():
    prior, decoder = gaussian(mu, sigma), gaussian(w, 1)(x)
    energy = Expectation(q(w), log(prior(w)))
    squared = -((x - w) ** 2) / 2 - HALF * log(2 * pi)
    TRUE = {
        "KL to a Gaussian": (KL(q(w), prior), Expectation(q(w), log(q(w)) - log(prior(w))), laws.definition_of_kl, "="),
        "its parts": (
            Expectation(q(w), log(q(w)) - log(prior(w))), Expectation(q(w), log(q(w))) - energy, laws.linearity, "=",
        ),
        "its entropy": (
            Expectation(q(w), log(q(w))) - energy, -Entropy(q(w)) - energy, laws.definition_of_entropy, "=",
        ),
        "a decoder": (Expectation(q(w), log(decoder)), Expectation(q(w), squared), laws.gaussian_log_density, "="),
        "a decoder of a probability": (
            Expectation(q(u), log(gaussian(u, 1)(x))),
            Expectation(q(u), -((x - u) ** 2) / 2 - HALF * log(2 * pi)),
            laws.gaussian_log_density, "=",
        ),
        "Jensen": (log(Expectation(q(w), decoder)), Expectation(q(w), log(decoder)), laws.jensen, "≥"),
        "two of them": (
            Expectation(q(w), log(decoder) + KL(q(w), p(w))), Expectation(q(w), log(decoder)) + KL(q(w), p(w)),
            laws.linearity, "=",
        ),
    }  # fmt: skip
    FALSE = {
        "the sign of the energy": (KL(q(w), prior), Expectation(q(w), log(q(w)) + log(prior(w))), "="),
        "½ forgotten": (Expectation(q(w), log(decoder)), Expectation(q(w), squared * 2), "="),
        "normalised on half of the line": (Expectation(q(w), prior(w) / q(w)), Integer(1), "="),
        "Jensen, the wrong way": (*TRUE["Jensen"][:2], "≤"),
        "q for p": (energy, Expectation(p(w), log(prior(w))), "="),
    }  # fmt: skip


def named_in(*sides):
    return tuple(one for one in (x, mu, sigma) if any(one in side.free_symbols for side in sides))


@pytest.mark.unmeasured
@pytest.mark.parametrize("case", TRUE.values(), ids=TRUE)
def test_a_true_step_is_proved(case):
    left, right, law, relation = case
    assert outcome((left, right), ((law, relation),), named_in(left, right)).outcome == "proved"


@pytest.mark.parametrize("case", FALSE.values(), ids=FALSE)
def test_a_false_step_does_not_agree_and_is_not_refuted_either(case):
    left, right, relation = case
    assert meaning_alone(left, right, relation, named_in(left, right)).agrees is None


def test_of_several_coordinates_it_is_no_function():
    with author_form():
        both = Expectation(q(w, v), log(Gaussian((0, 0), ((1,), (1, 1)))(w, v)) * 2)
    found = outcome((both, both + both - both), ((laws.algebra, "="),), ())
    assert found.outcome == "undecided"
