"""Proved tails of integrals whose integrand is bounded by exponentials of concave functions.

Where ℓ is concave, no chord is steeper than the curve beyond it: with r = (ℓ(T − h) − ℓ(T))/h > 0 for some h > 0,
ℓ(u) ≤ ℓ(T) − r (u − T) for every u ≥ T, and ∫_T^∞ exp ℓ ≤ exp(ℓ(T))/r. The same holds on the left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from ..errors import WitnessError

__all__ = ["Ends", "find_ends", "highest", "require_concave"]

Curves = Callable[[Any], list[Any]]

FARTHEST = 2.0**80
NARROWINGS = 40
REFINEMENTS = 4
PROBES = 12


class Ends(NamedTuple):
    """Where to cut (exact balls), and for each curve a proved bound on ∫ exp ℓ over everything beyond, both sides."""

    low: Any
    high: Any
    tails: list[Any]


def highest(curve: Callable[[Any], Any]) -> Any:
    """Return roughly the largest value of a concave function, as an exact ball; it is looked for from 0."""
    import flint

    def height(t: float) -> float:
        return float(curve(flint.arb(t)))

    left, right = _bracket(height)
    for _ in range(NARROWINGS):
        third = (right - left) / 3
        if height(left + third) < height(right - third):
            left += third
        else:
            right -= third
    return flint.arb(height((left + right) / 2))


def _bracket(height: Callable[[float], float]) -> tuple[float, float]:
    """Return two places with the peak between them."""
    side = 1.0 if height(1.0) > height(-1.0) else -1.0
    reach = 1.0
    while height(side * 2 * reach) > height(side * reach) and reach < FARTHEST:
        reach *= 2
    return min(-side, side * 2 * reach), max(-side, side * 2 * reach)


def find_ends(curves: Curves, goal: Any) -> Ends:
    """Return ends beyond which the integral of the exponential of every (concave) curve is at most about `goal`.

    Raises `WitnessError` where no such end is found.
    """
    right, above = _end(curves, 1, goal)
    left, below = _end(curves, -1, goal)
    return Ends(left, right, [a + b for a, b in zip(above, below, strict=True)])


def require_concave(curves: Curves, ends: Ends) -> None:
    """Raise `WitnessError` where a curve is proved not to be concave: a fact that was lent does not hold.

    A check in some places, no proof: that the fact holds everywhere is for whoever lends it to show.
    """
    step = (ends.high - ends.low) / PROBES
    before, here = curves(ends.low), curves(ends.low + step)
    for k in range(2, PROBES + 1):
        after = curves(ends.low + k * step)
        if any(a + c - 2 * b > 0 for a, b, c in zip(before, here, after, strict=True)):
            raise WitnessError("a log-density that was said to be concave along the line is not")
        before, here = here, after


def _end(curves: Curves, side: int, goal: Any) -> tuple[Any, list[Any]]:
    """Double the distance from 0 until every tail is small, then take back what was too far."""
    import flint

    def small(reach: Any) -> list[Any] | None:
        tails = _tails(curves, side * reach, flint.arb(side) / 4)
        return tails if tails is not None and all(tail < goal for tail in tails) else None

    far = flint.arb(1)
    while (tails := small(far)) is None:
        far *= 2
        if far > FARTHEST:
            raise WitnessError("no end was found beyond which the integral is negligible: it may diverge")
    near = far / 2
    for _ in range(REFINEMENTS):
        middle = (near + far) / 2
        closer = small(middle)
        if closer is None:
            near = middle
        else:
            far, tails = middle, closer
    return side * far, tails


def _tails(curves: Curves, end: Any, step: Any) -> list[Any] | None:
    """Return a proved bound on the tail of every curve beyond `end`, None where one does not fall there."""
    bounds = []
    for outer, inner in zip(curves(end), curves(end - step), strict=True):
        slope = (inner - outer) / abs(step)
        if not slope > 0:
            return None
        bounds.append(outer.exp() / slope)
    return bounds
