"""An argument on which a right function does not depend, as the noise beside a KL in closed form: does this one?

A function that moves with it cannot be right as that quantity. One that does not may have forgotten the argument.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from ..diagnosis.probing import NOTICED, Arrays
from ..diagnosis.quantity import Quantity
from ..diagnosis.roles import Assignment
from ..errors import ElboCheckError
from ..verdict import Finding
from .asking import asked
from .calls import Asked, Case

__all__ = ["may_be", "moves_near", "moves_with", "on_ignored"]

_TRIED = 3  # pairs of points
_ROUNDING = 64.0 * float(np.finfo(np.float64).eps)  # of one function of the same arguments, called twice


def may_be(case: Case, assignment: Assignment, quantities: Sequence[Quantity]) -> Sequence[Quantity]:
    """Return the quantities that a function may compute, the likelier ones first; all where it refuses to be called."""
    idle = frozenset(role for quantity in quantities for role in quantity.idle)
    if not idle:
        return quantities
    try:
        call, _ = asked(case, assignment, quantities[0])
        moves = _moves(call, idle)
    except ElboCheckError:
        return quantities
    if moves:
        return [quantity for quantity in quantities if not quantity.idle] or quantities
    return sorted(quantities, key=lambda quantity: not quantity.idle)


def on_ignored(call: Asked, points: Sequence[Arrays]) -> list[Finding]:
    """Say which arguments of a function that is not recognised do not change its value, at several points."""
    try:
        still = [role for role in points[0] if not moves_with(call, points, frozenset({role}))]
    except ElboCheckError:
        return []
    names = [call.assignment.names[role] for role in still if role not in call.quantity.idle]
    words = f"its value does not depend on {' or '.join(names)}"
    return [Finding("ignored-argument", words, "error", details={"arguments": tuple(names)})] if names else []


def moves_with(call: Asked, points: Sequence[Arrays], roles: frozenset[str]) -> bool:
    """Whether a function moves with any of these arguments, at several points or far out on the way from the first.

    A part with a tiny weight moves the whole a little more than rounding does; far out it is large.
    """
    with np.errstate(all="ignore"):
        return moves_near(call, points, roles) or any(
            _differ(call, points[0], there, frozenset(there), _ROUNDING) for there in _far_out(call, points[0], roles)
        )


def moves_near(call: Asked, points: Sequence[Arrays], roles: frozenset[str]) -> bool:
    """Whether a function moves by more than rounding where any of these arguments is exchanged."""
    pairs = list(itertools.pairwise(points))[:_TRIED]
    return any(_differ(call, *pair, frozenset({role}), _ROUNDING) for role in roles for pair in pairs)


def _far_out(call: Asked, here: Arrays, roles: frozenset[str]) -> Iterator[Arrays]:
    """Yield arrays for these arguments that lead to extreme numbers."""
    for edge in call.quantity.edges:
        for numbers in edge.points if edge.points[0].keys() & roles else ():
            yield {role: edge.laid(np.shape(here[role]), numbers[role]) for role in roles & numbers.keys()}


def _moves(call: Asked, roles: frozenset[str]) -> bool:
    """Whether an output changes where these arguments are exchanged."""
    generator, sizes = np.random.default_rng(0), next(call.sizes())
    here, there = (call.quantity.draw(generator, sizes) for _ in range(2))
    return _differ(call, here, there, roles)


def _differ(call: Asked, here: Arrays, there: Arrays, roles: frozenset[str], relative: float = NOTICED) -> bool:
    mixed: Arrays = {role: there[role] if role in roles else array for role, array in here.items()}
    before, after = call(here), call(mixed)
    return before.shape != after.shape or bool(np.any(np.abs(after - before) > relative * (1 + np.abs(before))))
