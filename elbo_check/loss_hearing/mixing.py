"""Samples that are mixed: x of one beside the reconstruction of another, by a broadcast to (B, B), a flip, a shuffle.

A likelihood sets every sample beside its own reconstruction, whatever function of all of them the loss is then. So it
changes where x alone is dealt to other samples; and where one sample's x and its reconstruction move, they act as one.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np

from ..diagnosis.fitting import rounding_of
from ..diagnosis.probing import Arrays
from ..errors import ElboCheckError
from .calls import Asked
from .heard import Heard

__all__ = ["mixing_words"]

_TRIED = 3  # points, or pairs of them
_SEEN = 10.0  # times what rounding may do

_DEALT = "its value stays where x is dealt to other samples: every x is set beside the reconstructions of all"
_APART = (
    "x and the reconstruction of sample {0} do not act together, and those of different samples do: each x is set "
    "beside another sample's reconstruction"
)


def mixing_words(heard: Heard) -> str:
    """Say in which way a loss mixes the samples of a batch; "" where it is not seen to do so."""
    call = heard.call
    axes = call.quantity.axes
    given = [role for role, held in axes.items() if {"B", "D"} <= set(held) and role != "x"]
    if heard.samples and call.layout.batch and "B" in axes.get("x", ()) and given:
        sample = max(heard.samples, key=lambda each: each.sizes["B"])
        pairs = list(zip(sample.arrays, sample.arrays[1:], strict=False))[:_TRIED]
        with suppress(ElboCheckError):
            if sample.sizes["B"] > 1 and _is_dealt(call, pairs, rounding_of(heard.dtype)):
                return _DEALT
            for b in range(sample.sizes["B"]):
                if _is_apart(call, pairs, given, b, sample.sizes["B"], rounding_of(heard.dtype)):
                    return _APART.format(b)
    return ""


def _is_dealt(call: Asked, pairs: Sequence[tuple[Arrays, Arrays]], rounding: float) -> bool:
    """Whether the total is the same where the next sample's x stands in the place of each, and another with other x."""
    depends = False
    for here, there in pairs:
        before, after = _total(call, here), _total(call, {**here, "x": np.roll(here["x"], 1, axis=0)})
        if not abs(after - before) <= rounding * abs(before):
            return False
        depends = depends or abs(_total(call, {**here, "x": there["x"]}) - before) > rounding * abs(before)
    return depends


def _is_apart(
    call: Asked, pairs: Sequence[tuple[Arrays, Arrays]], given: Sequence[str], b: int, batch: int, rounding: float
) -> bool:
    """Whether x and what is given of one sample never act together, while those of two samples do, at every pair."""
    for here, there in pairs:
        own, allowed = _together(call, here, there, given, b, b)
        others = max((abs(_together(call, here, there, given, b, c)[0]) for c in range(batch) if c != b), default=0.0)
        if abs(own) > rounding * allowed or others <= _SEEN * rounding * allowed:
            return False
    return True


def _together(call: Asked, here: Arrays, there: Arrays, given: Sequence[str], b: int, c: int) -> tuple[float, float]:
    """Return how far moving x of sample b and what is given of c is more than both moves; and the sizes added up."""
    moved_x = {"x": _with_row(here["x"], there["x"], b)}
    moved_r = {role: _with_row(here[role], there[role], c) for role in given}
    values = [_total(call, {**here, **change}) for change in ({}, moved_x, moved_r, {**moved_x, **moved_r})]
    return values[3] - values[2] - values[1] + values[0], float(np.sum(np.abs(values)))


def _with_row(array: Any, other: Any, b: int) -> Any:
    changed = np.array(array)
    changed[b] = other[b]
    return changed


def _total(call: Asked, arrays: Arrays) -> float:
    return float(np.sum(call(arrays)))
