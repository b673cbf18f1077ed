"""What cannot be built, and what the normal form does at its edges."""

import pytest
import sympy
from sympy import Sum, Symbol, log, sqrt

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.errors import DerivationError, WitnessError
from elbo_check.nodes import (
    KL,
    Arbitrary,
    Bernoulli,
    Entropy,
    Expectation,
    Information,
    Integral,
    Iterated,
    Maximum,
    Minimum,
    Uniform,
    Vector,
    derivative,
    free_symbols,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
    space_of,
)  # fmt: skip
from elbo_check.normal_form import Context, NormalForm, Rule
from elbo_check.symbols import author_form, bit, count, positive, real, unit

x, y, z, w = real("x"), real("y"), real("z"), real("w")
s, t = positive("s"), positive("t")
j, J = count("j"), count("J")
a, b, u = Symbol("a"), bit("b"), unit("u")
p, q, f = model("p"), model("q"), function("f")
N = gaussian(x, s)


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: model("p q"), "plain name"),
        (lambda: function("f("), "plain name"),
        (lambda: p(z, z), "different spaces"),
        (lambda: p(z, given=real("z_2")), "different spaces"),
        (lambda: Arbitrary("p", ["z"], ["x"]), "different spaces"),
        (lambda: p(x**2), "no variable"),
        (lambda: Iterated(N, 3, J), "a product runs over a symbol"),
        (lambda: Iterated(N, J, J), "occurs in its upper end"),
        (lambda: Iterated(Iterated(Iterated(N, j, J), count("k"), J), count("l"), J), "blocks of them, as factors"),
        (lambda: Iterated("q", j, J), "needs a density"),
        (lambda: Vector(x, j, J), "does not occur"),
        (lambda: Integral(x, z), "do not occur"),
        (lambda: Maximum(x, 3), "binds different symbols"),
        (lambda: Information(x), "density at a point"),
        (lambda: Entropy(x), "needs a density"),
        (lambda: derivative(x, s), "does not occur"),
        (lambda: derivative(x, 3), "with respect to a symbol"),
        (lambda: indexed_sum(x, j, J), "does not occur"),
        (lambda: sequence("x"), "named by a symbol"),
        (lambda: indexed_sum(1 - u, u, J), r"whole numbers, and u is assumed to be between 0 and 1: use count\('u'\)"),
        (lambda: indexed_sum(x, x, J), r"a sum runs over .* x is assumed to be any real number: use count\('x'\)"),
        (lambda: indexed_sum(s, s, J), r"s is assumed to be positive: use count\('s'\)"),
        (lambda: indexed_sum(b, b, J), r"b is assumed to be 0 or 1: use count\('b'\)"),
        (lambda: indexed_sum(a, a, J), r"nothing says that a is one: use count\('a'\)"),
        (lambda: Vector(u * x, u, J), r"a vector runs over whole numbers, and u is assumed"),
        (lambda: Iterated(N, x, J), r"a product runs over whole numbers, and x is assumed"),
        (lambda: Statement(Sum(u, (u, 1, J)), x), r"a sum runs over whole numbers, and u is assumed"),
    ],
)
def test_what_has_no_meaning_cannot_be_built(build, said):
    with pytest.raises(DerivationError, match=said):
        build()


def test_nodes_are_told_in_words():
    ms = sequence(real("m"))
    told = {
        Expectation(q(z, given=x), log(p(x, z))): "E_{z ~ q(z | x)}[log(p(x, z))]",
        Integral(p(x, z), z): "∫ p(x, z) dz",
        Entropy(q(z)): "H[q(z)]",
        Information(p(x)): "I[p(x)]",
        Maximum(f(z), z): "max_z[f(z)]",
        Minimum(f(z), z): "min_z[f(z)]",
        Vector(ms[j], j, J): "(m[j])_{j=1…J}",
        KL(Uniform(J), Uniform(J)): "KL(Uniform(1…J) ‖ Uniform(1…J))",
        KL(Bernoulli(unit("y")), Bernoulli(unit("y"))): "KL(Bernoulli(y) ‖ Bernoulli(y))",
        KL(Iterated(N, j, J), Iterated(N, j, J)): "KL(∏_{j=1…J} N(x, s**2) ‖ ∏_{j=1…J} N(x, s**2))",
    }
    assert {str(node): words for node, words in told.items()} == {words: words for words in told.values()}
    assert free_symbols(Vector(ms[j], j, J)) == {real("m"), J}
    assert space_of(sequence(real("z_new"))[j]) == "z"


