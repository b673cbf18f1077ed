"""Polynomials over balls: arithmetic like that of polynomials, and a refusal of everything else."""

import math
from fractions import Fraction

import flint
import pytest

from elbo_check.checking.ball_polynomials import (
    BallPolynomial,
    fraction,
    rational,
)
from elbo_check.checking.ball_worlds import ball_polynomial_world
from elbo_check.checking.exponentials import Exponentials
from elbo_check.checking.undefined import UndefinedError
from elbo_check.errors import WitnessError

u, v = BallPolynomial.variable(0), BallPolynomial.variable(1)
two, half = flint.fmpq(2), flint.fmpq(1, 2)
world = ball_polynomial_world()


def at(polynomial, a, b):
    """Return the polynomial's value at rational numbers."""
    total = flint.fmpq(0)
    for powers, coefficient in polynomial.terms.items():
        factors = [(a, b)[coordinate] ** power for coordinate, power in powers]
        total += math.prod(factors, start=coefficient)
    return total


def test_arithmetic_is_that_of_polynomials():
    a, b = flint.fmpq(3, 7), flint.fmpq(-5, 2)
    cases = {
        (u + v) * (u - v): a * a - b * b,
        two * u - v * half: 2 * a - b / 2,
        two - u: 2 - a,
        u - two: a - 2,
        (u * v + two) ** 3: (a * b + 2) ** 3,
        u / two: a / 2,
        (u + v) ** 0: flint.fmpq(1),
        -(u * u) + u: -a * a + a,
    }
    for polynomial, wanted in cases.items():
        assert at(polynomial, a, b) == wanted


def test_a_constant_polynomial_is_a_number():
    with flint.ctx.workprec(100):
        constant = u - u + two
        assert two / constant == 1
        assert (constant**-1) == half
        assert world.log(constant).overlaps(flint.arb(2).log())
        assert world.sqrt((u - u) + flint.fmpq(9, 4)) == flint.fmpq(3, 2)
        assert world.log(world.exp(flint.fmpq(1))).contains(1)


@pytest.mark.parametrize(
    "build",
    [
        lambda: u**101,
        lambda: 1 / (two / u),
        lambda: (two / u) ** -1,
        lambda: two / u + Exponentials.of(u),
        lambda: world.log(u),
        lambda: world.log(two / u),
        lambda: world.sqrt(u),
        lambda: Exponentials.of(u) ** 13,
        lambda: world.log(Exponentials.of(u) + two),
        lambda: fraction(flint.arb(1)),
        lambda: fraction(u),
    ],
)
def test_what_is_no_polynomial_is_refused(build):
    with pytest.raises(WitnessError):
        build()


def test_exponentials_keep_only_their_logarithm():
    e = Exponentials.of(u)
    a, b = flint.fmpq(2), flint.fmpq(5)
    assert at(world.log(e * Exponentials.of(v)), a, b) == 7
    assert at(world.log(e / Exponentials.of(v)), a, b) == -3
    assert at(world.log(e**3), a, b) == 6
    assert at(world.log(world.sqrt(e)), a, b) == 1
    assert at(world.log(world.exp(u) * e), a, b) == 4
    with flint.ctx.workprec(80):
        assert at(world.log(two * e), a, b).overlaps(2 + flint.arb(2).log())
        assert at(world.log(two / e), a, b).overlaps(flint.arb(2).log() - 2)


def test_negative_numbers_have_no_logarithm_and_no_root():
    for function in (world.log, world.sqrt):
        with pytest.raises(UndefinedError, match="of -2 is not real"):
            function(flint.fmpq(-2))


def test_square_roots_of_squares_are_exact_and_others_are_balls():
    assert world.sqrt(flint.fmpq(4, 9)) == flint.fmpq(2, 3)
    with flint.ctx.workprec(100):
        assert (world.sqrt(two) ** 2).contains(2)


def test_fractions_go_there_and_back():
    assert fraction(rational(Fraction(-3, 8))) == Fraction(-3, 8)
    assert world.half == half
    with flint.ctx.workprec(100):
        assert world.log_two_pi().overlaps((2 * flint.arb.pi()).log())
