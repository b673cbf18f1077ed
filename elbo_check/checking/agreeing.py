"""What it is worth that both sides of a step agree: at how many assignments, and whether there was anything to read."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from typing import Any

import flint
import sympy

from ..boxes import written
from ..derivation import Step
from ..errors import InputError, WitnessError
from . import at_points
from .draws import Draws
from .finite_worlds import FiniteReading
from .gaussian_worlds import GaussianWorld
from .gaussians import PRECISION, GaussianReading
from .opened_worlds import OpenedWorld
from .reading import Reading
from .undefined import UndefinedError

__all__ = ["agreeing_instead", "told_of"]

_FEWEST = 2
_INSTEAD: dict[type, Callable[[Any, Draws], Reading]] = {
    GaussianReading: lambda reading, draws: at_points.Assignment(draws, reading.outline),
    GaussianWorld: lambda reading, draws: at_points.World(draws, reading.outline),
    FiniteReading: lambda reading, draws: OpenedWorld(draws, reading.outline, reading.zeros),
}


def told_of(
    step: Step,
    agreed: Sequence[Reading],
    reason: str,
    unread: Sequence[tuple[Reading, Exception]] = (),
    compare: Callable[[Reading], bool | None] = lambda _: None,
) -> tuple[bool | None, str]:
    """Return whether that is enough, and the assignments in words; `reason` says why others could not be read.

    Those that are `unread`, though everything is defined there, are compared by readings that may agree and no more.
    """
    told = _told_of(step, agreed, reason)
    if told[0] is not None:
        return told
    defined = [reading for reading, failure in unread if not isinstance(failure, UndefinedError)]
    return _told_of(step, [*agreed, *agreeing_instead(defined, compare)], reason)


def agreeing_instead(readings: Sequence[Reading], compare: Callable[[Reading], bool | None]) -> list[Reading]:
    """Return what may be read in the place of readings and agrees; nothing if the sides of a step ever differ there.

    `compare` says whether they agree, and None where it cannot tell.
    """
    agreed: list[Reading] = []
    for reading in filter(lambda one: type(one) in _INSTEAD, readings):
        with contextlib.suppress(WitnessError, InputError, ZeroDivisionError), flint.ctx.workprec(PRECISION):
            other = _INSTEAD[type(reading)](reading, Draws(reading.draws.seed, reading.draws.made))
            holds = compare(other)
            if holds is False:
                return []
            agreed += [other] if holds else []
    return agreed


def _told_of(step: Step, agreed: Sequence[Reading], reason: str) -> tuple[bool | None, str]:
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
