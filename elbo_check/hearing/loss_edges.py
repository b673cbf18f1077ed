"""Where a right function stops being right: digits lost near the prior, numbers at which it overflows or is clamped.

The function is set beside the quantity's own reference, which is accurate everywhere, along a few lines: towards the
prior, where the KL is a small difference of large terms, and out to extreme parameters.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ..diagnosis.formula import Formula, Term
from ..diagnosis.probing import Sample
from ..diagnosis.quantity import Edge, Right, shape_of
from ..diagnosis.recovery import Recovery
from ..errors import LossFunctionError
from ..verdict import Finding
from .loss_calls import Asked
from .loss_counterexample import value_at

__all__ = ["edge_findings"]

_LOST = 1e-3  # relative: fewer than three digits are right
_LARGEST = {"float64": 1e300, "float32": 1e37, "float16": 6e4}


def edge_findings(call: Asked, recovery: Recovery, dtype: str) -> list[Finding]:
    """Return where a function that is right departs from the accurate value: the first place along each edge."""
    right = recovery.relation.right
    if right is None or recovery.kind.spread:  # pragma: no cover - asked of right functions only
        return []
    sizes = next(call.sizes())
    sample = Sample(sizes, call.layout, recovery.kind, (), ())
    is_moved = recovery.fit is not None and recovery.fit.shift is not None  # then no digits are lost near the prior
    edges = [edge for edge in call.quantity.edges if not (edge.near and is_moved)]
    found = (_first(call, sample, edge, right, _LARGEST.get(dtype, 1e37)) for edge in edges)
    return [finding for finding in found if finding is not None]


def _first(call: Asked, sample: Sample, edge: Edge, right: Right, largest: float) -> Finding | None:
    reference = Term("reference", edge.axes, edge.reference, lambda _: 0)
    for numbers, arrays in _along(call, sample, edge):
        true = value_at(Formula({reference: right.scale}), sample, arrays)
        if not np.isfinite(true).all() or np.max(np.abs(true)) > largest:
            return None
        try:
            yours = np.squeeze(call(arrays))
        except LossFunctionError:
            return None
        apart = np.max(np.abs(yours - true)) / np.max(np.abs(true))
        if not apart <= _LOST:
            return _finding(call, edge, numbers, yours, true)
    return None


def _along(call: Asked, sample: Sample, edge: Edge) -> Iterator[tuple[Mapping[str, float], Mapping[str, object]]]:
    """Yield the points of an edge: one number in every place of each array; what it does not speak of is drawn."""
    axes = call.quantity.axes
    drawn = call.quantity.draw(np.random.default_rng(0), sample.sizes)
    for numbers in edge.points:
        shapes = {role: shape_of(axes[role], sample.sizes) for role in numbers}
        yield numbers, {**drawn, **{role: np.full(shapes[role], number) for role, number in numbers.items()}}


def _finding(call: Asked, edge: Edge, numbers: Mapping[str, float], yours: object, true: object) -> Finding:
    names = call.assignment.names
    place = ", ".join(f"{names[role]} = {number:.10g}" for role, number in numbers.items())
    mine, its = (float(np.ravel(np.asarray(value))[0]) for value in (yours, true))
    if edge.near:
        words = f"it loses its digits near the prior: at {place} it gives {mine:.3g}, right is {its:.3g}"
        return Finding("unstable-form", words, "note", resolution=abs(its))
    if not np.isfinite(mine):
        return Finding("unstable-form", f"it overflows: at {place} it gives {mine}, right is {its:.6g}", "warning")
    words = f"a clamp or an epsilon binds: at {place} it gives {mine:.6g}, right is {its:.6g}"
    return Finding("binding-clamp", words, "warning")
