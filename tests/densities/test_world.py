"""One formula, three readings: SymPy, NumPy and balls give the same log-density."""

from fractions import Fraction

import flint
import mpmath
import numpy as np
import pytest
import sympy

from elbo_check.densities.normal import log_ratio_terms, normal_log_density_terms, standard_coordinates
from elbo_check.densities.scale import KINDS, Scale
from elbo_check.densities.world import ball_world, numpy_world, sympy_world

RESIDUAL, LOG_SCALE = 1.375, -0.8125


def test_the_three_worlds_read_one_number():
    symbolic = sum(normal_log_density_terms(sympy.Rational(RESIDUAL), sympy.Rational(LOG_SCALE), sympy_world()))
    numeric = sum(normal_log_density_terms(RESIDUAL, LOG_SCALE, numpy_world()))
    enclosed = sum(normal_log_density_terms(flint.arb(RESIDUAL), flint.arb(LOG_SCALE), ball_world()))
    with mpmath.workdps(30):
        truth = -(mpmath.mpf(RESIDUAL) ** 2) / 2 - mpmath.mpf(LOG_SCALE) - mpmath.log(2 * mpmath.pi) / 2
        assert mpmath.almosteq(mpmath.mpf(str(symbolic.evalf(30))), truth, 1e-25)
    assert numeric == pytest.approx(float(truth), rel=1e-15)
    assert abs(enclosed - flint.arb(str(truth))) < 1e-14
    assert symbolic.has(sympy.pi)


def test_the_symbolic_reading_is_the_textbook_density():
    z, mu = sympy.symbols("z mu", real=True)
    sigma = sympy.symbols("sigma", positive=True)
    ours = sum(normal_log_density_terms((z - mu) / sigma, sympy.log(sigma), sympy_world()))
    textbook = sympy.log(sympy.exp(-((z - mu) ** 2) / (2 * sigma**2)) / (sigma * sympy.sqrt(2 * sympy.pi)))
    assert sympy.expand(sympy.expand_log(textbook, force=True) - sympy.expand_log(ours, force=True)) == 0


@pytest.mark.parametrize("number", [0.1, np.float64(0.1), 1e-300, 5e-324, 1.7976931348623157e308, -2.5])
def test_a_double_is_taken_as_the_binary_number_it_is(number):
    exact = Fraction(float(number))
    assert Fraction(str(sympy_world().exact(number))) == exact
    assert numpy_world().exact(number) == number
    ball = ball_world().exact(number)
    mantissa, exponent = ball.man_exp()
    assert ball.is_exact()
    assert Fraction(int(mantissa)) * Fraction(2) ** int(exponent) == exact


def test_constants_are_enclosed_at_the_precision_of_the_moment():
    world = ball_world()
    for bits in (300, 60, 300, 53):
        with flint.ctx.workprec(bits):
            assert world.log_two_pi().rel_accuracy_bits() >= bits - 8
            assert (2 * flint.arb.pi()).log().overlaps(world.log_two_pi())


def test_log_ratio_terms_are_the_difference_of_two_densities():
    mu, sigma, prior_mu, prior_sigma, epsilon = 0.3, 0.7, -1.1, 2.0, 0.625
    z = mu + sigma * epsilon
    residual = (z - prior_mu) / prior_sigma
    own, other, constant = log_ratio_terms(epsilon, residual, np.log(sigma / prior_sigma), numpy_world())
    log_q = sum(normal_log_density_terms(epsilon, np.log(sigma), numpy_world()))
    log_p = sum(normal_log_density_terms(residual, np.log(prior_sigma), numpy_world()))
    assert own - other + constant == pytest.approx(log_q - log_p, rel=1e-14)


@pytest.mark.parametrize("kind_p", KINDS)
@pytest.mark.parametrize("kind_q", KINDS)
def test_standard_coordinates_in_balls_hold_the_true_ones(kind_q, kind_p):
    held_q, held_p, shift = 0.75, 1.5, 0.1
    scale_q, scale_p = Scale(np.array(held_q), kind_q), Scale(np.array(held_p), kind_p)
    numbers = (flint.arb(number) for number in (shift, held_q, 0.0, held_p))
    mean_q, ball_q, mean_p, ball_p = numbers
    seen = standard_coordinates(mean_q, ball_q, scale_q, mean_p, ball_p, scale_p, ball_world())

    def sigma(number, kind):
        number = mpmath.exp(number) if kind.startswith("log") else mpmath.mpf(number)
        return mpmath.sqrt(number) if kind.endswith("variance") else number

    with mpmath.workdps(40):
        ratio = sigma(held_q, kind_q) / sigma(held_p, kind_p)
        for ball, truth in (
            (seen.ratio, ratio),
            (seen.log_ratio, mpmath.log(ratio)),
            (seen.offset, mpmath.mpf(shift) / sigma(held_p, kind_p)),
        ):
            assert abs(ball - flint.arb(mpmath.nstr(truth, 35))) < 1e-14
    assert seen.residual(flint.arb(2)).overlaps(seen.offset + 2 * seen.ratio)
