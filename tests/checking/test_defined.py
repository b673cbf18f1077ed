"""A side must certainly have a value: small samples of x never see where log(5000 − x) has none."""

import pytest
from sympy import E, Integer, Rational, Symbol, exp, log, pi, sqrt

from elbo_check import checking, laws
from elbo_check.checking import check
from elbo_check.checking.defined import doubt_of
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.nodes import (
    KL,
    Bernoulli,
    Expectation,
    Independent,
    Integral,
    Iterated,
    Maximum,
    Member,
    Uniform,
    Vector,
    derivative,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.symbols import author_form, bit, count, positive, real, unit

x, y, z, mu = real("x"), real("y"), real("z"), real("mu")
s, w, u, b = positive("s"), positive("w"), unit("u"), bit("b")
n, m, i, j, k, K, L = (count(name) for name in ("n", "m", "i", "j", "k", "K", "L"))
q, p, f, g = model("q"), model("p"), function("f"), function("g")
ZERO, ONE, HALF, LEAST = Integer(0), Integer(1), Rational(1, 2), Rational(1, 100)
entries, sizes, parts = sequence(mu), sequence(w), sequence(u)


def outcome(sides, steps, parameters, assuming=(), where=()):
    """The outcome of a chain through the sides, each step (law, relation)."""
    made = [
        Step(f"{number}", left, right, law, relation)
        for number, (left, right, (law, relation)) in enumerate(zip(sides, sides[1:], steps, strict=False))
    ]
    relation = next((step.relation for step in made if step.relation != "="), "=")
    chain = Chain(Statement(sides[0], sides[-1], relation), made, parameters, where, assuming=assuming)
    return check(Derivation("t", "t", "t", (), (chain,), ("none",)))


def through_log(t):
    with author_form():
        return (t, exp(log(t)), ZERO), ((laws.algebra, "="), (laws.log_bound, "≥"))


with author_form():
    far = 5000 - x
    root = sqrt(far**2)
    rest = 8 * K + 8 - n
    mean = indexed_sum(f(i) + mu, i, rest) / rest, Expectation(Uniform(rest)(i), f(i) + mu)
    apart = Expectation(Uniform(rest)(i), f(i)) + mu, indexed_sum(f(i), i, rest) / rest + mu
    power = exp(u * log(far)), exp((1 - u) * log(far))
    half = (Statement(u, HALF),)
    FALSE = {
        "5000 − x ≥ 0": (*through_log(far), (x,)),
        "KL ≤ 20": (*through_log(20 - KL(q(z), p(z))), ()),
        "E f ≥ −1000": (*through_log(1000 + Expectation(q(z), f(z))), ()),
        "f ≥ −900": (*through_log(900 + f(x)), (x,)),
        "through a root": (
            (far, exp(2 * log(sqrt(far))), sqrt(far) ** 2, ZERO),
            ((laws.log_of_product, "="), (laws.algebra, "="), (laws.nonnegativity, "≥")),
            (x,),
        ),
        "with nothing on the page": (
            (far, power[0] * power[1], power[0] * power[0], ZERO),
            ((laws.algebra, "="), (laws.assumption, "="), (laws.nonnegativity, "≥")),
            (x, u),
            half,
        ),
        "one step": ((log(far), far - 1), ((laws.log_bound, "≤"),), (x,)),
        "divided by what is 0 for x > 5000": (
            (root, root * (root + far) / (root + far), (far * far + far * root) / (root + far), far),
            ((laws.algebra, "="),) * 3,
            (x,),
        ),
        "a mean over less than nothing": (
            (*mean, *apart),
            ((laws.discrete_mean, "="), (laws.linearity, "="), (laws.discrete_mean, "=")),
            (K, n, mu),
        ),
        "through an abbreviation": ((y + far - far, y), ((laws.algebra, "="),), (x,), (), ((y, log(far)),)),
    }


@pytest.mark.parametrize("which", FALSE)
def test_a_bound_that_is_rarely_violated_is_not_proved_through_a_side_that_has_no_value_there(which):
    verdict = outcome(*FALSE[which])
    assert verdict.outcome == "undecided"
    assert "has no value" in verdict.missing
    assert "take" in verdict.missing


def test_sabotage_without_this_a_false_bound_is_proved(monkeypatch):
    monkeypatch.setattr(checking, "doubt_of", lambda *_: "")
    v = real("v")
    assert outcome(*through_log(5000 - v), (v,)).outcome == "proved"
    assert outcome(*through_log(21 - KL(q(z), p(z))), ()).outcome == "proved"


def doubt(side, parameters, assuming=(), where=()):
    step = Step("s", side, side, laws.algebra)
    return doubt_of(step, Chain(Statement(side, side), (step,), parameters, where, assuming=assuming))


with author_form():
    coordinate = log(sequence(w)[m])
    left_out = indexed_sum(exp(f(k)), k, n + 1) - exp(f(i))
    coins = indexed_sum(log(Bernoulli(parts[j])(sequence(b)[j])), j, n)
    CERTAIN = [
        (x / x + 1 / (x + y) + 1 / f(x) + 1 / (x**2 * f(y)) + 1 / (2 * x - y), (x, y), ()),
        (log(x**2) + log(x**2 + 1) + 1 / sqrt(x**2), (x,), ()),
        (sqrt(s) + log(s / w) + 1 / log(s + 1) + log(E * pi), (s, w), ()),
        (1 / (-s) + 1 / (-1 - x**2), (s, x), ()),
        (sqrt(5 - x) + log(5 - x) + 1 / (x - y), (x, y), (Statement(x, Integer(5), "≤"),)),
        (log(far), (x,), (Statement(far, LEAST, "≥"),)),
        (log(20 - KL(q(z), p(z))), (), (Statement(20 - KL(q(z), p(z)), LEAST, "≥"),)),
        (1 / (L - 1), (L,), (Statement(L, Integer(2), "≥"),)),
        (log(x), (x, y), (Statement(x, y**2 + 1),)),
        (log(x), (x, y), (Statement(log(x), log(y**2 + 1)),)),
        (gaussian(0, x)(z) + sqrt(x), (x, z), (Statement(log(x), ONE, "≤"),)),
        (log(x + y), (x, y), (Statement(x, ONE, "≥"), Statement(y, ONE, "≥"))),
        (log(y) + 1 / y, (x,), (), ((y, x**2 + 1),)),
        (gaussian(0, x)(z), (x, z), (Statement(x, HALF, "≥"),)),
        (Expectation(Iterated(q(w), m, L), indexed_sum(coordinate, m, L), w), (L,), ()),
        (log(Expectation(q(z), exp(f(z)))) + log(Integral(p(x, z), z)) + log(1 + KL(q(z), p(z))), (x,), ()),
        (log(indexed_sum(exp(f(k)), k, n)) + log(1 + indexed_sum(entries[k] ** 2, k, n - 1)), (n, mu), ()),
        (indexed_sum(log(left_out), i, n + 1) + log(indexed_sum(left_out, i, n + 1)), (n,), ()),
        (indexed_sum(KL(Member("q", j), Member("p", j)) / entries[j], j, n), (n, mu), ()),
        (f(Vector(1 / (s + j), j, n)) + KL(Independent("q", n - 1), Independent("p", n - 1)), (n, s), ()),
        (p(x, given={z: 1 / w}) + derivative(log(w), w) + coins, (x, w, u, b, n), ()),
        (indexed_sum(1 / (1 + j**2), j, n, -2), (n,), ()),
        (1 / indexed_sum(f(k) ** 2, k, n) + 1 / (x**2 + f(n) ** 2 + KL(q(z), p(z))), (n, x), ()),
        (indexed_sum(1 / (n + 1 - j) + log(j + 2) + 1 / (j - 1), j, n, 2), (n,), ()),
        (1 / Expectation(Uniform(n)(i), f(i) ** 2), (n,), ()),
        (indexed_sum(log(Uniform(n)(j)) + exp(j), j, n, -2), (n,), ()),
        (indexed_sum(j + Expectation(Uniform(n)(j), f(j)), j, n, -2), (n,), ()),
    ]  # fmt: skip


@pytest.mark.parametrize("given", CERTAIN)
def test_what_certainly_has_a_value_is_not_doubted(given):
    assert doubt(*given) == ""


with author_form():
    rooted = x * sqrt(1 + 1 / x**2) - sqrt(1 + x**2)
    DOUBTED = [
        (log(far), (x,), (), "log(5000 − x) has no value unless 5000 − x > 0"),
        (sqrt(far), (x,), (), "√(5000 − x) has no value unless 5000 − x ≥ 0"),
        (1 / (n - 50), (n,), (), "1/(n − 50) has no value where n − 50 = 0"),
        (1 / (b * x), (b, x), (), "where b x = 0"),
        (1 / (sqrt(x**2) + x), (x,), (), "where √(x²) + x = 0"),
        (1 / rooted, (x,), (), "= 0"),
        (1 / (exp(HALF * log(x**2)) + x), (x,), (), "= 0"),
        ((n - 50) ** -HALF, (n,), (), "unless n − 50 > 0"),
        (gaussian(0, (50 - x) ** 2)(z), (x, z), (), "unless (50 − x)² > 0"),
        (KL(gaussian(0, x), gaussian(0, 1)), (x,), (), "unless x > 0"),
        (Expectation(Uniform(rest)(i), f(i)), (K, n), (), "is at least 1"),
        (KL(Member("q", n - 5), Member("p", n - 5)), (n,), (), "is at least 1"),
        (f(Vector(j * x, j, n - 5)), (n, x), (), "is at least 0"),
        (Expectation(q(z), log(z + 5000)), (), (), "unless z + 5000 > 0"),
        (log(indexed_sum(exp(f(k)), k, n - 1)), (n,), (), "> 0"),
        (log(indexed_sum(j, j, n, -9)), (n,), (), "> 0"),
        (indexed_sum(1 / (j - 70), j, n, -2), (n,), (), "where j − 70 = 0"),
        (indexed_sum(log(j), j, n, -2), (n,), (), "unless j > 0"),
        (log(indexed_sum(exp(f(k)), k, n) - exp(f(i))), (n, i), (), "> 0"),
        (indexed_sum(log(indexed_sum(exp(f(k)), k, n) - 2 * exp(f(i))), i, n), (n,), (), "> 0"),
        (indexed_sum(log(indexed_sum(exp(f(k)), k, n, -2) - exp(f(i))), i, n, -2), (n,), (), "> 0"),
        (indexed_sum(Expectation(Bernoulli(1 / (1 + j))(b), b), j, n, -2), (n,), (), "where j is below 1"),
        (1 / indexed_sum(f(k) ** 2, k, n - 1), (n,), (), "= 0"),
        (1 / indexed_sum((j - 70) ** 2, j, n), (n,), (), "= 0"),
        (indexed_sum(1 / (n - j), j, n), (n,), (), "where n − j = 0"),
        (1 / Maximum(f(x) + z * x, x), (z,), (), "= 0"),
        (1 / (x - y), (x, y), (Statement(x - y, ZERO, "≤"), Statement(y - x, ZERO, "≤")), "= 0"),
        (1 / (x - y), (x, y), (Statement((x - y) ** 2, ZERO, "≤"),), "= 0"),
        (1 / (x - y), (x, y), (Statement(x, y),), "= 0"),
        (1 / (x - s), (x, s), (Statement(x, exp(log(s) * 2) / s / s, "≥"), Statement(1 / s, ONE, "≥"),
                               Statement(f(x), ONE, "≥")), "= 0"),
        (log(x), (x,), (Statement(ZERO * log(x), ONE, "≤"),), "unless x > 0"),
        (1 / (x - x + y - y), (x, y), (), "= 0"),
        (1 / ((x + y) ** 101 + y), (x, y), (), "= 0"),
        (1 / (x**s + y), (x, y, s), (), "x^s, which is read as e^{s log x}, has no value unless x > 0"),
        (log(y), (x,), (), "unless 5000 − x > 0", ((y, far),)),
        (log(x), (x, y), (Statement(1 / (y - y) + x, ONE, "≥"),), "unless x > 0"),
    ]  # fmt: skip


@pytest.mark.parametrize("given", DOUBTED)
def test_what_need_not_have_a_value_is_named_with_a_remedy(given):
    side, parameters, assuming, said, *where = given
    found = doubt(side, parameters, assuming, *where)
    assert said in found
    assert "take " in found
    assert "assume" in found


def test_of_what_is_bound_nothing_can_be_assumed():
    bound = doubt(Expectation(q(z), log(z + x)), (x,))
    assert bound.endswith("and of what is bound in it nothing can be assumed: take symbols that make it positive")
    assert "assume 7 + x ≥ 1/100, or another bound, or take" in doubt(Expectation(q(z), z * log(x + 7)), (x,))


def test_an_odd_power_or_a_symbol_as_exponent_says_nothing_of_a_sign():
    with author_form():
        assert "unless y^m > 0" in doubt(log(y**m), (y, m))
        assert "unless x³ > 0" in doubt(log(x**3), (x,))
    assert Symbol("j", integer=True) != j
