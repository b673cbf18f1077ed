"""Real numbers that are known only as a ball: roots, exponentials and quotients of logarithms in a finite world.

A ball may exclude a value; that two values are equal it never says: that is said of what is formally equal alone.
Numbers that are known exactly stay exact.
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
from .formal import LOG_TWO_PI, Formal, TooLongError
from .places import as_number
from .undefined import NoValueError, UndefinedError

__all__ = ["RealBall", "exponential", "logarithm", "power", "root", "telling", "two_pi"]

_LARGEST_POWER = 100


class RealBall:
    """A number in a ball, at the precision of the running `flint.ctx`; `formal` is what it is exactly, where known."""

    __slots__ = ("ball", "formal")

    def __init__(self, ball: Any, formal: Formal | None = None) -> None:
        if not ball.is_finite():
            raise WitnessError("a value lies beyond the range of balls")
        self.ball = ball
        self.formal = formal

    @classmethod
    def of(cls, value: Any) -> RealBall:
        """Return any number of a finite world as a ball."""
        number = as_number(value)
        if isinstance(number, RealBall):
            return number
        total, terms = flint.arb(0), LogPolynomial.of(number).terms
        for logs, coefficient in terms.items():
            total += math.prod((flint.arb(n).log() for n in logs), start=flint.arb(_rational(coefficient)))
        return cls(total, _formally(Formal.of_logs, terms))

    def is_zero(self) -> bool | None:
        """Whether the number is 0: a ball may say no, and only what is formally 0 is."""
        if self.formal is not None and not self.formal.top:
            return True
        return None if self.ball.contains(0) else False

    @property
    def rational(self) -> Fraction:
        """The number where it is formally rational; raises `WitnessError` otherwise."""
        number = None if self.formal is None else self.formal.rational
        if number is None:
            raise WitnessError("a number that is known only as a ball is not known to be rational")
        return number

    divisor = rational

    def scaled(self, factor: Fraction) -> RealBall:
        """Return factor·self."""
        return RealBall(self.ball * _rational(factor), _formally(lambda number: number.scaled(factor), self.formal))

    def __add__(self, other: Any) -> RealBall:
        one = RealBall.of(other)
        return RealBall(self.ball + one.ball, _formally(Formal.__add__, self.formal, one.formal))

    def __mul__(self, other: Any) -> RealBall:
        one = RealBall.of(other)
        return RealBall(self.ball * one.ball, _formally(Formal.__mul__, self.formal, one.formal))

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> RealBall:
        return self.scaled(Fraction(-1))

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
        return RealBall(self.ball**exponent, _formally(lambda number: number**exponent, self.formal))

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
    return _of_ball(value, "√", lambda ball: ball.sqrt(), Formal.root)


def logarithm(value: Any) -> Any:
    """Return log value, as a sum of logarithms of whole numbers for a rational number."""
    if isinstance(value, RealBall) or _has_logarithms(value):
        return _of_ball(value, "log", lambda ball: ball.log(), Formal.log)
    if value.rational <= 0:
        raise (NoValueError if value.rational else UndefinedError)(f"log of {value.rational} is not real")
    return LogSum.log(value.rational)


def exponential(value: Any) -> Any:
    """Return exp value: 1 for 0, and a ball otherwise."""
    if isinstance(value, LogSum) and value.is_zero():
        return LogSum.number(1)
    number = RealBall.of(value)
    return RealBall(number.ball.exp(), _formally(Formal.exp, number.formal))


def two_pi() -> Any:
    """Return log 2π."""
    return RealBall((2 * flint.arb.pi()).log(), LOG_TWO_PI)


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


def _of_ball(value: Any, name: str, function: Callable[[Any], Any], exact: Callable[[Formal], Formal]) -> RealBall:
    number = RealBall.of(value)
    ball = number.ball
    if ball < 0:
        raise NoValueError(f"{name} of {float(ball):.6g} is not real")
    if not ball > 0:
        raise WitnessError(f"whether {name} has a meaning is not decided by a ball")
    return RealBall(function(ball), _formally(exact, number.formal))


def _formally(operation: Callable[..., Formal], *numbers: Any) -> Formal | None:
    """Return the exact result, None where a number is not known exactly or the result has too many terms."""
    if any(number is None for number in numbers):
        return None
    try:
        return operation(*numbers)
    except (TooLongError, ZeroDivisionError):
        return None


def _has_logarithms(value: Any) -> bool:
    return bool(value.logs) if isinstance(value, LogSum) else bool(value.terms.keys() - {()})


def _rational(number: Fraction) -> Any:
    return flint.fmpq(number.numerator, number.denominator)
