"""E beside E where f is divided by a density: E runs where its own density is above 0, and both sides are read there.

What is true is proved, with what it takes in the ledger; what is false where a density vanishes is not.
"""

import pytest
from sympy import Integer, Rational, exp, log, sqrt

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.language import (
    KL,
    Bernoulli,
    Chain,
    Derivation,
    Expectation,
    Gaussian,
    Integral,
    Iterated,
    Maximum,
    Member,
    Product,
    Statement,
    Step,
    Uniform,
    author_form,
    bit,
    count,
    derivative,
    function,
    gaussian,
    indexed_sum,
    model,
    positive,
    real,
    sequence,
    unit,
)
from elbo_check.normal_form import support

X, Z, W, M_, A = real("x"), real("z"), real("w"), real("mu"), real("a")
B, S, T, U, V = bit("b"), positive("sigma"), positive("s"), unit("u"), unit("v")
K, L, M, N = count("k"), count("l"), count("m"), count("n")
P, Q, R, F, G = model("p"), model("q"), model("r"), function("f"), function("g")
ONE = Integer(1)
TOTAL, WHOLE, DIVIDE = laws.total_expectation, laws.definition_of_expectation, laws.multiply_and_divide
MASS = laws.mass_on_the_support


def proof(left, right, law, relation="="):
    parameters = tuple(
        symbol
        for symbol in (X, M_, A, S, T, U, V, M, N)
        if symbol in left.free_symbols | right.free_symbols  # what is bound is none of these
    )
    step = Step("s", left, right, law, relation)
    chain = Chain(Statement(left, right, relation), (step,), parameters)
    return Derivation("means", "Means", "means", (), (chain,), ("none",))


def block(factor, upper=M):
    return Iterated(factor, L, upper)


def ratio(one, other, place):
    return one(place) / other(place)


def nested(body):
    return Expectation(Q(X), Expectation(Q(Z, given=X), body))


def totals():
    """First over z given x, then over x; f is divided by what is above 0 wherever E runs, or nothing is said."""
    yield nested(P(Z) / Q(Z)), Expectation(Q(Z), P(Z) / Q(Z))
    yield Expectation(P(Z), Expectation(P(X, given=Z), R(X) / P(X))), Expectation(P(X), R(X) / P(X))
    yield nested(P(X, given=Z) / Q(Z)), Expectation(Q(X, Z), P(X, given=Z) / Q(Z))
    yield nested(log(P(X, given=Z) / Q(Z))), Expectation(Q(X, Z), log(P(X, given=Z) / Q(Z)))
    yield nested(P(X, Z) / Q(Z, given=X)), Expectation(Q(X, Z), P(X, Z) / Q(Z, given=X))
    yield nested(P(X, Z) / Q(X, Z)), Expectation(Q(X, Z), P(X, Z) / Q(X, Z))
    inner = Expectation(P(X, given=Z), F(X))
    yield Expectation(Q(Z), Expectation(P(X, given=Z), F(X) * G(Z))), Expectation(Q(Z), G(Z) * inner)
    yield Expectation(P(X, Z), F(X) / P(X)), Expectation(P(X), F(X) / P(X))
    yield Expectation(P(X, Z), F(X) / P(Z)), Expectation(P(Z), inner / P(Z))
    yield nested(P(Z) / (P(Z) + Q(Z))), Expectation(Q(Z), P(Z) / (P(Z) + Q(Z)))
    yield nested(Q(Z) / P(Z)), Expectation(Q(Z), Q(Z) / P(Z))
    yield nested((P(Z) / Q(Z) - 1) ** 2), Expectation(Q(Z), (P(Z) / Q(Z) - 1) ** 2)
    number = indexed_sum(Member("r", K)(Z) / P(Z), K, 2)
    yield nested(number), Expectation(Q(Z), number)
    shares = indexed_sum(Member("r", K)(Z) / Member("p", K)(Z), K, 2)
    yield nested(shares), Expectation(Q(Z), shares)
    own = Integral(P(X, W) / Q(X), W)
    yield Expectation(Q(X, Z), own), Expectation(Q(X), own)


