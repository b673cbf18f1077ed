"""Means of quadratics by sigma points: exact, refused for anything else, and blind to closed forms."""

from fractions import Fraction

import flint
import numpy as np
import pytest

from elbo_check.densities import MultivariateNormal, Normal
from elbo_check.densities.gaussian import Gaussian
from elbo_check.errors import InputError, WitnessError
from elbo_check.evidence import Basis
from elbo_check.witnesses.moments import expectation
from elbo_check.witnesses.sigma_points import enclose_mean, sigma_point_mean

Q = MultivariateNormal([0.5, -1.0, 2.0], [[2.0, 0.5, 0.25], [0.5, 1.0, -0.25], [0.25, -0.25, 0.75]])
POLYNOMIAL = {
    (2, 0, 0): Fraction(3),
    (1, 1, 0): Fraction(-2),
    (0, 0, 3): Fraction(1, 4),
    (1, 1, 1): Fraction(1),
    (0, 0, 0): Fraction(7),
}


def polynomial(coefficients, q=Q):
    def in_world(world):
        def terms(z):
            numbers = [c.minus(0) for c in z.coordinates(len(q.mean))]
            return tuple(
                world.exact(float(c)) * np.prod([n**k for n, k in zip(numbers, powers, strict=True)])
                for powers, c in coefficients.items()
            )

        return Gaussian(q).read(world), terms

    return in_world


def truth(coefficients, q=Q):
    return expectation(coefficients, tuple(map(Fraction, q.mean)), tuple(tuple(map(Fraction, row)) for row in q.cov))


def test_a_cubic_has_its_exact_mean():
    enclosed = enclose_mean(polynomial(POLYNOMIAL), 40)
    assert abs(enclosed.value - truth(POLYNOMIAL)) <= enclosed.error < Fraction(1, 10**39)
    assert enclosed.basis is Basis.ENCLOSED
    floats = sigma_point_mean(polynomial(POLYNOMIAL))
    assert abs(floats.value - truth(POLYNOMIAL)) <= floats.error < 1e-12
    assert floats.basis is Basis.HEURISTIC


def test_more_than_a_cubic_is_refused():
    quartic = {(4, 0, 0): Fraction(1), (2, 0, 0): Fraction(1)}
    with pytest.raises(WitnessError, match="no polynomial of degree 3 or less"):
        enclose_mean(polynomial(quartic), 20)


def test_a_mean_of_zero_ends_at_an_absolute_radius():
    odd = {(0, 0, 1): Fraction(1), (0, 0, 0): Fraction(-2)}
    enclosed = enclose_mean(polynomial(odd), 30)
    assert abs(enclosed.value) <= enclosed.error <= Fraction(1, 10**33)


def log_ratio(q, p):
    def in_world(world):
        one, other = Gaussian(q).read(world), Gaussian(p).read(world)
        return one, lambda z: (*one.log_density(z, world), *(-term for term in other.log_density(z, world)))

    return in_world


def test_the_divergence_of_two_normals_takes_more_bits_where_it_is_small():
    nearly = log_ratio(Normal(0.0, 1.0), Normal(1e-20, 1.0))
    enclosed = enclose_mean(nearly, 30)
    truth = Fraction(1e-20) ** 2 / 2
    assert abs(enclosed.value - truth) <= enclosed.error
    assert enclosed.error <= Fraction(1, 10**33)


@pytest.mark.parametrize("digits", [0, 1001])
def test_impossible_digits_are_refused(digits):
    with pytest.raises(InputError, match=f"digits={digits} must be from 1 to 1000"):
        enclose_mean(polynomial(POLYNOMIAL), digits)


def test_no_answer_is_a_refusal():
    wide = lambda world: (Gaussian(Q).read(world), lambda z: (flint.arb(1, 1),))
    with pytest.raises(WitnessError, match="20 digits are not reached with 8192 bits"):
        enclose_mean(wide, 20)
    beyond = lambda world: (Gaussian(Q), lambda z: (np.float64(1e308), np.float64(np.inf)))
    with pytest.raises(WitnessError, match="leaves the range of float64"):
        sigma_point_mean(beyond)


def test_the_precision_of_the_context_is_left_as_it_was():
    before = flint.ctx.prec
    enclose_mean(polynomial(POLYNOMIAL), 60)
    assert flint.ctx.prec == before
