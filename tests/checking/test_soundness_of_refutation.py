"""A true statement is never REFUTED: each way to accuse one falsely has a test, and stays closed."""

import pytest
from sympy import Integer, log

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.nodes import Expectation, Integral, gaussian, indexed_sum, model
from elbo_check.symbols import count, positive, real

x, z, mu = map(real, ("x", "z", "mu"))
s = positive("s")
j, n, J = map(count, ("j", "n", "J"))
p, q = model("p"), model("q")
N = gaussian(mu, s)


def verdict(left, right, law=laws.algebra, relation="=", parameters=()):
    left, right = (Integer(side) if isinstance(side, int) else side for side in (left, right))
    chain = Chain(Statement(left, right, relation), (Step("s", left, right, law, relation),), parameters)
    return check(Derivation("t", "t", "t", (), (chain,), ("none",)))


@pytest.mark.parametrize("law", [laws.algebra, laws.last_term, laws.linearity])
def test_a_sum_that_ends_before_it_begins_is_zero(law):
    pairs = [
        (indexed_sum(j, j, J - 2), (J - 2) * (J - 1) / 2),
        (indexed_sum(j, j, J - 1), J - 1 + indexed_sum(j, j, J - 2)),
    ]
    for left, right in pairs:
        assert verdict(left, right, law, "=", (J,)).outcome != "refuted"
        assert verdict(left, right + 1, law, "=", (J,)).outcome == "refuted"


def test_the_limits_of_a_sum_may_be_negative():
    for lower in (-3, -1, 0):
        right = sum(at**2 for at in range(lower, 2))
        assert verdict(indexed_sum(j**2, j, 1, lower), right, laws.linearity).outcome != "refuted"
        assert verdict(indexed_sum(j**2, j, 1, lower), right + 1, laws.linearity).outcome == "refuted"


@pytest.mark.parametrize(
    ("left", "right", "parameters", "law"),
    [
        (Expectation(gaussian(mu, s - 1)(z), z), mu, (mu, s), laws.linearity),
        (Integral(p(x, given={z: 3}), x), 1, (), laws.marginalisation),
    ],
)
def test_a_side_that_is_not_defined_accuses_nobody(left, right, parameters, law):
    found = verdict(left, right, law, "=", parameters)
    assert found.outcome == "undecided"
    assert "the left side is not defined at a" in found.missing


def test_a_counterexample_is_found_beyond_places_without_a_value():
    assert verdict(log(x), x - 1, laws.nonnegativity, "≤", (x,)).outcome == "undecided"
    assert verdict(log(x), x - 2, laws.nonnegativity, "≤", (x,)).outcome == "refuted"
