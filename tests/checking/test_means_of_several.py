"""A derivative under a mean over several variables, one at a place that is assumed, and one where a mass may be 0."""

import pytest
from sympy import Integer, Rational, exp, log, sqrt

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.nodes import (
    KL,
    Bernoulli,
    Expectation,
    Gaussian,
    Information,
    Integral,
    Iterated,
    Product,
    Uniform,
    derivative,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.normal_form import Context
from elbo_check.symbols import author_form, bit, count, positive, real

x, y, z, w, v, s = real("x"), real("y"), real("z"), real("w"), real("v"), positive("s")
b, i, k, n = bit("b"), count("i"), count("k"), count("n")
f, p, q = function("f"), model("p"), model("q")
N, UNDER = gaussian(0, 1), laws.differentiation_under_expectation
TWO, BLOCK, DRAWS = Product(N, N), Iterated(N, k, 2), Iterated(N, k, n)
UNDECIDED_BY_LAW, PROVED = "differ by", "proved"


def judged(left, right, law, parameters, assuming=()):
    chain = Chain(Statement(left, right), (Step("s", left, right, law),), parameters, assuming=assuming)
    return check(Derivation("t", "T", "t", (), (chain,), ("none",)), 20)


def sides(density, body, *variables):
    with author_form():
        return (
            derivative(Expectation(density, body, *variables), x),
            Expectation(density, derivative(body, x), *variables),
        )


def said(density, body, *variables, assuming=(), parameters=(x, s, n)):
    """What is said of ∂E = E∂: proved, or the message of what keeps it from that."""
    told = judged(*sides(density, body, *variables), UNDER, parameters, assuming)
    return PROVED if told.outcome == PROVED else told.findings[0].message


with author_form():
    D = x - z
    HALVED = exp(w**2 / 2 - D**2 * w**2 / 2)
    FIRST, SECOND = sequence(z)[1], sequence(z)[2]
    OF_BLOCK = (x - FIRST) * exp(SECOND**2 / 2 - (x - FIRST) ** 2 * SECOND**2 / 2)
    JUMPS = {
        "independent": (TWO, D * HALVED, z, w),
        "in the other order": (TWO, D * HALVED, w, z),
        "of two dimensions": (Gaussian((0, 0), ((1,), (0, 1))), D * HALVED, z, w),
        "a block of draws": (BLOCK, OF_BLOCK, z),
        "beside what is not known": (TWO, D * HALVED + f(w, z), z, w),
        "times what is not known": (TWO, D * HALVED * f(w, z), z, w),
        "under a density that is not known": (q(z, w), D * HALVED, z, w),
        "the density alone is fixed": (Product(N, gaussian(0, s)), D / (D**2 + exp(-(w**2))), z, w),
        "three": (Product(TWO, N), D * HALVED * v**2, z, w, v),
        "through a third": (Product(TWO, N), D * exp(w**2 / 2 - x * w * v) * exp(v * w * z), z, w, v),
        "a sum of exponentials that moves": (TWO, D * log(exp(w**2) * D**2 + 1), z, w),
        "no share": (TWO, D * exp(w**2 / 2) / (1 + exp(D**2 * w**2 / 2)), z, w),
        "over a density": (TWO, D * exp(-(D**2) * w**2) / N(w), z, w),
        "above what moves": (TWO, D / sqrt(D**2 + exp(-(w**2))), z, w),
        "a share of a density": (TWO, D * exp(w**2) / (1 + D**2 + exp(w**2) * gaussian(0, s)(w)), z, w),
    }
    SMOOTH = {
        "polynomials": (TWO, (D - w) ** 2 * z, z, w),
        "an affine power": (TWO, exp(w * 2 + x * z) * D, z, w),
        "what is bounded": (TWO, exp(-(D**2) - w**2) * D, z, w),
        "a sigmoid": (TWO, w / (1 + exp(-D * w)), z, w),
        "a softplus": (TWO, log(1 + exp(x * z + s * w)), z, w),
        "below a root": (TWO, sqrt(1 + D**2 + w**2), z, w),
        "a logarithm over what moves": (TWO, log(1 / (1 + x**2) + w**2 * z**2), z, w),
        "over a square": (TWO, w / (1 + D**2 + w**2), z, w),
        "what is not known": (TWO, f(x + s * z, w) * exp(-(w**2)), z, w),
        "a log-density of what moves": (TWO, log(p(y, given={z: x + s * z})) + log(p(w)), z, w),
        "apart": (TWO, exp(w**2 / 4) * exp(-(D**2) * z**4), z, w),
        "one after the other": (Product(TWO, N), exp(w**2 / 4 - v**4 * w**2) * exp(x * z) * v, z, w, v),
        "draws of what is not known": (DRAWS, log(indexed_sum(exp(f(x, sequence(z)[k])), k, n) / n), z),
        "draws of squares": (DRAWS, indexed_sum((x - sequence(z)[k]) ** 2, k, n), z),
        "a sum of exponentials over draws": (DRAWS, log(indexed_sum(exp(x * sequence(z)[k]), k, n)), z),
        "a mixture": (TWO, log(gaussian(x * z, s)(w) / 2 + gaussian(-x, s)(w) / 2), z, w),
    }


@pytest.mark.parametrize("name", JUMPS)
def test_a_mean_over_several_variables_is_no_way_round_a_jump(name):
    told = judged(*sides(*JUMPS[name]), UNDER, (x, s, n))
    assert told.outcome == "undecided"
    assert UNDER.objection(*sides(*JUMPS[name])) != ""


@pytest.mark.parametrize("name", SMOOTH)
def test_a_derivative_goes_under_a_mean_over_several_variables_of_what_is_smooth(name):
    assert UNDER.objection(*sides(*SMOOTH[name])) == ""


def test_integrals_over_several_variables_are_looked_at_too():
    with author_form():
        jump, smooth = N(z) * D * exp(-(D**2) * w**2 / 2), N(z) * N(w) * f(x, z, w)
        jump, smooth = (
            (derivative(Integral(body, w, z), x), Integral(derivative(body, x), w, z)) for body in (jump, smooth)
        )
    assert UNDECIDED_BY_LAW in UNDER.objection(*jump)
    assert UNDER.objection(*smooth) == ""


def test_total_expectation_is_no_way_round_a_jump():
    total = laws.total_expectation
    with author_form():
        apart = derivative(Expectation(N, D * Expectation(N, HALVED, w), z), x)
        joined = derivative(Expectation(TWO, D * HALVED, z, w), x)
        under = Expectation(TWO, derivative(D * HALVED, x), z, w)
    steps = Step("as one", apart, joined, total), Step("under it", joined, under, UNDER)
    chain = Chain(Statement(apart, under), steps, (x,))
    told = check(Derivation("t", "T", "t", (), (chain,), ("none",)), 20)
    assert [finding.code for finding in told.findings] == ["step-proved", "step-undecided"]


with author_form():
    ESCAPES = x**3 * exp(v**2 / 2 + v - x**2 * exp(v))
    AT_ZERO, ABOVE = Statement(x, Integer(0)), Statement(x**2, Integer(1), "≥")


@pytest.mark.parametrize("assumed", [AT_ZERO, Statement(x, Integer(0), "≤"), ABOVE], ids=str)
def test_where_something_is_assumed_of_the_parameter_the_derivative_is_certainly_dominated(assumed):
    assert UNDECIDED_BY_LAW in said(N, ESCAPES, v, assuming=(assumed,))
    for body in (x**3 * exp(x * v), x * f(v, x), log(1 + exp(x * v)) * v, 1 / (1 + exp(-x * v))):
        assert UNDER.objection(*sides(N, body, v), _context(assumed)) == ""


def _context(assumed):
    return Context(assumed=(assumed.triple,))


def test_an_abbreviation_hides_no_place_that_is_assumed():
    a = real("a")
    known = Context(where=((a, x**2),), assumed=((a, "=", Integer(0)),))
    assert UNDECIDED_BY_LAW in UNDER.objection(*sides(N, ESCAPES, v), known)
    of_another = Context(where=((a, y),), assumed=((a, "=", Integer(0)),))
    assert UNDER.objection(*sides(N, ESCAPES, v), of_another) == ""


def test_a_mean_over_a_few_outcomes_is_smooth_wherever_it_is():
    assert said(Bernoulli(Rational(1, 3)), exp(x * b), b, assuming=(AT_ZERO,), parameters=(x,)) == PROVED
    assert UNDER.objection(*sides(Uniform(n), exp(x**2 * i**2), i), _context(AT_ZERO)) == ""


with author_form():
    COIN, SURE = Bernoulli(1 - 1 / (1 + D**2)), Bernoulli(1 / (1 + exp(-D)))
    VANISH = {
        "to a power": lambda c: Expectation(c, b * D * c(b) ** Rational(-3, 2), b),
        "within a root": lambda c: Expectation(c, b * D / (c(b) * sqrt(c(b))), b),
        "within a logarithm": lambda c: Expectation(c, b * D * exp(-2 * log(c(b))), b),
        "as an information": lambda c: Expectation(c, b * D * exp(2 * Information(c(b))), b),
        "in draws": lambda c: Expectation(
            Iterated(c, k, 2), sequence(b)[1] * D * c(sequence(b)[1]) ** Rational(-3, 2), b
        ),
        "in a divergence": lambda c: D * exp(KL(Bernoulli(Rational(1, 2)), c)),
        "at a point": lambda c: D / sqrt(c(1)),
    }


@pytest.mark.parametrize("name", VANISH)
def test_a_mass_that_may_be_0_where_the_parameter_is_lets_a_mean_jump(name):
    with author_form():
        jump, smooth = VANISH[name](COIN), VANISH[name](SURE)
    assert UNDER.objection(*sides(N, jump, z)) != ""
    assert UNDER.objection(*sides(N, smooth, z)) == ""


def left_out(index, draws, wrapped):
    """IWAE's step: the draw that is left out of a sum does not matter."""
    g, h, Z = function("g"), function("h"), sequence(z)
    with author_form():
        total = indexed_sum(g(Z[k]), k, draws + 1)
        left = wrapped(Expectation(Iterated(N, k, draws + 1), f(total - g(Z[index])), z) * h(index))
        right = wrapped(Expectation(Iterated(N, k, draws), f(indexed_sum(g(Z[k]), k, draws)), z) * h(index))
    return left, right


@pytest.mark.unmeasured
@pytest.mark.parametrize(("last", "said"), [(n + 1, PROVED), (n, PROVED), (n + 2, "undecided")])
def test_an_index_that_is_drawn_is_one_of_the_draws_that_may_be_left_out(last, said):
    left, right = left_out(i, n, lambda body: Expectation(Uniform(last), body, i))
    assert judged(left, right, laws.one_draw_less, (n,)).outcome == said


def test_what_holds_but_at_single_places_is_cited_at_none_that_is_assumed():
    left, right = sides(N, x**3 * exp(w**2 / 2 - x**4 * w**2 / 2), w)
    chain = Chain(Statement(left, right), (Step("s", left, right, UNDER),), (x,))
    theorem = Derivation("escapes", "T", "t", (), (chain,), ("none",))
    second = Chain(Statement(left, right), (citing(theorem, left, right),), (x,))
    again = Derivation("again", "T", "t", (), (second,), ("none",))

    def cited(which, *assuming):
        told = Chain(Statement(left, right), (citing(which, left, right),), (x,), assuming=assuming)
        return check(Derivation("t", "T", "t", (), (told,), ("none",)), 20)

    for which in (theorem, again):
        assert cited(which).outcome == "proved"
        assert "a derivative went under E in what it cites" in cited(which, AT_ZERO).findings[0].message


def citing(theorem, left, right):
    return Step("cited", left, right, laws.theorem, cites=Citation(theorem))
