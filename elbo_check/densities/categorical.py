"""Discrete latents: one, or several that are independent of each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Self

import numpy as np

from .finite import Finite, FinitePoint, held, log_sum, logarithms, normalised, zero
from .latent import Numbers
from .rows import rows
from .world import World, numpy_world

__all__ = ["Categorical", "drawn"]


@dataclass(frozen=True, slots=True, eq=False, init=False, repr=False)
class Categorical(Numbers):
    """The density of a latent with K outcomes, `probabilities` of shape (K,), or of N independent ones: (N, K).

    log p(z) = Σₙ log p[n, zₙ], in nats. Probabilities may be 0. Floats and `Fraction`s are read exactly and divided by
    the exact sum of their row, which may miss 1 by no more than rounding.

    Raises `InputError` for a negative number or a row that does not sum to 1, `ShapeError` for another shape.

    >>> Categorical([0.25, 0.75])
    Categorical([0.25, 0.75])

    Source: for example Bishop (2006), Pattern Recognition and Machine Learning, (2.26).
    """

    probabilities: Any
    logs: Any
    support: Any
    given: Any

    def __init__(self, probabilities: Any) -> None:
        given = rows("probabilities", probabilities, 1, 2)
        self._hold(*_read(given, numpy_world()), given)

    @classmethod
    def of_rationals(cls, given: Any, world: World) -> Self:
        """Make the density in a world from rows of `Fraction`s that sum to 1, unchecked; it can be read in others."""
        return cls.of(*_read(given, world), given)

    @classmethod
    def of_logs(cls, logs: Any, world: World) -> Self:
        """Make the density in a world from the logarithms of weights of any size, −inf for a weight of 0."""
        shape = np.shape(logs)
        pairs = [normalised(row, world) for row in np.reshape(logs, (-1, shape[-1]))]
        probabilities, shares = ([number for pair in pairs for number in pair[part]] for part in (0, 1))
        support = np.array([not zero(log) for log in shares], dtype=bool).reshape(shape)
        return cls.of(held(probabilities).reshape(shape), held(shares).reshape(shape), support, None)

    def read(self, world: World) -> Self:
        """Return the same density in another world; one that was computed in floats is read as those floats."""
        if self.given is not None:
            return self.of_rationals(self.given, world)
        exact = held([Fraction(float(number)) for number in self.probabilities.flat]).reshape(self.shape)
        return self.of_rationals(exact / exact.sum(axis=-1, keepdims=True), world)

    @property
    def parameters(self) -> dict[str, float]:
        """The logarithms of the positive probabilities, as logits: their rows are normalised when they are moved."""
        return {f"logit{list(map(int, place))}": float(self.logs[tuple(place)]) for place in np.argwhere(self.support)}

    def with_parameters(self, numbers: Sequence[Any], world: World) -> Categorical:
        """Return the density with these logits, of any world; what has probability 0 keeps it."""
        logits = np.full(self.shape, -math.inf, dtype=object)
        for place, number in zip(np.argwhere(self.support), numbers, strict=True):
            logits[tuple(place)] = number
        return self.of_logs(logits, world)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the probabilities, their last axis the outcomes."""
        return tuple(np.shape(self.probabilities))

    @property
    def space(self) -> Finite:
        """The latents' outcomes."""
        return Finite(self.shape)

    def log_density(self, z: FinitePoint, world: World) -> tuple[Any, ...]:
        """Return the terms whose sum is the log-density at a point: one for each latent."""
        if len(self.shape) == 1:
            return (self.logs[z.index],)
        return tuple(logs[outcome] for logs, outcome in zip(self.logs, z.index, strict=True))

    def covers(self, other: Categorical) -> bool:
        """Whether this density is positive wherever the other is."""
        return bool(np.all(self.support | ~other.support))

    def draw(self, generator: np.random.Generator, count: int) -> FinitePoint:
        """Draw `count` points, along the last axis; what has probability 0 is never drawn."""
        steps = np.cumsum(np.asarray(self.probabilities, dtype=np.float64), axis=-1)[..., None, :]
        return FinitePoint(drawn(steps, generator.random((*self.shape[:-1], count))))

    def moments(self, world: World) -> tuple[Any, ...]:
        """Return the means of the statistics: the probabilities, row after row."""
        return tuple(self.probabilities.flat)

    def natural(self) -> tuple[Any, ...]:
        """Return the factors of the statistics in the log-density: the logarithms of the probabilities."""
        return tuple(self.logs.flat)

    def statistics(self, z: FinitePoint) -> tuple[Any, ...]:
        """Return the statistics of a point, in the order of `natural`: whether each latent has each outcome."""
        each = [z.index] if len(self.shape) == 1 else z.index
        return tuple(outcome == k for outcome in each for k in range(self.shape[-1]))

    def log_partition(self, natural: tuple[Any, ...], world: World) -> Any:
        """Return log Σ exp(natural · statistics) over all points: the sum over the rows of log Σₖ exp."""
        total = world.exact(0.0)
        for row in np.reshape(held(natural), (-1, self.shape[-1])):
            largest, rest = log_sum(row, world)
            total = total + (row[largest] + rest)
        return total

    def __repr__(self) -> str:
        return f"{type(self).__name__}({np.asarray(self.probabilities, dtype=np.float64).tolist()})"


def drawn(steps: Any, uniform: Any) -> Any:
    """Return the outcomes that uniform draws select: the first whose cumulated probability lies above the draw."""
    below = steps <= (uniform * steps[..., -1])[..., None]
    last = np.argmax(steps >= steps[..., -1:], axis=-1)  # the last one of positive probability
    return np.minimum(below.sum(axis=-1), last).astype(np.intp)


def _read(given: Any, world: World) -> tuple[Any, Any, Any]:
    probabilities = held([world.rational(number) for number in given.flat]).reshape(given.shape)
    return probabilities, logarithms(given, world), (given != 0).astype(bool)
