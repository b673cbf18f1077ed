"""Many draws of a bound: one that is far larger than all others, and all alike.

A weight is never above K times the mean of all K, nor one of three draws beyond a tenth of it: what is cut off there,
or left out, shows where there are many. So does what is left out for lying far below the largest: each of the others
is next to nothing, and all of them together are not. What goes wrong as draws become unlike is no matter of how many
there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ..diagnosis.fitting import rounding_of
from ..diagnosis.probing import Arrays, Sample
from ..diagnosis.recovery import Recovery
from ..errors import ElboCheckError
from .calls import Asked
from .heard import Heard
from .spot_sizes import Resized, many_draws
from .values import value_at

__all__ = ["is_right_of_alike", "on_unlike_draws", "with_one_draw"]

_ROLE = "log_weights"
_LARGE = 20.3  # nearly all of the weight; its exponential is a number, and no clamp is just there
_ABOVE = (-0.3, 4.0, 6.3)  # log K: all others weigh more than half, a fiftieth, as float32 tells, and a five-hundredth
_ALIKE = 0.5  # no weight is twice another's mean, and a mean of the logarithms of parts is another number
_UNLIKE = (
    "it computes the right value where {0} and all are alike, {1} within ±{2:g}, and another where they are not: is a "
    "draw that is large beside the others cut off or left out?"
)


def with_one_draw(call: Asked, recovery: Recovery, sample: Sample) -> Iterator[tuple[Resized, dict[str, Any], str]]:
    """Yield many draws that are alike but for a large one, beside which all others weigh little, or enough to tell.

    It is one of one sample, or of each; words for the place come with it.
    """
    for asked, sizes, words in _with_many(call, recovery, sample):
        axes = [axis for axis in call.quantity.axes[_ROLE] if axis in sizes]
        beside = [round(float(np.log(sizes["K"])) + above, 1) for above in _ABOVE]
        for which, large in (("one", _LARGE), *(("each", number) for number in (_LARGE, *beside))):
            made = np.zeros([sizes[axis] for axis in axes])
            made[tuple(0 if axis == "K" or which == "one" else slice(None) for axis in axes)] = large
            where = f"{words}, one draw of {which} sample is {large:g} and all others are 0"
            yield (asked, sizes, words), {_ROLE: made}, where


def is_right_of_alike(heard: Heard) -> bool:
    """Whether a bound is right of many draws that are nearly alike, however wrong it may be of others."""
    return any(True for _ in _right_of_alike(heard))


def on_unlike_draws(heard: Heard) -> str:
    """Say that a bound is right where all draws are alike, if it is so; "" if it is not."""
    name = heard.call.assignment.names.get(_ROLE, "")
    return next((_UNLIKE.format(words, name, _ALIKE) for words in _right_of_alike(heard)), "")


def _right_of_alike(heard: Heard) -> Iterator[str]:
    """Yield words for the lengths at which a bound is right of draws that are nearly alike."""
    for asked, sizes, words in _with_many(heard.call, heard.found, heard.samples[0]) if heard.recovery else ():
        sample = Sample(sizes, asked.layout, heard.samples[0].kind, (), ())
        shape = [sizes[axis] for axis in asked.quantity.axes[_ROLE] if axis in sizes]
        alike = {_ROLE: np.random.default_rng(0).uniform(-_ALIKE, _ALIKE, shape)}
        if _is_right_at(asked, heard.found, sample, alike, rounding_of(heard.dtype)):
            yield words


def _is_right_at(asked: Asked, recovery: Recovery, sample: Sample, arrays: Arrays, rounding: float) -> bool:
    """Whether a function gives one of the right values; what refuses these arrays gives none."""
    try:
        yours = np.squeeze(asked(arrays))
    except ElboCheckError:
        return False
    rights = (np.squeeze(value_at(right.formula, sample, arrays)) for right in recovery.rights)
    size = np.log(sample.sizes["K"])  # of the largest part
    return any(yours.shape == true.shape and np.max(np.abs(yours - true)) <= rounding * size for true in rights)


def _with_many(call: Asked, recovery: Recovery, sample: Sample) -> Iterator[Resized]:
    """Yield the call with many draws, or with as many as were given."""
    if _ROLE in call.quantity.axes:
        own: Mapping[str, int] = sample.sizes
        yield next(many_draws(call, recovery, sample), (call, own, f"K = {own['K']}"))
