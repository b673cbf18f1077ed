"""Far from the numbers that are drawn: a squared error that becomes another function where the difference is large.

Images lie in the unit interval, where a Huber loss is half a square. A decoder's mean and the data of a Gaussian may
be any numbers, and so may the means of two Gaussians. A function that is clamped in one of them alone is told of as
such: it may be meant. All else is simple there, and then as it is drawn: a KL that a large error switches off is 0 at
its prior.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..diagnosis.fitting import Fit
from ..diagnosis.probing import Arrays, Sample
from ..diagnosis.recovery import Recovery
from .batches import undivided_spot
from .bits import bits_spot
from .calls import Asked
from .edge_lines import along, place_words
from .edges import edge_findings
from .heard import Heard
from .inactive import inactive_spot
from .outliers import outlier_spot
from .spots import Spot, departing_at, wrong_spot
from .thresholds import threshold_spot
from .unlike import unlike_spot
from .values import value_at
from .weights import weighing_spot

__all__ = ["spot_of", "wrong_beyond"]

_WORDS = (
    "it computes this where {0} and {1} are near each other, and another value where they are further apart: "
    "a Huber loss, a clamp of their difference, or a part that it switches off?"
)
_USUAL = (
    "it computes this at numbers near 0, and is wrong at usual numbers, from {0} on: an epsilon, a clamp, or one "
    "maximum for all samples?"
)


def spot_of(heard: Heard) -> Spot | None:
    """Return a spot, near or far, at which a function is wrong that is right at random points."""
    call, recovery, fit, samples = heard.call, heard.found, heard.found.fit, heard.samples
    if fit is None:  # pragma: no cover - asked of right functions only
        return None
    return (
        wrong_spot(call, recovery, fit, samples)
        or wrong_beyond(call, recovery, fit, samples, heard.dtype)
        or threshold_spot(call, recovery, fit, samples)
        or bits_spot(call, recovery, fit, samples[0])
        or weighing_spot(call, recovery, fit, samples[0], heard.dtype)
        or undivided_spot(call, recovery, fit)
        or _wrong_at_usual(call, recovery, fit, samples[0])
        or outlier_spot(call, recovery, fit, samples[0])
        or unlike_spot(call, recovery, fit, samples[0])
        or inactive_spot(call, recovery, fit, samples[0], heard.dtype)
    )


def _wrong_at_usual(call: Asked, recovery: Recovery, fit: Fit, sample: Sample) -> Spot | None:
    """Return a spot at which a function gives another number, where arguments are as large as models have them.

    What overflows there is no number, which is seen in training, and is told as an edge.
    """
    drawn = sample.arrays[0]
    for edge in (edge for edge in call.quantity.edges if edge.usual):
        spots = (
            (departing_at(call, recovery, fit, sample.sizes, arrays), place_words(call, edge, numbers))
            for numbers, arrays in along(call, sample, edge, drawn)
        )
        spot, place = next((found for found in spots if found[0] is not None), (None, ""))
        if spot is not None and spot.case is not None:
            return replace(spot, words=_USUAL.format(place))
    return None


def wrong_beyond(call: Asked, recovery: Recovery, fit: Fit, samples: tuple[Sample, ...], dtype: str) -> Spot | None:
    """Return a spot far out at which a function does not compute what it computes at ordinary points.

    There is none where it is bound to an interval, as a shift of both arguments shows, nor where the formula has no
    value there.
    """
    quantity, sample = call.quantity, samples[0]
    if not quantity.beyond or quantity.only_at:
        return None
    far = quantity.beyond[0].keys()
    if edge_findings(call, recovery, dtype, [edge for edge in quantity.edges if edge.points[0].keys() == far]):
        return None
    for arrays in _far_apart(call, sample):
        with np.errstate(all="ignore"):
            if not np.isfinite(value_at(fit.formula, sample, arrays)).all():
                continue
        spot = departing_at(call, recovery, fit, sample.sizes, arrays)
        if spot is not None and spot.case is not None:
            return Spot(call, "", spot.yours, spot.case, _WORDS.format(*(call.assignment.names[role] for role in far)))
    return None


def _far_apart(call: Asked, sample: Sample) -> Iterator[Arrays]:
    """Yield the points far out, with all else simple, and then as it is drawn."""
    drawn, simple = sample.arrays[0], call.quantity.simple
    plain = {role: np.full(np.shape(array), simple[role][0]) for role, array in drawn.items()}
    for others in (plain, drawn):
        for numbers in call.quantity.beyond:
            yield {**others, **{role: np.full(np.shape(drawn[role]), number) for role, number in numbers.items()}}
