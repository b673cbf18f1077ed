"""Narrow numbers inside: a function that rounds what it is given to float32 or less, whatever it gives back.

A number of the grid is held exactly by every dtype. Moved by less than half of a dtype's spacing it is rounded back,
and the answer stays the same, bit by bit; where a wider move changes it, the function computes in that dtype.
"""

from __future__ import annotations

from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.probing import Arrays, Sample
from ..errors import ElboCheckError
from .calls import Asked

__all__ = ["rounded_inside"]

_MOVES = {"bfloat16": 2.0**-10, "float16": 2.0**-13, "float32": 2.0**-26}
"""By dtype: a relative move that it rounds away, and that the next wider one does not."""
_WIDE = 2.0**-4


def rounded_inside(call: Asked, sample: Sample, dtype: str) -> str:
    """Return the dtype to which a function rounds an argument, if it gives back float64; its own dtype if to none."""
    if dtype != "float64":
        return dtype
    point = sample.arrays[0]
    roles = [role for role, array in point.items() if isinstance(array, np.ndarray) and array.dtype.kind == "f"]
    with suppress(ElboCheckError):
        here = call(point)
        moving = [role for role in roles if not np.array_equal(_moved(call, point, role, _WIDE), here)]
        for narrow, move in _MOVES.items():
            if any(np.array_equal(_moved(call, point, role, move), here) for role in moving):
                return narrow
    return dtype


def _moved(call: Asked, point: Arrays, role: str, move: float) -> NDArray[np.float64]:
    return call({**point, role: np.asarray(point[role] * (1 + move))})