def chain(*assuming, sides=(x, x), parameters=(x, s, t)):
    return Chain(Statement(*sides), (Step("a", *sides, laws.algebra),), parameters, assuming=assuming)


@pytest.mark.parametrize(
    "assuming",
    [
        [Statement(s, sympy.Integer(0), "≤")],
        [Statement(x, sympy.Integer(2), "≥"), Statement(x, sympy.Integer(1), "≤")],
        [Statement(sympy.Integer(2), x, "≤"), Statement(sympy.Integer(1), x, "≥")],
        [Statement(sympy.Integer(2), sympy.Integer(1), "≤")],
        [Statement(s, sympy.Integer(2)), Statement(s, sympy.Integer(3))],
    ],
)
def test_assumptions_that_contradict_each_other_are_refused(assuming):
    with pytest.raises(DerivationError, match="contradicts the others: nothing is left"):
        chain(*assuming)


def test_assumptions_that_can_hold_are_kept_and_declared():
    kept = chain(Statement(x, s, "≤"), Statement(s, sympy.Integer(2), "≤"), Statement(s, sympy.Integer(2), "≥"))
    assert len(kept.assuming) == 3
    y01, c = unit("y"), bit("c")
    with pytest.raises(DerivationError, match="nothing is left for y"):
        chain(Statement(y01, sympy.Integer(1), "≥"), parameters=(x, y01))
    chain(Statement(c, sympy.Integer(1), "≥"), parameters=(x, c))
    with pytest.raises(DerivationError, match="an assumption uses w"):
        chain(Statement(w, x, "≤"))
    with pytest.raises(DerivationError, match="an assumption sums over j"):
        chain(Statement(sympy.Sum(x, (j, 1, J)), x, "≤"), parameters=(x, J))
    n = sympy.Symbol("n", negative=True)
    with pytest.raises(DerivationError, match="n of no known kind: make it with real"):
        chain(parameters=(x, n))


@pytest.mark.parametrize("known", [{"positive": True}, {"integer": True}, {}], ids=str)
def test_a_function_with_properties_that_no_page_shows_is_refused(known):
    """f(x) + 1 ≥ 0 would be proved of any f."""
    with author_form():
        side = sympy.Function("f", **known)(x) + 1
    with pytest.raises(DerivationError, match=r'the function f has properties .*: make it by function\("f"\)'):
        Statement(side, sympy.Integer(0), "≥")
    Statement(function("f")(x), sympy.Function("f", real=True)(x))


def read(expression, *rules, where=()):
    return NormalForm(frozenset(rules), Context(where)).read(expression)


def same(left, right, *rules, where=()):
    form = NormalForm(frozenset(rules), Context(where))
    return form.read(left) == form.read(right)


def test_what_no_rule_opens_stays_a_term_of_its_own():
    assert same(Entropy(q(z)), Entropy(q(w.func("z", real=True))))
    assert not same(Entropy(q(z)), Entropy(p(z)))
    assert same(Information(p(x)), Information(p(x)))
    assert not same(Information(p(x)), Information(p(y.func("x_2", real=True))))
    assert same(derivative(f(s) * s, s), derivative(s * f(s), s))
    assert same(indexed_sum(1 / (j + x), j, J), indexed_sum(1 / (x + j), j, J))
    assert same(Integral(f(z) / (z + x), z), Integral(f(z) / (x + z), z), Rule.LINEAR)
    assert same(Integral(x - x + f(z) * 0 + f(z) - f(z) + f(z), z), Integral(f(z), z))
    assert same(Expectation(q(z), 1 / (f(z) + 1)), Expectation(q(z), 1 / (1 + f(z))), Rule.LINEAR)


def test_functions_are_differentiated_only_by_the_rules_that_are_known():
    assert same(derivative(f(s) * s, s), f(s) + s * derivative(f(s), s), Rule.DIFFERENTIATE)
    total = indexed_sum(s * j, j, J)
    assert same(derivative(total, s), indexed_sum(j, j, J), Rule.DIFFERENTIATE)
    until = derivative(indexed_sum(j * s, j, J + 1), s)
    assert same(until, indexed_sum(j, j, J + 1), Rule.DIFFERENTIATE)
    assert same(derivative(Expectation(N(z), f(z)), s), derivative(Expectation(N(z), f(z)), s), Rule.UNDER_EXPECTATION)
    with pytest.raises(WitnessError, match="not an abbreviation"):
        read(derivative(f(s), s), Rule.DIFFERENTIATE, where=((s, t + 1),))


