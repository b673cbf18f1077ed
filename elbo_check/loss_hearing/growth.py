"""How all of a loss but its KL grows: no decoder mends a total over the batch beside a mean, or a mean over pixels.

Both show where every sample, or every pixel, is given twice; a mean behind a softmax, where pixels are added that are
black.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..diagnosis.formula import Formula
from ..diagnosis.probing import Arrays, Axes, Sample
from ..errors import ElboCheckError
from .calls import Asked
from .values import rest_at

__all__ = ["adds_up", "counts_all", "doubled", "falls_off"]

_APART = 1e-3  # relative: a ratio is a small whole number, or another one by far
_FAR = 1e4
_PAIRS = 4
_ROOM = 10.0
_BLACK = {"x": 0.0, "reconstruction": 0.0, "logits": -40.0}  # a pixel that is nought, and certain to be


def adds_up(call: Asked, sample: Sample, data: Sequence[str], rounding: float) -> bool:
    """Whether the samples' data count by themselves, and all alike: a median, or the first, does not so."""
    pairs = itertools.islice(itertools.pairwise(sample.arrays), _PAIRS)
    is_apart = bool(sample.kind.kept) or not call.layout.batch
    return is_apart or all(_adds_up_of(call, data, rounding, *pair) for pair in pairs)


def _adds_up_of(call: Asked, data: Sequence[str], rounding: float, here: Arrays, there: Arrays) -> bool:
    def value(arrays: Arrays) -> float:
        return float(np.squeeze(call({**here, **arrays})))

    def mixed(first: Arrays, others: Arrays) -> float:
        half = len(here[data[0]]) // 2
        return value({role: np.concatenate([first[role][:half], others[role][half:]]) for role in data})

    found = [mixed(first, others) for first in (here, there) for others in (here, there)]
    rolled = value({role: np.roll(here[role], 1, 0) for role in data})
    allowed = _ROOM * rounding * sum(map(abs, found))
    return abs(found[0] - rolled) <= allowed and abs(found[0] - found[1] - found[2] + found[3]) <= allowed


def falls_off(call: Asked, arrays: Arrays) -> bool:
    """Whether a function falls where the data go far out, to either side: no −log p over the real numbers does so."""
    with suppress(ElboCheckError), np.errstate(all="ignore"):
        here = float(np.sum(call(arrays)))
        there = [float(np.sum(call({**arrays, "x": np.full_like(arrays["x"], far)}))) for far in (-_FAR, _FAR)]
        return bool(np.isfinite(there).all()) and max(there) < here - abs(here)
    return False


def counts_all(call: Asked, sample: Sample, divergence: Formula, grows: float) -> bool:
    """Whether all but the KL grows as a loss in this reduction should, where samples or pixels are given twice.

    A function that refuses as many says nothing.
    """
    if call.layout.axes or sample.kind.kept:
        return True
    held = [axis for axis in ("B", "D") if axis in sample.sizes and axis not in call.given]
    if "D" in held and _is_thinned(call, sample, divergence):
        return False
    return all(_counts(call, sample, divergence, axis, grows if axis == "B" else None) for axis in held)


def _counts(call: Asked, sample: Sample, divergence: Formula, axis: str, grows: float | None) -> bool:
    """Whether the rest grows by that factor where all along an axis is given twice; or at all, where it is None."""
    with suppress(ElboCheckError):
        twice = replace(sample, sizes={**sample.sizes, axis: 2 * sample.sizes[axis]})
        before = rest_at(call, sample, divergence, sample.arrays[0])
        after = rest_at(call, twice, divergence, doubled(sample.arrays[0], call.quantity.axes, axis))
        as_many = abs(after - (grows or 1.0) * before) <= _APART * (abs(after) + abs(before))
        return as_many == (grows is not None)
    return True


def _is_thinned(call: Asked, sample: Sample, divergence: Formula) -> bool:
    """Whether the rest is halved where as many black pixels are added: a mean over pixels, behind a softmax too."""
    with suppress(ElboCheckError):
        wide = replace(sample, sizes={**sample.sizes, "D": 2 * sample.sizes["D"]})
        arrays = {
            role: np.concatenate([array, np.full_like(array, _BLACK[role])], call.quantity.axes[role].index("D"))
            if role in _BLACK
            else array
            for role, array in sample.arrays[0].items()
        }
        before = rest_at(call, sample, divergence, sample.arrays[0])
        after = rest_at(call, wide, divergence, arrays)
        return before != 0 and abs(2 * after - before) <= _APART * abs(before)
    return False


def doubled(arrays: Arrays, axes: Axes, axis: str) -> Arrays:
    """Return arrays in which all along an axis is there twice."""
    return {
        role: np.concatenate([array, array], axes[role].index(axis)) if axis in axes[role] else array
        for role, array in arrays.items()
    }
