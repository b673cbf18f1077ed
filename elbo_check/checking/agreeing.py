"""What it is worth that both sides of a step agree: at how many assignments, and whether there was anything to read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sympy

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
        return None, f"{empty} is a sum of no terms at every assignment that was read: nothing is told of its terms"
    kinds = [reading.kind for reading in agreed]
    return True, "agrees at " + " and ".join(f"{kinds.count(kind)} {kind}s" for kind in dict.fromkeys(kinds))


def _empty_in(step: Step, agreed: Sequence[Reading]) -> Any:
    """Return a sum that had no terms wherever it was read, or None: Σ from 41 to n, where n was never so large."""
    sums = sorted(step.left.atoms(sympy.Sum) | step.right.atoms(sympy.Sum), key=str)
    read = {node: [reading.sums[node] for reading in agreed if node in reading.sums] for node in sums}
    return next((node for node, filled in read.items() if filled and not any(filled)), None)
