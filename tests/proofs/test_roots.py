"""√u·√u is u where u is certainly not negative; log √u is half of log u; Gaussians whose variance is a sum."""

import pytest
import sympy
from sympy import Integer, Rational

from elbo_check import laws
from elbo_check.checking import by_meaning, check_step
from elbo_check.derivation import Chain, Statement, Step
from elbo_check.nodes import Expectation, gaussian
from elbo_check.nodes.functions import exp, log, sqrt
from elbo_check.normal_form import NormalForm, Rule
from elbo_check.symbols import author_form, positive, real, unit

x, z, w = real("x"), real("z"), real("w")
s, t, u, v = positive("s"), positive("t"), unit("u"), unit("v")
pi = sympy.pi


def ruled(left, right, law, parameters, *assuming):
    step = Step("s", left, right, law)
    chain = Chain(Statement(left, right), (step,), parameters, assuming=assuming)
    return check_step(step, chain, by_meaning.readings_for(chain), shrink=False).state


with author_form():
    S, T = 1 + s**2, 1 + t
    NOISE = Expectation(gaussian(0, 1), (u * x + sqrt(1 - u**2) * w) ** 2, w)
    NORMAL = -((z - x) ** 2) / (2 * T) - log(T) / 2 - log(2 * pi) / 2
    JOINT = log(gaussian(0, 1)(z)) + log(gaussian(z, s)(x))
    POSTERIOR = log(gaussian(x / S, s / sqrt(S))(z)) + log(gaussian(0, sqrt(S))(x))
    TRUE = [
        (sqrt(Integer(2)) ** 2, Integer(2), laws.algebra, ()),
        (sqrt(1 + x**2) ** 2, 1 + x**2, laws.algebra, (x,)),
        (sqrt(x**2) ** 2, x**2, laws.algebra, (x,)),
        ((1 / sqrt(2 * pi)) ** 2, 1 / (2 * pi), laws.algebra, ()),
        (1 / sqrt(S) * S, sqrt(S), laws.algebra, (s,)),
        (1 / (1 + sqrt(S)) * (S - 1), sqrt(S) - 1, laws.algebra, (s,)),
        (sqrt(4 + 4 * x**2), 2 * sqrt(1 + x**2), laws.algebra, (x,)),
        (sqrt(Integer(53 * 53)) * sqrt(Rational(1, 2)), 53 * sqrt(Integer(2)) / 2, laws.algebra, ()),
        (sqrt(x**2 / S), sqrt(x**2) / sqrt(S), laws.algebra, (x, s)),
        (exp(sqrt(S) ** 2), exp(S), laws.algebra, (s,)),
        (sqrt(sqrt(S) ** 2 * S**2), sqrt(S**3), laws.algebra, (s,)),
        (sqrt(x - x), Integer(0), laws.algebra, (x,)),
        (log(sqrt(S)), log(S) / 2, laws.log_of_product, (s,)),
        (log(sqrt(2 * pi * s**2)), log(2 * pi) / 2 + log(s), laws.log_of_product, (s,)),
        (Expectation(gaussian(x, sqrt(T)), (z - x) ** 2, z), T, laws.gaussian_moments, (x, t)),
        (log(gaussian(x, sqrt(T))(z)), NORMAL, laws.gaussian_log_density, (x, t, z)),
        (NOISE, u**2 * x**2 + 1 - u**2, laws.gaussian_moments, (u, x)),
        (JOINT, POSTERIOR, laws.gaussian_log_density, (x, z, s)),
    ]
    UNKNOWN = [
        (sqrt(x) ** 2, x, laws.algebra),
        (sqrt(1 - s**2) ** 2, 1 - s**2, laws.algebra),
        (sqrt(x / (1 - s)) ** 2, x / (1 - s), laws.algebra),
        (sqrt(x**2), x, laws.algebra),
        (sqrt(1 + x**2), 1 + x, laws.algebra),
        (log(sqrt(S)), log(S) / 2, laws.algebra),
        (sqrt(1 - 2 * u) ** 2, 1 - 2 * u, laws.algebra),
    ]


@pytest.mark.parametrize(("left", "right", "law", "parameters"), TRUE)
def test_roots_of_what_is_not_negative(left, right, law, parameters):
    assert ruled(left, right, law, parameters) == "proved"


@pytest.mark.parametrize(("left", "right", "law"), UNKNOWN)
def test_where_the_sign_is_not_certain_nothing_is_said(left, right, law):
    assert law.objection(left, right)


@pytest.mark.parametrize(("whole", "certain"), [
    (1 - u * v, True), (s - s * u, True), (2 - u - v, True), (s * x**2 - s * u * x**2, False), (3 - 2 * u**2, True),
    (1 - 2 * u, False), (1 - u - v, False), (u - 1, False), (1 - s * u, False), (1 - 1 / u, False), (1 / u - 1, True),
])  # fmt: skip
def test_what_is_left_of_a_fraction_is_positive(whole, certain):
    form = NormalForm(frozenset({Rule.NONNEGATIVE}))
    assert form.terms.is_positive(form.read(whole)) is certain


def test_a_square_says_what_a_positive_symbol_is():
    with author_form():
        assumed = Statement(t**2, 1 + s**2)
        assert ruled(t**2 * x, (1 + s**2) * x, laws.assumption, (x, s, t), assumed) == "proved"
        assert ruled(t * x, (1 + s**2) * x, laws.assumption, (x, s, t), assumed) == "refuted"
