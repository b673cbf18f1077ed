"""Gradients where random points do not lead: at simple numbers such as μ = 0 and r = x, and where formulas suffer.

A head that is initialised with zeros gives μ = 0 at the first step, where the root within a norm has no derivative. Far
out, a branch that `where` leaves out overflows, and 0·∞ is nan. What counts is a gradient that is no number where the
function's own values have a slope: a true gradient that overflows has none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ..diagnosis.probing import Arrays, Sample
from ..diagnosis.quantity import Edge
from ..errors import LossFunctionError
from ..verdict import Finding
from .calls import Asked
from .edge_lines import along
from .gaps import Broken, broken_in
from .slopes import gradient_of

__all__ = ["broken_at_simple", "edges_of_gradients"]

_LARGE = 1e10  # a true gradient beyond it overflows soon in any dtype


def broken_at_simple(call: Asked, sample: Sample, roles: Sequence[str]) -> list[Broken]:
    """Return the arguments in which a gradient is no number at the first of the simple points where one is so."""
    found = (_broken(call, point, roles) for point in _simple(call, sample))
    return next((each for each in found if each), [])


def edges_of_gradients(call: Asked, roles: Sequence[str], sample: Sample) -> list[Finding]:
    """Return, along each line to extreme numbers, the first place at which a gradient is no number."""
    found = (_first(call, edge, roles, sample) for edge in call.quantity.edges if not edge.near)
    told = [finding for finding in found if finding is not None]
    return list({finding.message: finding for finding in told}.values())


def _simple(call: Asked, sample: Sample) -> Iterator[Arrays]:
    """Yield the simplest point, and those with other simple numbers in all places of one argument."""
    simple, drawn = call.quantity.simple, sample.arrays[0]
    if call.quantity.only_at or not drawn.keys() <= simple.keys():
        return
    base = {role: np.full(np.shape(array), float(simple[role][0])) for role, array in drawn.items()}
    yield base
    for role, array in base.items():
        if role != "x":
            yield from ({**base, role: np.full(array.shape, float(number))} for number in simple[role][1:])


def _broken(call: Asked, point: Arrays, roles: Sequence[str]) -> list[Broken]:
    try:
        gradient = gradient_of(call, point, roles, answers=True)
    except LossFunctionError:
        return []
    if gradient is None or all(np.isfinite(gradient[role]).all() for role in roles):
        return []
    return [each for each in broken_in(call, [point], [gradient], roles) if abs(each.truth) <= _LARGE]


def _first(call: Asked, edge: Edge, roles: Sequence[str], sample: Sample) -> Finding | None:
    """Return what the first broken place says; the last are asked first, since what is finite there is so before."""
    drawn = call.quantity.draw(np.random.default_rng(0), sample.sizes)
    places = list(along(call, sample, edge, drawn))
    last = next((k for k in reversed(range(len(places))) if _tells(call, places[k][1], roles)), None)
    for numbers, point in places[: last + 1] if last is not None else ():
        found = _broken(call, point, roles)
        if found:
            return _finding(call, edge, numbers, found)
    return None


def _tells(call: Asked, point: Mapping[str, Any], roles: Sequence[str]) -> bool:
    """Whether all gradients are numbers at a point, or one is none where the values have a slope."""
    try:
        gradient = gradient_of(call, point, roles, answers=True) if np.isfinite(call(point)).all() else None
    except LossFunctionError:
        return False
    if gradient is None:
        return False
    return all(np.isfinite(gradient[role]).all() for role in roles) or bool(_broken(call, point, roles))


def _finding(call: Asked, edge: Edge, numbers: Mapping[str, float], broken: Sequence[Broken]) -> Finding:
    names = call.assignment.names
    place = ", ".join(f"{names[role]} = {number:.10g}" for role, number in numbers.items()) + edge.where
    first, told = broken[0], ", ".join(names[each.role] for each in broken)
    words = (
        f"its gradient is no number: at {place} its value is finite, and its gradient with respect to {told} is "
        f"{first.claim} (right is {first.truth:.6g}); a narrower dtype overflows sooner. "
        "Mend the argument of the branch that is left out, not its result, or use a stable form"
    )
    return Finding("unstable-gradient", words, "warning")
