"""How long a function would take at lengths of thousands, told from an eighth of them: some compare all with all.

A distance of each of 12,500 samples from every other fills the memory before any limit on time is over.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..diagnosis.probing import Arrays
from ..errors import ElboCheckError
from .calls import Asked

__all__ = ["is_soon_done"]

_LONG = 2048
_PART = 8
_PATIENCE = 0.5  # seconds of a call, of which there are dozens
_TRIED = 3  # of which the fastest counts: another process may have been busy
_NOT_ASKED = "where {0}: it was not asked, for it would take about {1:.1f} s, by what an eighth of that takes"


def is_soon_done(asked: Asked, sizes: Mapping[str, int], lengths: Mapping[str, int]) -> bool:
    """Whether a call at these lengths takes no more than moments, if its work grows as their square; else it is kept.

    What refuses an eighth of them is asked: it says so at once.
    """
    long = {name: length for name, length in lengths.items() if length >= _LONG}
    if not long:
        return True
    part = replace(asked, given={**asked.given, **{name: length // _PART for name, length in long.items()}})
    with suppress(ElboCheckError):
        arrays = part.quantity.draw(np.random.default_rng(0), next(part.sizes()))
        needed = min(_seconds(part, arrays) for _ in range(_TRIED)) * _PART**2
        if needed > _PATIENCE:
            where = " and ".join(f"{name} = {sizes[name]}" for name in long)
            asked.function.refusals.at_spots.append(_NOT_ASKED.format(where, needed))
            return False
    return True


def _seconds(call: Asked, arrays: Arrays) -> float:
    started = time.perf_counter()
    call(arrays)
    return time.perf_counter() - started
