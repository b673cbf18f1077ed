"""An index is its own: no law, and no page, takes the index of one product for another of the same name."""

import pytest
from sympy import Derivative, Sum

from elbo_check import laws
from elbo_check.derivation import Citation, Derivation
from elbo_check.errors import DerivationError
from elbo_check.language import (
    KL,
    Chain,
    Expectation,
    Independent,
    Iterated,
    Member,
    Product,
    Statement,
    Step,
    Vector,
    author_form,
    bit,
    count,
    derivative,
    derive,
    function,
    gaussian,
    indexed_sum,
    model,
    positive,
    real,
    sequence,
    unit,
)

J, K, L, M, N = map(count, ("j", "k", "l", "M", "n"))
JJ, A, V, X, Z = count("J"), real("a"), real("v"), real("x"), real("z")
P, Q, F = model("p"), model("q"), function("f")
ADDITIVE = Citation(derive("kl-additivity"))
a, z = sequence(A), sequence(Z)


def objection(left, right, law, parameters):
    """What the law says against a step, whether or not a chain can hold it."""
    holder = Chain(Statement(X, X), (Step("s", X, X, law, cites=ADDITIVE),), (X, *parameters))
    return law.objection(left, right, holder.context(holder.steps[0], None))


def pairs(of):
    return indexed_sum(indexed_sum(of(J, K), K, JJ), J, JJ)


def test_the_index_of_one_density_is_no_symbol_of_the_other():
    with author_form():
        one = indexed_sum(KL(Iterated(Member("r", J), J, JJ), Iterated(Member("p", J), K, JJ)), J, JJ)
        true = pairs(lambda j, k: KL(Member("r", k), Member("p", j)))
        false = JJ * indexed_sum(KL(Member("r", K), Member("p", K)), K, JJ)
    assert not objection(one, true, laws.factorisation, (JJ,))
    assert objection(one, false, laws.factorisation, (JJ,))
    with author_form():
        one = indexed_sum(KL(Iterated(Member("r", J), J, JJ), Iterated(gaussian(a[J], 1), K, JJ)), J, JJ)
        true = pairs(lambda j, k: KL(Member("r", k), gaussian(a[j], 1)))
        false = JJ * indexed_sum(KL(Member("r", K), gaussian(a[K], 1)), K, JJ)
    assert not objection(one, true, laws.factorisation, (JJ, A))
    assert objection(one, false, laws.factorisation, (JJ, A))


def test_indices_of_blocks_of_blocks_may_change_places():
    with author_form():
        rows = Iterated(Iterated(Member("r", J), J, JJ), K, M)
        columns = Iterated(Iterated(Member("p", J), K, JJ), J, M)
        true = indexed_sum(indexed_sum(KL(Member("r", L), Member("p", K)), L, JJ), K, M)
        false = M * indexed_sum(KL(Member("r", L), Member("p", L)), L, JJ)
    assert not objection(KL(rows, columns), true, laws.factorisation, (JJ, M))
    assert objection(KL(rows, columns), false, laws.factorisation, (JJ, M))
    assert objection(KL(rows, Iterated(Member("s", K), K, M)), false, laws.factorisation, (JJ, M))


def chain(left, *parameters):
    return Chain(Statement(left, left), (Step("s", left, left, laws.algebra),), parameters)


def doubled():
    product = Iterated(Member("r", J), J, JJ)
    yield indexed_sum(KL(product, Iterated(gaussian(a[J], 1), K, JJ)), J, JJ)
    yield indexed_sum(KL(Product(product, Member("p", J)), Product(product, Member("p", 1))), J, JJ)
    yield indexed_sum(Expectation(Iterated(product, L, M), product(z[J]), Z), J, JJ)
    yield indexed_sum(indexed_sum(a[J], J, J), J, JJ)
    yield Sum(a[J] * a[J], (J, 1, J), (J, 1, JJ))
    yield indexed_sum(F(Vector(a[J], J, J)), J, JJ)


with author_form():
    DOUBLED = list(doubled())


@pytest.mark.parametrize("left", DOUBLED)
def test_two_indices_of_one_name_side_by_side_are_refused(left):
    with pytest.raises(
        DerivationError, match=r"an index j beside another j in .*: give one of the indices another name"
    ):
        chain(left, JJ, M, A)


def test_an_index_that_reaches_no_further_than_its_product_is_taken():
    with author_form():
        left = indexed_sum(Expectation(Independent("q", JJ), F(z[J]), Z), J, JJ)
        assert chain(left, JJ)
        assert chain(indexed_sum(a[J], J, JJ) * indexed_sum(a[J], J, JJ), JJ, A)


def test_a_derivative_is_taken_by_what_can_move():
    for symbol in (count("J"), bit("b")):
        with pytest.raises(DerivationError, match="a whole number, has no meaning: take a real, positive or unit"):
            derivative(symbol**2, symbol)
        with pytest.raises(DerivationError, match="a whole number, has no meaning"):
            Statement(Derivative(symbol**2, symbol, evaluate=False), 2 * symbol)
    for symbol in (X, positive("s"), unit("u")):
        assert derivative(symbol**2, symbol).free_symbols == {symbol}


def test_two_products_of_different_lengths_do_not_factorise():
    short, long, first, second = count("J"), count("M"), count("j"), count("k")
    left = KL(Iterated(Member("r", first), first, short), Iterated(Member("p", second), second, long))
    right = indexed_sum(KL(Member("r", first), Member("p", first)), first, short)
    step = Step("s", left, right, laws.factorisation, cites=Citation(derive("kl-additivity")))
    chain = Chain(Statement(left, right), (step,), (short, long))
    found = Derivation("t", "T", "a statement", (), (chain,), ("none",)).check()
    assert found.outcome.value in ("refuted", "undecided")
