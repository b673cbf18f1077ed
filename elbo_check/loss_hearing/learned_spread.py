"""Where a learned σ is 1: by how much all that is learned is to be moved for it.

Where it starts is found by secants. How a loss bends along x tells how σ moves, by three calls a step; what is found so
is read in full, and looked for so where it is not 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress

import numpy as np

from ..errors import ElboCheckError
from ..inputs.backends import Learned
from .decoders import deviation_of
from .heard import Heard

__all__ = ["to_one"]

_FIRST = 1 / 64
_MOST_STEPS, _NOTHING = 24, 1e-12

Height = Callable[[float], float | None]


def to_one(learned: Learned, start: float, there: Heard, as_heard: Callable[[], Heard]) -> float | None:
    """Return by how much all that is learned is to be moved alike for σ to be 1; None if it never is.

    `start` is log σ where it starts, and `there` what is heard of it; `as_heard` reads it where it is moved.
    """

    def read(by: float) -> float | None:
        with suppress(ElboCheckError), learned.moved(by, by):
            deviation = deviation_of(as_heard())
            return None if deviation is None else math.log(deviation)
        return None

    return _nought(read, start, _nought(_bent(learned, start, there), start, _FIRST) or _FIRST)


def _bent(learned: Learned, start: float, there: Heard) -> Height:
    """Return log σ by how much a loss bends between two x: by Σ (x − x')²/(4σ²), whatever the decoder gives."""
    call, (one, other) = there.call, there.samples[0].arrays[:2]
    points = [{**one, "x": x} for x in (one["x"], other["x"], (one["x"] + other["x"]) / 2)]

    def bend(by: float) -> float:
        with suppress(ElboCheckError), learned.moved(by, by), np.errstate(all="ignore"):
            low, high, middle = (float(np.sum(call(point))) for point in points)
            return low + high - 2 * middle
        return math.nan

    here = bend(0.0)

    def height(by: float) -> float | None:
        ratio = bend(by) / here
        return start - math.log(ratio) / 2 if 0 < ratio < math.inf else None

    return height if here else lambda _: None


def _nought(height: Height, start: float, step: float) -> float | None:
    """Return where a height is 0, by secants from 0, where it is `start`. A step to where it has none is halved."""
    by, here = 0.0, start
    for _ in range(_MOST_STEPS):
        there = height(by + step)
        if there is None:
            step /= 2
            continue
        if abs(there) <= _NOTHING:
            return by + step
        if abs(there - here) <= _NOTHING:  # σ is none of what is learned
            return None
        by, here, step = by + step, there, -there * step / (there - here)
    return None
