"""The mean of a function that is affine in a few statistics: their means are integrals along lines.

E (c₀ + Σ cₖ tₖ) = c₀ + Σ cₖ E tₖ. The coefficients are read off the function itself, by its values at as many places as
there are unknowns; it is held against them at a few places more. What is enclosed is each E tₖ, as the integral
∫ d (log d̃ − log d) along the line of tₖ, where log d̃ = log d + tₖ.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ..errors import WitnessError
from ..evidence import Basis, Estimate
from .enclosure import exact_fraction, require_digits
from .line import Line
from .line_enclosure import enclose_line_mean

__all__ = ["Affine", "enclose_affine", "tilted"]

NAME = "enclosure"
SPARE_DIGITS = 3
LAST_DIGITS = 400


class Affine(NamedTuple):
    """What is seen of a function in balls: for each statistic its line; statistics and value at more places than that.

    The first places, one more than there are statistics, must be in general position.
    """

    lines: Sequence[Line]
    statistics: Sequence[Sequence[Any]]
    values: Sequence[Any]


def tilted(density: Any, statistic: Callable[[Any], Any], margin: float) -> Line:
    """Return the line along which ∫ d (log d̃ − log d) is the mean of a statistic of a density of one dimension."""

    def log_tilted(z: Any, world: Any) -> tuple[Any, ...]:
        return *density.log_density_along(z, world), statistic(z)

    return Line(density.space, density.log_density_along, log_tilted, density.bulk(), margin)


def enclose_affine(seen: Callable[[], Affine], digits: int) -> Estimate:
    """Enclose the mean to the radius 10^−digits, or to so many digits of a value beyond 1, in nats.

    `seen` is asked again at each precision. Raises `WitnessError` where the function is not affine in the statistics or
    no answer is reached, and `InputError` for digits beyond 1 to 1000.
    """
    import flint

    require_digits(digits)
    started, working = time.perf_counter(), digits + SPARE_DIGITS
    while True:
        with flint.ctx.workprec(math.ceil(8 * working) + 64):
            ball = _mean(seen(), working)
            if not ball.is_finite():
                raise WitnessError("the numbers leave the range of balls")
            goal = flint.arb(10) ** -digits
            allowed = (goal * abs(ball).lower()).max(goal)
            if ball.rad() <= allowed:
                break
            excess = float((ball.rad() / allowed).log()) / math.log(10)
        if working + excess > digits + LAST_DIGITS:
            raise WitnessError(f"{digits} digits do not come at {working} working digits")
        working += math.ceil(excess) + SPARE_DIGITS
    scope, seconds = "the defining integrals, tails included", time.perf_counter() - started
    middle, radius = exact_fraction(ball.mid()), exact_fraction(ball.rad())
    return Estimate(NAME, middle, radius, Basis.ENCLOSED, scope=scope, seconds=seconds)


def _mean(seen: Affine, digits: int) -> Any:
    constant, *factors = _coefficients(seen)
    means = [enclose_line_mean(line, digits) for line in seen.lines]
    return sum((c * mean for c, mean in zip(factors, means, strict=True)), start=constant)


def _coefficients(seen: Affine) -> list[Any]:
    """Return c₀, c₁, …; raises `WitnessError` where a further place shows that there are no such numbers."""
    import flint

    rows = [[flint.arb(1), *statistics] for statistics in seen.statistics]
    unknown = len(seen.lines) + 1
    matrix, right = flint.arb_mat(rows[:unknown]), flint.arb_mat([[value] for value in seen.values[:unknown]])
    found = [row[0] for row in matrix.solve(right).table()]
    for row, value in zip(rows[unknown:], seen.values[unknown:], strict=True):
        if not sum(c * statistic for c, statistic in zip(found, row, strict=True)).overlaps(value):
            raise WitnessError("the integrand is not affine in the statistics of this family")
    return found
