"""Normal forms: equal exactly where the rules make two expressions equal, and never where they differ."""

import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.errors import WitnessError
from elbo_check.nodes import (
    KL,
    Expectation,
    Gaussian,
    Independent,
    Member,
    Product,
    Value,
    gaussian,
    indexed_sum,
    model,
)
from elbo_check.normal_form import Context, NormalForm, Rule
from elbo_check.normal_form.polynomials import generator
from elbo_check.normal_form.terms import Terms
from elbo_check.symbols import author_form, count, positive, real

x, y, z, w, mu = real("x"), real("y"), real("z"), real("w"), real("mu")
a, b, s, t = positive("a"), positive("b"), positive("s"), positive("t")
J, j, k = count("J"), count("j"), count("k")
log, exp, sqrt = sympy.log, sympy.exp, sympy.sqrt
N, M = gaussian(mu, s), gaussian(x, t)
Q, P = Member("q", 1), Member("p", 1)
TWO = Product(Q, Member("q", 2))


def PAIR(n):
    return KL(Independent("q", n), Independent("p", n))


def same(left, right, *rules, where=(), equations=()):
    form = NormalForm(frozenset(rules), Context(where, equations))
    return form.rewritten(left) == form.rewritten(right)


leaves = st.sampled_from([x, y, a, b]) | st.integers(-3, 3).map(sympy.Integer)


def grown(children):
    return st.one_of(
        st.builds(lambda u, v: sympy.Add(u, v, evaluate=False), children, children),
        st.builds(lambda u, v: sympy.Mul(u, v, evaluate=False), children, children),
        st.builds(lambda u, n: sympy.Pow(u, n, evaluate=False), children, st.sampled_from([2, 3])),
        st.builds(lambda u: sympy.Pow(1 + u**2, -1, evaluate=False), st.sampled_from([x, a, x + y])),
    )


trees = st.recursive(leaves, grown, max_leaves=7)


@pytest.mark.unmeasured
@given(trees, trees)
def test_quotients_of_polynomials_are_compared_as_sympy_compares_them(left, right):
    apart = sympy.numer(sympy.together(left.doit() - right.doit()))
    assert same(left, right) == (sympy.expand(apart) == 0)


@given(trees)
def test_a_tree_equals_its_expanded_form_and_not_one_more(tree):
    assert same(tree, sympy.expand(tree.doit()))
    assert not same(tree, tree + 1)


with author_form():
    ROOT_OF_ANY = sqrt(x + y) ** 2, x + y
    SQUARE_OF_ROOT, ROOT_OF_SQUARE = (sqrt(a + b) ** 2, a + b), (sqrt(x**2), x)
    ROOT_OF_NEGATIVE = (sqrt(-(a**2)), a)

