"""Enclosures of ELBO, evidence and EUBO of a line: FLINT's proved quadrature in the coordinate u, plus proved tails.

With ℓ_q and ℓ_1 the log-densities of u, r = ℓ_1 − ℓ_q, and r̂ = r − c for the constant c that makes both peak near 0:
|r̂| ≤ (exp κr̂ + exp −κr̂)/κ, so ∫ q |r| over a tail is at most |c| ∫ q + (1/κ) (∫ q exp κr̂ + ∫ q exp −κr̂), and the
logarithms of these integrands, (1 ∓ κ) ℓ_q ± κ ℓ_1, are concave by the margin κ that the line lends. So are those of
the joint density. What concave curves leave beyond an end is proved in `concave`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from typing import Any, NamedTuple

from ..densities.world import World, analytic_world, ball_world
from ..errors import InputError, WitnessError
from ..evidence import Absence, Basis, Estimate
from .concave import find_ends, highest, require_concave
from .enclosure import EVALUATIONS, LARGEST_DIGITS, exact_fraction, integrate_between
from .line import Line, Measured

__all__ = ["enclose_line"]

NAME = "enclosure"
GUARD_DIGITS = 4
LAST_DIGITS = 3000


class _Seen(NamedTuple):
    """ℓ_q and ℓ_1 as functions of t with u = centre + scale t, where q's bulk is at 0 and of size 1."""

    line: Line
    centre: Any
    scale: Any

    def heights(self, t: Any, world: World) -> tuple[Any, Any]:
        """Return ℓ_q and ℓ_1, the logarithms of densities of t."""
        log_q, log_joint = self.line.along(self.centre + self.scale * t, world)
        stretch = self.scale.log()
        return sum(log_q) + stretch, sum(log_joint) + stretch


def enclose_line(line: Line, digits: int) -> Measured:
    """Enclose all four integrals to the radius 10^−digits, or to so many digits of a value beyond 1, in nats.

    The callables of the line must answer in balls. Where the routine gives no finite answer within its limits, no tail
    is proved or a fact that was lent is seen not to hold, the four are absent and say why. Raises `InputError` for
    digits beyond 1 to 1000.
    """
    if not 1 <= digits <= LARGEST_DIGITS:
        raise InputError("digits", digits, f"from 1 to {LARGEST_DIGITS}", "30 tell apart what float64 cannot")
    started = time.perf_counter()
    try:
        balls = _to_digits(line, digits)
        seconds = time.perf_counter() - started
        return Measured(*(_estimate(ball, seconds) for ball in balls))
    except WitnessError as refusal:
        absence = Absence(NAME, str(refusal), time.perf_counter() - started)
        return Measured(absence, absence, absence, absence)


def _estimate(ball: Any, seconds: float) -> Estimate:
    value, error, scope = (
        exact_fraction(ball.mid()),
        exact_fraction(ball.rad()),
        "the defining integral, tails included",
    )
    return Estimate(NAME, value, error, Basis.ENCLOSED, scope=scope, seconds=seconds)


def _to_digits(line: Line, digits: int) -> list[Any]:
    """Ask for ever smaller absolute radii until every ball is small enough."""
    import flint

    working = digits + GUARD_DIGITS
    while True:
        with flint.ctx.workprec(math.ceil(3.33 * (working + GUARD_DIGITS)) + 20):
            balls = _once(line, working)
            goal = flint.arb(10) ** -digits
            allowed = [(goal * abs(ball).lower()).max(goal) for ball in balls]
            excess = max(float((ball.rad() / most).log()) for ball, most in zip(balls, allowed, strict=True))
            if excess <= 0:
                return balls
        if working >= LAST_DIGITS:
            raise WitnessError(f"{digits} digits do not come at {working} working digits")
        working = min(working + math.ceil(excess / math.log(10)) + GUARD_DIGITS, LAST_DIGITS)


def _once(line: Line, digits: int) -> list[Any]:
    """Enclose elbo, log_evidence, eubo and gap, with absolute errors of about 10^−digits times their own sizes."""
    import flint

    if line.margin is None:
        raise WitnessError("the model lends no margin of log-concavity: no tail is proved")
    seen, world, goal = _Seen(line, *map(flint.arb, line.bulk)), ball_world(), flint.arb(10) ** -digits
    top_q = highest(lambda t: seen.heights(t, world)[0])
    top_joint = highest(lambda t: seen.heights(t, world)[1])
    offset, margin = abs(top_joint - top_q), flint.arb(line.margin)

    def curves(t: Any) -> list[Any]:
        log_q, log_joint = seen.heights(t, world)
        log_q, log_joint = log_q - top_q, log_joint - top_joint
        own, joint = log_q - log_joint, log_joint - log_q
        mixed = log_q + margin * joint, log_q - margin * joint, log_joint + margin * own, log_joint - margin * own
        return [log_q, log_joint, *mixed]

    ends = find_ends(curves, goal)
    require_concave(curves, ends)
    beyond_q, beyond, *mixed = ends.tails
    tails = (offset * beyond_q + (mixed[0] + mixed[1]) / margin) * top_q.exp(), beyond
    far = offset * beyond + (mixed[2] + mixed[3]) / margin

    def enclosed(integrand: Callable[[Any, Any], Any], tail: Any) -> Any:
        def function(t: Any, analytic: bool) -> Any:
            return integrand(*seen.heights(t, analytic_world(analytic)))

        tolerance = (goal * (1 + offset)).mid()
        ball = integrate_between(function, ends.low, ends.high, tolerance) + flint.arb(0, tail.upper())
        if not ball.is_finite():
            raise WitnessError(f"the integral did not come out finite within {EVALUATIONS} evaluations")
        return ball

    elbo = enclosed(lambda log_q, log_joint: log_q.exp() * (log_joint - log_q), tails[0])
    mass = enclosed(lambda _, log_joint: (log_joint - top_joint).exp(), tails[1])
    above = enclosed(lambda log_q, log_joint: (log_joint - top_joint).exp() * (log_joint - log_q), far)
    log_evidence = top_joint + mass.log()
    return [elbo, log_evidence, above / mass, log_evidence - elbo]
