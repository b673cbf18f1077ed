"""E_q[1] and E_q[c]: the density is given with its variables, which need not occur; law and meaning agree."""

import pytest

from elbo_check import laws
from elbo_check.derivation import Chain, Derivation, Statement, Step
from elbo_check.nodes import (
    KL,
    Bernoulli,
    Expectation,
    Integral,
    Iterated,
    Member,
    Product,
    Uniform,
    function,
    gaussian,
    model,
)
from elbo_check.nodes.functions import log
from elbo_check.symbols import author_form, bit, count, positive, real, unit

a, x, z, mu, s, y = real("a"), real("x"), real("z"), real("mu"), positive("s"), unit("y")
j, J, b = count("j"), count("J"), bit("b")
p, q, N = model("p"), model("q"), gaussian(mu, s)
f, g = function("f"), function("g")


def verdict(left, right, law, *parameters):
    chain = Chain(Statement(left, right), (Step("as it is said", left, right, law),), parameters)
    return Derivation("name", "title", "words", (), (chain,), ("a source",)).check()


def test_a_model_and_a_value_name_the_same_expectation():
    assert Expectation(q, z**2, z) == Expectation(q(z), z**2) == Expectation(q(z), z**2, z)


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    ("build", "parameters", "law"),
    [
        (lambda: (Expectation(q(z), 1), 1), (), laws.normalisation),
        (lambda: (Expectation(q(z), 1), 1), (), laws.linearity),
        (lambda: (Expectation(q(z), a), a), (a,), laws.constants),
        (lambda: (Expectation(q, a, z), a), (a,), laws.linearity),
        (lambda: (Expectation(q(z, given=x), log(p(x))), log(p(x))), (x,), laws.linearity),
        (lambda: (Expectation(q(z), KL(q(z), p(z))), KL(q(z), p(z))), (), laws.linearity),
        (lambda: (Expectation(q(x, z), a), Expectation(q(z), a)), (a,), laws.total_expectation),
        (lambda: (Expectation(q(z), a), Integral(q(z) * a, z)), (a,), laws.definition_of_expectation),
        (lambda: (Expectation(N(z), log(s)), log(s)), (mu, s), laws.gaussian_moments),
        (lambda: (Expectation(Product(N, q(x)), a, z, x), a), (a, mu, s), laws.linearity),
        (lambda: (Expectation(Iterated(Member("q", j), j, J), a, z), a), (a, J), laws.linearity),
        (lambda: (Expectation(Uniform(J)(j), a), a), (a, J), laws.linearity),
        (lambda: (Expectation(Bernoulli(y)(b), a), a), (a, y), laws.linearity),
    ],
)  # fmt: skip
def test_the_expectation_of_a_constant_is_that_constant_and_nothing_else(build, parameters, law):
    with author_form():
        left, right = build()
        wrong = right + 1
    assert verdict(left, right, law, *parameters).outcome == "proved"
    assert verdict(left, wrong, law, *parameters).outcome == "refuted"


SUMS = {
    "itself": lambda: (Expectation(q(z), x - a), x - a),
    "a factor": lambda: (Expectation(q(z), (x - a) * f(z)), (x - a) * Expectation(q(z), f(z))),
    "a factor of a sum": lambda: (
        Expectation(q(z), (x - a) * (f(z) + 2 * g(z))),
        (x - a) * Expectation(q(z), f(z) + 2 * g(z)),
    ),
    "a divisor of a sum": lambda: (
        Expectation(q(z), (f(z) - 2 * g(z)) / (s + s**2)),
        Expectation(q(z), f(z) - 2 * g(z)) / (s * (1 + s)),
    ),
    "of either sign": lambda: (
        Expectation(q(z), (x - a) * f(z) + (a - x) * g(z) / 2),
        (a - x) * Expectation(q(z), g(z) / 2 - f(z)),
    ),
    "a number of a sum": lambda: (Expectation(q(z), 2 * f(z) + 6 * g(z)), 2 * Expectation(q(z), f(z) + 3 * g(z))),
    "logarithms": lambda: (Expectation(q(z, given=x), log(p(x)) - log(p(a))), log(p(x)) - log(p(a))),
}


@pytest.mark.parametrize("build", SUMS.values(), ids=SUMS)
def test_a_constant_that_is_a_sum_leaves_e(build):
    with author_form():
        left, right = build()
        wrong = right + 1
    assert verdict(left, right, laws.constants, a, s, x).outcome == "proved"
    assert verdict(left, wrong, laws.constants, a, s, x).outcome == "refuted"


@pytest.mark.unmeasured
def test_what_is_no_constant_factor_of_all_needs_linearity():
    with author_form():
        left = Expectation(q(z), (x - a) * f(z) + x * g(z))
        right = (x - a) * Expectation(q(z), f(z)) + x * Expectation(q(z), g(z))
    assert verdict(left, right, laws.constants, a, x).outcome == "undecided"
    assert verdict(left, right, laws.linearity, a, x).outcome == "proved"


def test_a_difference_of_two_is_left_as_it_is():
    with author_form():
        left, right = Expectation(q(z), f(z) - g(z)), Expectation(q(z), f(z) - g(z)) + x - x
    assert verdict(left, right, laws.constants, x).outcome == "proved"