TRUE = [
    (*SQUARE_OF_ROOT, ()),
    ((x + y) ** 2, x**2 + 2 * x * y + y**2, ()),
    (1 / (x + y) + 1 / (x - y), 2 * x / (x**2 - y**2), ()),
    (x / x, sympy.Integer(1), ()),
    (sqrt(a) * sqrt(a), a, ()),
    (sqrt(4 * a**2 / b**2), 2 * a / b, ()),
    (sqrt(2) * a, a * sqrt(2), ()),
    (exp(x + y), exp(x) * exp(y), ()),
    (exp(2 * x) * exp(-x), exp(x), ()),
    (exp(x / 2) ** 2, exp(x), ()),
    (exp(1 / (1 + x**2)), exp(1 / (x**2 + 1)), ()),
    (log(exp(x * y), evaluate=False), x * y, ()),
    (sympy.pi**2 / sympy.pi, sympy.pi, ()),
    (exp(2 * log(a)), a**2, ()),
    (exp(log(a + b)), a + b, ()),
    (exp(log(a) / 2), exp(log(a) / 2), ()),
    (log(sympy.Integer(1)), sympy.Integer(0), ()),
    (log(a / b), log(a) - log(b), (Rule.LOGS,)),
    (log(a**2 * b), 2 * log(a) + log(b), (Rule.LOGS,)),
    (log(sqrt(a)), log(a) / 2, (Rule.LOGS,)),
    (log(sympy.Rational(4, 9)), 2 * log(2) - 2 * log(3), (Rule.LOGS,)),
    (log(2 * sympy.pi), log(2) + log(sympy.pi), (Rule.LOGS,)),
    (log(a * x), log(a) + log(x), (Rule.LOGS,)),
    (log(2 * a + 2 * b), log(2) + log(a + b), (Rule.LOGS,)),
    (log(a**2 + a * b), log(a) + log(a + b), (Rule.LOGS,)),
    (log(1 / a + 1 / b), log(a + b) - log(a) - log(b), (Rule.LOGS,)),
    (log((a + b) / (1 + a + x**2)), log(a + b) - log(1 + a + x**2), (Rule.LOGS,)),
    (log(sympy.Integer(59)), log(sympy.Integer(59)), (Rule.LOGS,)),
    (Expectation(N, z**2, z), Expectation(N, w**2, w), ()),
    (Expectation(N, (z - x) ** 2, z), Expectation(N, z**2 - 2 * x * z + x**2, z), ()),
    (Expectation(N, x * z + 3, z), x * Expectation(N, z, z) + 3, (Rule.LINEAR,)),
    (Expectation(N, z / (1 + x**2), z), Expectation(N, z, z) / (1 + x**2), (Rule.LINEAR,)),
    (Expectation(N, z, z), mu, (Rule.MOMENTS,)),
    (Expectation(N, (z - mu) ** 4, z), 3 * s**4, (Rule.MOMENTS,)),
    (Expectation(N, z**3, z), mu**3 + 3 * mu * s**2, (Rule.MOMENTS,)),
    (Expectation(Product(N, M), z**2 * w, z, w), (mu**2 + s**2) * x, (Rule.MOMENTS,)),
    (Expectation(Product(N, M), w, z, w), x, (Rule.MOMENTS,)),
    (Expectation(Gaussian((0, 0), ((a,), (x, b))), z * w, z, w), a * x, (Rule.MOMENTS,)),
    (Expectation(N, Expectation(M, (z - w) ** 2, w), z), (mu - x) ** 2 + s**2 + t**2, (Rule.MOMENTS,)),
    (Expectation(Product(Q, N), log(Value(Q, z)) + w, z, w), Expectation(Product(Q, N), log(Value(Q, z)), z, w) + mu,
     (Rule.MOMENTS,)),
    (KL(Q, P), Expectation(Q, log(Value(Q, z)) - log(Value(P, z)), z), (Rule.KL,)),
    (KL(TWO, TWO), KL(Q, Q) + KL(Member("q", 2), Member("q", 2)), (Rule.ADDITIVE,)),
    (log(Value(N, z)), -((z - mu) ** 2) / (2 * s**2) - log(s) - log(2 * sympy.pi) / 2, (Rule.GAUSSIAN, Rule.LOGS)),
    (Value(TWO, z, w), Value(Q, z) * Value(Member("q", 2), w), (Rule.INDEPENDENT,)),
    (Expectation(TWO, Value(Q, z), z, w), Expectation(Q, Value(Q, w), w), (Rule.MARGINAL,)),
    (Expectation(TWO, Value(Member("q", 2), w), z, w), Expectation(Member("q", 2), Value(Member("q", 2), z), z),
     (Rule.MARGINAL,)),
    (Expectation(Q, sympy.Add(z, -z, x, evaluate=False), z), x, (Rule.MARGINAL,)),
    (KL(Independent("q", 2), Independent("q", 2)), KL(TWO, TWO), (Rule.LAST_FACTOR,)),
    (KL(Independent("q", J + 1), Independent("p", J + 1)),
     KL(Product(Independent("q", J), Member("q", J + 1)), Product(Independent("p", J), Member("p", J + 1))),
     (Rule.LAST_FACTOR,)),
    (indexed_sum(x * j**2, j, J), indexed_sum(x * k**2, k, J), ()),
    (indexed_sum(j * x, j, J + 2), indexed_sum(j * x, j, J) + (J + 1) * x + (J + 2) * x, (Rule.LAST_TERM,)),
    (indexed_sum(j * x, j, 3), 6 * x, (Rule.LAST_TERM,)),
    (indexed_sum(indexed_sum(j * k, k, j), j, J), indexed_sum(indexed_sum(k * j, j, k), k, J), ()),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right", "rules"), TRUE)
def test_what_the_rules_make_equal_is_equal(left, right, rules):
    assert same(left, right, *rules)


@pytest.mark.parametrize(("left", "right", "rules"), [case for case in TRUE if case[2]])
def test_without_the_rule_it_is_not(left, right, rules):
    if left != right:
        assert not same(left, right)


@pytest.mark.parametrize(
    ("left", "right", "rules"),
    [
        (log(x * y), log(x) + log(y), (Rule.LOGS,)),  # neither is known to be positive
        (log(x**2), 2 * log(x), (Rule.LOGS,)),
        (log((x + y) / (1 + a)), log(x + y) - log(1 + a), (Rule.LOGS,)),
        (log(-a), log(a), (Rule.LOGS,)),
        (log(a) ** 2, log(a**2), (Rule.LOGS,)),
        (*ROOT_OF_ANY, ()),  # what may be negative
        (*ROOT_OF_SQUARE, ()),
        (*ROOT_OF_NEGATIVE, ()),
        (exp(log(x) / 2) ** 2, x**2, ()),
        (Expectation(N, z**2, z), Expectation(N, z, z) ** 2, (Rule.LINEAR,)),
        (Expectation(N, z**2, z), Expectation(M, z**2, z), (Rule.LINEAR,)),
        (Expectation(N, 1 / z, z), 1 / mu, (Rule.MOMENTS,)),
        (Expectation(N, 1 / (1 + z**2), z), 1 / (1 + mu**2), (Rule.MOMENTS,)),
        (Expectation(Product(Q, N), z, z, w), mu, (Rule.MOMENTS,)),
        (Expectation(N, (z - mu) ** 4, z), s**4, (Rule.MOMENTS,)),
        (KL(Q, P), KL(P, Q), (Rule.KL,)),
        (KL(TWO, Product(N, M)), KL(N, M), (Rule.ADDITIVE,)),
        (Expectation(TWO, Value(Q, z), z, w), Expectation(Q, Value(Q, w), w), ()),
        (Value(Independent("q", J), z), Value(Independent("q", J + 1), z), (Rule.LAST_FACTOR,)),
        (PAIR(J), PAIR(J + 1), (Rule.LAST_FACTOR,)),
        (PAIR(J), PAIR(2 * J), (Rule.LAST_FACTOR,)),
        (PAIR(J), PAIR(3 - J), (Rule.LAST_FACTOR,)),
        (sympy.Sum(j, (j, 1, x / (1 + y**2))), sympy.Integer(0), (Rule.LAST_TERM,)),
        (sympy.Sum(j, (j, 1, 100)), sympy.Integer(5050), (Rule.LAST_TERM,)),  # too long to write out
        (indexed_sum(j * x, j, J), indexed_sum(j * y, j, J), ()),
    ],
)
def test_what_the_rules_do_not_make_equal_is_not(left, right, rules):
    assert not same(left, right, *rules)


with author_form():
    NO_FORM = [x / (y - y), log(x - x), (x + y) ** 101, sympy.sin(x)]
NO_FORM += [sympy.zoo]


@pytest.mark.parametrize("expression", NO_FORM)
def test_what_has_no_normal_form_is_refused(expression):
    with pytest.raises(WitnessError):
        NormalForm(frozenset({Rule.LOGS})).read(expression)


def test_abbreviations_are_opened_one_after_the_other():
    assert same(y**2, a**2 + 2 * a + 1, where=((x, a), (y, x + 1)))
    assert not same(y**2, a**2, where=((x, a), (y, x + 1)))


def test_an_equation_is_used_from_left_to_right():
    known = ((KL(Q, P), "=", x + y),)
    assert same(2 * KL(Q, P) ** 2 / (1 + KL(Q, P)), 2 * (x + y) ** 2 / (1 + x + y), Rule.EQUATIONS, equations=known)
    assert not same(KL(P, Q), x + y, Rule.EQUATIONS, equations=known)
    assert not same(KL(Q, P), x + y, equations=known)


def test_an_equation_is_solved_for_a_term_of_its_own():
    known = ((2 * KL(Q, P) + x, "=", y),)
    assert same(KL(Q, P), (y - x) / 2, Rule.EQUATIONS, equations=known)


def test_an_equation_is_solved_for_a_power_that_stands_above_the_rest():
    divergence = KL(Q, P)
    known = ((2 * divergence**2 + x * divergence, "=", y),)
    wanted = (y - x * divergence) / 2
    assert same(divergence**2, wanted, Rule.EQUATIONS, equations=known)
    assert same(divergence, divergence, Rule.EQUATIONS, equations=known)
    assert not same(divergence**2, wanted + 1, Rule.EQUATIONS, equations=known)
    assert not same(1 / divergence**2, 1 / wanted, Rule.EQUATIONS, equations=known)
    squared = ((divergence**2, "=", y),)
    assert same(divergence**3, y * divergence, Rule.EQUATIONS, equations=squared)
    assert same(divergence**5, y**2 * divergence, Rule.EQUATIONS, equations=squared)


@pytest.mark.parametrize(
    "left", [1 / (1 + x), 1 / KL(Q, P), KL(Q, P) ** 2 + 1 / KL(Q, P), x * KL(Q, P), sympy.Integer(3)]
)
def test_an_equation_without_a_term_of_its_own_is_refused(left):
    with pytest.raises(WitnessError, match="no term of its own"):
        NormalForm(frozenset({Rule.EQUATIONS}), Context(equations=((left, "=", x),)))


def test_an_equation_does_not_reach_into_a_root():
    form = NormalForm(frozenset({Rule.EQUATIONS}), Context(equations=((a, "=", x),)))
    with pytest.raises(WitnessError, match="root"):
        form.rewritten(sqrt(a))


def test_a_symbol_that_may_be_negative_is_not_the_positive_one_of_the_same_name():
    assert not same(real("c"), positive("c"))
    assert not same(log(real("c") * x), log(positive("c")) + log(x), Rule.LOGS)


def test_ratios_are_no_dictionary_keys_and_equal_only_ratios():
    one = NormalForm().read(sympy.Integer(1))
    assert one != 1
    with pytest.raises(TypeError):
        hash(one)


def test_the_order_of_variables_counts_in_a_divergence_that_is_not_split():
    plane, p, q = Gaussian((0, 5), ((s,), (0, t))), model("p"), model("q")
    other, third = Product(plane, N), q(w)
    for one, two in ((p(z, x), p(x, z)), (Product(p(z, x), third), Product(p(x, z), third))):
        whole = other if isinstance(one, Product) else plane
        assert not same(KL(whole, one), KL(whole, two), Rule.ADDITIVE)
        assert same(KL(whole, one), KL(whole, one), Rule.ADDITIVE)
    assert same(KL(q(z, x), p(z, x)), KL(q(x, z), p(x, z)), Rule.ADDITIVE)
    assert same(KL(other, Product(p(x, z), third)), KL(plane, p(x, z)) + KL(N, third), Rule.ADDITIVE)


def test_a_term_binds_no_name_that_is_bound_around_it():
    terms = Terms()
    outer, inner = terms.bound(1, 0), terms.fresh()
    made = terms[terms.make(("sum",), generator(outer) * generator(inner), binds=(inner,))]
    assert made.height == 2
    assert made.binds == (terms.bound(2, 0),)
    assert made.depends == {outer}
