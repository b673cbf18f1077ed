"""A latent that is near its prior in all samples: it counts little, and what it counts is counted.

Beside others it shows in no digit that is asked for elsewhere, as an epsilon may do as much. Here all else is simple,
and by how much a function departed from its formula at random points says what rounding and epsilons do. Where latents
are left out sample by sample some are so at random points as well, and it is points without any that say so.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from ..diagnosis.fitting import Fit
from ..diagnosis.probing import Arrays, Sample
from ..diagnosis.quantity import Quantity
from ..diagnosis.recovery import Recovery
from .calls import Asked
from .counterexample import FINELY, nearness
from .spots import Spot, departing_at
from .thresholds import relative_error

__all__ = ["inactive_spot", "inactive_spot_of_near"]

_EXACT = 1e-10  # relative: of a departure that rounding of doubles alone explains
_EXACT_IN = {"float64": _EXACT, "float32": 5e-7}
_LEAST = 1e-8  # relative: far more than that, and far less than the ten-thousandth that such a latent counts
_ROOM = 10.0  # times what a test of it lets a right function depart by
_WORDS = (
    "it computes this at other numbers, and another value where one latent is near its prior in all samples and the "
    "others are not, at {0}: are inactive latents left out?"
)
_WORDS_OF_NEAR = (
    "it is right where all latents are far from their prior, and not where they are near it, one of each sample at "
    "{0}: are inactive latents left out?"
)
_ACTIVE = (9.0, 13.0)  # times what the active latents beside an inactive one are apart from it
_POINTS = 6


def inactive_spot(call: Asked, recovery: Recovery, fit: Fit, sample: Sample, dtype: str) -> Spot | None:
    """Return numbers at which one latent of each sample is nearly inactive, and a function does not count it."""
    if not _is_asked(call.quantity):
        return None
    held, departure, words, rounding = call.quantity.near[-1], fit.departure, _WORDS, _EXACT_IN.get(dtype, 0.0)
    if departure > rounding and _active_departure(call, recovery, fit, sample) <= rounding:
        departure, words = rounding, _WORDS_OF_NEAR
    exact = replace(fit, tolerance=departure)
    spot = departing_at(call, recovery, exact, sample.sizes, _with_one_inactive(call, sample), _LEAST)
    if spot is None or spot.case is None:
        return None
    near = FINELY if departure <= _EXACT else nearness(dtype)
    yours, right = spot.case.yours, spot.case.rights[0]
    if np.max(np.abs(yours - right)) <= _ROOM * (near[0] + near[1]) * np.max(np.abs(right)):
        return None
    place = ", ".join(f"{call.assignment.names[role]} = {number:.6g}" for role, number in held.items())
    return replace(spot, words=words.format(place), case=replace(spot.case, near=near))


def inactive_spot_of_near(call: Asked, recovery: Recovery, sample: Sample, dtype: str) -> Spot | None:
    """Return the same of a function that is near to a right formula, if it is exact where all latents are active."""
    rights = () if recovery.kind.spread or recovery.unseen else recovery.rights  # of what is unseen, any may be exact
    fits = (Fit(right.formula, math.inf, math.inf) for right in rights)
    found = (inactive_spot(call, recovery, fit, sample, dtype) for fit in fits)
    return next((spot for spot in found if spot is not None), None)


def _active_departure(call: Asked, recovery: Recovery, fit: Fit, sample: Sample) -> float:
    """Return by how much a function departs from a formula where no latent is inactive, as with an epsilon it does."""
    generator, kept = np.random.default_rng(0), replace(sample, kind=recovery.kind)
    points = (_active(call, arrays, generator) for arrays in sample.arrays[:_POINTS])
    return float(np.max([relative_error(call, fit.computed, kept, point) for point in points]))


def _is_asked(quantity: Quantity) -> bool:
    """Whether latents have a prior and all else has simple numbers."""
    return bool(quantity.near) and not quantity.only_at and quantity.axes.keys() <= quantity.simple.keys()


def _active(call: Asked, drawn: Arrays, generator: np.random.Generator) -> Arrays:
    """Return latents that are all far from the prior, at numbers that no narrow dtype holds, and all else as drawn."""
    (near, nearer), made = call.quantity.near, dict(drawn)
    for role in near:
        apart = generator.uniform(*_ACTIVE, np.shape(drawn[role]))
        made[role] = nearer[role] + (near[role] - nearer[role]) * apart
    return made


def _with_one_inactive(call: Asked, sample: Sample) -> Arrays:
    """Return the simplest numbers, and latents near the prior, the first of which are nearer to it than the others."""
    simple, (active, inactive), made = call.quantity.simple, call.quantity.near, {}
    for role, array in sample.arrays[0].items():
        made[role] = np.full(np.shape(array), float(active.get(role, simple[role][0])))
        axes = [axis for axis in call.quantity.axes[role] if axis in sample.sizes]
        if role in inactive and "d" in axes:
            np.moveaxis(made[role], axes.index("d"), 0)[0] = inactive[role]
    return made
