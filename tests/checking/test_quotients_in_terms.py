"""What stands within a term is the same quotient, whichever common factor it was written with."""

import pytest
from sympy import Integer, exp, log, pi, sqrt

from elbo_check import laws
from elbo_check.nodes import Expectation, Integral, free_symbols, function, gaussian, model, sequence
from elbo_check.symbols import author_form, bit, positive, real
from tests.checking.test_defined import outcome

x, y, z, u, v, m = (real(name) for name in ("x", "y", "z", "u", "v", "m"))
s, t, r, b = positive("s"), positive("t"), positive("r"), bit("b")
a = sequence(positive("a"))
p, q, f = model("p"), model("q"), function("f")
ALGEBRA, LOGS, GAUSSIAN = laws.algebra, laws.log_of_product, laws.gaussian_log_density


def log_normal(at, mean, variance):
    return -log(2 * pi) / 2 - log(variance) / 2 - (at - mean) ** 2 / (2 * variance)


with author_form():
    share = s / (s + t)
    other = t / (s + t)
    mixed = u * share + u * other
    mean, variance = (r * m + s * y) / (s + r), s * r / (s + r)
    apart = log_normal(z, m, s), log_normal(y, z, r)
    together = log_normal(y, m, s + r), log_normal(z, mean, variance)
    sides = log(gaussian(m, sqrt(s))(z)) + log(gaussian(z, sqrt(r))(y))
    TRUE = {
        "e^(u s/(s + t) + u t/(s + t))": (exp(mixed), exp(u), ALGEBRA),
        "e^(1/(s + t))": (exp(1 / (s + t)), exp((s + t) / (s + t) ** 2), ALGEBRA),
        "a product that is one": (exp(u * share) * exp(u * other), exp(u), ALGEBRA),
        "a product over one sum": (exp(u / (s + t)) * exp(v / (s + t)), exp((u + v) / (s + t)), ALGEBRA),
        "a product over two": (
            exp(u / (s + t)) * exp(v / (s + r)),
            exp((u * (s + r) + v * (s + t)) / ((s + t) * (s + r))),
            ALGEBRA,
        ),
        "a softmax": (
            exp(u / (s + t)) / (exp(u / (s + t)) + exp(v / (s + t))),
            1 / (1 + exp((v - u) / (s + t))),
            ALGEBRA,
        ),
        "a logarithm beside a quotient": (exp(log(s) + u / (s + t)), s * exp(u / (s + t)), ALGEBRA),
        "√ of a symbol": (exp(sqrt(s) / (sqrt(s) + t)), exp((s + sqrt(s) * t) / (sqrt(s) + t) ** 2), ALGEBRA),
        "1/s": (exp((1 / s + 1 / t) / (s + t)), exp(1 / (s * t)), ALGEBRA),
        "log e^(u + v)": (log(exp(u + v)), u + v, ALGEBRA),
        "log e^(u/(s + t) + v)": (log(exp(u / (s + t) - 2 * v)), u / (s + t) - 2 * v, ALGEBRA),
        "log": (log((1 + u**2) * share + (1 + u**2) * other), log(1 + u**2), ALGEBRA),
        "√": (sqrt(u**2 * share + u**2 * other + 1), sqrt(u**2 + 1), ALGEBRA),
        "f": (f(mixed), f(u), ALGEBRA),
        "s^u": (s**mixed, s**u, ALGEBRA),
        "a place of a mean": (gaussian(mixed, 1)(z), gaussian(u, 1)(z), ALGEBRA),
        "under a mean": (Expectation(q(z), exp(z * share + z * other)), Expectation(q(z), exp(z)), ALGEBRA),
        "a product of Gaussians": (exp(sum(apart)), exp(sum(together)), LOGS),
        "one by one": (exp(apart[0]) * exp(apart[1]), exp(together[0]) * exp(together[1]), LOGS),
        "of their densities": (
            exp(sides),
            exp(log(gaussian(m, sqrt(s + r))(y)) + log(gaussian(mean, sqrt(variance))(z))),
            GAUSSIAN,
        ),
    }
    FALSE = {
        "e^(u s/(s + t) + v t/(s + t))": (exp(u * share + v * other), exp(u)),
        "e^(1/(s + t))": (exp(1 / (s + t)), exp((s + t) / (s + t) ** 3)),
        "a product that is one": (exp(u * share) * exp(u * other), exp(2 * u)),
        "a product over one sum": (exp(u / (s + t)) * exp(v / (s + t)), exp((u - v) / (s + t))),
        "a sum": (exp(u / (s + t)) + exp(v / (s + t)), exp((u + v) / (s + t))),
        "over two": (exp(u / s) * exp(u / t), exp(u / (s + t))),
        "log": (log(exp(u) * exp(v)), u * v),
        "log of a sum": (log(exp(u) + exp(v)), u + v),
        "f": (f(mixed), f(2 * u)),
    }
    far = sqrt((5000 - x) ** 2) - (5000 - x)  # 0 wherever numbers are tried out
    HIDDEN = {
        "divided by it": (exp(u * far / far), exp(u)),
        "beside": (exp(u + far / (1 + s)), exp(u)),
        "a factor": (exp(far / (s + t)) * exp(u / (s + t)), exp(u / (s + t))),
        "√(x²) for x": (exp((5000 - x) * share + sqrt((5000 - x) ** 2) * other), exp(5000 - x)),
        "one by one": (exp((5000 - x) * share) * exp(sqrt((5000 - x) ** 2) * other), exp(5000 - x)),
        "f": (f(u + far * share), f(u)),
    }


def ruled(left, right, law=ALGEBRA):
    parameters = tuple((free_symbols(left) | free_symbols(right)) - ({z} if left.has(Expectation) else set()))
    return outcome((left, right), ((law, "="),), parameters).outcome


@pytest.mark.parametrize("case", TRUE.values(), ids=TRUE)
def test_a_quotient_within_a_term_is_in_lowest_terms(case):
    assert ruled(*case) == "proved"


@pytest.mark.parametrize("case", FALSE.values(), ids=FALSE)
def test_another_quotient_is_refuted(case):
    assert ruled(*case) == "refuted"


@pytest.mark.unmeasured
@pytest.mark.parametrize("case", HIDDEN.values(), ids=HIDDEN)
def test_what_is_0_wherever_numbers_are_tried_out_is_not_cancelled(case):
    assert ruled(*case) == "undecided"


def test_a_bit_is_told_by_its_values_alone():
    with author_form():
        assert ruled(exp(b / (1 + b)), exp(b / 2)) == "undecided"
        assert ruled(exp(b * (s + t) / (s + t)), exp(b)) == "proved"


def test_nothing_is_cancelled_against_a_density():
    with author_form():
        total = p(z) + q(z)
        mean = Expectation(q(z), exp(f(z) * p(z) / total + f(z) * q(z) / total))
        integral = Integral(q(z) * exp(f(z)), z)
        assert "that may be 0" in laws.definition_of_expectation.objection(mean, integral)
        product = exp(u / (p(x) + q(x))) * exp(v / (p(x) + q(x)))
        assert ALGEBRA.objection(product, exp((u + v) / (p(x) + q(x)))) != ""


def test_what_takes_long_is_left_as_it_is():
    with author_form():
        many = sum((a[k] for k in range(1, 9)), Integer(0))
        high = s + t**13
        for below in (many, high):
            assert ALGEBRA.objection(exp(u * below / below**2), exp(u / below)) != ""
            assert ALGEBRA.objection(exp(x + u / below), exp(u / below) * exp(x)) != ""