def importance():
    for one, other, place in (
        (P(Z), Q(Z), Z),
        (P(B), Q(B), B),
        (P(Z), gaussian(M_, S), Z),
        (Member("p", L), Member("q", L), Z),
        (P(B), Bernoulli(U), B),
        (Bernoulli(V), Bernoulli(U), B),
    ):
        many, proposed = block(one), block(other)
        yield Expectation(proposed, ratio(many, proposed, place), place), ONE, DIVIDE, "="
        yield Expectation(proposed, ratio(many, proposed, place), place), ONE, MASS, "≤"
        weighted = ratio(many, proposed, place) * F(sequence(place)[1])
        yield Expectation(proposed, weighted, place), Expectation(many, F(sequence(place)[1]), place), DIVIDE, "="
    twice, plan = Iterated(block(P(Z)), K, N), Iterated(block(Q(Z)), K, N)
    yield Expectation(plan, ratio(twice, plan, Z), Z), ONE, DIVIDE, "="
    pair = Product(Q(Z), R(W))
    for below in (Q(Z) * R(W), pair(Z, W)):
        for above in (P(Z, W), P(Z) * P(W)):
            yield Expectation(pair, above / below, Z, W), ONE, DIVIDE, "="
            yield Expectation(pair, above / below, Z, W), ONE, MASS, "≤"
    yield Expectation(Bernoulli(U), P(B) / Bernoulli(U)(B) * F(B), B), Expectation(P(B), F(B)), DIVIDE, "="
    yield Expectation(gaussian(M_, S), P(Z) / gaussian(M_, S)(Z), Z), Integral(P(Z), Z), WHOLE, "="
    yield Expectation(gaussian(M_, S), P(Z) / gaussian(M_, S)(Z), Z), ONE, TOTAL, "="
    plane = Gaussian((M_, A), ((S,), (A, T)))
    yield Expectation(plane, P(X, Z) / plane(X, Z), X, Z), ONE, DIVIDE, "="
    yield Expectation(Product(gaussian(M_, S), Q(W)), P(Z, W) / (gaussian(M_, S)(Z) * Q(W)), Z, W), ONE, DIVIDE, "="
    share = Expectation(Q(Z), P(Z) / (P(Z) + Q(Z)))
    yield share, Expectation(P(Z), Q(Z) / (P(Z) + Q(Z))), WHOLE, "="
    yield Expectation(Q(Z), sqrt(P(Z) / Q(Z))), Expectation(P(Z), sqrt(Q(Z) / P(Z))), WHOLE, "="


with author_form():
    TRUE = [(*sides, TOTAL, "=") for sides in totals()] + list(importance())


@pytest.mark.endurance
@pytest.mark.parametrize(("left", "right", "law", "relation"), TRUE)
def test_a_true_step_is_proved_where_f_is_divided_by_a_density(left, right, law, relation):
    found = proof(left, right, law, relation).check()
    assert found.outcome == "proved", found.missing


def test_what_it_takes_is_in_the_ledger():
    left, right, law, _ = TRUE[0]
    assert "what f is divided by is not 0 where E runs" in proof(left, right, law).ledger
    assert "q > 0 everywhere: p and q have the same support" in proof(left, right, DIVIDE).ledger


def false():
    yield Expectation(Q(Z), P(Z) / Q(Z)), ONE, TOTAL
    yield nested(P(Z) / Q(Z)), ONE, TOTAL
    yield nested(P(X, Z) / Q(X, Z)), ONE, TOTAL
    yield Expectation(P(X, Z), R(X) / P(X)), ONE, TOTAL
    yield Expectation(Q(Z), P(Z) / Q(Z)), Integral(P(Z), Z), WHOLE
    yield Expectation(Q(Z), P(Z) / Q(Z) * F(Z)), Expectation(P(Z), F(Z)), WHOLE
    one, other = (block(Q(B), upper) for upper in (M, N))
    first = F(sequence(B)[1])
    yield Expectation(one, first / one(B), B), Expectation(other, first / other(B), B), DIVIDE
    yield Expectation(Uniform(M), F(K) / Uniform(M)(K), K), Expectation(Uniform(N), F(K) / Uniform(N)(K), K), DIVIDE
    pair = Product(Q(Z), R(W))
    yield Expectation(pair, P(Z, W) / (Q(Z) * R(W)), Z, W), ONE, MASS
    yield Expectation(pair, P(Z, W) / Q(Z), Z, W), ONE, TOTAL


with author_form():
    FALSE = list(false())


@pytest.mark.parametrize(("left", "right", "law"), FALSE)
def test_a_false_step_is_not_licensed_and_is_refuted(left, right, law):
    assert law.objection(left, right)
    assert proof(left, right, law).check().outcome == "refuted"


def test_a_block_of_as_many_draws_has_the_same_variables():
    """Draws of p(x) and draws of q(z) are not integrated over the same space, nor are m draws and n."""
    with author_form():
        own, elsewhere, more = block(Q(Z)), block(P(X)), block(P(Z), N)
        nested_more = Iterated(block(P(Z), N), K, M), Iterated(block(Q(Z), M), K, M)
        for one, other in ((elsewhere, own), (more, own), nested_more):
            assert DIVIDE.objection(Expectation(other, ratio(one, other, Z), Z), ONE)
        certain = Bernoulli(ONE)
        assert DIVIDE.objection(Expectation(certain, P(B) / certain(B), B), ONE)
        assert DIVIDE.objection(Expectation(Bernoulli(U), P(B) / Bernoulli(U)(B) ** 2, B), ONE)


