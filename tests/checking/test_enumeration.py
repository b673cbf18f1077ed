"""Finite worlds: sums of logarithms are decided exactly, without rounding and without large powers."""

import math
from fractions import Fraction

import flint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from elbo_check.errors import WitnessError
from elbo_check.witnesses.coprime import coprime_basis
from elbo_check.witnesses.enumeration import LogSum, expectation
from elbo_check.witnesses.log_polynomials import LogPolynomial

ratios = st.fractions(Fraction(1, 60), 60, max_denominator=60).filter(lambda r: r > 0)
weights = st.fractions(-3, 3, max_denominator=6)


def total(pairs, constant=0):
    return sum((LogSum.log(r).scaled(c) for r, c in pairs), start=LogSum.number(constant))


@pytest.mark.unmeasured
@given(st.lists(st.tuples(ratios, weights), max_size=5))
def test_a_sum_of_logs_is_zero_exactly_if_its_product_is_one(pairs):
    scale = math.lcm(*(c.denominator for _, c in pairs))
    product = math.prod((r ** int(c * scale) for r, c in pairs), start=Fraction(1))
    assert total(pairs).is_zero() == (product == 1)


@pytest.mark.unmeasured
@given(st.lists(ratios, min_size=1, max_size=4), weights)
def test_the_log_of_a_product_is_the_sum_of_the_logs(parts, c):
    together = LogSum.log(math.prod(parts)).scaled(c)
    assert together == total([(r, c) for r in parts])
    assert (together - total([(r, c) for r in parts[1:]]) == LogSum.log(parts[0]).scaled(c)) is True


@pytest.mark.unmeasured
@given(st.lists(st.tuples(ratios, weights), max_size=4), weights)
def test_its_float_is_what_the_logs_say(pairs, constant):
    wanted = float(constant) + sum(float(c) * math.log(r) for r, c in pairs)
    assert float(total(pairs, constant)) == pytest.approx(wanted, abs=1e-9)


@given(st.lists(st.integers(1, 10**6), max_size=6))
def test_a_basis_is_coprime_and_generates_every_number(numbers):
    basis = coprime_basis(numbers)
    assert all(math.gcd(a, b) == 1 for i, a in enumerate(basis) for b in basis[:i])
    assert all(base > 1 for base in basis)
    for number in numbers:
        rest = number
        for base in basis:
            while rest % base == 0:
                rest //= base
        assert rest == 1


def test_huge_powers_are_decided_without_being_taken():
    big = Fraction(10**40)
    assert (LogSum.log(2**200 * 3).scaled(big) - LogSum.log(2).scaled(200 * big) - LogSum.log(3).scaled(big)).is_zero()
    assert not (LogSum.log(2**200 * 3).scaled(big) - LogSum.log(2).scaled(200 * big)).is_zero()


def test_a_rational_never_cancels_a_logarithm():
    assert not (LogSum.log(2) - LogSum.number(Fraction(693147180559945, 10**15))).is_zero()
    assert not (LogSum.number(1) + LogSum.log(1)).is_zero()
    assert (LogSum.number(1) - LogSum.number(1) + LogSum.log(1)).is_zero()


def test_arithmetic_is_exact_and_refuses_what_it_cannot_decide():
    log2 = LogSum.log(2)
    half = LogSum.number(Fraction(1, 2))
    assert half * log2 == log2 * half == log2 / LogSum.number(2)
    assert log2**1 is log2
    assert LogSum.number(2) ** -3 == LogSum.number(Fraction(1, 8))
    assert LogSum.number(3).rational == 3
    assert log2 != 0.693
    for refused in (
        lambda: log2**-1,
        lambda: log2 / LogSum.number(0),
        lambda: half / log2,
        lambda: LogSum.number(0) ** -1,
        lambda: LogSum.number(2) ** 1000,
        lambda: LogSum.log(0),
        lambda: LogSum.log(Fraction(-1, 2)),
    ):
        with pytest.raises(WitnessError):
            refused()
    with pytest.raises(TypeError):
        hash(log2)


def test_products_of_logarithms_are_polynomials_in_them():
    log2, log3 = LogSum.log(2), LogSum.log(3)
    square = log2 * log2
    assert isinstance(square, LogPolynomial)
    assert (square - log2**2).is_zero() is True
    assert (LogSum.log(6) * LogSum.log(6) - (log2 * log2 + log2 * log3 * LogSum.number(2) + log3**2)).is_zero() is True
    assert (log2 * log3 - LogSum.number(1)).is_zero() is False
    assert float(square) == pytest.approx(math.log(2) ** 2)
    assert float(LogPolynomial({})) == 0
    assert (LogSum.number(1) - square).ball() > 0
    assert (LogSum.number(1) + square + log2).is_zero() is False
    assert (square * square - square**2).is_zero() is True
    assert (square / LogSum.number(2) + -square.scaled(Fraction(1, 2))).is_zero() is True
    assert (LogSum.log(4) * log2 - square.scaled(Fraction(2))).is_zero() is True
    assert (square + LogSum.number(3) - square).rational == 3
    assert (square - square).rational == 0
    two = square - square + LogSum.number(2)
    assert (LogSum.number(4) / two).rational == (two * two / two).rational == 2
    assert (LogSum.number(4) - two).rational == 2
    with pytest.raises(WitnessError, match="division by zero"):
        _ = log2 / (square - square)
    with pytest.raises(WitnessError, match="of logarithms is not decided"):
        _ = square.rational


def test_what_no_ball_tells_from_zero_is_not_decided():
    tiny = Fraction(1, 2**5000)
    close = LogSum.log(2) * LogSum.log(3) * LogSum.number(tiny)
    assert close.ball() is not None  # relative precision tells it
    near = LogPolynomial({(2, 3): Fraction(1), (): -_approximation(LogPolynomial({(2, 3): Fraction(1)}))})
    assert near.is_zero() is None


def _approximation(value):
    with flint.ctx.workprec(9000):
        ball = flint.arb(2).log() * flint.arb(3).log()
        middle = ball.mid().fmpq() if hasattr(ball.mid(), "fmpq") else None
    if middle is None:
        mantissa, exponent = ball.mid().man_exp()
        return Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return Fraction(int(middle.p), int(middle.q))


def test_values_are_written_in_coprime_numbers():
    assert str(LogSum.log(Fraction(27, 32)).scaled(Fraction(1, 2))) == "1/2 log 27 − 1/2 log 32"
    assert str(LogSum.number(Fraction(-1, 2)) + LogSum.log(3)) == "−1/2 + log 3"
    assert str(LogSum.log(2) * LogSum.log(3)) == "log 2 log 3"
    assert str(LogSum.number(0)) == "0"


def test_an_expectation_of_logs_is_exact():
    coin = [Fraction(1, 4), Fraction(3, 4)]
    entropy = expectation((p, LogSum.log(p)) for p in coin)
    assert entropy == LogSum.log(3).scaled(Fraction(3, 4)) - LogSum.log(4)
    assert expectation([]).is_zero()