def test_only_the_mass_of_a_density_over_its_own_variables_is_bounded():
    for body in (
        f(z) / q(z),
        p(z) / p(z, given=x),
        p(x) * f(z) / q(z),
        p(z, given={z.func("x", real=True): f(z)}) / q(z),
    ):
        assert laws.mass_on_the_support.objection(Expectation(q(z), body), sympy.Integer(1), Context(relation="≤"))
    gaussian_mass = Expectation(q(z), N(z) / q(z))
    assert laws.mass_on_the_support.objection(gaussian_mass, sympy.Integer(1), Context(relation="≤")) == ""


def test_jensen_needs_equal_weights_that_add_up_to_one():
    with author_form():
        uneven = log(sympy.Rational(1, 3) * (s + t))
        several = log(s * (s + t) * (t + 1))
        beyond = log(1 / J * indexed_sum(s * j, j, J + 1))
        plain = log(s)
    for left in (uneven, several, beyond, plain):
        assert laws.jensen.objection(left, left) == ""
        assert laws.jensen.objection(left, left - 1, Context(relation="≤"))


def test_the_parts_of_a_nested_integral_are_joined_only_where_they_can_be():
    inner = Integral(f(x) / (z + x), x)
    rules = (Rule.LINEAR, Rule.NORMALISED)
    assert same(Integral(q(z) * inner, z), Integral(inner * q(z), z), *rules)
    assert same(Integral(Integral(f(x, z), x), z), Integral(f(x, z), x, z), *rules)
    assert same(Integral(Integral(f(x, z), x), z), Integral(f(x, z), z, x), *rules, Rule.FUBINI)
    assert same(Integral(N(z), z), sympy.Integer(1), *rules)
    assert not same(Integral(gaussian(z, s)(z), z), sympy.Integer(1), *rules)
    plane = Integral(gaussian(0, 1)(z) * gaussian(0, 1)(w), z, w)
    assert same(plane, sympy.Integer(1), *rules)


def test_hooks_of_an_induction_and_its_statement():
    with pytest.raises(DerivationError, match="needs sources"):
        Derivation("n", "t", "w", (), (chain(),), ())


def test_the_index_of_a_sum_may_be_found_in_the_end_of_an_inner_sum_alone():
    k = count("k")
    with author_form():
        staircase = indexed_sum(indexed_sum(sequence(x)[k], k, j), j, J)
        apart = indexed_sum(indexed_sum(sequence(x)[k] + sequence(y)[k], k, j), j, J)
        sums = staircase + indexed_sum(indexed_sum(sequence(y)[k], k, j), j, J)
    assert checked(apart, sums, laws.algebra, x, y, J) == "proved"
    assert checked(staircase, 2 * staircase, laws.algebra, x, J) == "refuted"
    idle = sympy.Sum(sequence(x)[k], (k, 1, J), (j, 1, J))
    with pytest.raises(DerivationError, match=r"sums over j, not found in Σ_\{k = 1\}\^J x_k"):
        checked(idle, idle, laws.algebra, x, J)


def test_a_division_by_zero_is_said_to_be_one():
    with author_form():
        never = 1 / (x - x)
    said = verdict_of(never, never + 0, laws.algebra, x).findings[0].message
    assert "too few assignments could be read (rational assignment: a division by zero has no meaning)" in said


def checked(left, right, law, *parameters):
    return verdict_of(left, right, law, *parameters).outcome


def verdict_of(left, right, law, *parameters):
    chain = Chain(Statement(left, right), (Step("as it is said", left, right, law),), parameters)
    return Derivation("name", "title", "words", (), (chain,), ("a source",)).check()


def test_a_bit_is_an_index_from_0_to_1() -> None:
    with author_form():
        sides = indexed_sum(2 * Bernoulli(u)(b) * f(b), b, 1, 0), 2 * indexed_sum(Bernoulli(u)(b) * f(b), b, 1, 0)
        rooted = indexed_sum(sqrt(b), b, 1, 0)
    for left, right in (sides, (rooted, rooted)):
        chain = Chain(Statement(left, right), (Step("s", left, right, laws.algebra),), (u,))
        assert check(Derivation("t", "t", "t", (), (chain,), ("none",))).outcome == "proved"
