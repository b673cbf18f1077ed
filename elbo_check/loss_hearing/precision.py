"""Narrow numbers inside: a function that rounds what it is given to float32 or less, whatever it gives back.

A number of the grid is held exactly by every dtype. Moved by less than half of a dtype's spacing it is rounded back,
and the answer stays the same, bit by bit, at every point; moved by a few spacings it is another. Where what comes
out is rounded instead, to a few digits, small moves are seen now and then.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.probing import Arrays, Sample
from ..errors import ElboCheckError
from .calls import Asked

__all__ = ["rounded_inside"]

_MOVES = {"bfloat16": (2.0**-10, 2.0**-6), "float16": (2.0**-13, 2.0**-9), "float32": (2.0**-26, 2.0**-21)}
"""By dtype: a relative move that it rounds away, and one that it does not."""
_POINTS = 12
_SPACINGS = 4.0


def rounded_inside(call: Asked, sample: Sample, dtype: str) -> str:
    """Return the dtype to which a function rounds an argument, if it gives back float64; its own dtype if to none."""
    points = sample.arrays[:_POINTS]
    roles = [role for role, array in points[0].items() if isinstance(array, np.ndarray) and array.dtype.kind == "f"]
    if dtype == "float64":
        with suppress(ElboCheckError):
            here = [call(point) for point in points]
            for narrow, moves in _MOVES.items():
                if any(_is_rounded(call, points, here, role, *moves) for role in roles):
                    return narrow
    return dtype


def _is_rounded(
    call: Asked, points: Sequence[Arrays], here: Sequence[NDArray[np.float64]], role: str, small: float, large: float
) -> bool:
    """Whether no small move of an argument is seen, and most large ones are, by so much that small ones would be."""
    pairs = list(zip(points, here, strict=True))
    if any(np.any(_moved(call, point, role, sign * small, before)) for point, before in pairs for sign in (1, -1)):
        return False
    room = _SPACINGS * large / small  # a part with a tiny weight is lost in the sum
    seen = (
        np.any(_moved(call, point, role, large, before) > room * np.spacing(np.abs(before))) for point, before in pairs
    )
    return sum(map(bool, seen)) > len(points) / 2


def _moved(call: Asked, point: Arrays, role: str, move: float, before: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by how much a move of an argument changes each number that comes out."""
    return np.abs(call({**point, role: np.asarray(point[role] * (1 + move))}) - before)
