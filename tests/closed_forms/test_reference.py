"""The yardstick itself: another library, and what it does where a fixed precision fails."""

import mpmath
import numpy as np
from flint import arb, ctx

from . import reference


def in_mpmath(mu, sigma, prior_mu, prior_sigma, digits):
    with mpmath.workdps(digits):
        mu, sigma, prior_mu, prior_sigma = map(mpmath.mpf, (mu, sigma, prior_mu, prior_sigma))
        quotient = sigma / prior_sigma
        return ((mu - prior_mu) ** 2 / prior_sigma**2 + quotient**2 - 1) / 2 - mpmath.log(quotient)


def relative_difference(ball, other):
    """Return the distance of the middles, as a float; the difference itself is formed at 400 bits."""
    with ctx.workprec(400):
        return float(abs(ball.mid() / other - 1))


def as_ball(number):
    with ctx.workprec(400):
        return arb(mpmath.nstr(number, 70))


def test_the_reference_agrees_with_mpmath_to_25_digits():
    rng = np.random.default_rng(1)
    for scale in 10.0 ** rng.uniform(-12, 12, 100):
        row = [float(number) for number in (rng.normal(), scale, rng.normal(), np.exp(rng.normal()))]
        assert relative_difference(reference.kl(*row), as_ball(in_mpmath(*row, digits=80))) < 1e-25


def test_the_reference_is_certain_where_sixty_digits_say_zero():
    assert in_mpmath(1e-40, 1.0, 0.0, 1.0, digits=60) == 0
    row = (1e-40, 1.0, 0.0, 1.0)
    assert relative_difference(reference.kl(*row), as_ball(in_mpmath(*row, digits=200))) < 1e-25
    row = (1e-150, float(np.nextafter(1e-150, 1)), 1e-150, 1e-150)
    assert relative_difference(reference.kl(*row), as_ball(in_mpmath(*row, digits=500))) < 1e-25


def test_the_reference_for_other_kinds_agrees_with_the_one_for_sigma():
    in_variances = reference.kl_of_held(1.0, 0.25, "variance", 2.0, 9.0, "variance")
    assert relative_difference(in_variances, reference.kl(1.0, 0.5, 2.0, 3.0).mid()) < 1e-25
    assert relative_difference(reference.kl_of_held(0.5, 0.0, "log_variance", 0.0, 1.0, "sigma"), arb(0.125)) < 1e-25
    both = reference.kl_of_held(1.0, 0.25, "variance", 2.0, 0.25, "variance")
    assert relative_difference(both, arb(2)) < 1e-25


def test_the_multivariate_reference_agrees_with_the_scalar_one():
    ball = reference.multivariate_kl([1.0, 5.0], [[4.0, 0.0], [0.0, 0.25]], [0.0, 5.0], [[1.0, 0.0], [0.0, 9.0]])
    parts = reference.kl(1.0, 2.0, 0.0, 1.0), reference.kl(0.0, 0.5, 0.0, 3.0)
    with ctx.workprec(400):
        total = parts[0].mid() + parts[1].mid()
    assert relative_difference(ball, total) < 1e-25


def test_units_see_one_unit_and_one_step():
    truth = arb(1.5)
    assert reference.units(1.5, truth) == 0
    assert reference.units(np.nextafter(1.5, 2), truth) == 2 / 3  # a unit is relative: 2⁻⁵² · 1.5
    assert reference.units(1e-323, arb(5e-324)) == 4
    assert reference.units(np.inf, truth) == np.inf
    assert reference.units(np.inf, arb(10) ** 309) == 0
    assert reference.units(np.float32(np.inf), arb(3e38), dtype=np.float32) == np.inf
    assert np.isnan(reference.units(np.nan, truth))
