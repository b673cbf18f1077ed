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


NEAR_ZERO = 0.5  # the first term left out of the series is below 2⁻⁶⁴ of the first one there
SERIES_TERMS = 34


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
    log1p: Callable[[Any], Any] = _unknown  # log(1 + x)
    rational: Callable[[Fraction], Any] = _unknown
    log_rational: Callable[[Fraction], Any] = _unknown  # of a positive one: near 1, too, to the last digits
    log_sum_exp: Callable[[Any], Any] = _unknown  # of a sequence; balls do not grow, however often it is repeated


@functools.cache
def numpy_world() -> World:
    """Return float64 numbers and arrays."""
    log_two_pi = math.log(2 * math.pi)

    def digamma(number: Any) -> Any:
        import scipy.special  # half a second: only who needs it waits for it

        return scipy.special.digamma(number)

    further = _log_gamma, digamma, lambda x: np.logaddexp(0.0, x), np.log1p
    rational = (lambda number: np.float64(as_float(number))), _log_in_floats, np.logaddexp.reduce
    return World("numpy", 0.5, np.log, np.exp, np.sqrt, lambda: log_two_pi, np.float64, *further, *rational)


def _log_gamma(x: Any) -> Any:
    """Return log Γ(x) to a few units in its own last place, and +inf where Γ is not the integral of a density.

    `gammaln` loses its digits next to its zeros at 1 and 2 (all of them at 2 − 1e-15), which no multiple of the size
    of the result makes up for: there log Γ(2 + d) = (1 − γ) d + Σₖ (−1)ᵏ (ζ(k) − 1) dᵏ/k over k ≥ 2.
    """
    from scipy.special import gammaln

    low = np.less(x, 1.5)
    d = np.subtract(x, np.where(low, 1.0, 2.0))
    near = np.abs(d) <= NEAR_ZERO
    step = np.where(near, d, 0.0)
    series = step * np.polynomial.polynomial.polyval(step, _log_gamma_series()) - np.where(low, np.log1p(step), 0.0)
    values = np.where(near, series, gammaln(x))
    return np.where(np.greater(x, 0), values, np.where(np.isnan(x), np.nan, np.inf))[()]


@functools.cache
def _log_gamma_series() -> Any:
    from scipy.special import zetac

    order = np.arange(2, SERIES_TERMS)
    return np.concatenate([[1 - np.euler_gamma], (-1.0) ** order * zetac(order) / order])


@functools.cache
def sympy_world() -> World:
    """Return SymPy expressions (for deriving)."""
    import sympy

    log_two_pi = sympy.log(2 * sympy.pi)
    elementary = sympy.log, sympy.exp, sympy.sqrt, lambda: log_two_pi
    further = sympy.loggamma, sympy.digamma, lambda x: sympy.log(1 + sympy.exp(x)), lambda x: sympy.log(1 + x)

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
        flint.arb.log1p,
        _ball,
        lambda number: _ball(number).log(),
        lambda logs: sum((log.exp() for log in logs), start=flint.arb(0)).log(),
    )


def analytic_world(analytic: bool) -> World:
    """Return FLINT complex balls for an integrand: where `analytic`, a branch cut that is touched gives nan.

    The flag is what `acb.integral` passes on; a logarithm or a root that does not hear of it may be integrated across
    its cut, and the enclosure is then wrong. log Γ is for constants: it is nan where its argument may not be positive.
    The softplus is continued from the real line into the strip |Im z| < π; on the right z + log(1 + exp −z) keeps away
    from the cut however wide the ball.
    """
    import flint

    def log(z: Any) -> Any:
        return flint.acb(z).log(analytic=analytic)  # constants may be real balls

    def softplus(z: Any) -> Any:
        return z + log(1 + (-z).exp()) if z.real > 0 else log(1 + z.exp())

    def log_gamma(z: Any) -> Any:
        return z.lgamma() if z.real > 0 else flint.acb("nan")

    return World(
        "complex balls",
        flint.arb(1) / 2,
        log,
        flint.acb.exp,
        lambda z: flint.acb(z).sqrt(analytic=analytic),
        ball_world().log_two_pi,
        lambda number: flint.acb(float(number)),
        log_gamma=log_gamma,
        softplus=softplus,
        log1p=lambda z: log(1 + z),
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
