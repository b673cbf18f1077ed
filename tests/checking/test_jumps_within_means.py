"""Means within a mean that is differentiated: E exp(w²/2 − (x − z)² w²/2) is 1/|x − z|, and shows no root."""

import pytest
from sympy import exp, log, sqrt

from elbo_check import laws
from elbo_check.checking import check
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.nodes import (
    KL,
    Bernoulli,
    Entropy,
    Expectation,
    Gaussian,
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

x, z, w, v, a, s = real("x"), real("z"), real("w"), real("v"), real("a"), positive("s")
b, i, j, n = bit("b"), count("i"), count("j"), count("n")
f, q, r = function("f"), model("q"), model("r")
N = gaussian(0, 1)
UNDER = laws.differentiation_under_expectation


def sides(body):
    with author_form():
        return derivative(Expectation(N, body, z), x), Expectation(N, derivative(body, x), z)


def outcome(body):
    left, right = sides(body)
    chain = Chain(Statement(left, right), (Step("s", left, right, UNDER),), (x, s, n))
    return check(Derivation("t", "T", "t", (), (chain,), ("none",)), 20).outcome


with author_form():
    D = x - z
    DRAWS, COINS = Iterated(N, j, n), Iterated(Bernoulli(1 / (1 + exp(-D))), j, n)
    BETWEEN = Gaussian((0, D), ((1,), (D, s)))
    HALVED = exp(w**2 / 2 - D**2 * w**2 / 2)
    JUMPS = {
        "1/|x − z|": D * Expectation(N, HALVED, w),
        "as an integral": D * Integral(exp(-(D**2) * w**2 / 2), w),
        "in the scale of a density": D * Expectation(gaussian(0, 1 / sqrt(1 + D**2)), exp(w**2 / 2), w),
        "by a density of which no more is known": D * Expectation(q(w), exp(-(D**2) * f(w) ** 2), w),
        "a function of what is scaled": D * Integral(f(D * w), w),
        "a function of what was scaled before": D * Integral(exp(-f(D) * w**2), w),
        "below the line": Expectation(N, 1 / (1 + D**2 * w**2 * f(w) ** 2), w),
        "a power of what is not known": Expectation(N, (1 + D**2 * w**2) ** n, w),
        "an affine power of a power": Expectation(N, exp(D * w**2 - w**2), w),
        "a quotient in the power": Expectation(N, exp(D * w / (2 + sqrt(1 + w**2))), w),
        "a root in the power": Expectation(N, exp(D * sqrt(1 + w**2)), w),
        "between two variables": D * Expectation(N, Expectation(N, HALVED + v, v), w),
        "log of a density that ends": D * log(gaussian(0, D**2)(0)),
        "a scale that moves": Expectation(N, log(gaussian(D, exp(w))(D * w)), w),
        "a density that is not known": Expectation(gaussian(D, 1), log(q(w)) * w**2 * exp(-w), w),
        "KL of a scale that may be 0": KL(gaussian(D, D), N),
        "a mean of which the scale may be 0": Expectation(gaussian(0, D), f(w), w),
        "log of a Gaussian in the power": D * Expectation(N, exp(w**2 / 2) * exp(s * log(gaussian(D * w, 1)(0))), w),
        "log of draws in the power": D * Expectation(N, exp(s * log(DRAWS(v)) * D**2 * w**2), w),
        "what is not known for what moves": (x - f(w, z))
        * Expectation(N, exp(w**2 / 2 - (x - f(w, z)) ** 2 * w**2 / 2), w),
        "what is not known below a root": Expectation(N, log(2 + (x - f(w, z)) ** 2), w),
        "a decoder below the line": Expectation(q(w), log(gaussian(1 / (2 + D**2 * w**2), s)(z)), w),
    }
    SMOOTH = {
        "a square": Expectation(N, (D - w) ** 2 * exp(z), w),
        "a mean that moves": Expectation(gaussian(D, s), w**3 + x * w * exp(-z), w),
        "log of a density": Expectation(gaussian(D, 1 + D**2), log(gaussian(x * w, s)(z)), w),
        "log of a density of draws": Expectation(DRAWS, D**2 * log(DRAWS(v)), v),
        "two blocks": Expectation(Product(N, gaussian(D, s)), D * w * v + v**2, w, v),
        "two dimensions": Expectation(BETWEEN, w * v + v**2 * x, w, v),
        "a sum over coordinates": Expectation(DRAWS, indexed_sum(D * sequence(v)[i] ** 2, i, n) ** 2, v),
        "a coin": Expectation(Bernoulli(1 / (1 + exp(-D))), b * D**2 + exp(b * D), b),
        "an index": Expectation(Uniform(n), exp(i * D), i),
        "what holds but one of them": Expectation(q(w), exp(-(w**2)) * D + f(w) * exp(-(z**2) * w**2), w),
        "what is not known": Expectation(q(w, given=z), f(w, x) + exp(f(x, w, z)), w),
        "its logarithm": Expectation(q(w, given=z), log(r(w, given=x)) - log(r(w)), w),
        "entropy": Entropy(gaussian(D, 1 + D**2)),
        "KL": KL(gaussian(D, 1 + D**2), N),
        "KL of what is not known": KL(q(w, given=x), q(w, given=z)),
        "a Gaussian decoder of data": Expectation(q(w, given=z), log(gaussian(f(x, w), s)(z)), w),
        "a linear decoder of data": Expectation(q(w, given=z), log(gaussian(x * w, s)(z)), w),
        "a decoder of shifted noise": Expectation(N, log(gaussian(f(x + s * w), s)(z)), w),
        "log of a product of what is not known": Expectation(q(w), log(r(z, given=w) * exp(x * w)), w),
        "what is not known in the power": Expectation(q(w), exp(f(w, z)) * exp(f(x, w)), w),
        "a Gaussian encoder": Expectation(gaussian(f(x, z), exp(f(z, x))), log(r(z, given=w)) + f(w), w),
        "a Gaussian encoder and decoder": Expectation(
            gaussian(f(x, z), exp(f(z, x))), log(gaussian(f(w), s)(z)) / (1 + D**2), w
        ),
        "log of two factors": Expectation(gaussian(D, 1), log(2 + exp(w) * gaussian(D, 1)(w)), w),
        "log of a Gaussian below a root": D * Expectation(N, log(2 + s * log(gaussian(D * w, 1)(0)) ** 2), w),
        "what is bounded": D * Expectation(N, exp(-(D**2) * w**2) * gaussian(D * w, 1 + z**2)(x), w),
    }


with author_form():
    OF_BOTH = f(w, z)
    NESTED = {
        "e to it beside the parameter": (x - exp(OF_BOTH)) ** 2,
        "a logarithm beside the parameter": (x - log(1 + OF_BOTH**2)) ** 2,
        "the parameter within": (1 - exp(x - OF_BOTH)) ** 2,
        "nothing known but the variable": (1 - exp(f(w, x, z))) ** 2,
    }


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", NESTED)
def test_what_is_not_known_is_coupled_however_deep_it_stands(name):
    assert outcome(D * Expectation(N, exp(w**2 / 2 - w**2 * NESTED[name] / 2), w)) == "undecided"


@pytest.mark.parametrize("body", [exp(exp(f(w, x, z))), log(1 + exp(f(w, x, z)))], ids=str)
def test_what_is_not_known_is_smooth_however_deep_it_stands_alone(body):
    assert outcome(D * Expectation(N, body, w)) == "proved"


@pytest.mark.parametrize("name", JUMPS)
def test_a_mean_that_may_jump_where_the_parameter_is_keeps_the_derivative_outside(name):
    left, right = sides(JUMPS[name])
    assert "differ by" in UNDER.objection(left, right)


@pytest.mark.parametrize("name", SMOOTH)
def test_the_derivative_goes_under_a_mean_of_what_is_smooth(name):
    assert outcome(SMOOTH[name]) == "proved"


def test_a_false_step_is_undecided():
    assert outcome(JUMPS["1/|x − z|"]) == "undecided"


def test_an_affine_power_is_smooth():
    with author_form():
        body = Expectation(gaussian(D, s), w * exp(w * D + x), w)
    assert UNDER.objection(*sides(body)) == ""


def test_no_abbreviation_hides_a_jump():
    known = Context(where=((a, x),))
    with author_form():
        parts = exp(w**2 / 2 - (a - z) ** 2 * w**2 / 2), (a - z) ** 2 * w**2
        jump, smooth = (x * Expectation(N, part, w) for part in parts)
    assert "differ by" in UNDER.objection(*sides(jump), known)
    assert UNDER.objection(*sides(smooth), known) == ""
