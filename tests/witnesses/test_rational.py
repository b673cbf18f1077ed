"""Among rational numbers and their logarithms nothing rounds; what leaves them is refused."""

from fractions import Fraction

import pytest

from elbo_check.errors import WitnessError
from elbo_check.witnesses.enumeration import LogSum
from elbo_check.witnesses.log_polynomials import LogPolynomial
from elbo_check.witnesses.rational import rational_world, sign

WORLD = rational_world()


def test_exp_and_log_undo_each_other():
    half = WORLD.rational(Fraction(1, 2))
    assert WORLD.exp(WORLD.log(half)) == half == WORLD.half
    assert WORLD.exp(WORLD.log_rational(Fraction(4, 9)) - WORLD.log(half)) == LogSum.number(Fraction(8, 9))
    assert WORLD.softplus(WORLD.log(half)) == WORLD.log_rational(Fraction(3, 2))
    assert WORLD.exact(0.1) == LogSum.number(Fraction(0.1))


def test_what_is_no_rational_number_is_refused():
    with pytest.raises(WitnessError, match="no rational number"):
        WORLD.exp(WORLD.half)
    with pytest.raises(WitnessError, match="no rational number"):
        WORLD.exp(LogSum.log(2).scaled(Fraction(1, 2)))
    with pytest.raises(WitnessError, match="roots and π"):
        WORLD.sqrt(WORLD.half)
    with pytest.raises(WitnessError, match="roots and π"):
        WORLD.log_two_pi()
    with pytest.raises(WitnessError, match="not decided"):
        WORLD.log(LogSum.log(2))


def test_signs(monkeypatch):
    assert sign(LogSum.log(3) - LogSum.log(2)) == 1
    assert sign(LogSum.log(2) - LogSum.log(3)) == -1
    assert sign(LogSum.log(Fraction(10**60 + 1, 10**60))) == 1  # far below float64
    assert sign(LogSum.log(8) - LogSum.log(2).scaled(Fraction(3))) == 0
    monkeypatch.setattr(LogPolynomial, "ball", lambda self: None)
    with pytest.raises(WitnessError, match="too near"):
        sign(LogSum.log(2))
