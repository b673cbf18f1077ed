"""From balls to numbers: `outward` gives two floats that hold a whole ball, `exact_fraction` the very rational."""

import math
from fractions import Fraction

import flint
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elbo_check.errors import WitnessError
from elbo_check.witnesses.enclosure import exact_fraction
from elbo_check.witnesses.moment_balls import outward

LARGEST = 2**1024 - 2**971

mantissas = st.integers(-(2**120), 2**120)
radii = st.integers(0, 2**30)
exponents = st.one_of(st.integers(-1200, 1100), st.sampled_from([-1074, -1075, -1073, -1022, 971, 970]))


@pytest.mark.endurance
@settings(max_examples=500)
@given(mantissas, radii, exponents, st.integers(-130, 20))
def test_floats_enclose_the_ball_they_stand_for(mantissa, radius, exponent, finer):
    """Subnormal, huge, wide, narrow: value ± error holds the whole ball, or nothing is answered."""
    with flint.ctx.workprec(300):
        middle = flint.arb(mantissa) * flint.arb(2) ** exponent
        ball = middle + flint.arb(0, 1) * radius * flint.arb(2) ** (exponent + finer)
        (value,), (error,) = outward([ball])
        lower, upper = (exact_fraction(end) for end in (ball.lower(), ball.upper()))
    if math.isnan(value):
        assert math.isnan(error)
        assert max(abs(lower), abs(upper)) > LARGEST / 2
    elif math.isinf(value):
        assert (value, error) == (math.inf, 0.0)
        assert lower > LARGEST
    else:
        assert Fraction(value) - Fraction(error) <= lower <= upper <= Fraction(value) + Fraction(error)
        rounding = abs(Fraction(value)) * Fraction(2) ** -51 + Fraction(2) ** -1072
        assert Fraction(error) <= (upper - lower) / 2 * (1 + Fraction(2) ** -20) + rounding


def test_balls_at_the_end_of_the_range_are_infinite_only_if_proved_so():
    two = flint.arb(2)
    with flint.ctx.workprec(200):
        balls = [
            two**1024 - two**971,
            two**1024 - two**960,
            two**1024,
            flint.arb(0, 1) * two**1030,
            1 + flint.arb(0, 1) * two**1030,
            two**1024 * flint.arb(1, 0.5),
            -(two**1030),
            flint.arb("nan"),
        ]
        value, error = outward(balls)
    assert value[:3].tolist() == [1.7976931348623157e308, math.inf, math.inf]
    assert error[1:3].tolist() == [0.0, 0.0]
    assert np.isnan(value[3:]).all()
    assert np.isnan(error[3:]).all()


def test_exact_balls_become_the_rationals_they_are():
    with flint.ctx.workprec(300):
        assert exact_fraction(flint.arb(0)) == 0
        assert exact_fraction(flint.arb(3) / 8) == Fraction(3, 8)
        assert exact_fraction(flint.arb(-5) * flint.arb(2) ** 2000) == Fraction(-5) * 2**2000
        assert exact_fraction(flint.arb(2) ** -10_000) == Fraction(1, 2**10_000)
        assert exact_fraction(flint.arb(1, 0.1).rad()) >= Fraction(1, 10)


@pytest.mark.parametrize("ball", ["nan", "inf", "-inf"])
def test_what_is_no_number_is_refused(ball):
    with pytest.raises(WitnessError, match="is no number: the parameters leave the range of balls"):
        exact_fraction(flint.arb(ball))
