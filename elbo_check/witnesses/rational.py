"""The world of rational numbers and their logarithms, in which the formulas of finite models are read exactly."""

from __future__ import annotations

import functools
import math
from fractions import Fraction
from typing import Any

from ..densities.world import World
from ..errors import WitnessError
from .enumeration import LogSum
from .log_polynomials import LogPolynomial

__all__ = ["rational_world", "sign"]


@functools.cache
def rational_world() -> World:
    """Return sums of logarithms of rational numbers, `LogSum`: no rounding, and equality is decided.

    A product of two logarithms, a logarithm of one, and e to the power of anything but whole multiples of logarithms
    raise `WitnessError`.

    >>> world = rational_world()
    >>> world.log(world.rational(Fraction(4, 9))) == world.exact(2) * world.log(world.rational(Fraction(2, 3)))
    True
    """
    return World(
        "rational numbers and their logarithms",
        LogSum.number(Fraction(1, 2)),
        lambda value: LogSum.log(value.rational),
        lambda value: LogSum.number(_exp(value)),
        _no_root,
        lambda: _no_root(None),
        lambda number: LogSum.number(Fraction(number)),
        softplus=lambda value: LogSum.log(1 + _exp(value)),
        rational=LogSum.number,
        log_rational=LogSum.log,
        log_sum_exp=lambda logs: LogSum.log(sum(map(_exp, logs), start=Fraction(0))),
    )


def _exp(value: LogSum) -> Fraction:
    """Return e to the power of a sum of whole multiples of logarithms: a rational number."""
    if value.constant or any(c.denominator != 1 for c in value.logs.values()):
        raise WitnessError(f"exp({value}) is no rational number")
    return math.prod((Fraction(number) ** int(c) for number, c in value.logs.items()), start=Fraction(1))


def _no_root(_value: Any) -> Any:
    raise WitnessError("roots and π have no meaning among rational numbers")


def sign(value: LogSum) -> int:
    """Return −1, 0 or 1: 0 is decided exactly, the rest by balls.

    Raises `WitnessError` where a value that is not 0 lies too near to it for any ball.

    >>> sign(LogSum.log(2) + LogSum.log(3) - LogSum.log(6))
    0
    """
    if value.is_zero():
        return 0
    ball = LogPolynomial.of(value).ball()
    if ball is None:
        raise WitnessError("a value that is not 0 is too near to it for its sign to be told")
    return 1 if ball > 0 else -1
