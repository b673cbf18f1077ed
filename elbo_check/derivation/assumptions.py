"""Assumptions of a chain must be able to hold together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sympy

from ..boxes import written
from ..errors import DerivationError
from ..symbols import Bit, Unit, known

if TYPE_CHECKING:
    from .data import Chain, Statement

__all__ = ["require_consistent"]

Interval = tuple[Any, Any]


def require_consistent(chain: Chain) -> None:
    """Refuse assumptions that bound a symbol by numbers between which nothing is left.

    Whether more involved assumptions can hold together is not decided here: where no assignment is found that
    satisfies them, checking says so.
    """
    with sympy.evaluate(True):  # told not to evaluate, SymPy leaves max(0, 1) as it is
        _require_consistent(chain)


def _require_consistent(chain: Chain) -> None:
    bounds: dict[Any, Interval] = {}
    for statement in chain.assuming:
        for subject, low, high in _bounds(statement):
            before = bounds.get(subject) or _own_bounds(subject)
            bounds[subject] = (sympy.Max(before[0], low), sympy.Min(before[1], high))
            lowest, highest = bounds[subject]
            if lowest > highest or (lowest == highest and not _attains(subject, lowest)):
                said = f"{written(statement.left)} {statement.relation} {written(statement.right)}"
                raise DerivationError(
                    f"the assumption {said} contradicts the others: nothing is left for {written(subject)}"
                )


def _bounds(statement: Statement) -> Iterator[tuple[Any, Any, Any]]:
    """Yield (subject, lowest, highest) for a comparison with a number."""
    left, relation, right = statement.triple
    low, high = -sympy.oo, sympy.oo
    if right.is_Rational:
        yield left, low if relation == "≤" else right, high if relation == "≥" else right
    elif left.is_Rational:
        yield right, low if relation == "≥" else left, high if relation == "≤" else left


def _own_bounds(subject: Any) -> Interval:
    if subject.is_Rational:
        return subject, subject
    if isinstance(subject, Unit | Bit):
        return sympy.Integer(0), sympy.Integer(1)
    return sympy.Integer(0) if known(subject, "nonnegative") else -sympy.oo, sympy.oo


def _attains(subject: Any, value: Any) -> bool:
    """Whether a subject may have this value: a positive one is never 0."""
    strict = (value == 0 and known(subject, "nonzero")) or (value in (0, 1) and isinstance(subject, Unit))
    return not strict
