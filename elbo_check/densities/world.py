"""The small vocabulary in which log-densities are written, and the three worlds that read it."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from ..errors import WitnessError
from ..evidence import as_float

__all__ = ["World", "analytic_world", "ball_world", "numpy_world", "sympy_world"]


def _unknown(_number: Any) -> Any:
    raise WitnessError("this function has no meaning in this world of numbers")


@dataclass(frozen=True, slots=True)
class World:
    """Elementary functions over one kind of number. `exact` makes a number of this world from a float64, exactly."""

    name: str
    half: Any
    log: Callable[[Any], Any]
    exp: Callable[[Any], Any]
    sqrt: Callable[[Any], Any]
    log_two_pi: Callable[[], Any]
    exact: Callable[[Any], Any]
    log_gamma: Callable[[Any], Any] = _unknown
    digamma: Callable[[Any], Any] = _unknown
    softplus: Callable[[Any], Any] = _unknown  # log(1 + exp x)
    rational: Callable[[Fraction], Any] = _unknown
    log_rational: Callable[[Fraction], Any] = _unknown  # of a positive one: near 1, too, to the last digits
    log_sum_exp: Callable[[Any], Any] = _unknown  # of a sequence; balls do not grow, however often it is repeated


@functools.cache
def numpy_world() -> World:
    """Return float64 numbers and arrays."""
    log_two_pi = math.log(2 * math.pi)

    def special(name: str) -> Callable[[Any], Any]:
        def function(number: Any) -> Any:
            import scipy.special  # half a second: only who needs a gamma function waits for it

            return getattr(scipy.special, name)(number)

        return function

    further = special("gammaln"), special("digamma"), lambda x: np.logaddexp(0.0, x)
    rational = (lambda number: np.float64(as_float(number))), _log_in_floats, np.logaddexp.reduce
    return World("numpy", 0.5, np.log, np.exp, np.sqrt, lambda: log_two_pi, np.float64, *further, *rational)


@functools.cache
def sympy_world() -> World:
    """Return SymPy expressions (for deriving)."""
    import sympy

    log_two_pi = sympy.log(2 * sympy.pi)
    elementary = sympy.log, sympy.exp, sympy.sqrt, lambda: log_two_pi
    further = sympy.loggamma, sympy.digamma, lambda x: sympy.log(1 + sympy.exp(x))

    def rational(number: Fraction) -> Any:
        return sympy.Rational(number.numerator, number.denominator)

    def log_sum_exp(logs: Any) -> Any:
        return sympy.log(sympy.Add(*map(sympy.exp, logs)))

    rationals = rational, lambda number: sympy.log(rational(number)), log_sum_exp
    return World("sympy", sympy.Rational(1, 2), *elementary, sympy.Rational, *further, *rationals)


@functools.cache
def ball_world() -> World:
    """Return FLINT real balls at the precision of the running `flint.ctx`: every result encloses."""
    import flint

    @functools.cache
    def log_two_pi(_precision: int) -> Any:
        return (2 * flint.arb.pi()).log()

    return World(
        "balls",
        flint.arb(1) / 2,
        flint.arb.log,
        flint.arb.exp,
        flint.arb.sqrt,
        lambda: log_two_pi(flint.ctx.prec),  # a constant of each precision, never of the first one asked for
        lambda number: flint.arb(float(number)),  # the binary double itself, never its decimal print
        flint.arb.lgamma,
        flint.arb.digamma,
        lambda x: x.exp().log1p(),
        _ball,
        lambda number: _ball(number).log(),
        lambda logs: sum((log.exp() for log in logs), start=flint.arb(0)).log(),
    )


def analytic_world(analytic: bool) -> World:
    """Return FLINT complex balls for an integrand: where `analytic`, a branch cut that is touched gives nan.

    The flag is what `acb.integral` passes on; a logarithm or a root that does not hear of it may be integrated across
    its cut, and the enclosure is then wrong.
    """
    import flint

    def log(z: Any) -> Any:
        return z.log(analytic=analytic)

    return World(
        "complex balls",
        flint.arb(1) / 2,
        log,
        flint.acb.exp,
        lambda z: z.sqrt(analytic=analytic),
        ball_world().log_two_pi,
        lambda number: flint.acb(float(number)),
        softplus=lambda z: log(1 + z.exp()),
    )


def _log_in_floats(number: Fraction) -> Any:
    """Return log of a positive rational to the last digits: near 1, and beyond the range of float64."""
    if Fraction(1, 2) <= number <= 2:
        return np.float64(math.log1p(number - 1))
    nearest = as_float(number)
    if np.finfo(np.float64).tiny <= nearest < math.inf:
        return np.float64(math.log(nearest))
    return np.float64(math.log(number.numerator) - math.log(number.denominator))


def _ball(number: Fraction) -> Any:
    import flint

    return flint.arb(flint.fmpq(number.numerator, number.denominator))
