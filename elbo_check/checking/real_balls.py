"""Real numbers that are known only as a ball: roots, exponentials and quotients of logarithms in a finite world.

A ball may exclude a value; that two values are equal it never says. Numbers that are known exactly stay exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import flint

from ..errors import WitnessError
from ..witnesses.enumeration import LogSum
from ..witnesses.log_polynomials import LogPolynomial
from .places import as_number
from .undefined import NoValueError, UndefinedError

__all__ = ["RealBall", "exponential", "logarithm", "power", "root", "telling", "two_pi"]

_LARGEST_POWER = 100


class RealBall:
    """A number in a ball, at the precision of the running `flint.ctx`."""

    __slots__ = ("ball",)

    def __init__(self, ball: Any) -> None:
        if not ball.is_finite():
            raise WitnessError("a value lies beyond the range of balls")
        self.ball = ball

    @classmethod
    def of(cls, value: Any) -> RealBall:
        """Return any number of a finite world as a ball."""
        number = as_number(value)
        if isinstance(number, RealBall):
            return number
        total = flint.arb(0)
        for logs, coefficient in LogPolynomial.of(number).terms.items():
            total += math.prod((flint.arb(n).log() for n in logs), start=flint.arb(_rational(coefficient)))
        return cls(total)

    def is_zero(self) -> bool | None:
        """Whether the number is 0: a ball may say no, and never yes."""
        return None if self.ball.contains(0) else False

    @property
    def rational(self) -> Fraction:
        """No rational number; raises `WitnessError`."""
        raise WitnessError("a number that is known only as a ball is not known to be rational")

    divisor = rational

    def scaled(self, factor: Fraction) -> RealBall:
        """Return factor·self."""
        return RealBall(self.ball * _rational(factor))

    def __add__(self, other: Any) -> RealBall:
        return RealBall(self.ball + RealBall.of(other).ball)

    def __mul__(self, other: Any) -> RealBall:
        return RealBall(self.ball * RealBall.of(other).ball)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> RealBall:
        return RealBall(-self.ball)

    def __sub__(self, other: Any) -> RealBall:
        return self + -RealBall.of(other)

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __truediv__(self, other: Any) -> RealBall:
        return self * RealBall.of(other) ** -1

    def __rtruediv__(self, other: Any) -> Any:
        return self**-1 * other

    def __pow__(self, exponent: int) -> RealBall:
        if abs(exponent) > _LARGEST_POWER or (exponent < 0 and self.ball.contains(0)):
            raise WitnessError(f"a number in a ball to the power {exponent} is not computed")
        return RealBall(self.ball**exponent)

    def __float__(self) -> float:
        return float(self.ball)

    def __str__(self) -> str:
        return str(self.ball.str(20))


def power(base: Any, exponent: int) -> Any:
    """Return a whole power: exact where there is an exact one."""
    exact = isinstance(base, LogSum | LogPolynomial) and (exponent >= 0 or not _has_logarithms(base))
    return base**exponent if exact else RealBall.of(base) ** exponent


def root(value: Any) -> Any:
    """Return √value, exactly for the square of a rational number."""
    if isinstance(value, LogSum) and not value.logs and value.constant >= 0:
        parts = math.isqrt(value.constant.numerator), math.isqrt(value.constant.denominator)
        exact = Fraction(*parts)
        if exact**2 == value.constant:
            return LogSum.number(exact)
    return _of_ball(value, "√", lambda ball: ball.sqrt())


def logarithm(value: Any) -> Any:
    """Return log value, as a sum of logarithms of whole numbers for a rational number."""
    if isinstance(value, RealBall) or _has_logarithms(value):
        return _of_ball(value, "log", lambda ball: ball.log())
    if value.rational <= 0:
        raise (NoValueError if value.rational else UndefinedError)(f"log of {value.rational} is not real")
    return LogSum.log(value.rational)


def exponential(value: Any) -> Any:
    """Return exp value: 1 for 0, and a ball otherwise."""
    if isinstance(value, LogSum) and value.is_zero():
        return LogSum.number(1)
    return RealBall(RealBall.of(value).ball.exp())


def two_pi() -> Any:
    """Return log 2π."""
    return RealBall((2 * flint.arb.pi()).log())


def telling(value: Any) -> Any:
    """Return a ball around a value that is not zero, fine enough to tell its sign; None where none was found."""
    if isinstance(value, LogPolynomial):
        return value.ball()
    if isinstance(value, RealBall):
        return value.ball
    bits = 128
    while True:
        with flint.ctx.workprec(bits):
            ball = flint.arb(_rational(value.constant))
            for number, coefficient in value.logs.items():
                ball += flint.arb(number).log() * _rational(coefficient)
        if not ball.contains(0):
            return ball
        bits *= 2


def _of_ball(value: Any, name: str, function: Callable[[Any], Any]) -> RealBall:
    ball = RealBall.of(value).ball
    if ball < 0:
        raise NoValueError(f"{name} of {float(ball):.6g} is not real")
    if not ball > 0:
        raise WitnessError(f"whether {name} has a meaning is not decided by a ball")
    return RealBall(function(ball))


def _has_logarithms(value: Any) -> bool:
    return bool(value.logs) if isinstance(value, LogSum) else bool(value.terms.keys() - {()})


def _rational(number: Fraction) -> Any:
    return flint.fmpq(number.numerator, number.denominator)
