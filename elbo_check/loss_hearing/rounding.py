"""Rounding that the grid hides: its numbers have few binary digits, and half precision holds them exactly."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np

from ..diagnosis.fitting import Fitter
from ..diagnosis.probing import Arrays, Sample
from ..errors import LossFunctionError
from .heard import Heard

__all__ = ["off_the_grid"]

_STEP = 0.0123  # of the way to another point: more than the spacing of bfloat16, and no way to another branch
_POINTS = 4
_SIZES = 2
_ROOM = 20.0  # times what it departs by on the grid
_LEAST = 1e-5  # relative: far more than float32 does, far less than float16


def off_the_grid(heard: Heard) -> float | None:
    """Return how far a function departs from its own formula between the points of the grid, if it is too far.

    The points are weighted means of two on the grid, so that whatever adds up to 1 there, or is positive, is so here.
    """
    fit = heard.found.fit
    if fit is None:  # pragma: no cover - asked of right functions only
        return None
    with suppress(LossFunctionError):  # what it refuses says nothing
        samples = [_between(heard, sample) for sample in heard.samples[:_SIZES]]
        size = Fitter(samples).departure(fit.computed)
        return size if size > max(_ROOM * fit.departure, _LEAST) else None
    return None


def _between(heard: Heard, sample: Sample) -> Sample:
    pairs = zip(sample.arrays[:_POINTS], sample.arrays[1:], strict=False)
    stays = "x" if heard.call.quantity.only_at else ""  # 0 and 1 are all that such data may be
    arrays = tuple(_mixed(one, other, stays) for one, other in pairs)
    shape = np.shape(sample.outputs[0])
    return replace(sample, arrays=arrays, outputs=tuple(np.reshape(heard.call(each), shape) for each in arrays))


def _mixed(one: Arrays, other: Arrays, stays: str) -> dict[str, Any]:
    return {
        role: np.asarray(array + _STEP * (other[role] - array)) if role != stays and _moves(role, array) else array
        for role, array in one.items()
    }


def _moves(role: str, array: Any) -> bool:
    """Whether numbers may be mixed: what logarithms of probabilities add up to is not kept."""
    is_real = isinstance(array, np.ndarray) and array.dtype.kind == "f"
    return is_real and not role.startswith("log_probabilities")
