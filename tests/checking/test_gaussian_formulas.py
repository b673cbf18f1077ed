"""N(z; m, s²) is a formula wherever it stands, and e^(a z) has a mean by it."""

import pytest
from sympy import Integer, exp, log, pi, sqrt

from elbo_check import laws
from elbo_check.nodes import Expectation, Gaussian, Integral, Product, free_symbols, function, gaussian, model
from elbo_check.symbols import author_form, positive, real
from tests.checking.test_defined import outcome

x, y, z, u, a, m = (real(name) for name in ("x", "y", "z", "u", "a", "m"))
s, t, r = positive("s"), positive("t"), positive("r")
ZERO = Integer(0)
q, f = model("q"), function("f")
N, STANDARD, OTHER = gaussian(m, s), gaussian(0, 1), gaussian(x, r)

with author_form():
    written_out = exp(-((z - m) ** 2) / (2 * s**2)) / (s * sqrt(2 * pi))
    together = gaussian(m, sqrt(s**2 + r**2))(y)
    behind = gaussian((r**2 * m + s**2 * y) / (s**2 + r**2), s * r / sqrt(s**2 + r**2))(z)
    exponents = (z - m) ** 2 / (2 * s**2) - (z - x) ** 2 / (2 * s**2)
    DENSITIES = {
        "the density": (N(z), written_out),
        "a quotient of two": (N(z) / STANDARD(z), exp(z**2 / 2 - (z - m) ** 2 / (2 * s**2)) / s),
        "moved and scaled": (N(z), STANDARD((z - m) / s) / s),
        "mean for point": (N(z), gaussian(z, s)(m)),
        "a product": (N(z) * gaussian(z, r)(y), together * behind),
        "under a mean": (Expectation(q(z), N(z)), Expectation(q(z), written_out)),
        "under ∫": (Integral(N(z) * f(z), z), Integral(written_out * f(z), z)),
        "a share": (N(z) / (N(z) + gaussian(x, s)(z)), 1 / (1 + exp(exponents))),
        "in a logarithm of a sum": (log(N(z) + 1), log(written_out + 1)),
        "in two dimensions": (Gaussian((m, x), ((s,), (0, r)))(z, y), N(z) * OTHER(y)),
    }
    NO_DENSITIES = {
        "another variance": (N(z), exp(-((z - m) ** 2) / s**2) / (s * sqrt(2 * pi))),
        "σ² before it": (N(z), exp(-((z - m) ** 2) / (2 * s**2)) / (s**2 * sqrt(2 * pi))),
        "a scale forgotten": (N(z), STANDARD((z - m) / s)),
        "a quotient without 1/s": (N(z) / STANDARD(z), exp(z**2 / 2 - (z - m) ** 2 / (2 * s**2))),
        "no product": (N(z) * gaussian(z, r)(y), together),
    }
    plane = Gaussian((m, x), ((s,), (u, r)))(z, y)
    mean = exp(m + s**2 / 2)
    MEANS = {
        "e^z": (Expectation(N(z), exp(z)), mean),
        "e^(a z + x)": (Expectation(N(z), exp(a * z + x)), exp(a * m + x + a**2 * s**2 / 2)),
        "z e^z": (Expectation(N(z), z * exp(z)), (m + s**2) * mean),
        "z² e^−z": (Expectation(N(z), z**2 * exp(-z)), ((m - s**2) ** 2 + s**2) * exp(-m + s**2 / 2)),
        "its variance": (Expectation(N(z), (exp(z) - mean) ** 2), (exp(s**2) - 1) * exp(2 * m + s**2)),
        "a quotient": (Expectation(N(z), exp(z / (1 + t))), exp(m / (1 + t) + s**2 / (2 * (1 + t) ** 2))),
        "a quotient of a sum": (
            Expectation(N(z), exp((z + x) / (1 + t))),
            exp((m + x) / (1 + t) + s**2 / (2 * (1 + t) ** 2)),
        ),
        "one of two that are independent": (Expectation(Product(N(z), OTHER(y)), exp(z), z, y), mean),
        "t^z": (Expectation(N(z), t**z), exp(m * log(t) + s**2 * log(t) ** 2 / 2)),
        "in two dimensions": (Expectation(plane, exp(z + y)), exp(m + x + ((s + u) ** 2 + r**2) / 2)),
        "one of two": (Expectation(plane, exp(y)), exp(x + (u**2 + r**2) / 2)),
        "independent": (Expectation(Product(N(z), OTHER(y)), exp(z - y), z, y), exp(m - x + (s**2 + r**2) / 2)),
        "its logarithm": (log(Expectation(N(z), exp(z))), m + s**2 / 2),
        "no z is left": (Expectation(N(z), exp((z + t) / (1 + a**2)) * exp(-z / (1 + a**2))), exp(t / (1 + a**2))),
        "z² beside it": (
            Expectation(N(z), z**2 * exp((z + x) / (1 + a**2)) * exp(-z / (1 + a**2))),
            (m**2 + s**2) * exp(x / (1 + a**2)),
        ),
    }
    NO_MEANS = {
        "a number that is lost": (Expectation(N(z), exp((z + x) / (1 + a**2)) * exp(-z / (1 + a**2))), 1 + ZERO * x),
        "σ² for σ²/2": (Expectation(N(z), exp(z)), exp(m + s**2)),
        "that of the mean": (Expectation(N(z), exp(z)), exp(m)),
        "z e^z": (Expectation(N(z), z * exp(z)), m * mean),
        "e^(z²)": (Expectation(N(z), exp(-(z**2))), exp(-(m**2) - s**2)),
        "not independent": (Expectation(plane, exp(z + y)), exp(m + x + (s**2 + u**2 + r**2) / 2)),
        "of any density": (Expectation(q(z), exp(z)), mean),
    }
    UNTOLD = {
        "e^f(z)": (Expectation(N(z), exp(f(z))), exp(f(m))),
        "e^(1/(1 + z²))": (Expectation(N(z), exp(1 / (1 + z**2))), exp(1 / (1 + m**2 + s**2))),
        "e^(z²)": (Expectation(N(z), exp(-(z**2))), 1 / sqrt(1 + 2 * s**2) * exp(-(m**2) / (1 + 2 * s**2))),
        "e^(a z y)": (Expectation(plane, exp(a * z * y)), exp(a * m * x + a**2 * (s**2 + u**2 + r**2) / 2)),
        "f(z) e^z": (Expectation(N(z), f(z) * exp(z)), f(m) * mean),
        "beside another density": (Expectation(Product(q(z), OTHER(y)), exp(z + y), z, y), exp(x + r**2 / 2)),
    }


