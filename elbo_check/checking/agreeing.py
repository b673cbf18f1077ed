"""What it is worth that both sides of a step agree: at how many assignments, and whether there was anything to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

from ..boxes import written
from ..derivation import Step
from .reading import Reading

__all__ = ["told_of"]

_FEWEST = 2


def told_of(step: Step, agreed: Sequence[Reading], reason: str) -> tuple[bool | None, str]:
    """Return whether that is enough, and the assignments in words; `reason` says why others could not be read."""
    if len(agreed) < _FEWEST:
        return None, f"too few assignments could be read ({reason})"
    empty = _empty_in(step, agreed)
    if empty is not None:
        what = "a sum of no terms" if isinstance(empty, sympy.Sum) else "over no coordinates"
        return None, f"{written(empty)} is {what} at every assignment that was read: nothing is told of its terms"
    kinds = [reading.kind for reading in agreed]
    return True, "agrees at " + " and ".join(f"{kinds.count(kind)} {kind}s" for kind in dict.fromkeys(kinds))


def _empty_in(step: Step, agreed: Sequence[Reading]) -> Any:
    """Return a sum or product that had no terms wherever it was read, or None: Σ from 41 to n, with no n so large.

    Each level of a nested sum counts by itself: Σ_{i=1}^{1} Σ_{l<i} has a term, and its inner sum has none.
    """
    filled: dict[Any, bool] = {}
    for reading in agreed:
        for place, some in reading.filled_in(step.left, step.right).items():
            filled[place] = some or filled.get(place, False)
    return next((place[-1] for place, some in filled.items() if not some), None)
