"""Functions that are right at random points and others beyond a threshold: penalties, branches, clamps of a part.

A clamp of an argument is told with its place, for the function does not move any more beyond it. What goes on to move
is another function there, and so is what steps to a constant: it is wrong where the threshold lies among ordinary
numbers. Digits that are lost grow on the way; what is beyond a threshold begins at once.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..diagnosis.fitting import Fit
from ..diagnosis.formula import Formula
from ..diagnosis.probing import Arrays, Sample
from ..diagnosis.quantity import Edge
from ..diagnosis.recovery import Recovery
from ..errors import LossFunctionError
from .calls import Asked
from .edge_lines import Place, along, place_words
from .spots import Spot, departing_at
from .values import value_at

__all__ = [
    "beyond_threshold",
    "error_along",
    "is_flat",
    "is_step",
    "is_sudden",
    "relative_error",
    "threshold_spot",
]

Error = Callable[[float], float]

_STILL = 1e-9  # relative
_BEGINS, _SHOWS = 1e-8, 1e-4  # relative: of an error that has just begun, and of one that shows
_GROWN = 10.0
_SUDDEN = 0.05  # of the way between two places
_FURTHER = 2  # places of a line beyond the ordinary ones: means of 10 and 100, |log σ²| of 6 and 12
_HALVINGS = 48  # near to the last digit, so that a clamp has hardly begun to bind
_NOISE = 3.0  # one of 370 standard normal numbers is larger
_NOISE_ROLE = "noise"  # which is drawn, and may be any number
_CLIPPED = "it computes this at random points, and does not move any more at {0}: a clip of the noise?"
_WORDS = "it computes this at random points, and another value at {0}: a penalty, a threshold or a branch?"


def threshold_spot(call: Asked, recovery: Recovery, fit: Fit, samples: tuple[Sample, ...]) -> Spot | None:
    """Return ordinary numbers at which a function is another one, and not because an argument is clamped."""
    return _spot(call, recovery, fit, samples, 0) or _corner_spot(call, recovery, fit, samples[0])


def beyond_threshold(call: Asked, recovery: Recovery, fit: Fit, samples: tuple[Sample, ...]) -> Spot | None:
    """Return numbers at which a function is another one, ordinary or not far beyond these, with words for the place."""
    return _spot(call, recovery, fit, samples, _FURTHER)


def _spot(call: Asked, recovery: Recovery, fit: Fit, samples: tuple[Sample, ...], further: int) -> Spot | None:
    """Return such a spot among the ordinary places of the edges that have any, and so many beyond."""
    sample = samples[0]
    for edge in call.quantity.edges if not call.quantity.only_at else ():
        drawn = call.quantity.draw(np.random.default_rng(0), sample.sizes)
        spot = _spot_along(call, recovery, fit, sample, edge, drawn, edge.ordinary and edge.ordinary + further)
        if spot is not None:
            return spot
    return None


def _spot_along(
    call: Asked, recovery: Recovery, fit: Fit, sample: Sample, edge: Edge, drawn: Arrays, most: int
) -> Spot | None:
    """Return such a spot among the first places of an edge, where what it does not speak of is as drawn."""
    places = list(along(call, sample, edge, drawn))
    for index, (numbers, arrays) in enumerate(places[:most]):
        spot = departing_at(call, recovery, fit, sample.sizes, arrays)
        error = error_along(call, fit.computed, sample, drawn, arrays)
        if spot is None or spot.case is None or _may_be_meant(call, edge, places[index : index + 2], error, fit):
            continue
        place = place_words(call, edge, numbers)
        is_clipped = numbers.keys() == {_NOISE_ROLE} and is_flat(call, places[index : index + 2])
        slug, words = ("wrong-noise", _CLIPPED) if is_clipped else ("", _WORDS)
        return replace(spot, words=words.format(place), slug=slug)
    return None


def _corner_spot(call: Asked, recovery: Recovery, fit: Fit, sample: Sample) -> Spot | None:
    """Return a corner of the box of ordinary latents at which a function is another one than at the sides of it.

    A clamp of one argument departs at that side already, where it may be meant: its corners are left out.
    """
    quantity = call.quantity
    box = _sides_of(quantity.edges) if not quantity.only_at else {}
    if len(box) < 2 or not box.keys() <= quantity.simple.keys():
        return None
    drawn = quantity.draw(np.random.default_rng(0), sample.sizes)
    middle = {**drawn, **{role: np.full(np.shape(drawn[role]), quantity.simple[role][0]) for role in box}}

    def holds(role: str, number: float) -> bool:
        there = {**middle, role: np.full(np.shape(middle[role]), number)}
        return departing_at(call, recovery, fit, sample.sizes, there) is None

    sides = {role: [side for side in box[role] if holds(role, side[0])] for role in quantity.axes if role in box}
    for corner in itertools.product(*sides.values()):
        points = [dict(zip(sides, numbers, strict=True)) for numbers in zip(*corner, strict=True)]
        edge = Edge(None, (), points, ordinary=1)
        spot = _spot_along(call, recovery, fit, sample, edge, drawn, edge.ordinary)
        if spot is not None:
            return spot
    return None


def _sides_of(edges: Sequence[Edge]) -> Mapping[str, Sequence[tuple[float, float]]]:
    """Return the last ordinary number of each latent argument in either direction, and the next one beyond it."""
    sides: dict[str, list[tuple[float, float]]] = {}
    for edge in edges:
        if not edge.ordinary or "d" not in edge.axes:
            continue
        last, beyond = edge.points[edge.ordinary - 1 : edge.ordinary + 1]
        for role in last:
            if role != _NOISE_ROLE and last[role] != beyond[role]:
                sides.setdefault(role, []).append((last[role], beyond[role]))
    return sides


def _may_be_meant(call: Asked, edge: Edge, places: Sequence[Place], error: Error, fit: Fit) -> bool:
    """Whether a function goes on as a clamp of an argument does; of data one term may be clamped, as log max(p, ε).

    Noise is given by nobody, and a clip of it is another distribution.
    """
    numbers = places[0][0]
    if numbers.keys() == {_NOISE_ROLE} and abs(numbers[_NOISE_ROLE]) <= _NOISE:
        return False
    return not is_step(error, fit.tolerance) and ("D" in edge.axes or is_flat(call, places))


def is_flat(call: Asked, places: Sequence[Place]) -> bool:
    """Whether a function does not move from one place to the next: so it is beyond a clamp of an argument."""
    try:
        here, beyond = (np.squeeze(call(arrays)) for _, arrays in (places[0], places[-1]))
    except LossFunctionError:
        return True
    return bool(np.max(np.abs(beyond - here)) <= _STILL * np.max(np.abs(here)))


def is_sudden(error: Error, rounding: float) -> bool:
    """Whether an error begins and shows at nearly one place on the way from good numbers, at 0, to bad ones, at 1."""
    least = max(_BEGINS, rounding)
    if error(0.0) > least:
        return False
    begins, shows = (_crossing(error, level) for level in (least, max(_SHOWS, _GROWN * least)))
    return shows - begins < _SUDDEN


def is_step(error: Error, rounding: float) -> bool:
    """Whether an error shows as soon as it begins: so does a branch to a constant, and a clamp of an argument not."""
    least = max(_BEGINS, rounding)
    return error(0.0) <= least and error(_crossing(error, least)) > max(_SHOWS, _GROWN * least)


def error_along(call: Asked, formula: Formula, sample: Sample, one: Arrays, other: Arrays) -> Error:
    """Return how far a function is from a formula on the line from one point to another, relative to it.

    Between two positive numbers, however small the one, all are positive.
    """

    def error(part: float) -> float:
        arrays = {role: np.asarray((1 - part) * array + part * other[role]) for role, array in one.items()}
        return relative_error(call, formula, sample, arrays)

    return error


def relative_error(call: Asked, formula: Formula, sample: Sample, arrays: Arrays) -> float:
    """Return how far a function is from a formula, relative to it; nan where it refuses the arrays."""
    with np.errstate(all="ignore"):
        true = value_at(formula, sample, arrays)
        try:
            apart = np.squeeze(call(arrays)) - np.squeeze(true)
        except LossFunctionError:
            return float("nan")
        return float(np.max(np.abs(apart)) / np.max(np.abs(true)))


def _crossing(error: Error, level: float) -> float:
    """Return at which part of the way an error exceeds a level."""
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if error(middle) <= level else (low, middle)
    return high
