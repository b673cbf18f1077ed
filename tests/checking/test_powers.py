"""s^y is e^(y log s) for s > 0, and xⁿ for a whole n what it is for any x."""

import pytest
from sympy import E, Integer, Rational, exp, log, pi, sqrt

from elbo_check import laws
from elbo_check.boxes import written
from elbo_check.derivation import Statement
from elbo_check.nodes import (
    Bernoulli,
    Expectation,
    Integral,
    derivative,
    free_symbols,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from elbo_check.symbols import author_form, bit, count, positive, real, unit
from tests.checking.test_defined import doubt, outcome

x, y, z, s, w = real("x"), real("y"), real("z"), positive("s"), positive("w")
u, b, n, k, J = unit("u"), bit("b"), count("n"), count("k"), count("J")
c = sequence(bit("c"))
p, q, f = model("p"), model("q"), function("f")
THIRD, ZERO = Rational(1, 3), Integer(0)
LOGS, ALGEBRA, LINEAR, JENSEN = laws.log_of_product, laws.algebra, laws.linearity, laws.jensen

with author_form():
    bridge = Integral(p(z) ** u * q(z) ** (1 - u), z)
    ratio = p(z) / q(z)
    normal = gaussian(0, 1)(z)
    TRUE = {
        "log s^y": (log(s**y), y * log(s), LOGS),
        "log (s w)^y": (log((s * w) ** y), y * log(s) + y * log(w), LOGS),
        "a power of a power": (log((s**y) ** x), x * y * log(s), LOGS),
        "s^y s^x": (s**y * s**x, s ** (x + y), ALGEBRA),
        "s^n s": (s**n * s, s ** (n + 1), ALGEBRA),
        "1/s^y": (1 / s**y, s ** (-y), ALGEBRA),
        "a third": (log(s**THIRD), THIRD * log(s), LOGS),
        "a Gaussian in J dimensions": (
            log((2 * pi * s**2) ** (-J / 2) * exp(-(x**2) / (2 * s**2))),
            -J / 2 * log(2 * pi) - J * log(s) - x**2 / (2 * s**2),
            LOGS,
        ),
        "the mass of a bit": (
            Expectation(Bernoulli(u)(b), log(u**b * (1 - u) ** (1 - b))),
            Expectation(Bernoulli(u)(b), b * log(u) + (1 - b) * log(1 - u)),
            LOGS,
        ),
        "a geometric bridge": (
            log(p(x) ** u * q(x) ** (1 - u) / bridge),
            u * log(p(x)) + (1 - u) * log(q(x)) - log(bridge),
            LOGS,
        ),
        "a temperature": (log((1 + exp(x / s)) ** s), s * log(1 + exp(x / s)), LOGS),
        "under a mean": (Expectation(q(z), u * p(z) ** u), u * Expectation(q(z), p(z) ** u), LINEAR),
        "under a Gaussian": (Expectation(normal, s**z), Expectation(normal, exp(z * log(s))), ALGEBRA),
        "∂/∂y": (derivative(s**y, y), s**y * log(s), laws.differentiation),
        "∂/∂s": (derivative(s**y, s), y * s**y / s, laws.differentiation),
        "a geometric sum": (indexed_sum(2 * s**k, k, n, 0), 2 * indexed_sum(s**k, k, n, 0), ALGEBRA),
        "xⁿ of any x": (2 * x**n + x**n, 3 * x**n, ALGEBRA),
        "a moment": (Expectation(normal, 2 * z**n), 2 * Expectation(normal, z**n), LINEAR),
        "1/xⁿ": (2 / x**n, 1 / x**n + 1 / x**n, ALGEBRA),
        "1 − (1 − u)ⁿ": (log((1 - (1 - u) ** n) ** 2), 2 * log(1 - (1 - u) ** n), LOGS),
        "√x²ⁿ": (2 * sqrt(x ** (2 * n)), sqrt(x ** (2 * n)) * 2, ALGEBRA),
        "the cube of a third": ((s**THIRD) ** 3, s, ALGEBRA),
        "a third and two": (s**THIRD * s ** (2 * THIRD), s, ALGEBRA),
        "e^(½ log s)": (exp(log(s) / 2) * exp(-log(w) / 2), sqrt(s / w), ALGEBRA),
        "0⁰ = 1": (b ** (n - 1) * 2, b ** (n - 1) + b ** (n - 1), ALGEBRA),
        "xⁿ x": (x ** (n + 1), x * x**n, ALGEBRA),
        "xⁿ⁻¹ x": (x ** (n - 1) * x, x**n, ALGEBRA),
        "xⁿ xᴶ": (x**n * x**J, x ** (n + J), ALGEBRA),
        "xⁿ x⁻ⁿ": (x**n * x ** (-n), Integer(1), ALGEBRA),
        "x²ⁿ": (x ** (2 * n) * x ** (2 * n), x ** (4 * n), ALGEBRA),
        "(x y)ⁿ": ((3 * x * y * s) ** n, 3**n * x**n * y**n * s**n, ALGEBRA),
        "(−x)²ⁿ": ((-x) ** (2 * n), x ** (2 * n), ALGEBRA),
        "(−x)ⁿ": ((-x) ** n * (-y) ** n, (x * y) ** n, ALGEBRA),
        "(√s x)ⁿ": ((sqrt(s) * x) ** (2 * n), s**n * x ** (2 * n), ALGEBRA),
        "a sum to the n": ((x + y) ** (n + 1), x * (x + y) ** n + y * (x + y) ** n, ALGEBRA),
        "(xⁿ)ᴶ": ((x**n) ** J, x ** (n * J), ALGEBRA),
        "(x − y)²ⁿ": ((x - y) ** (2 * n), (y - x) ** (2 * n), ALGEBRA),
        "(x² − x)ⁿ": ((x**2 - x) ** n * (x**2 - x), (x - x**2) ** (n + 1) * (-1) ** (n + 1), ALGEBRA),
        "bⁿ⁺ᴶ": (b ** (n + J), b, ALGEBRA),
        "1/(1 + b)": (1 / (1 + b), 1 - b / 2, ALGEBRA),
        "∂xⁿ/∂x": (derivative(x**n, x), n * x ** (n - 1), laws.differentiation),
        "∂(x² − 1)ⁿ/∂x": (derivative((x**2 - 1) ** n, x), 2 * x * n * (x**2 - 1) ** (n - 1), laws.differentiation),
        "b²": (b**2 * x, b * x, ALGEBRA),
        "b (1 − b)": (b * (1 - b), ZERO, ALGEBRA),
        "bⁿ": (b**n, b, ALGEBRA),
        "(1 − 2 b)²": ((1 - 2 * b) ** 2, Integer(1), ALGEBRA),
        "a bit of many": (c[n] ** 3, c[n], ALGEBRA),
        "the mean of b²": (Expectation(Bernoulli(u)(b), b**2), Expectation(Bernoulli(u)(b), b), ALGEBRA),
        "the sum of b²": (indexed_sum(f(b) * b**2, b, 1, 0), indexed_sum(f(b) * b, b, 1, 0), ALGEBRA),
        "(x/s)ⁿ": ((x / (1 + s)) ** n * (1 + s) ** (n + 1), x**n * (1 + s), ALGEBRA),
        "(x y/(1 + y²))²ⁿ": ((x * y / (1 + y**2)) ** (2 * n) * (1 + y**2) ** (2 * n), (x * y) ** (2 * n), ALGEBRA),
        "(b x)ⁿ": ((b * x) ** n, b * x**n, ALGEBRA),
        "(b c)ⁿ": ((b * c[n] * x) ** (2 * n), b * c[n] * x ** (2 * n), ALGEBRA),
        "e^(½ log(5 + x²))": (exp(log(5 + x**2) / 2), sqrt(5 + x**2), ALGEBRA),
        "e^(−3/2 log(5 + x²))": (exp(-3 * log(5 + x**2) / 2) * (5 + x**2), 1 / sqrt(5 + x**2), ALGEBRA),
        "three thirds": (exp(THIRD * log(1 + s)) ** 3, 1 + s, ALGEBRA),
    }  # fmt: skip
    FALSE = {
        "s^y s": (s**y * s, s ** (2 * y), ALGEBRA),
        "log s^y": (log(s**y), log(y) * s, LOGS),
        "(s + w)^y": ((s + w) ** y, s**y + w**y, ALGEBRA),
        "∂/∂s": (derivative(s**y, s), y * s**y, laws.differentiation),
        "xⁿ x": (x**n, x ** (n + 1), ALGEBRA),
        "a third, twice": ((s**THIRD) ** 2, s, ALGEBRA),
        "a third for a half": (exp(log(s) / 3), sqrt(s), ALGEBRA),
        "xⁿ x²": (x ** (n + 1), x**2 * x**n, ALGEBRA),
        "(x + y)ⁿ": ((x + y) ** n, x**n + y**n, ALGEBRA),
        "(−x)ⁿ": ((-x) ** n, -(x**n), ALGEBRA),
        "(x − y)²ⁿ⁺¹": ((x - y) ** (2 * n + 1), (y - x) ** (2 * n + 1), ALGEBRA),
        "(xⁿ)ᴶ": ((x**n) ** J, x ** (n + J), ALGEBRA),
        "(−1)ⁿ": ((-1) ** n * x, x, ALGEBRA),
        "∂xⁿ/∂x": (derivative(x**n, x), n * x**n, laws.differentiation),
        "x²": (x**2, x, ALGEBRA),
        "bⁿ⁻¹": (b ** (n - 1), b, ALGEBRA),
        "an outcome that is no bit": (Expectation(q(z), z**2), Expectation(q(z), z), ALGEBRA),
        "(x/s)ⁿ": ((x / (1 + s)) ** n, x**n / (1 + s), ALGEBRA),
        "(b/(1 + s))ⁿ⁻³": ((b / (1 + s)) ** (n - 3), b / (1 + s) ** (n - 3), ALGEBRA),
        "(b x)ⁿ⁻¹": ((b * x) ** (n - 1), b * x ** (n - 1), ALGEBRA),
        "e^(½ log x²)": (exp(log(x**2) / 2), x, ALGEBRA),
        "two thirds": (exp(THIRD * log(1 + s)) ** 2, 1 + s, ALGEBRA),
    }
    NOT_PROVED = {
        "log x²ⁿ": (log(x ** (2 * n)), 2 * n * log(x), LOGS),
        "x^y": (x**y * x**y, x ** (2 * y), ALGEBRA),
        "a third of x": ((x**2) ** THIRD, x ** (2 * THIRD), ALGEBRA),
        "a bit to the power y": (b**y * b, b ** (y + 1), ALGEBRA),
        "b/b": (b**2 / b, b, ALGEBRA),
        "e^(½ log x)": (exp(log(x) / 2), sqrt(x), ALGEBRA),
        "(x/(y + s))ⁿ": ((x / (y + s)) ** n, x**n / (y + s) ** n, ALGEBRA),
        "1/b²": (b / b**2, Integer(1), ALGEBRA),
        "a bit to a power that may be negative": (2 * b ** (n - 3), b ** (n - 3) + b ** (n - 3), ALGEBRA),
    }
    DIVIDED = (ratio**s, ratio**n, p(z) * (f(z) * q(z)) ** (-n))
    POWERS_OF_E = {
        "x/e": (x / E, x * exp(-1), exp(-x)),
        "e²": (E**2, exp(2), exp(3)),
        "e^y": (E**y, exp(y), E ** (2 * y)),
        "√e": (sqrt(E), exp(Rational(1, 2)), E**THIRD),
        "1/√e": (1 / sqrt(E), exp(Rational(-1, 2)), sqrt(E)),
        "e^n": (E**n * E, E ** (n + 1), E**n),
        "log(x² + e^y)": (log(x**2 + E**y), log(x**2 + exp(y)), log(x**2 + E**-y)),
        "under a mean": (Expectation(q(z), E**z), Expectation(q(z), exp(z)), Expectation(q(z), E**-z)),
        "under a Gaussian": (Expectation(normal, E**z), Expectation(normal, exp(z)), Expectation(normal, E)),
    }


def ruled(left, right, law, relation="="):
    bound = {z, k} | ({b} if left.has(Expectation) else set())
    parameters = tuple((free_symbols(left) | free_symbols(right)) - bound)
    return outcome((left, right), ((law, relation),), parameters).outcome


@pytest.mark.parametrize("case", TRUE.values(), ids=TRUE)
def test_a_power_is_an_exponential(case):
    assert ruled(*case) == "proved"


@pytest.mark.unmeasured
@pytest.mark.parametrize("case", FALSE.values(), ids=FALSE)
def test_what_is_false_of_powers_is_refuted(case):
    assert ruled(*case) == "refuted"


@pytest.mark.parametrize("case", NOT_PROVED.values(), ids=NOT_PROVED)
def test_what_does_not_hold_for_all_numbers_is_not_proved(case):
    assert ruled(*case) == "undecided"


@pytest.mark.parametrize("case", POWERS_OF_E.values(), ids=POWERS_OF_E)
def test_a_power_of_e_is_the_exponential_that_it_says(case):
    power, same, other = case
    assert ruled(power, same, ALGEBRA) == "proved"
    assert ruled(power, other, ALGEBRA) == "refuted"


def test_a_power_of_e_is_printed_as_it_is_written():
    with author_form():
        assert [written(part) for part in (x / E, E**2, E**-y, sqrt(E))] == ["x/e", "e²", "e^{−y}", "√e"]


def test_a_power_of_e_is_positive_and_moves_with_its_exponent():
    with author_form():
        assert ruled(derivative(E ** (y**2), y), 2 * y * E ** (y**2), laws.differentiation) == "proved"
        assert ruled(derivative(E ** (y**2), y), 2 * y * E**y, laws.differentiation) == "refuted"
        assert ruled(E**s - 1, ZERO, laws.nonnegativity, "≥") == "proved"
        assert ruled(E**y - 1, ZERO, laws.nonnegativity, "≥") == "refuted"
        assert doubt(log(E**y) + x / (1 + E**x), (x, y)) == ""
        assert "has no value" in doubt(log(500 - E**y), (y,))


@pytest.mark.parametrize("divided", DIVIDED, ids=str)
def test_a_power_may_be_a_division_by_a_density_that_is_0_somewhere(divided):
    with author_form():
        sides = Expectation(q(z), divided), Integral(q(z) * divided, z)
        safe = Expectation(q(z), f(z) ** n), Integral(q(z) * f(z) ** n, z)
    assert "divided by a density that may be 0" in laws.definition_of_expectation.objection(*sides)
    assert laws.definition_of_expectation.objection(*safe) == ""


def test_the_bound_of_a_renyi_divergence_points_one_way():
    with author_form():
        mean, within = log(Expectation(q(z), ratio ** (1 - u))), Expectation(q(z), log(ratio ** (1 - u)))
    assert ruled(mean, within, JENSEN, "≥") == "proved"
    assert ruled(mean, within, JENSEN, "≤") == "refuted"


def test_a_whole_power_may_be_negative_but_for_an_even_one():
    with author_form():
        assert ruled(x**n, ZERO, laws.nonnegativity, "≥") == "refuted"
        assert ruled(-(x ** (2 * n)), ZERO, laws.nonnegativity, "≥") == "refuted"
        assert ruled(x ** (2 * n - 1), ZERO, laws.nonnegativity, "≥") == "refuted"
        for even in (
            x ** (2 * n) * s,
            (x - y) ** (2 * n) + 1,
            Expectation(q(z), z ** (2 * n)),
            (q(x) - p(x)) ** (2 * n - 2),
        ):
            assert ruled(even, ZERO, laws.nonnegativity, "≥") == "proved"
        assert "unless x^n > 0" in doubt(log(x**n), (x, n))


def test_a_power_of_less_than_1_is_less_than_1():
    with author_form():
        assert doubt(log(1 - u**s) + log(1 - (1 - u) ** n) + log((1 + s) ** y), (u, s, n, y)) == ""
        assert "has no value" in doubt(log(500 - s**y), (s, y))


def test_an_assumed_power_whose_exponent_may_be_0_does_not_say_that_its_base_is_not():
    with author_form():
        assumed = Statement(x ** (n - 5), Integer(1), "≤"), Statement(y**2, w * x**2, "≤")
        side = w * x**2 * x ** (-2)
    assert "= 0" in doubt(side, (x, n, y, w), assumed)


def test_a_density_to_a_whole_power_that_may_be_0_is_not_cancelled_against_it():
    """Where q = 0, E_q[p/q] over q > 0 is less than E_p[q⁰] = 1."""
    square = (n - 7) ** 2
    with author_form():
        sides = Expectation(q(z), p(z) * q(z) ** (square - 1)), Expectation(p(z), q(z) ** square)
        above = Expectation(q(z), p(z) * q(z) ** n), Expectation(p(z), q(z) ** (n + 1))
    assert laws.total_expectation.objection(*sides)
    assert ruled(*above, laws.total_expectation) == "proved"


def test_a_sign_is_asked_of_a_high_power_of_e_and_nothing_is_multiplied_out():
    with author_form():
        left, right = exp(s - 200) - E**-200, ZERO + ZERO * s
        root, same = sqrt(1 + exp(-200) * s), sqrt(1 + s * E**-200)
    assert outcome((left, right), ((laws.nonnegativity, "≥"),), (s,)).outcome == "proved"
    assert outcome((root, same), ((ALGEBRA, "="),), (s,)).outcome == "proved"
