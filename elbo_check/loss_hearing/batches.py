"""Data that a batch does not divide: is a share B/N of all data a share, or one over a number of batches?

A loader of N data in batches of B has N/B of them rounded up, or down where it drops the last. A weight of one over
that number is B/N wherever B divides N, and as good elsewhere to a part in N/B.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..diagnosis.fitting import Fit, Fitter
from ..diagnosis.probing import Sample
from ..diagnosis.recovery import Recovery
from ..errors import ElboCheckError
from ..verdict import Finding
from .calls import Asked
from .spots import Spot, departing_at

__all__ = ["on_batches", "undivided_spot"]

_SIZES = {"B": 4, "N": 39}
_LEAST = 1e-6
_ROUNDED = {"up, as len(loader) is": 40, "down, as a loader that drops the last batch has": 36}


def undivided_spot(call: Asked, recovery: Recovery, fit: Fit) -> Spot | None:
    """Return where B does not divide N as a spot, if a function departs there, and not by a rounded N/B."""
    found = _undivided(call, recovery)
    if found is None or _rounding(found[1], fit):
        return None
    asked, sample = found
    spot = departing_at(asked, recovery, fit, sample.sizes, sample.arrays[0])
    where = " and ".join(f"{name} = {sample.sizes[name]}" for name in "NB")
    return None if spot is None else replace(spot, where=f"{where}, a batch that does not divide the data")


def on_batches(call: Asked, recovery: Recovery, fit: Fit) -> list[Finding]:
    """Say that N/B is rounded where a batch does not divide the data, if it is."""
    found = _undivided(call, recovery)
    how = _rounding(found[1], fit) if found is not None else ""
    if not how:
        return []
    words = f"where B does not divide N it takes the number of batches, N/B rounded {how}: tried at N = 39 and B = 4"
    return [Finding("rounded-batches", words, "note")]


def _undivided(call: Asked, recovery: Recovery) -> tuple[Asked, Sample] | None:
    """Return a call and its answer where a batch does not divide the data; None where that cannot be asked."""
    if "N" not in call.quantity.numbers or call.given.keys() & _SIZES.keys() or call.choices.keys() & _SIZES.keys():
        return None
    asked = replace(call, given={**call.given, **_SIZES})
    with suppress(ElboCheckError):
        sizes = next(asked.sizes())
        if "B" not in sizes:  # one sample, which divides them all
            return None
        arrays = call.quantity.draw(np.random.default_rng(0), sizes)
        shape = [sizes[name] for name in call.layout.concrete(recovery.kind.kept)]
        yours = np.reshape(np.squeeze(asked(arrays)), shape)
        return asked, Sample(sizes, call.layout, recovery.kind, (arrays,), (yours,))
    return None


def _rounding(sample: Sample, fit: Fit) -> str:
    """Return how N/B is rounded; "" where it is not, or where that does not explain the value."""
    if Fitter([sample]).departure(fit.computed) <= _LEAST:
        return ""
    others = {how: replace(sample, sizes={**sample.sizes, "N": number}) for how, number in _ROUNDED.items()}
    return next((how for how, other in others.items() if Fitter([other]).departure(fit.computed) <= _LEAST), "")
