"""From a ball to the float next to the truth: precision is raised until there is no doubt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..errors import WitnessError

__all__ = ["NotSettledError", "certain_float"]

FEWEST_BITS = 128
MOST_BITS = 1 << 15
ENOUGH_BITS = 64  # of relative accuracy: the middle then rounds to within 0.501 units of the truth
SMALL = 2.0**-1000  # its square is far below half the smallest subnormal


class NotSettledError(ArithmeticError):
    """The balls are too wide at this precision to say; asks for more bits."""


def certain_float(question: str, evaluate: Callable[[], Any]) -> float:
    """Return the float nearest to the number that `evaluate` encloses in a FLINT ball, to 0.501 units.

    `evaluate` is called at 128, 256, … bits until the ball is narrow enough, and may raise `NotSettledError` to
    ask for more. What is certainly far below every positive float becomes 0.0, what is above the largest
    becomes inf. Raises `WitnessError`, naming the `question`, when 32,768 bits do not suffice.
    """
    import flint

    bits = FEWEST_BITS
    while bits <= MOST_BITS:
        with flint.ctx.workprec(bits):
            try:
                ball = evaluate()
            except (NotSettledError, ZeroDivisionError):  # the latter from FLINT's solve
                ball = flint.arb.nan()
            if ball.rel_accuracy_bits() >= ENOUGH_BITS:
                return float(ball.mid())
            if abs(ball) < flint.arb(SMALL) ** 2:
                return 0.0
        bits *= 2
    raise WitnessError(f"{question} is still uncertain at {MOST_BITS} bits: are the inputs degenerate?")
