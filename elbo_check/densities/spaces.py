"""The spaces that latents live in, and what a point of each knows of itself.

A continuous space of one dimension has a coordinate u on the real line in which every density on it is smooth and
falls off at both ends; a point made from u knows its logarithms to the last digits, however near to the edge it lies
(log(1 − θ) from a θ that rounds to 1 is lost). Draws know theirs in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .world import World

__all__ = [
    "HALF_PLANE",
    "POSITIVE",
    "REAL",
    "SIMPLEX",
    "UNIT",
    "VECTORS",
    "HalfPlanePoint",
    "PositivePoint",
    "RealPoint",
    "Region",
    "SimplexPoint",
    "Space",
    "UnitPoint",
]


@dataclass(frozen=True, slots=True)
class RealPoint:
    """A real number, value + origin, or a vector of them: `value` then holds the coordinates along its first axis.

    The origin is held apart because z may be known to more digits than fit: with a mean of 1e8 and a deviation of 1e-10
    every draw rounds to the mean, and its distance from there is lost.
    """

    value: Any
    origin: Any = 0

    def minus(self, centre: Any) -> Any:
        """Return z − centre."""
        return self.value + (self.origin - centre)

    def coordinates(self, dimension: int) -> list[RealPoint]:
        """Return the coordinates one by one; a vector of one dimension is its number."""
        if dimension == 1:
            return [self]
        origins = [0] * dimension if isinstance(self.origin, int) else self.origin
        return [RealPoint(*pair) for pair in zip(self.value, origins, strict=True)]


@dataclass(frozen=True, slots=True)
class PositivePoint:
    """A positive number, with its logarithm."""

    value: Any
    log: Any


@dataclass(frozen=True, slots=True)
class UnitPoint:
    """A number θ between 0 and 1, as log θ and log(1 − θ)."""

    log: Any
    log_complement: Any


@dataclass(frozen=True, slots=True)
class SimplexPoint:
    """Positive numbers that add up to 1, as their logarithms."""

    logs: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class HalfPlanePoint:
    """A mean μ = origin + shift with a variance, as its logarithm.

    The origin is held apart because μ may be known to more digits than fit: with origin 1e8 and a variance of 1e-20
    every draw rounds to the origin, and its distance from there is lost.
    """

    origin: Any
    shift: Any
    log_variance: Any

    def mean_from(self, centre: Any) -> Any:
        """Return μ − centre."""
        return self.shift + (self.origin - centre)


@dataclass(frozen=True, slots=True)
class Region:
    """A space of more than one dimension: it has no coordinate u."""

    name: str


class Space:
    """A space of one dimension with a coordinate u on the whole real line."""

    name = "the real line"

    def point(self, u: Any, world: World) -> Any:
        """Return the point whose coordinate is u."""
        return RealPoint(u)

    def log_jacobian(self, u: Any, world: World) -> Any:
        """Return log |dz/du|."""
        return 0 * u


class _Positive(Space):
    """z = exp u."""

    name = "the positive numbers"

    def point(self, u: Any, world: World) -> PositivePoint:
        return PositivePoint(world.exp(u), u)

    def log_jacobian(self, u: Any, world: World) -> Any:
        return u


class _Unit(Space):
    """θ = 1/(1 + exp(−u))."""

    name = "the unit interval"

    def point(self, u: Any, world: World) -> UnitPoint:
        return UnitPoint(-world.softplus(-u), -world.softplus(u))

    def log_jacobian(self, u: Any, world: World) -> Any:
        return -world.softplus(-u) - world.softplus(u)


REAL, POSITIVE, UNIT = Space(), _Positive(), _Unit()
SIMPLEX, HALF_PLANE = Region("the simplex"), Region("the means and variances")
VECTORS = Region("the vectors of real numbers")
