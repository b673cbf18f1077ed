"""Latents with finitely many outcomes: the space, its points, and logarithms of sums of what is given by its logarithm.

A probability of 0 has the logarithm −inf, a float in every world of numbers; it is never multiplied, only passed over.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .world import World

__all__ = ["Finite", "FinitePoint", "held", "log_sum", "log_total", "logarithms", "normalised", "zero"]


@dataclass(frozen=True, slots=True)
class FinitePoint:
    """Outcomes as whole numbers from 0 on: one for each latent, with draws along a last axis."""

    index: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Finite:
    """Discrete latents, the last axis of `shape` their outcomes: (K,) is one latent, (N, K) are N of them.

    >>> Finite((3, 2)).size
    8
    """

    shape: tuple[int, ...]

    name = "a finite set"

    @property
    def size(self) -> int:
        """The number of points."""
        return int(self.shape[-1] ** math.prod(self.shape[:-1]))

    def points(self) -> Iterator[FinitePoint]:
        """Yield every point, the last latent changing fastest."""
        latents = self.shape[:-1]
        for outcomes in itertools.product(range(self.shape[-1]), repeat=math.prod(latents)):
            yield FinitePoint(np.array(outcomes, dtype=np.intp).reshape(latents))


def logarithms(weights: Any, world: World) -> Any:
    """Return the logarithms of rational weights in a world, −inf where a weight is 0, as an array of the same shape."""
    logs = [world.log_rational(weight) if weight else -math.inf for weight in np.ravel(weights)]
    return held(logs).reshape(np.shape(weights))


def held(numbers: Sequence[Any]) -> Any:
    """Return numbers of a world as a flat array: float64 where they are floats, objects otherwise."""
    if all(isinstance(number, float) for number in numbers):
        return np.array(numbers, dtype=np.float64)
    array = np.empty(len(numbers), dtype=object)
    array[:] = numbers
    return array


def log_sum(logs: Sequence[Any], world: World) -> tuple[int, Any]:
    """Return (k, r) with log Σ exp(logs) = logs[k] + r, logs[k] the largest: the two parts cancel nothing.

    One addend after the other, the smallest first, through log(1 + exp ·): no difference of large numbers is formed,
    nothing under- or overflows, and a small r keeps its digits. Raises `ValueError` where nothing is to be added.
    """
    smallest, *order = sorted((k for k, log in enumerate(logs) if not zero(log)), key=lambda k: float(logs[k]))
    largest, rest = smallest, world.exact(0.0)
    for k in order:
        largest, rest = k, world.softplus((logs[largest] - logs[k]) + rest)
    return largest, rest


def log_total(logs: Sequence[Any], world: World) -> Any:
    """Return log Σ exp(logs), −inf where nothing is to be added: the step of a recursion."""
    added = [log for log in logs if not zero(log)]
    return world.log_sum_exp(added) if added else -math.inf


def normalised(logs: Sequence[Any], world: World) -> tuple[list[Any], list[Any]]:
    """Return (probabilities, their logarithms) proportional to exp(logs), each to its last digits."""
    largest, rest = log_sum(logs, world)
    shares = [log if zero(log) else (log - logs[largest]) - rest for log in logs]
    return [world.exact(0.0) if zero(log) else world.exp(log) for log in shares], shares


def zero(log: Any) -> bool:
    """Whether this is the logarithm of a probability that is 0."""
    return isinstance(log, float) and log == -math.inf
