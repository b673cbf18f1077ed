"""An ill-typed node cannot be built, and no node reads text."""

from fractions import Fraction

import pytest
import sympy

from elbo_check.errors import DerivationError
from elbo_check.nodes import (
    KL,
    Expectation,
    Gaussian,
    Independent,
    Integral,
    Member,
    Product,
    Value,
    free_symbols,
    gaussian,
    given,
    indexed_sum,
    model,
    parts_of,
    sequence,
    sum_parts,
)
from elbo_check.normal_form import NormalForm, Rule
from elbo_check.symbols import author_form, count, positive, real

z, w, mu, sigma, J = real("z"), real("w"), real("mu"), positive("sigma"), count("J")
N = gaussian(mu, sigma)
p, q = model("p"), model("q")
PLANE = Gaussian((mu, 0), ((sigma,), (mu, 1)))


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: Gaussian((mu,), ((sigma,), (mu, sigma))), "rows of lengths"),
        (lambda: Gaussian((mu, mu), ((sigma, mu), (sigma,))), "rows of lengths"),
        (lambda: Gaussian((), ()), "rows of lengths"),
        (lambda: gaussian(mu, -sigma), "must be positive"),
        (lambda: gaussian(mu, 0), "must be positive"),
        (lambda: gaussian("mu", sigma), "no expression"),
        (lambda: gaussian(0.5, sigma), "no expression"),
        (lambda: gaussian(True, sigma), "no expression"),
        (lambda: Member("q y", 1), "plain name"),
        (lambda: Member(sympy.core.symbol.Str("__x__"), 1), "plain name"),
        (lambda: Member("q", 0), "positive whole number"),
        (lambda: Member("q", Fraction(1, 2)), "positive whole number"),
        (lambda: Independent(3, J), "plain name"),
        (lambda: Independent("q", -J), "positive whole number"),
        (Product, "densities as factors"),
        (lambda: Product(N, z), "densities as factors"),
        (lambda: Value(z, z), "needs a density"),
        (lambda: Value(N, z, w), "no value at 2"),
        (lambda: Value(N, "z"), "no expression"),
        (lambda: Expectation(z, z, z), "needs a density"),
        (lambda: Expectation(N, z, "z"), "binds different symbols"),
        (lambda: Expectation(N, z, z, w), "cannot bind"),
        (lambda: Expectation(PLANE, z, z, z), "binds different"),
        (lambda: Expectation(q(z), w, w), "binds"),
        (p, "different spaces, at least one"),
        (lambda: p(real("x_1"), real("x_2")), "x_1 and x_2 stand for the same space x; give one another letter"),
        (lambda: p(z, given=real("z_1")), "z and z_1 stand for the same space z"),
        (lambda: p(z, z), "z and z stand for the same space z"),
        (lambda: p(w, given={z: 1, real("z_1"): 2}), "z and z_1 stand for the same space z"),
        (lambda: Expectation(q, z), "binds different symbols"),
        (lambda: Expectation(q(z).args[0](z + 1), z), "binds different symbols"),
        (lambda: KL(q, p), r"needs a density first, not model\('q'\) without its variables, as in q\(z\)"),
        (lambda: KL(N, z), "needs a density"),
        (lambda: indexed_sum("z", J, 2), "no expression"),
        (lambda: indexed_sum(z, J, "2"), "no expression"),
        (lambda: indexed_sum(z, "J", 2), "runs over a symbol"),
        (lambda: KL(N, PLANE), "not defined"),
        (lambda: KL(Independent("q", J), Member("p", 1)), "not defined"),
        (
            lambda: Expectation(Independent("q", J), sympy.log(Value(Member("p", 1), z)), z),
            "a block, but needs a number",
        ),
    ],
)
def test_what_has_no_meaning_cannot_be_built(build, said):
    with pytest.raises(DerivationError, match=said):
        build()


def test_exact_numbers_are_taken_as_they_are():
    assert gaussian(1, Fraction(1, 3)).args[1][0][0] == sympy.Rational(1, 3)


def test_an_expectation_depends_on_its_parameters_and_not_on_its_variables():
    node = Expectation(N, (z - w) ** 2, z)
    assert node.free_symbols == {mu, sigma, w}
    assert node.bound_symbols == [z]


def test_dimensions_count_variables():
    assert (N.dimension, PLANE.dimension, Member("q", J).dimension, Independent("q", J).dimension) == (1, 2, 1, 1)
    assert Product(PLANE, Independent("q", J), N).variables == ("number", "number", "block", "number")


def test_nodes_mix_with_sympy_and_survive_being_rebuilt():
    total = 2 * KL(N, gaussian(0, 1)) + Expectation(N, z**2, z)
    assert total.xreplace({mu: sympy.Integer(3)}) == 2 * KL(gaussian(3, sigma), gaussian(0, 1)) + Expectation(
        gaussian(3, sigma), z**2, z
    )
    assert Member("q", J).func(*Member("q", J).args) == Member("q", J)


def test_a_sum_is_taken_apart_from_the_outside():
    j, k = count("j"), count("k")
    plain = sympy.Sum(mu * j, (j, 1, J))
    with author_form():
        assert indexed_sum(mu * j, j, J) == plain
    assert sum_parts(plain) == (mu * j, j, 1, J)
    assert sum_parts(sympy.Sum(j * k, (j, 1, k), (k, 1, 2))) == (sympy.Sum(j * k, (j, 1, k)), k, 1, 2)


def test_what_is_written_down_counts_as_a_symbol_even_where_it_plays_no_part():
    m, v, i, j, n = real("m"), real("v"), count("i"), count("j"), count("n")
    with author_form():
        idle = indexed_sum(0 * sequence(m)[i] + i, i, n)
        constant = sympy.Derivative(m, v, evaluate=False)
        nested = indexed_sum(indexed_sum(i * j, i, j), j, n)
    assert free_symbols(idle) == {m, n}
    assert free_symbols(constant) == {m, v}
    assert free_symbols(nested + m) == {n, m}
    assert NormalForm(frozenset({Rule.LINEAR})).read(constant) == NormalForm().read(sympy.Integer(0))
    under = sympy.Derivative(Integral(m * v, m), real("w"), evaluate=False)
    assert not NormalForm(frozenset({Rule.UNDER_EXPECTATION})).read(under).numerator.terms


def test_symbols_that_were_found_are_kept_for_some_expressions(monkeypatch):
    monkeypatch.setattr(given, "_MOST_FOUND", 0)
    m, v = real("m_1"), real("v_1")
    assert free_symbols(m * v) == free_symbols(m * v) == {m, v}
    assert len(given._FOUND) == 1


def test_each_part_of_an_expression_is_told_once_in_the_order_in_which_it_is_met():
    m, v = real("m"), real("v")
    expression = (m + v) * sympy.exp(m + v)
    parts, met = parts_of(expression), list(sympy.preorder_traversal(expression))
    assert len(parts) == 5 < len(met)
    assert [met.index(part) for part in parts] == sorted({met.index(part) for part in met})
