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
from ..errors import WitnessError
from ..evidence import Absence, Basis, Estimate
from .concave import find_ends, highest, require_concave
from .enclosure import EVALUATIONS, exact_fraction, integrate_between, require_digits
from .line import Line, Measured
from .mean_value import by_mean_value

__all__ = ["enclose_line", "enclose_line_mean"]

NAME = "enclosure"
GUARD_DIGITS = 4
LAST_DIGITS = 3000
WIDE = 2  # a height known to ±2 tells a density to a factor of 8: enough for the bounds of quadrature


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

    def on_ball(self, t: Any, analytic: bool) -> tuple[Any, Any]:
        """Return the same on a complex ball; where they come out wide, by their slopes if that is narrower."""
        known = self.heights(t, analytic_world(analytic))
        if not WIDE < max(map(_radius, known)) < math.inf:
            return known
        by_slopes = by_mean_value(self.heights, t, analytic)
        log_q, log_joint = (min(pair, key=_radius) for pair in zip(known, by_slopes, strict=True))
        return log_q, log_joint

    def size(self) -> float:
        """Return Σ|terms| where q's bulk is: so much larger than 1 must the precision be than what is asked."""
        along = self.line.along(self.centre, ball_world())
        return sum(float(abs(term).upper()) for terms in along for term in terms)


def _radius(ball: Any) -> float:
    return math.hypot(float(ball.real.rad()), float(ball.imag.rad()))


def enclose_line(line: Line, digits: int) -> Measured:
    """Enclose all four integrals to the radius 10^−digits, or to so many digits of a value beyond 1, in nats.

    The callables of the line must answer in balls. Where the routine gives no finite answer within its limits, no tail
    is proved or a fact that was lent is seen not to hold, the four are absent and say why. Raises `InputError` for
    digits beyond 1 to 1000.
    """
    require_digits(digits)
    started = time.perf_counter()
    try:
        balls = _to_digits(line, digits, _once)
        seconds = time.perf_counter() - started
        return Measured(*(_estimate(ball, seconds) for ball in balls))
    except WitnessError as refusal:
        absence = Absence(NAME, str(refusal), time.perf_counter() - started)
        return Measured(absence, absence, absence, absence)


def enclose_line_mean(line: Line, digits: int) -> Any:
    """Return a ball around ∫ q (ℓ_1 − ℓ_q) alone, as narrow as `enclose_line` makes it, in nats.

    Raises `WitnessError` where that says why it is absent, and `InputError` for digits beyond 1 to 1000.
    """
    require_digits(digits)
    return _to_digits(line, digits, lambda line, working: [_Integrals(line, working).elbo()])[0]


def _estimate(ball: Any, seconds: float) -> Estimate:
    value, error, scope = (
        exact_fraction(ball.mid()),
        exact_fraction(ball.rad()),
        "the defining integral, tails included",
    )
    return Estimate(NAME, value, error, Basis.ENCLOSED, scope=scope, seconds=seconds)


def _to_digits(line: Line, digits: int, once: Callable[[Line, int], list[Any]]) -> list[Any]:
    """Ask for ever smaller absolute radii until every ball is small enough."""
    import flint

    working, spare = digits + GUARD_DIGITS, 20 + math.ceil(math.log2(1 + _seen(line).size()))
    before = math.inf
    while True:
        with flint.ctx.workprec(math.ceil(3.33 * (working + GUARD_DIGITS)) + spare):
            balls = once(line, working)
            goal = flint.arb(10) ** -digits
            allowed = [(goal * abs(ball).lower()).max(goal) for ball in balls]
            excess = max(float((ball.rad() / most).log()) for ball, most in zip(balls, allowed, strict=True))
            if excess <= 0:
                return balls
        if working >= LAST_DIGITS or excess > before - 1:  # no nearer than the last time: it never ends
            raise WitnessError(f"{digits} digits do not come at {working} working digits")
        working, before = min(working + math.ceil(excess / math.log(10)) + GUARD_DIGITS, LAST_DIGITS), excess


def _seen(line: Line) -> _Seen:
    import flint

    return _Seen(line, *map(flint.arb, line.bulk))


def _once(line: Line, digits: int) -> list[Any]:
    """Enclose elbo, log_evidence, eubo and gap, with absolute errors of about 10^−digits times their own sizes."""
    integrals = _Integrals(line, digits)
    elbo, mass = integrals.elbo(), integrals.mass()
    log_evidence = integrals.top_joint + mass.log()
    return [elbo, log_evidence, integrals.above() / mass, log_evidence - elbo]


class _Integrals:
    """The integrals along one line, each with the tails beyond common ends."""

    def __init__(self, line: Line, digits: int) -> None:
        import flint

        if line.margin is None:
            raise WitnessError("the model lends no margin of log-concavity: no tail is proved")
        self.seen, self.goal, world = _seen(line), flint.arb(10) ** -digits, ball_world()
        self.top_q = highest(lambda t: self.seen.heights(t, world)[0])
        self.top_joint = highest(lambda t: self.seen.heights(t, world)[1])
        self.offset, self.margin = abs(self.top_joint - self.top_q), flint.arb(line.margin)
        self.ends = find_ends(self._curves, self.goal)
        require_concave(self._curves, self.ends)

    def _curves(self, t: Any) -> list[Any]:
        log_q, log_joint = self.seen.heights(t, ball_world())
        log_q, log_joint, margin = log_q - self.top_q, log_joint - self.top_joint, self.margin
        own, joint = log_q - log_joint, log_joint - log_q
        mixed = log_q + margin * joint, log_q - margin * joint, log_joint + margin * own, log_joint - margin * own
        return [log_q, log_joint, *mixed]

    def elbo(self) -> Any:
        """Enclose ∫ exp ℓ_q (ℓ_1 − ℓ_q)."""
        beyond, _, *mixed = self.ends.tails
        tail = (self.offset * beyond + (mixed[0] + mixed[1]) / self.margin) * self.top_q.exp()
        return self._enclosed(lambda log_q, log_joint: log_q.exp() * (log_joint - log_q), tail)

    def mass(self) -> Any:
        """Enclose ∫ exp(ℓ_1 − top)."""
        return self._enclosed(lambda _, log_joint: (log_joint - self.top_joint).exp(), self.ends.tails[1])

    def above(self) -> Any:
        """Enclose ∫ exp(ℓ_1 − top) (ℓ_1 − ℓ_q)."""
        _, beyond, *mixed = self.ends.tails
        tail = self.offset * beyond + (mixed[2] + mixed[3]) / self.margin
        return self._enclosed(lambda log_q, log_joint: (log_joint - self.top_joint).exp() * (log_joint - log_q), tail)

    def _enclosed(self, integrand: Callable[[Any, Any], Any], tail: Any) -> Any:
        import flint

        def function(t: Any, analytic: bool) -> Any:
            return integrand(*self.seen.on_ball(t, analytic))

        tolerance = (self.goal * (1 + self.offset)).mid()
        ball = integrate_between(function, self.ends.low, self.ends.high, tolerance) + flint.arb(0, tail.upper())
        if not ball.is_finite():
            raise WitnessError(f"the integral did not come out finite within {EVALUATIONS} evaluations")
        return ball
