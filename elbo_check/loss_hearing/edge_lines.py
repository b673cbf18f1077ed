"""The places along an edge of a quantity: arrays that lead out to extreme numbers, and words for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..diagnosis.probing import Sample
from ..diagnosis.quantity import Edge, shape_of
from .calls import Asked

__all__ = ["Place", "along", "arrays_at", "place_words"]

Place = tuple[Mapping[str, float], Mapping[str, Any]]
"""The numbers of a point of an edge, and the arrays that it makes of them."""


def along(call: Asked, sample: Sample, edge: Edge, drawn: Mapping[str, Any]) -> Iterator[Place]:
    """Yield the points of an edge: its numbers as it lays them out; what it does not speak of is drawn."""
    for numbers in edge.points:
        yield numbers, arrays_at(call, sample, edge, numbers, drawn)


def arrays_at(
    call: Asked, sample: Sample, edge: Edge, numbers: Mapping[str, float], drawn: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return the arrays that an edge makes of numbers."""
    shapes = {role: shape_of(call.quantity.axes[role], sample.sizes) for role in numbers}
    return {**drawn, **{role: edge.laid(shapes[role], number) for role, number in numbers.items()}}


def place_words(call: Asked, edge: Edge, numbers: Mapping[str, float]) -> str:
    """Say where a point of an edge is, in the names of the arguments."""
    names = call.assignment.names
    return ", ".join(f"{names[role]} = {number:.10g}" for role, number in numbers.items()) + edge.where
