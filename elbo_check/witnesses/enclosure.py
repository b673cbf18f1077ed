"""An enclosure of the defining integral: FLINT's proved quadrature over a finite range, plus a proved tail.

KL(q‖p) = ∫ φ(ε) [log q − log p](μq + σq ε) dε. Over |ε| ≤ T the integral is enclosed by `acb.integral`; what lies
beyond is bounded by the tail that the Gaussian family lends and added to the radius. An integral whose tail is left
out is no enclosure.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ..densities.normal import Normal, log_ratio_terms, normal_log_density_terms, standard_coordinates
from ..densities.standard import Seen, gaussian_tail_bound
from ..densities.world import World, ball_world
from ..errors import InputError, WitnessError
from ..evidence import Basis, Estimate

__all__ = ["enclose_integral", "exact_fraction", "integrate", "integrate_between", "require_digits"]

NAME = "enclosure"
LARGEST_DIGITS = 1000
EVALUATIONS = 2_000_000
GUARD_DIGITS = 3
# Where q = p the asked digits never come, at any precision: the search ends at this absolute radius.
ABSOLUTE_DIGITS = 33
LAST_DIGITS = 3000
# 2^±12000 is far beyond every float64 and every digit asked for; further out the rationals outgrow any memory.
LARGEST_EXPONENT = 12_000


def enclose_integral(q: Normal, p: Normal, digits: int, position: int = 0) -> Estimate:
    """Enclose KL(q‖p) of one element to `digits` proved decimal digits, or to 1e-33 where the ball contains 0.

    `value` and `error` of the estimate are exact rationals, in nats. Raises `WitnessError` where the routine gives
    no finite answer within its limits, and `InputError` for digits beyond 1 to 1000.
    """
    require_digits(digits)
    started = time.perf_counter()
    numbers = [float(part.flat[position]) for part in (q.mu, q.scale.values, p.mu, p.scale.values)]

    def seen_in(world: World) -> Seen:
        mean_q, held_q, mean_p, held_p = (world.exact(number) for number in numbers)
        return standard_coordinates(mean_q, held_q, q.scale, mean_p, held_p, p.scale, world)

    ball = _to_digits(seen_in, digits)
    return Estimate(
        NAME,
        exact_fraction(ball.mid()),
        exact_fraction(ball.rad()),
        Basis.ENCLOSED,
        scope="the defining integral, tails included",
        seconds=time.perf_counter() - started,
    )


def require_digits(digits: int) -> None:
    """Raise `InputError` for digits beyond 1 to 1000."""
    if not 1 <= digits <= LARGEST_DIGITS:
        raise InputError("digits", digits, f"from 1 to {LARGEST_DIGITS}", "30 tell apart what float64 cannot")


def exact_fraction(ball: Any) -> Fraction:
    """Return an exact ball (a midpoint, a radius) as a rational number.

    Raises `WitnessError` for one that is not finite, or lies beyond about 10^±3600.
    """
    if not ball.is_finite():
        raise WitnessError(f"{ball} is no number: the parameters leave the range of balls")
    mantissa, exponent = (int(part) for part in ball.man_exp())
    if abs(exponent) > LARGEST_EXPONENT:
        raise WitnessError(f"a number of size {ball.str(1, radius=False)} is not written out as a rational")
    return Fraction(mantissa) * Fraction(2) ** exponent


def integrate(integrand: Callable[[Any], Any], cut: Any, tolerance: Any) -> Any:
    """Enclose ∫_{−T}^{T} of an entire function; an exception inside it comes out as itself, whatever C makes of it."""
    return integrate_between(lambda point, _analytic: integrand(point), -cut, cut, tolerance)


def integrate_between(integrand: Callable[[Any, bool], Any], low: Any, high: Any, tolerance: Any) -> Any:
    """Enclose the integral of a function that is told whether it must be analytic on the ball that it is given."""
    import flint

    failures: list[BaseException] = []

    def guarded(point: Any, analytic: bool) -> Any:
        try:
            return integrand(point, analytic)
        except BaseException as failure:
            failures.append(failure)
            raise

    try:
        return flint.acb.integral(guarded, low, high, abs_tol=tolerance, rel_tol=0, eval_limit=EVALUATIONS).real
    finally:
        if failures:
            raise failures[0]


def _to_digits(seen_in: Callable[[World], Seen], digits: int) -> Any:
    """Ask for ever smaller absolute radii until the relative one is reached; start from the size of the integrand."""
    import flint

    absolute = digits + GUARD_DIGITS
    while True:
        with flint.ctx.workprec(math.ceil(3.33 * (absolute + GUARD_DIGITS)) + 20):
            ball = _once(seen_in(ball_world()), absolute)
            if not ball.is_finite():
                raise WitnessError(f"{NAME}: the integral did not come out finite within {EVALUATIONS} evaluations")
            if ball.rad() * flint.arb(10) ** digits <= abs(ball).lower():
                return ball
            if 0 in ball and ball.rad() <= flint.arb(10) ** -ABSOLUTE_DIGITS:
                return ball
        if absolute >= LAST_DIGITS:
            raise WitnessError(f"{NAME}: {digits} digits asked, {ball.str(5)} reached at {absolute} working digits")
        absolute = min(_next_goal(ball, digits, absolute), LAST_DIGITS)


def _next_goal(ball: Any, digits: int, absolute: int) -> int:
    """Add the digits still missing; where the ball contains 0, nothing is known of the size yet: double them."""
    if 0 in ball:
        return 2 * absolute
    reached: int = math.floor(ball.rel_accuracy_bits() * math.log10(2))
    return absolute + max(digits - reached, 1) + GUARD_DIGITS


def _once(seen: Seen, digits: int) -> Any:
    """Enclose the integral with an absolute error of about 10^−digits times the size of the integrand."""
    import flint

    world = ball_world()
    if not all(part.is_finite() for part in (seen.offset, seen.ratio, seen.log_ratio)):
        raise WitnessError(f"{NAME}: p leaves the range of balls when it is seen from q")
    cut = _cut(digits)
    size = 1 + seen.offset * seen.offset + seen.ratio * seen.ratio + abs(seen.log_ratio)
    tolerance = (size * flint.arb(10) ** -digits).mid()

    def integrand(epsilon: Any) -> Any:
        own, other, constant = log_ratio_terms(epsilon, seen.residual(epsilon), seen.log_ratio, world)
        log_q = sum(normal_log_density_terms(epsilon, 0, world))
        return log_q.exp() * (own - other + constant)

    tail = gaussian_tail_bound(seen, cut, world.log_two_pi())
    return integrate(integrand, cut, tolerance) + flint.arb(0, tail.upper())


def _cut(digits: int) -> Any:
    """Where to cut: φ(T) times a few powers of T falls below 10^−digits. The tail is proved for any T ≥ 1."""
    import flint

    return flint.arb(math.ceil(math.sqrt(2 * (digits * math.log(10) + 10))))
