"""What is over nothing tells nothing: blocks of no draws, inner sums of no terms, and integrals over part of a line."""

import pytest
from sympy import Integer, log

from elbo_check import laws
from elbo_check.checking import agreeing, check
from elbo_check.language import (
    Chain,
    Derivation,
    Expectation,
    Gaussian,
    Independent,
    Iterated,
    Member,
    Product,
    Statement,
    Step,
    Vector,
    author_form,
    count,
    function,
    gaussian,
    indexed_sum,
    model,
    positive,
    real,
    sequence,
    unit,
)
from elbo_check.normal_form import Context, marginals

J, K, L, M, N, T = map(count, ("j", "k", "l", "M", "n", "t"))
JJ, A, S, X, Z = count("J"), real("a"), real("s"), real("x"), real("z")
Q, R, F = model("q"), model("r"), function("f")
DIVIDE, ONE = laws.multiply_and_divide, Integer(1)
PART = [(positive("w"), positive("v")), (unit("u"), unit("v"))]


def proof(left, right, law=DIVIDE, where=(), assuming=()):
    parameters = tuple(
        symbol for symbol in (JJ, M, N, A, X) if symbol in Statement(left, right).left.free_symbols | right.free_symbols
    )
    bound = tuple(dict.fromkeys((*parameters, *(s for _, meaning in where for s in meaning.free_symbols))))
    chain = Chain(Statement(left, right), (Step("s", left, right, law),), bound, where=where, assuming=assuming)
    return Derivation("t", "t", "t", (), (chain,), ("none",))


def ratio(above, below, *variables):
    return Expectation(below, above(*variables) / below(*variables), *variables)


def blocks(w, v):
    with author_form():
        line = gaussian(0, 1)
        yield ratio(Iterated(line, J, JJ - 1), Independent("q", JJ - 1), w)
        yield ratio(Iterated(gaussian(sequence(A)[J], 1), J, JJ), Independent("q", JJ), w)
        rows = [Iterated(Iterated(each, J, JJ - 1), L, M) for each in (line, Member("q", J))]
        yield ratio(*rows, w)
        yield ratio(Product(line, line), Product(Q(w), R(v)), w, v)
        yield Expectation(Product(Q(w), R(v)), line(w) * line(v) / (Q(w) * R(v)), w, v)
        yield ratio(Gaussian((0, 0), ((1,), (0, 1))), Q(w, v).args[0], w, v)
        yield ratio(gaussian(X, 1), Q(w).args[0], w)


@pytest.mark.endurance
@pytest.mark.parametrize("pair", PART)
def test_a_gaussian_has_not_all_of_its_mass_on_part_of_the_line(pair):
    for left in blocks(*pair):
        assert DIVIDE.objection(left, ONE)
        assert DIVIDE.objection(log(left), Integer(0))
        assert check(proof(left, ONE)).outcome == "undecided"


def test_what_is_on_its_own_line_or_on_all_of_it_has_its_mass():
    w = PART[0][0]
    with author_form():
        families = Iterated(Member("p", J), J, JJ), Independent("q", JJ)
        assert check(proof(ratio(*families, w), ONE)).outcome == "proved"
        lines = Iterated(gaussian(0, 1), J, JJ), Independent("q", JJ)
        assert check(proof(ratio(*lines, Z), ONE)).outcome == "proved"


@pytest.mark.parametrize("pair", [(Z, X), *PART])
def test_no_more_than_all_of_the_mass_is_on_the_support(pair):
    w, v = pair
    with author_form():
        below = Q(w) * R(v) if w != Z else Q(Z) * R(X)
        left = Expectation(Product(Q(w), R(v)), gaussian(0, 1)(w) * gaussian(0, 1)(v) / below, w, v)
    assert not laws.mass_on_the_support.objection(left, ONE, Context(relation="≤"))


@pytest.fixture
def every_line(monkeypatch):
    """Let a law take part of the line for all of it."""
    monkeypatch.setattr(marginals, "runs_over", lambda *_: True)


def no_draws():
    return next(blocks(*PART[0]))


def test_a_block_of_no_draws_tells_nothing(every_line, monkeypatch):
    false = proof(no_draws(), ONE)
    assert not DIVIDE.objection(no_draws(), ONE)
    found = check(false)
    assert found.outcome == "undecided"
    assert "is over no coordinates at every assignment" in found.missing
    monkeypatch.setattr(agreeing, "_empty_in", lambda *_: None)
    assert check(proof(no_draws(), ONE + 0)).outcome == "undecided"  # what was found out is remembered
    other = Derivation("u", "t", "t", (), false.chains, ("none",))
    assert check(other).outcome == "proved"  # nothing else stands in its way


@pytest.mark.parametrize("below", [1, 41, 60])
def test_an_inner_sum_of_no_terms_tells_nothing(every_line, below):
    with author_form():
        left, right = (
            indexed_sum(indexed_sum(L * each, L, T - below), T, M)
            for each in (ratio(Iterated(gaussian(0, 1), J, JJ), Independent("q", JJ), PART[0][0]), ONE)
        )
    assert not DIVIDE.objection(left, right)
    found = check(proof(left, right))
    assert found.outcome == "undecided"
    assert "is a sum of no terms at every assignment" in found.missing


def test_inner_sums_that_have_terms_are_told_of():
    with author_form():
        pairs = [
            indexed_sum(indexed_sum(each, L, T - 1), T, M)
            for each in (Expectation(Q(Z), F(Z) + L), Expectation(Q(Z), F(Z)) + L)
        ]
    assert check(proof(*pairs, law=laws.linearity)).outcome == "proved"


def test_a_sum_in_an_abbreviation_and_a_vector_are_looked_into():
    with author_form():
        far = indexed_sum(L * 2, L, N - 60)
        assert "is a sum of no terms" in check(proof(S + 1, 1 + S, laws.algebra, where=((S, far),))).missing
        known = Statement(S, far)
        chain = Chain(Statement(2 * S, S + S), (Step("s", 2 * S, S + S, laws.algebra),), (N, S), assuming=(known,))
        found = check(Derivation("t", "t", "t", (), (chain,), ("none",)))
        assert "is a sum of no terms" in found.missing
        vector = Vector(sequence(A)[J], J, JJ - 60)
        none = F(vector)
        assert check(proof(none, 2 * none - none, laws.algebra)).outcome == "undecided"
        within = indexed_sum(F(Vector(sequence(A)[J] * K, J, JJ)), K, M)
        assert check(proof(within, 2 * within - within, laws.algebra)).outcome == "proved"
