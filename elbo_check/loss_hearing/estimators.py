"""Gradients that are estimators of their own: wrong draw by draw, right on average over the noise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from ..diagnosis.probing import Sample
from ..errors import LossFunctionError
from .calls import Asked
from .slopes import gradient_or_zeros, output_dtype, slope, total_along

__all__ = ["Bias", "bias"]

_BATCH = 128
_REPEATS = 24
_CHANCE = 1e-9  # that a gradient without bias is called biased


@dataclass(frozen=True, slots=True)
class Bias:
    """The mean difference of a gradient and the derivative of the value over `draws` noises, relative to the latter.

    `resolution` is the largest relative bias that chance hides.
    """

    mean: float
    resolution: float
    draws: int

    @property
    def is_seen(self) -> bool:
        """Whether there is a bias: one beyond chance."""
        return abs(self.mean) > self.resolution


def bias(call: Asked, samples: Sequence[Sample], role: str, generator: np.random.Generator) -> Bias | None:
    """Return the bias of the gradient in one argument; None if too few derivatives of the value are known.

    All numbers of an argument are the same, so that biases of single coordinates add up and do not cancel; of two such
    points the one with the larger bias counts.
    """
    found = [_bias_at(call, _even(call, samples, number, generator), role, generator) for number in (0, 1)]
    known = [each for each in found if each is not None]
    return max(known, key=lambda each: abs(each.mean) / (each.resolution + 1e-300)) if known else None


def _even(call: Asked, samples: Sequence[Sample], number: int, generator: np.random.Generator) -> dict[str, Any]:
    """Return a point whose arguments hold one number each, with as many samples as the function takes."""
    sizes = dict(samples[0].sizes)
    if call.layout.batch and not call.layout.axes and len({sample.sizes["B"] for sample in samples}) > 1:
        sizes["B"] = _BATCH
    drawn = call.quantity.draw(generator, sizes)
    first = samples[0].arrays[number]
    return {role: np.full(np.shape(array), _largest(first[role])) for role, array in drawn.items()}


def _largest(array: Any) -> float:
    """Return the entry of the largest size, where derivatives are least likely to be near 0."""
    entries = np.ravel(array)
    return float(entries[np.argmax(np.abs(entries))])


def _bias_at(call: Asked, point: dict[str, Any], role: str, generator: np.random.Generator) -> Bias | None:
    try:
        return _measured(call, point, role, generator)
    except LossFunctionError:  # it does not take this many samples, or ordinary noise
        return None


def _measured(call: Asked, point: dict[str, Any], role: str, generator: np.random.Generator) -> Bias | None:
    ones = np.ones(np.shape(point[role]))
    dtype = output_dtype(call, point)
    differences, truths = [], []
    for _ in range(_REPEATS):
        drawn = {**point, "noise": generator.standard_normal(np.shape(point["noise"]))}
        gradient = gradient_or_zeros(call, drawn, [role])
        true = slope(total_along(call, drawn, role, ones), dtype)
        if gradient is not None and true is not None and not true.is_coarse:
            differences.append(float(np.sum(gradient[role])) - true.value)
            truths.append(true.value)
    count = len(differences)
    if count < _REPEATS // 2:
        return None
    size = float(np.mean(np.abs(truths))) + 1e-300
    error = float(np.std(differences, ddof=1)) / np.sqrt(count)
    wide = float(stats.t.isf(_CHANCE / 2, count - 1))
    return Bias(float(np.mean(differences)) / size, wide * error / size, count * point["noise"].shape[0])