def ruled(left, right, law):
    bound = {z, y} if left.has(Expectation) else {z} if left.has(Integral) else set()
    return outcome((left, right), ((law, "="),), tuple((free_symbols(left) | free_symbols(right)) - bound)).outcome


@pytest.mark.parametrize("case", DENSITIES.values(), ids=DENSITIES)
def test_a_gaussian_density_is_its_formula_outside_logarithms(case):
    assert ruled(*case, laws.gaussian_log_density) == "proved"


@pytest.mark.parametrize("case", NO_DENSITIES.values(), ids=NO_DENSITIES)
def test_another_formula_is_refuted(case):
    assert ruled(*case, laws.gaussian_log_density) == "refuted"


def test_a_density_is_no_formula_by_another_law():
    assert laws.log_of_product.objection(N(z), written_out) != ""


def test_what_is_0_wherever_numbers_are_tried_out_is_not_taken_for_0():
    with author_form():
        far = sqrt((5000 - x) ** 2) - 5000
        assert ruled(gaussian(0, s)(x), gaussian(0, s)(far), laws.gaussian_log_density) == "undecided"
        assert ruled(Expectation(N(z), exp(z * far)), Expectation(N(z), exp(-z * x)), laws.gaussian_moments) != "proved"
        lost = exp((z + far + x) / (1 + a**2)) * exp(-z / (1 + a**2))
        assert ruled(Expectation(N(z), lost), 1 + ZERO * x, laws.gaussian_moments) == "undecided"


@pytest.mark.parametrize("case", MEANS.values(), ids=MEANS)
def test_an_exponential_has_a_mean_by_a_gaussian(case):
    assert ruled(*case, laws.gaussian_moments) == "proved"


@pytest.mark.parametrize("case", NO_MEANS.values(), ids=NO_MEANS)
def test_another_mean_is_refuted(case):
    assert ruled(*case, laws.gaussian_moments) == "refuted"


@pytest.mark.parametrize("case", UNTOLD.values(), ids=UNTOLD)
def test_what_is_not_linear_in_an_exponent_is_no_such_moment(case):
    assert laws.gaussian_moments.objection(*case) != ""
