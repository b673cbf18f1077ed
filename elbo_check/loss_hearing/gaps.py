"""Where a loss's gradient is not that of its value: arguments in which it is another number, or none at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.probing import Arrays
from .calls import Asked
from .slopes import Slope, direction_in, output_dtype, slope, tells_apart, total_along

__all__ = ["Broken", "Gap", "broken_in", "gaps_in", "wrong_entry"]

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Gap:
    """The derivatives along a line in one argument, at two points: the framework's, and those of the value."""

    role: str
    own: tuple[float, ...]
    slopes: tuple[Slope, ...]

    @property
    def ratios(self) -> list[float]:
        """What the gradient is of the derivative of the value, at every point."""
        return [own / true.value if true.value else np.inf for own, true in zip(self.own, self.slopes, strict=True)]


@dataclass(frozen=True, slots=True)
class Broken:
    """An argument in which the gradient is nan or infinite where the value has a finite derivative.

    `count` of `size` entries are so; `place` is one of them, where the value moves by `truth`.
    """

    role: str
    point: Arrays
    gradient: FloatArray
    place: tuple[int, ...]
    truth: float

    @property
    def claim(self) -> float:
        """The entry that is no number."""
        return float(self.gradient[self.place])

    @property
    def count(self) -> int:
        """How many entries are nan or infinite."""
        return int(np.count_nonzero(~np.isfinite(self.gradient)))


def gaps_in(
    call: Asked,
    points: Sequence[Arrays],
    gradients: Sequence[Mapping[str, FloatArray]],
    roles: Sequence[str],
    generator: np.random.Generator,
    dtype: str = "",
) -> tuple[list[Gap], list[str]]:
    """Return the arguments whose gradient is wrong at every point, and those where the differences are too coarse.

    `dtype` is what the function computes in, if that is known to be another than what comes out.
    """
    gaps, coarse = [], []
    for role in roles:
        direction = direction_in(role, points[0], generator)
        dtype = dtype or output_dtype(call, points[0])
        lines = [total_along(call, point, role, direction) for point in points]
        slopes = [slope(line, dtype) for line in lines]
        known = [each for each in slopes if each is not None and not each.is_coarse]
        own = [float(np.sum(gradient[role] * direction)) for gradient in gradients]
        if len(known) < len(points):
            coarse.append(role)
        elif all(true.excludes(mine) for true, mine in zip(known, own, strict=True)):
            told = zip(lines, known, own, strict=True)
            if all(tells_apart(line, true, mine, dtype) for line, true, mine in told):
                gaps.append(Gap(role, tuple(own), tuple(known)))
            else:
                coarse.append(role)
    return gaps, coarse


def wrong_entry(call: Asked, point: Arrays, role: str, gradient: FloatArray) -> tuple[int, ...]:
    """Return the place of an entry that is wrong: of halves the one that is further off, again and again."""
    dtype, places = output_dtype(call, point), np.arange(gradient.size)
    while len(places) > 1:
        places = max(np.array_split(places, 2), key=lambda half: _apart(call, point, role, gradient, half, dtype))
    return tuple(int(i) for i in np.unravel_index(places[0], gradient.shape))


def _apart(call: Asked, point: Arrays, role: str, gradient: FloatArray, places: NDArray[np.intp], dtype: str) -> float:
    """Return how far the derivative along some entries is from that of the value, as far as it is known."""
    direction = np.zeros(gradient.shape)
    direction.flat[places] = np.linspace(0.5, 1.0, len(places))
    true = slope(total_along(call, point, role, direction), dtype)
    return 0.0 if true is None else abs(true.value - float(np.sum(gradient * direction))) - true.error


def broken_in(
    call: Asked, points: Sequence[Arrays], gradients: Sequence[Mapping[str, FloatArray]], roles: Sequence[str]
) -> list[Broken]:
    """Return the arguments in which a gradient is no number at a point where the value has a derivative."""
    found = []
    for role in roles:
        bad = ((point, each[role]) for point, each in zip(points, gradients, strict=True))
        told = (_broken(call, role, point, gradient) for point, gradient in bad if not np.isfinite(gradient).all())
        first = next((each for each in told if each is not None), None)
        found += [first] if first is not None else []
    return found


def _broken(call: Asked, role: str, point: Arrays, gradient: FloatArray) -> Broken | None:
    place = tuple(int(i) for i in np.argwhere(~np.isfinite(gradient))[0])
    direction = np.zeros(np.shape(gradient))
    direction[place] = 1.0
    true = slope(total_along(call, point, role, direction), output_dtype(call, point))
    return None if true is None or true.is_coarse else Broken(role, point, gradient, place, true.value)
