"""A squared error that counts in steps of the data: ten times where a pixel is bright, as `1 + 9 * (x > 0.5)` does.

No formula is recognised then, for the weights of the numbers that are drawn differ; where all pixels are alike they
show. A variance that goes with x has a weight for every x, and may be the decoder's.
"""

from __future__ import annotations

from contextlib import suppress

import numpy as np

from ..errors import ElboCheckError
from .heard import Heard

__all__ = ["step_words"]

_DATA = frozenset({"x", "reconstruction"})
_PLACES = np.linspace(0.0, 1.0, 17)  # of x
_STEP = 0.125  # of the reconstruction
_SAME = {"float64": 1e-6}  # relative: of two weights, and of two curvatures of one parabola
_COARSE = 1e-3
_MOST = 4  # weights
_WORDS = (
    "where {x} = {here:g} the square of {x} − {r} counts {times:.3g} times what it does where {x} = {there:g}: a mask "
    "or a weight by the size of {x}?"
)


def step_words(heard: Heard) -> str:
    """Say where a squared error counts more or less, if it does so in a few steps of the data; else ""."""
    if not heard.call.quantity.axes.keys() >= _DATA:
        return ""
    same = _SAME.get(heard.dtype, _COARSE)
    with suppress(ElboCheckError):
        weights = [_weight(heard, place, same) for place in _PLACES]
        known = np.array([weight for weight in weights if weight is not None])
        largest = np.max(np.abs(known), initial=0.0)
        if len(known) == len(_PLACES) and largest > 0 and 1 < len(set(np.round(known / largest, 3))) <= _MOST:
            here, there = int(np.argmax(np.abs(known))), int(np.argmin(np.abs(known)))
            if abs(known[there]) <= same * abs(known[here]):
                here, there = there, here  # a mask
            names, times = heard.call.assignment.names, known[here] / known[there]
            x, r = names["x"], names["reconstruction"]
            return _WORDS.format(x=x, r=r, here=_PLACES[here], there=_PLACES[there], times=abs(times))
    return ""


def _weight(heard: Heard, place: float, same: float) -> float | None:
    """Return the curvature in the reconstruction where all x are at one place; None if that is no parabola about x."""
    arrays = heard.samples[0].arrays[0]
    values = []
    for steps in (-1, 0, 1, 2):
        alike = {"x": place, "reconstruction": place + steps * _STEP}
        point = {role: np.full_like(each, alike[role]) if role in alike else each for role, each in arrays.items()}
        values.append(float(np.sum(heard.call(point))))
    if not np.isfinite(values).all():
        return None
    below, at, above, beyond = values
    first, second = below - 2 * at + above, at - 2 * above + beyond
    room = same * (max(values) - min(values))
    return first if abs(first - second) <= room and abs(above - below) <= room else None
