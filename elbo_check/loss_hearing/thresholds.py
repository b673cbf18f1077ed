"""Functions that are right at random points and others beyond a threshold: penalties, branches, clamps of a part.

A clamp of an argument is told with its place, for the function does not move any more beyond it. What goes on to move
is another function there: it is wrong where the threshold lies among ordinary numbers. Digits that are lost grow on the
way; what is beyond a threshold begins at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..diagnosis.fitting import Fit
from ..diagnosis.probing import Sample
from ..diagnosis.recovery import Recovery
from ..errors import LossFunctionError
from .calls import Asked
from .edge_lines import Place, along, place_words
from .spots import Spot, departing_at

__all__ = ["beyond_threshold", "is_flat", "is_sudden", "threshold_spot"]

Numbers = Mapping[str, float]
Error = Callable[[Numbers], float]

_STILL = 1e-9  # relative
_BEGINS, _SHOWS = 1e-8, 1e-4  # relative: of an error that has just begun, and of one that shows
_GROWN = 10.0
_SUDDEN = 0.05  # of the way between two places
_HALVINGS = 30
_FURTHER = 2  # places of a line beyond the ordinary ones: means of 10 and 100, |log σ²| of 6 and 12
_WORDS = "it computes this at random points, and another value at {0}: a penalty, a threshold or a branch?"


def threshold_spot(call: Asked, recovery: Recovery, fit: Fit, samples: tuple[Sample, ...]) -> Spot | None:
    """Return ordinary numbers at which a function is another one, and not because an argument is clamped."""
    return _spot(call, recovery, fit, samples, 0)


def beyond_threshold(call: Asked, recovery: Recovery, fit: Fit, samples: tuple[Sample, ...]) -> Spot | None:
    """Return numbers at which a function is another one, ordinary or not far beyond these, with words for the place."""
    return _spot(call, recovery, fit, samples, _FURTHER)


def _spot(call: Asked, recovery: Recovery, fit: Fit, samples: tuple[Sample, ...], further: int) -> Spot | None:
    """Return such a spot among the ordinary places of the edges that have any, and so many beyond."""
    sample = samples[0]
    for edge in call.quantity.edges if not call.quantity.only_at else ():
        drawn = call.quantity.draw(np.random.default_rng(0), sample.sizes)
        places = list(along(call, sample, edge, drawn))
        for index, (numbers, arrays) in enumerate(places[: edge.ordinary and edge.ordinary + further]):
            spot = departing_at(call, recovery, fit, sample.sizes, arrays)
            if spot is not None and spot.case is not None and not is_flat(call, places[index : index + 2]):
                return replace(spot, words=_WORDS.format(place_words(call, edge, numbers)))
    return None


def is_flat(call: Asked, places: Sequence[Place]) -> bool:
    """Whether a function does not move from one place to the next: so it is beyond a clamp of an argument."""
    try:
        here, beyond = (np.squeeze(call(arrays)) for _, arrays in (places[0], places[-1]))
    except LossFunctionError:
        return True
    return bool(np.max(np.abs(beyond - here)) <= _STILL * np.max(np.abs(here)))


def is_sudden(error: Error, good: Numbers, bad: Numbers, rounding: float) -> bool:
    """Whether an error begins and shows at nearly one place on the way from good numbers to bad ones."""
    least = max(_BEGINS, rounding)
    if error(good) > least:
        return False
    begins, shows = (_crossing(error, good, bad, level) for level in (least, max(_SHOWS, _GROWN * least)))
    return shows - begins < _SUDDEN


def _crossing(error: Error, good: Numbers, bad: Numbers, level: float) -> float:
    """Return at which part of the way an error exceeds a level."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if error({role: _between(good[role], bad[role], middle) for role in good}) <= level:
            low = middle
        else:
            high = middle
    return high


def _between(one: float, other: float, part: float) -> float:
    """Return a number between two: in equal ratios, where they have one sign."""
    if one * other > 0:
        return float(one * (other / one) ** part)
    return one + part * (other - one)
