"""Polynomials in variables of integration with exact rationals and FLINT balls as coefficients.

Whatever does not depend on a variable stays a plain `fmpq` or `arb`; an expression is read by evaluating it on these
objects, and nothing is rewritten on the way. A variable with a negative number is infinitesimal: its square is 0, and
its coefficient is a derivative.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import flint

from ..deadline import check_deadline
from ..densities.world import World
from ..errors import WitnessError
from .reading import NoNumber, UndefinedError

__all__ = [
    "BallPolynomial",
    "Exponential",
    "ball_polynomial_world",
    "constant",
    "fraction",
    "infinitesimal",
    "rational",
]

Powers = tuple[tuple[int, int], ...]
_LARGEST_POWER = 100


class BallPolynomial:
    """Σ c·∏ z_i^k_i, by {((i, k_i), …): c}."""

    __slots__ = ("terms",)

    def __init__(self, terms: Mapping[Powers, Any]) -> None:
        self.terms = terms

    @classmethod
    def variable(cls, coordinate: int) -> BallPolynomial:
        """Return the variable with this number."""
        return cls({((coordinate, 1),): flint.fmpq(1)})

    def __add__(self, other: Any) -> BallPolynomial:
        if isinstance(other, NoNumber):
            return NotImplemented  # it says itself what can be done with it
        terms = dict(self.terms)
        for powers, coefficient in _lifted(other).terms.items():
            terms[powers] = terms[powers] + coefficient if powers in terms else coefficient
        return BallPolynomial(terms)

    def __mul__(self, other: Any) -> BallPolynomial:
        check_deadline()
        if isinstance(other, NoNumber):
            return NotImplemented
        result: dict[Powers, Any] = {}
        for a, c in self.terms.items():
            for b, d in _lifted(other).terms.items():
                powers = _joined(a, b)
                if any(variable < 0 and power > 1 for variable, power in powers):
                    continue
                result[powers] = result[powers] + c * d if powers in result else c * d
        return BallPolynomial(result)

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> BallPolynomial:
        return BallPolynomial({powers: -coefficient for powers, coefficient in self.terms.items()})

    def __sub__(self, other: Any) -> Any:
        return self + -other

    def __rsub__(self, other: Any) -> Any:
        return -self + other

    def __truediv__(self, other: Any) -> Any:
        return self * _inverse(other)

    def __rtruediv__(self, other: Any) -> Any:
        return _inverse(self) * other

    def __pow__(self, exponent: int) -> Any:
        if exponent < 0:
            return _inverse(self) ** -exponent
        if exponent > _LARGEST_POWER:
            return constant(self) ** exponent
        result = BallPolynomial({(): flint.fmpq(1)})
        for _ in range(exponent):
            result = result * self
        return result


class Exponential(NoNumber):
    """exp(P) for a polynomial P, of which only the logarithm is ever wanted: a density at a point."""

    __slots__ = ("log",)
    what = "a density outside a logarithm"

    def __init__(self, log: Any) -> None:
        self.log = log

    def __mul__(self, other: Any) -> Exponential:
        return Exponential(self.log + _log_of_factor(other))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Exponential:
        return Exponential(self.log - _log_of_factor(other))

    def __rtruediv__(self, other: Any) -> Exponential:
        return Exponential(_log_of_factor(other) - self.log)

    def __pow__(self, exponent: int) -> Exponential:
        return Exponential(self.log * flint.fmpq(exponent))


def ball_polynomial_world() -> World:
    """Return the world of these numbers, at the precision of the running `flint.ctx`."""
    return World(
        name="polynomials over balls",
        half=flint.fmpq(1, 2),
        log=_log,
        exp=_exp,
        sqrt=_sqrt,
        log_two_pi=_log_two_pi,
        exact=flint.fmpq,
    )


def rational(number: Fraction) -> Any:
    """Return a fraction as FLINT's rational number."""
    return flint.fmpq(number.numerator, number.denominator)


def fraction(number: Any) -> Fraction:
    """Return FLINT's rational number as a fraction; raises `WitnessError` for anything that is not rational."""
    if not isinstance(number, flint.fmpq):
        raise WitnessError("a parameter of a density is not a rational number here")
    return Fraction(int(number.p), int(number.q))


def _lifted(number: Any) -> BallPolynomial:
    return number if isinstance(number, BallPolynomial) else BallPolynomial({(): number})


def constant(number: Any) -> Any:
    """Return what does not depend on a variable; raises `WitnessError` where something does."""
    if isinstance(number, NoNumber):
        raise WitnessError(f"{number.what} is no number")
    if not isinstance(number, BallPolynomial):
        return number
    if any(powers and not coefficient == 0 for powers, coefficient in number.terms.items()):
        raise WitnessError("this function of a variable of integration is no polynomial")
    return number.terms.get((), flint.fmpq(0))


def _inverse(number: Any) -> Any:
    value, rest = infinitesimal(number)
    return 1 / value if rest is None else BallPolynomial({(): 1 / value}) - rest / (value * value)


def infinitesimal(number: Any) -> tuple[Any, BallPolynomial | None]:
    """Return a number as a plain one and what is infinitesimal in it, if anything is."""
    if not isinstance(number, BallPolynomial):
        return constant(number), None
    rest = {powers: c for powers, c in number.terms.items() if any(variable < 0 for variable, _ in powers)}
    plain = BallPolynomial({powers: c for powers, c in number.terms.items() if powers not in rest})
    return constant(plain), BallPolynomial(rest) if rest else None


def _log(number: Any) -> Any:
    if isinstance(number, Exponential):
        return number.log
    value, rest = infinitesimal(number)
    log = _not_negative(value, "log").log()
    return log if rest is None else rest / value + log


def _log_of_factor(number: Any) -> Any:
    """Return the logarithm of what a density is multiplied with: only a product known to be positive is read."""
    if not isinstance(number, Exponential) and not flint.arb(infinitesimal(number)[0]) > 0:
        raise WitnessError("a density times what is not positive is no density, and is not read outside a logarithm")
    return _log(number)


def _log_two_pi() -> Any:
    return (2 * flint.arb.pi()).log()


def _exp(number: Any) -> Any:
    if isinstance(number, BallPolynomial) and any(variable >= 0 for powers in number.terms for variable, _ in powers):
        return Exponential(number)
    value, rest = infinitesimal(number)
    result = flint.arb(value).exp()
    return result if rest is None else rest * result + result


def _sqrt(number: Any) -> Any:
    if isinstance(number, Exponential):
        return Exponential(number.log / flint.fmpq(2))
    exact, rest = infinitesimal(number)
    if rest is not None:
        root = _not_negative(exact, "√").sqrt()
        return rest / (2 * root) + root
    if isinstance(exact, flint.fmpq) and exact >= 0:
        root = flint.fmpq(math.isqrt(int(exact.p)), math.isqrt(int(exact.q)))
        if root * root == exact:
            return root
    return _not_negative(exact, "√").sqrt()


def _not_negative(number: Any, function: str) -> Any:
    ball = flint.arb(constant(number))
    if ball < 0:
        raise UndefinedError(f"{function} of {float(ball):.6g} is not real")
    return ball


def _joined(a: Powers, b: Powers) -> Powers:
    if not a or not b:
        return a or b
    powers = dict(a)
    for coordinate, power in b:
        powers[coordinate] = powers.get(coordinate, 0) + power
    return tuple(sorted(powers.items()))
