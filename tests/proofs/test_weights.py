"""Jensen's inequality for a few terms with weights: only for weights that are positive and add up to 1."""

import pytest

from elbo_check.language import (
    Chain,
    Derivation,
    Expectation,
    Integer,
    Rational,
    Statement,
    Step,
    author_form,
    laws,
    log,
    model,
    positive,
    real,
    unit,
)
from elbo_check.normal_form import Context

x, s, t, y, v = real("x"), positive("s"), positive("t"), unit("y"), unit("v")
p, q, r = model("p"), model("q"), model("r")
HALF, THREE = Rational(1, 2), Integer(3)


def outcome(left, right, parameters, relation="≥"):
    chain = Chain(Statement(left, right, relation), (Step("s", left, right, laws.jensen, relation),), parameters)
    return Derivation("t", "t", "t", (), (chain,), ("none",)).check().outcome


with author_form():
    MIXTURE = log(y * p(x) + (1 - y) * q(x))
    HOLDS = {
        "y and 1 − y": (MIXTURE, y * log(p(x)) + (1 - y) * log(q(x)), (x, y)),
        "weights last": (log(p(x) * y + q(x) * (1 - y)), y * log(p(x)) + (1 - y) * log(q(x)), (x, y)),
        "halves": (log(HALF * p(x) + HALF * q(x)), HALF * log(p(x)) + HALF * log(q(x)), (x,)),
        "divided by 2": (log(p(x) / 2 + q(x) / 2), HALF * log(p(x)) + HALF * log(q(x)), (x,)),
        "three": (
            log(y * s + v * (1 - y) * t + (1 - v) * (1 - y) * THREE),
            y * log(s) + v * (1 - y) * log(t) + (1 - v) * (1 - y) * log(THREE),
            (y, v, s, t),
        ),
        "shares": (
            log(s / (s + t) * p(x) + t / (s + t) * q(x)),
            s / (s + t) * log(p(x)) + t / (s + t) * log(q(x)),
            (x, s, t),
        ),
        "under E": (
            Expectation(r(x), MIXTURE),
            y * Expectation(r(x), log(p(x))) + (1 - y) * Expectation(r(x), log(q(x))),
            (y,),
        ),
    }
    FALSE = {
        "more than 1 together": (log(y * p(x) + (1 + y) * q(x)), y * log(p(x)) + (1 + y) * log(q(x)), (x, y), "≥"),
        "one below 0": (log(s * p(x) + (1 - s) * q(x)), s * log(p(x)) + (1 - s) * log(q(x)), (x, s), "≥"),
        "no weights": (log(p(x) + q(x)), log(p(x)) + log(q(x)), (x,), "≥"),
        "weights exchanged": (MIXTURE, (1 - y) * log(p(x)) + y * log(q(x)), (x, y), "≥"),
        "downwards": (MIXTURE, y * log(p(x)) + (1 - y) * log(q(x)), (x, y), "≤"),
        "no slack": (MIXTURE, y * log(p(x)) + (1 - y) * log(q(x)), (x, y), "="),
    }


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", HOLDS)
def test_the_logarithm_of_a_weighted_mean_is_at_least_that_of_the_logarithms(name):
    assert outcome(*HOLDS[name]) == "proved"


@pytest.mark.parametrize("name", FALSE)
def test_what_are_no_weights_is_refuted(name):
    left, right, _, relation = FALSE[name]
    assert outcome(*FALSE[name]) == "refuted"
    assert "differ by" in laws.jensen.objection(left, right, Context(relation=relation))
