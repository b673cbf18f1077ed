"""A latent that is near its prior in all samples: it counts little, and what it counts is counted.

Beside others it shows in no digit that is asked for elsewhere, as an epsilon may do as much. Here all else is simple,
and by how much a function departed from its formula at random points says what rounding and epsilons do.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from ..diagnosis.fitting import Fit
from ..diagnosis.probing import Arrays, Sample
from ..diagnosis.recovery import Recovery
from .calls import Asked
from .counterexample import FINELY, nearness
from .spots import Spot, departing_at

__all__ = ["inactive_spot"]

_EXACT = 1e-10  # relative: of a departure that rounding of doubles alone explains
_LEAST = 1e-8  # relative: far more than that, and far less than the ten-thousandth that such a latent counts
_ROOM = 10.0  # times what a test of it lets a right function depart by
_WORDS = (
    "it computes this at other numbers, and another value where one latent is near its prior in all samples and the "
    "others are not, at {0}: are inactive latents left out?"
)


def inactive_spot(call: Asked, recovery: Recovery, fit: Fit, sample: Sample, dtype: str) -> Spot | None:
    """Return numbers at which one latent of each sample is nearly inactive, and a function does not count it."""
    quantity = call.quantity
    if quantity.only_at or not quantity.near or not quantity.axes.keys() <= quantity.simple.keys():
        return None
    held, exact = quantity.near[-1], replace(fit, tolerance=fit.departure)
    spot = departing_at(call, recovery, exact, sample.sizes, _with_one_inactive(call, sample), _LEAST)
    if spot is None or spot.case is None:
        return None
    near = FINELY if fit.departure < _EXACT else nearness(dtype)
    yours, right = spot.case.yours, spot.case.rights[0]
    if np.max(np.abs(yours - right)) <= _ROOM * (near[0] + near[1]) * np.max(np.abs(right)):
        return None
    place = ", ".join(f"{call.assignment.names[role]} = {number:.6g}" for role, number in held.items())
    return replace(spot, words=_WORDS.format(place), case=replace(spot.case, near=near))


def _with_one_inactive(call: Asked, sample: Sample) -> Arrays:
    """Return the simplest numbers, and latents near the prior, the first of which are nearer to it than the others."""
    simple, (active, inactive), made = call.quantity.simple, call.quantity.near, {}
    for role, array in sample.arrays[0].items():
        made[role] = np.full(np.shape(array), float(active.get(role, simple[role][0])))
        axes = [axis for axis in call.quantity.axes[role] if axis in sample.sizes]
        if role in inactive and "d" in axes:
            np.moveaxis(made[role], axes.index("d"), 0)[0] = inactive[role]
    return made