@pytest.mark.parametrize(
    ("build", "law", "said"),
    [
        (
            lambda: (Expectation(Q(Z), P(Z) / Q(Z)), ONE),
            TOTAL,
            "is said of ∫ needs “multiplying and dividing by q”",
        ),
        (
            lambda: (Expectation(R(Z), P(Z) / Q(Z)), Integral(R(Z) * P(Z) / Q(Z), Z)),
            WHOLE,
            "into a written ∫ only",
        ),
        (
            lambda: (Expectation(Uniform(M), P(K) / Uniform(M)(K), K), ONE),
            DIVIDE,
            "the sum by “mean over an index”",
        ),
    ],
)
def test_the_message_says_what_is_missing_and_what_to_write(build, law, said):
    with author_form():
        left, right = build()
    assert said in law.objection(left, right)
    assert str(left.args[0]) in law.objection(left, right)


@pytest.mark.parametrize("blind", ["_kept_by", "_may_go"])
def test_a_density_that_is_cancelled_without_more_ado_licenses_what_is_false(blind, monkeypatch):
    with author_form():
        left, right = Expectation(Q(Z), P(Z) / Q(Z)), ONE
    assert TOTAL.objection(left, right)
    monkeypatch.setattr(support, blind, lambda *_: True)
    assert not TOTAL.objection(left, right)


def test_a_value_in_a_later_line_is_not_what_an_integral_over_0_by_0_is_turned_into():
    """max over w of f(w)/q(z), the derivative of t/q(z): the quotient is within, and is seen."""
    with author_form():
        most = Expectation(Q(Z), P(Z) * Maximum(F(W) / Q(Z), W)), Integral(Q(Z) * P(Z) * Maximum(F(W) / Q(Z), W), Z)
        slope = derivative(A / Q(Z), A)
        moved = Expectation(Q(Z), P(Z) * slope), Integral(Q(Z) * P(Z) * slope, Z)
    for left, right in (most, moved):
        assert "divided by a density that may be 0" in WHOLE.objection(left, right)
        assert not TOTAL.objection(left, left)


def test_the_divergence_of_jensen_and_shannon_is_at_most_a_quarter_of_both_kls():
    """The logarithm is concave: log((p + q)/2) ≥ ½ log p + ½ log q. With a tenth of both it is false."""
    p, q = P(Z), Q(Z)
    with author_form():
        middle, mean = Rational(1, 2) * (p + q), Rational(1, 2) * (log(p) + log(q))
        left, between = (
            Rational(1, 2) * Expectation(p, log(p) - below) + Rational(1, 2) * Expectation(q, log(q) - below)
            for below in (log(middle), mean)
        )
        right = Rational(1, 10) * KL(p, q) + Rational(1, 10) * KL(q, p)
        opened = Rational(1, 4) * Expectation(p, log(p) - log(q)) + Rational(1, 4) * Expectation(q, log(q) - log(p))
    assert check(proof(left, between, laws.jensen, "≤")).outcome == "proved"
    assert check(proof(between, opened, laws.linearity)).outcome == "proved"
    assert check(proof(left, right, laws.jensen, "≤")).outcome == "refuted"


def test_a_quotient_within_a_power_of_e_is_licensed_though_no_world_reads_it():
    with author_form():
        power = exp(P(Z) / Q(Z))
        for body in (power, F(Z) / (1 + power)):
            assert not TOTAL.objection(nested(body), Expectation(Q(Z), body))
            assert WHOLE.objection(Expectation(Q(Z), body), Integral(Q(Z) * body, Z))


def test_the_shares_of_two_densities_add_up_to_one():
    with author_form():
        total = P(Z) + Q(Z)
        shares = Expectation(P(Z), P(Z) / total) + Expectation(P(Z), Q(Z) / total)
        tangent = Expectation(Q(Z), log(2 * P(Z) / total)), Expectation(Q(Z), 2 * P(Z) / total) - 1
    assert check(proof(shares, ONE, laws.linearity)).outcome == "proved"
    assert check(proof(*tangent, laws.log_bound, "≤")).outcome == "proved"
    assert check(proof(shares, Rational(9, 10) * ONE, laws.linearity)).outcome == "refuted"


def test_what_is_no_density_has_no_mass():
    pair = Product(Q(Z), R(W))
    with author_form():
        for density, above, places in ((Q(Z), F(Z), ()), (pair, P(Z) * F(W), (Z, W)), (pair, P(Z), (Z, W))):
            below = Q(Z) if not places else Q(Z) * R(W)
            assert MASS.objection(Expectation(density, above / below, *places), ONE)
