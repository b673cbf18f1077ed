"""One latent, pixel or sample that is unlike the others: what it counts goes by itself, and not by what they are.

A clamp of each number by itself may be meant, and is told with its place; one by the largest of all, or a scale of all
by it, is another function. In a sum each place adds its own: what a function is off where one is unlike the others is
what it is off where all are like the one, and where all are like the others, in proportion.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from ..diagnosis.fitting import Fit
from ..diagnosis.probing import Arrays, Sample
from ..diagnosis.quantity import Edge
from ..diagnosis.recovery import Recovery
from ..errors import ElboCheckError
from .calls import Asked
from .outliers import noun_of
from .spots import Spot, departing_at
from .values import value_at

__all__ = ["unlike_spot"]

_SUM = 1e-9  # relative: how well the formula is a sum over an axis
_SHOWS = 1e-3  # relative: far more than an epsilon or rounding does
_WORDS = (
    "what one {noun} counts goes by what the others are, as it does under a clamp by the largest of them: it is "
    "another function where {place}"
)
_DATA = "x"  # which a guard of images may divide by 255, all at once


class _Total(NamedTuple):
    """What a function adds up to at some arrays, and what its formula does."""

    yours: float
    right: float

    @property
    def off(self) -> float:
        """How far the function is off."""
        return self.yours - self.right


def unlike_spot(call: Asked, recovery: Recovery, fit: Fit, sample: Sample) -> Spot | None:
    """Return ordinary numbers, one of them unlike the others, at which a function is no sum of what each counts."""
    found = (
        (departing_at(call, recovery, fit, sample.sizes, arrays), words)
        for arrays, words in _no_sums(call, fit, sample)
    )
    return next((replace(spot, words=words) for spot, words in found if spot is not None and spot.case), None)


def _no_sums(call: Asked, fit: Fit, sample: Sample) -> Iterator[tuple[Arrays, str]]:
    """Yield such numbers, and those that are all alike beside which they are none, with words for each."""
    quantity = call.quantity
    simple, box = quantity.simple, {} if quantity.only_at else _sides_of(quantity.edges)
    if not quantity.axes.keys() <= simple.keys():
        return
    drawn = quantity.draw(np.random.default_rng(0), sample.sizes)
    middle = {role: np.full(np.shape(array), simple[role][0]) for role, array in drawn.items()}
    for role, sides in box.items():
        alike = {n: {**middle, role: np.full_like(middle[role], n)} for n in (simple[role][1], *sides)}
        totals = {number: _total(call, fit, sample, arrays) for number, arrays in alike.items()}
        for place, axis in enumerate(axis for axis in quantity.axes[role] if axis in sample.sizes):
            share, name, noun = 1 / sample.sizes[axis], call.assignment.names[role], noun_of(axis)
            for one, rest in itertools.permutations(alike, 2):
                mixed = _mixed(alike[rest], role, place, one)
                if not _is_a_sum(_total(call, fit, sample, mixed), totals[one], totals[rest], share):
                    some = f"{name} is {one:.6g} for one {noun} and {rest:.6g} for all others"
                    yield mixed, _WORDS.format(noun=noun, place=some)
                    every = ((n, f"{name} is {n:.6g} for all") for n in (one, rest))
                    yield from ((alike[n], _WORDS.format(noun=noun, place=words)) for n, words in every)


def _sides_of(edges: Sequence[Edge]) -> Mapping[str, Sequence[float]]:
    """Return the last ordinary number of each argument in every direction; of data the first that is not."""
    sides: dict[str, dict[float, None]] = {}
    for edge in edges:
        last, beyond = edge.points[max(edge.ordinary - 1, 0)], edge.points[-1]
        for role in last if edge.laid is np.full and not edge.near else ():
            if role != _DATA and last[role] != beyond[role]:
                sides.setdefault(role, {})[last[role]] = None
    return {role: tuple(numbers) for role, numbers in sides.items()}


def _mixed(alike: Arrays, role: str, place: int, one: float) -> Arrays:
    """Return arrays in which the first place along an axis holds another number."""
    made = np.array(alike[role])
    np.moveaxis(made, place, 0)[0] = one
    return {**alike, role: made}


def _total(call: Asked, fit: Fit, sample: Sample, arrays: Arrays) -> _Total | None:
    """Return the sum of what comes out, and of what the formula gives; None where one of them is no number."""
    with suppress(ElboCheckError), np.errstate(all="ignore"):
        found = _Total(float(np.sum(call(arrays))), float(np.sum(value_at(fit.computed, sample, arrays))))
        return found if np.isfinite(found).all() else None
    return None


def _is_a_sum(mixed: _Total | None, one: _Total | None, rest: _Total | None, share: float) -> bool:
    """Whether a function is off as a sum is; or cannot be told, as where its formula is no sum over this axis."""
    if mixed is None or one is None or rest is None:
        return True
    size = abs(mixed.right) + share * abs(one.right) + (1 - share) * abs(rest.right)
    if abs(mixed.right - share * one.right - (1 - share) * rest.right) > _SUM * size:
        return True
    return abs(mixed.off - share * one.off - (1 - share) * rest.off) <= _SHOWS * size
