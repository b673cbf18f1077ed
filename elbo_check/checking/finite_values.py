"""What the values of a finite world are: exact numbers, balls, and outcomes, which are numbers as well."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from ..densities.world import World
from ..errors import WitnessError
from ..witnesses.enumeration import LogSum
from ..witnesses.log_polynomials import LogPolynomial
from .outcome import Outcome
from .places import as_number
from .real_balls import RealBall, exponential, logarithm, root, two_pi

__all__ = ["bits_of", "exact_world", "key_of", "log_mass", "plain"]


def key_of(value: Any) -> Any:
    """Return what a function is given: an outcome is the number that it is, a block all of its numbers."""
    number = as_number(value)
    return tuple(as_number(one).rational for one in number.numbers) if isinstance(number, Outcome) else number.rational


def plain(value: Any) -> Any:
    """Return a value that is a number, or the number that an outcome is."""
    number = as_number(value)
    if not isinstance(number, LogSum | LogPolynomial | RealBall):
        raise WitnessError("a block of outcomes is no number")
    return number


def bits_of(value: Any) -> int:
    """Return how many digits the rational part of a value has, in the base 2."""
    constant = value.constant if isinstance(value, LogSum) else Fraction(0)
    return max(constant.numerator.bit_length(), constant.denominator.bit_length())


def exact_world() -> World:
    """Return the world of numbers and logarithms that are exact, and of balls where no number is."""
    return World(
        name="finite worlds",
        half=LogSum.number(Fraction(1, 2)),
        log=lambda value: logarithm(plain(value)),
        exp=lambda value: exponential(plain(value)),
        sqrt=lambda value: root(plain(value)),
        log_two_pi=two_pi,
        exact=LogSum.number,
    )


def log_mass(number: Fraction) -> Any:
    """Return the logarithm of a probability."""
    return logarithm(LogSum.number(number))
