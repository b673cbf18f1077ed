"""Points that were drawn, one at a time and in any world; terms, added up where they are finite."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from ..densities.world import World
from ..errors import InputError, described

__all__ = ["point_at", "read_terms", "total"]


def point_at(drawn: Any, place: int, count: int, world: World) -> Any:
    """Return one of `count` draws of a point, its float64 numbers read exactly in a world; whole numbers stay.

    An array whose last axis has not that length (the origin that all draws share) is taken as a whole.

    >>> from elbo_check.densities.spaces import RealPoint
    >>> from elbo_check.densities.world import numpy_world
    >>> point_at(RealPoint(np.array([0.5, 0.25])), 1, 2, numpy_world())
    RealPoint(value=np.float64(0.25), origin=0)
    """
    if is_dataclass(drawn):
        kind: Any = type(drawn)
        return kind(*(point_at(getattr(drawn, field.name), place, count, world) for field in fields(drawn)))
    if isinstance(drawn, tuple):
        return tuple(point_at(part, place, count, world) for part in drawn)
    if not isinstance(drawn, np.ndarray):
        return world.exact(drawn) if isinstance(drawn, float) else drawn
    chosen = drawn[..., place] if drawn.shape[-1] == count else drawn
    if chosen.dtype.kind in "iu":
        return chosen
    if chosen.ndim == 0:
        return world.exact(float(chosen))
    read = np.empty(chosen.shape, dtype=object)
    for position, number in np.ndenumerate(chosen):
        read[position] = world.exact(float(number))
    return read


def read_terms(method: str, terms: Any) -> tuple[Any, ...]:
    """Return terms, if that is what they are; raises `InputError` for a number that is not one of a tuple."""
    if not isinstance(terms, tuple):
        shown = described(f"a {type(terms).__name__}")
        raise InputError(method, shown, "a tuple of terms", "return (a, b, …) whose sum is the value, or (a,)")
    return terms


def total(terms: tuple[Any, ...]) -> tuple[Any, Any]:
    """Return (sum, Σ|terms|) of numbers of one world, (None, …) where a term is −inf."""
    value: Any = 0
    size: Any = 0
    for term in terms:
        if float(term) == -math.inf:
            return None, size
        value, size = value + term, size + abs(term)
    return value, size
