"""A true statement is never REFUTED: each way to accuse one falsely has a test, and stays closed."""

import pytest
import sympy
from sympy import log

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.checking.places import numbers_for
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.errors import DerivationError, WitnessError
from elbo_check.nodes import (
    Expectation,
    Independent,
    Integral,
    Iterated,
    Maximum,
    Member,
    Minimum,
    Value,
    Vector,
    derivative,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.symbols import bit, count, kind_of, positive, real, unit

x, z, mu = map(real, ("x", "z", "mu"))
s = positive("s")
j, n, J = map(count, ("j", "n", "J"))
p, q, f = model("p"), model("q"), function("f")
r = Member("r", 1)


def verdict(left, right, law=laws.algebra, relation="=", parameters=()):
    left, right = (sympy.Integer(side) if isinstance(side, int) else side for side in (left, right))
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


def outcomes(symbol):
    """Statements that hold where the variable is what it is assumed to be, and that finite worlds can read."""
    truths = {
        "bit": [(symbol**2, "=", symbol), (symbol, "≤", 1), (symbol, "≥", 0)],
        "positive": [(symbol, "≥", 0), (symbol + 1 / symbol, "≥", 2)],
        "unit": [(symbol, "≤", 1), (symbol, "≥", 0), (symbol**2, "≤", symbol)],
        "count": [(symbol, "≥", 1), (symbol**2, "≥", symbol)],
    }
    return truths[kind_of(symbol)]


@pytest.mark.endurance
@pytest.mark.parametrize("make", [bit, positive, unit, count])
@pytest.mark.parametrize("law", [laws.algebra, laws.nonnegativity, laws.linearity])
def test_the_variables_of_a_density_are_what_their_symbol_is_assumed_to_be(make, law):
    v = make("x")
    for left, relation, right in outcomes(v):
        mean = right if isinstance(right, int) else Expectation(p(v), right)
        assert verdict(Expectation(p(v), left), mean, law, relation).outcome != "refuted"
        assert verdict(left * p(v), right * p(v), law, relation, (v,)).outcome != "refuted"
        member = right if isinstance(right, int) else Expectation(r, right, v)
        assert verdict(Expectation(r, left, v), member, law, relation).outcome != "refuted"
    assert verdict(Expectation(p(v), v), Expectation(p(v), 2 * v), law).outcome == "refuted"
    assert verdict(Expectation(r, v, v), Expectation(r, 2 * v, v), law).outcome == "refuted"


def test_variables_of_one_space_are_of_one_kind():
    a, b = real("x_1"), positive("x_2")
    assert verdict(Expectation(p(a), a), 0, laws.nonnegativity, "≥").outcome == "refuted"
    assert verdict(Expectation(p(b), b), 0, laws.nonnegativity, "≥").outcome != "refuted"
    with pytest.raises(DerivationError, match=r"x_\d \(\w+\) and x_\d \(\w+\) for outcomes of one space x"):
        verdict(Expectation(p(a), a) + Expectation(p(b), b), 0, laws.nonnegativity, "≥")
    with pytest.raises(WitnessError, match="no two numbers were found"):
        numbers_for({unit("x_3"), count("x_4")})


@pytest.mark.endurance
def test_a_function_has_one_value_at_one_number():
    other = (z**2 - z) / (z - 1)
    for law in (laws.algebra, laws.linearity):
        assert verdict(f(other) * p(z), f(z) * p(z), law, "=", (z,)).outcome != "refuted"
        assert verdict(Expectation(p(z), f(other)), Expectation(p(z), f(z)), law).outcome != "refuted"
        assert verdict(Expectation(p(z), f(2 * z)), Expectation(p(z), f(z)), law).outcome == "refuted"
    block = Independent("r", 2)
    doubled = Vector(2 * sequence(z)[j] / 2, j, 2)
    assert verdict(Expectation(block, f(doubled), z), Expectation(block, f(z), z)).outcome != "refuted"


theta, phi = real("theta"), real("phi")
P, Q, X = p(z).args[0], q(z).args[0], p(x).args[0]


@pytest.mark.parametrize("law", [laws.algebra, laws.normalisation, laws.linearity])
@pytest.mark.parametrize(
    ("left", "right"),
    [
        (Integral(P(z - 1), z), 1),
        (Integral(P(-z), z), 1),
        (Integral(P(-z) ** 2, z), Integral(P(z) ** 2, z)),
        (Expectation(P, Q(-z), z), Expectation(Q, P(-z), z)),
        (Integral(X(z), z), 1),
        (Integral(X(-z), z), 1),
        (Integral(Value(Member("q", 1), z), z), 1),
        (Integral(P(2 * z), z), sympy.Rational(1, 2)),
        (Expectation(P, Q(z - 1), z), Expectation(Q, P(z + 1), z)),
        (Integral(f(z - 1) ** 2, z), Integral(f(z) ** 2, z)),
        (Integral(p(x, given={z: z - 1}) ** 2, x, z), Integral(p(x, given=z) ** 2, x, z)),
        (Integral(derivative(P(z), z), z), 0),
        (Expectation(P, derivative(log(P(z)), z), z), 0),
        (derivative(Integral(q(z, given=phi).args[0](z - 1) * f(x), z), phi), 0),
    ],
)
def test_a_finite_world_says_nothing_of_shifts_of_the_real_line(left, right, law):
    parameters = tuple({x, phi} & (left.free_symbols | sympy.sympify(0 * x + right).free_symbols))
    assert verdict(left, right, law, "=", parameters).outcome != "refuted"


def test_what_is_shifted_elsewhere_is_still_read():
    assert verdict(Expectation(P, f(z - 1), z), Expectation(P, f(z), z)).outcome == "refuted"
    assert verdict(P(x - 1), P(x), laws.algebra, "=", (x,)).outcome == "refuted"
    assert verdict(Integral(P(z) * z, z), 0).outcome == "refuted"


@pytest.mark.parametrize("law", [laws.algebra, laws.nonnegativity, laws.negation])
def test_an_extremum_over_the_real_numbers_is_not_one_over_outcomes(law):
    elsewhere = Maximum(p(x, given={theta: phi}), phi)
    truths = [
        (Minimum(theta**2, theta) + f(x), "=", f(x)),
        (Maximum(-((theta - 3) ** 2), theta) + f(x), "=", f(x)),
        (Maximum(f(theta), theta), "≥", f(x)),
        (Minimum(p(theta), theta) * f(x), "=", 0),
        (Maximum(p(x, given=theta), theta), "=", elsewhere),
        (Maximum(p(x, given={theta: 2 * theta}), theta), "=", Maximum(p(x, given=theta), theta)),
        (Maximum(f(2 * theta), theta) + x, "=", Maximum(f(2 * theta + 2), theta) + x),
    ]
    for left, relation, right in truths:
        assert verdict(left, right, law, relation, (x,)).outcome != "refuted"


def test_an_extremum_over_what_is_named_alone_is_read():
    most = Maximum(f(theta), theta)
    assert verdict(most, -Minimum(-f(theta), theta), laws.negation).outcome == "proved"
    assert verdict(most, Minimum(f(theta), theta)).outcome == "refuted"
    likelihood = p(x, given=theta)
    assert verdict(Maximum(likelihood, theta), Minimum(likelihood, theta), parameters=(x,)).outcome == "refuted"
    assert verdict(Maximum(theta, theta) * f(x), f(x), parameters=(x,)).outcome == "undecided"


def test_an_abbreviation_needs_the_real_line_as_well():
    most = real("most")
    step = Step("s", most * f(x), 2 * f(x), laws.algebra)
    where = ((most, Minimum((theta - 1) ** 2, theta) + 2),)
    chain = Chain(Statement(step.left, step.right), (step,), (x,), where)
    assert check(Derivation("t", "t", "t", (), (chain,), ("none",))).outcome == "undecided"


@pytest.mark.endurance
@pytest.mark.parametrize("law", [laws.algebra, laws.linearity, laws.definition_of_expectation])
def test_a_density_has_no_slope_where_it_is_zero(law):
    encoder = q(z, given=phi)
    slope = derivative(encoder, phi)
    truths = [
        (Expectation(encoder, slope / encoder), Integral(slope, z)),
        (Expectation(encoder, f(z) * derivative(log(encoder), phi)), Integral(f(z) * slope, z)),
        (Expectation(encoder, f(z) * slope / encoder), derivative(Expectation(encoder, f(z)), phi)),
    ]
    for left, right in truths:
        assert verdict(left, right, law, "=", (phi,)).outcome != "refuted"
    twice = verdict(derivative(Expectation(encoder, f(z)), phi), 2 * truths[2][0], law, "=", (phi,))
    assert twice.outcome == "refuted"


def test_a_sequence_has_no_entry_before_its_beginning():
    table = sequence(real("a"))
    found = verdict(table[J - 3], x, laws.linearity, "=", (J, x, real("a")))
    assert found.outcome != "proved"
    ended = Expectation(Iterated(r, j, 1), sequence(z)[j], z)
    assert verdict(indexed_sum(ended, j, 1), x, laws.linearity, "=", (x,)).outcome == "refuted"
