"""Data that are 0 and 1: a weight may hang on what is decoded there too, as on positives that were missed.

Each number that is decoded is asked beside both bits, as it is drawn and further out. A function that refuses data of
0 and 1 says nothing here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from ..diagnosis.fitting import Fit
from ..diagnosis.probing import Arrays, Sample
from ..diagnosis.recovery import Recovery
from .calls import Asked
from .spots import Spot, departing_at
from .thresholds import error_along, is_step

__all__ = ["bits_spot", "with_bits"]

_POINTS = 2  # as they are drawn
_WORDS = (
    "it computes this at random points, and another value where {data} holds 0 and 1{place}: a weight by {data} and "
    "{decoded} at once?"
)


def bits_spot(call: Asked, recovery: Recovery, fit: Fit, sample: Sample) -> Spot | None:
    """Return a spot with data of 0 and 1 at which a function is another one, and no term of it is clamped."""
    names = call.assignment.names
    for data, decoded in call.quantity.bits:
        for start, arrays, place in _points(call, sample, data, decoded):
            spot = departing_at(call, recovery, fit, sample.sizes, arrays)
            if spot is None or spot.case is None:
                continue
            if start is None or is_step(error_along(call, fit.computed, sample, start, arrays), fit.tolerance):
                told = place and f" and {names[decoded]} {place}"
                return replace(spot, words=_WORDS.format(data=names[data], decoded=names[decoded], place=told))
    return None


def with_bits(call: Asked, arrays: Arrays) -> Arrays:
    """Return arrays in which every other of such data is 0 or 1."""
    changed = {}
    for data, _ in call.quantity.bits:
        held = np.array(arrays[data], np.float64)
        held.flat[::2] = np.arange(len(held.flat[::2])) % 2
        changed[data] = held
    return {**arrays, **changed}


def _points(call: Asked, sample: Sample, data: str, decoded: str) -> Iterator[tuple[Arrays | None, Arrays, str]]:
    """Yield points, on which side of the middle they decode what, and those nearer by from which they go out, if any.

    The data are what is decoded, rounded, and then its opposite.
    """
    middle = call.quantity.simple[decoded][0]
    for drawn in sample.arrays[:_POINTS]:
        for bits in _both(drawn[decoded] > middle):
            yield None, {**drawn, data: bits}, ""
    drawn = sample.arrays[0]
    above = drawn[decoded] > middle
    for one, other in _far(call, decoded):
        far = np.where(above, max(one, other), min(one, other))
        for bits in _both(above):
            yield {**drawn, data: bits}, {**drawn, data: bits, decoded: far}, f"{one:g} or {other:g}"


def _both(above: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return above.astype(np.float64), 1.0 - above


def _far(call: Asked, decoded: str) -> Iterator[tuple[float, float]]:
    """Yield the ordinary places on both lines that lead out in what is decoded alone."""
    lines = [edge.points[: edge.ordinary] for edge in call.quantity.edges if edge.points[0].keys() == {decoded}]
    yield from ((one[decoded], other[decoded]) for one, other in zip(*lines, strict=True))
