"""The score of a density has the mean 0: what a decoder learns is told by it, one number of many at a time.

Of a Gaussian N(r, σ²) two points, r + σ and r − σ, give the mean of all that is at most cubic. So where x stands there,
the slopes of a loss along all that it learns add up to nothing, whatever it learns; one of them that has no counterpart
in the constant, as a σ that is learned apart from its logarithm, shows. A factor of the whole that is learned shows in
the KL, which knows of no decoder: training would bring it to 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, suppress
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.formula import Formula
from ..diagnosis.probing import Arrays
from ..errors import ElboCheckError
from ..inputs.backends import Learned
from .heard import Heard
from .values import value_at

__all__ = ["Moved", "slip_of"]

FloatArray = NDArray[np.float64]

_STEP = 3e-7  # little beside a variance of 1e-4
_AGREE = 1e-5  # relative
_WAYS = ((1.0, 1.0), (1.0, 2.0))  # all alike, and each by another
_X, _GIVEN = "x", "reconstruction"
_FACTOR = "its KL is {0:.6g} times what it was: a factor of the whole that is learned is brought to 0 by training"
_SCORE = (
    "where x is one σ from the reconstruction, its slope along what it learns is {0:.6g}, and that of a density is 0 "
    "there: is each σ in the square that of its own logarithm?"
)


class Moved(Protocol):
    """Where all that is learned is moved to."""

    @property
    def learned(self) -> Learned:
        """All that is learned."""

    @property
    def there(self) -> Heard:
        """What it is there."""

    def block(self, further: float = 0.0, last: float | None = None) -> AbstractContextManager[Any]:
        """Return a block in which it is moved so and `further`, the last of it by `last` if not as far."""


def slip_of(heard: Heard, moved: Moved, *, single: bool) -> str:
    """Say what of a loss is none of a density's where all that is learned is moved; "" where nothing speaks against it.

    `heard` is what is right where nothing is moved, with a scale that stays. A single number that is learned is known
    by the constant beside its spread.
    """
    right = heard.found.relation.right
    if right is None or len(heard.call.quantity.parts) != 2 or moved.there.dtype != "float64":
        return ""
    divergence = right.formula.restricted({term for term in right.formula.terms if "D" not in term.axes})
    with suppress(ElboCheckError), np.errstate(all="ignore"):
        here = _share(heard, divergence)
        with moved.block():
            there = _share(heard, divergence)
        if not abs(there - here) <= _AGREE * abs(here):
            return _FACTOR.format(there / here)
        if single:
            return ""
        slope = max(_scores(heard, moved, there * right.scale.value(heard.samples[0].sizes)), key=abs, default=0.0)
        if abs(slope) > _AGREE:
            return _SCORE.format(slope)
    return ""


def _share(heard: Heard, divergence: Formula) -> float:
    """Return how much a loss moves where the latents are exchanged, of what the KL moves by."""
    sample, (one, other) = heard.samples[0], heard.samples[0].arrays[:2]
    data = [role for role, axes in heard.call.quantity.axes.items() if "D" in axes]
    other = {role: one[role] if role in data else array for role, array in other.items()}
    moves = float(np.sum(value_at(divergence, sample, other)) - np.sum(value_at(divergence, sample, one)))
    return (_total(heard, other) - _total(heard, one)) / moves


def _scores(heard: Heard, moved: Moved, share: float) -> Iterator[float]:
    """Yield the mean slopes a number of x along what is learned, over x = r ± σ; nothing where it is no Gaussian's."""
    arrays = heard.samples[0].arrays[0]
    if not arrays.keys() >= {_X, _GIVEN} or any(role.startswith("decoder_") for role in arrays):
        return
    arrays = {**arrays, _X: arrays[_GIVEN]}
    with moved.block():
        weights = _weights(heard, arrays)
    if weights is None:
        return
    sigma = np.sqrt(share / weights)
    places = [{**arrays, _X: arrays[_GIVEN] + side * sigma} for side in (1, -1)]
    for first, last in _WAYS:
        ends = []
        for step in (_STEP, -_STEP):
            with moved.block(first * step, last * step):
                ends.append(sum(_total(heard, place) for place in places) / 2)
        yield (ends[0] - ends[1]) / (2 * _STEP * share * sigma.size)


def _weights(heard: Heard, arrays: Arrays) -> FloatArray | None:
    """Return the weight of each squared error, twice over; None where errors are not squared, each by itself."""
    middle, given = _total(heard, arrays), arrays[_GIVEN]
    found = np.empty_like(given)
    for place in np.ndindex(given.shape):
        x = np.array(given)
        x[place] += 1
        found[place] = 2 * (_total(heard, {**arrays, _X: x}) - middle)
    all_moved = _total(heard, {**arrays, _X: given - 2}) - middle
    is_square = abs(all_moved - 2 * np.sum(found)) <= _AGREE * abs(all_moved)
    return found if is_square and (found > 0).all() else None


def _total(heard: Heard, arrays: Arrays) -> float:
    return float(np.sum(heard.call(arrays)))
