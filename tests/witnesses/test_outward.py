"""`outward`: two floats that hold a whole ball, from the subnormal numbers to the largest."""

import math
from fractions import Fraction

import flint
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from elbo_check.witnesses.enclosure import exact_fraction
from elbo_check.witnesses.moment_balls import outward

LARGEST = 2**1024 - 2**971

mantissas = st.integers(-(2**120), 2**120)
radii = st.integers(0, 2**30)
exponents = st.one_of(st.integers(-1200, 1100), st.sampled_from([-1074, -1075, -1073, -1022, 971, 970]))


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
