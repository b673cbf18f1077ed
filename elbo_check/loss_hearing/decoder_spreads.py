"""A decoder's spread is one number, or one a pixel: what is right of the one may be another function of the other.

A function that uses the mean of a spread, its largest or its first, is right of one number alone. So is one that was
written for one number; which of them it is, only its author knows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from ..diagnosis.glance import FEW
from ..diagnosis.quantities import quantity_for
from ..diagnosis.quantities.vae_loss import DECODERS
from ..diagnosis.quantity import Quantity
from ..errors import LossFunctionError, WitnessError
from ..loss_verdict import Diagnosis
from ..verdict import Finding, Outcome
from ..witnesses.seeding import Seeds
from .calls import Asked, Case, samples_of
from .heard import Heard
from .reading import called, generator_of, is_right_laid

__all__ = ["of_other_spreads"]

Axes = tuple[str, ...]

_HELD: Mapping[Axes, str] = {(): "one number", ("D",): "one number a pixel, the same for all samples"}


def of_other_spreads(told: Diagnosis, case: Case, heard: Heard, seeds: Seeds) -> Diagnosis:
    """Return a diagnosis as it is, if what is right of a spread with few numbers is right of those with more."""
    quantity = heard.call.quantity
    role = next((role for role in quantity.axes if role in DECODERS), None)
    if told.outcome is not Outcome.CONSISTENT or role is None:
        return told
    first = quantity_for(frozenset(case.assignment.names), case.name, case.options)
    name, own = heard.call.assignment.names[role], quantity.axes[role]
    for shape, ways in _wider((first, *first.otherwise), role, own).items():
        calls = [replace(heard.call, quantity=each) for each in ways]
        kept = _kept(calls[0], seeds)
        if kept is None or any(_is_right(call, heard.dtype, seeds) for call in calls):
            continue
        each = _HELD.get(shape, "one number a pixel of every sample")
        if kept != heard.found.kind.kept:
            words = f"it is right where {name} holds {_HELD[own]}, and has another shape where that holds {each}"
            return replace(told, findings=(*told.findings, Finding("not-a-spread-a-pixel", words, "note")))
        missing = (
            f"equal, if {name} holds {_HELD[own]}; where it holds {each}, which it takes as well, it is another "
            "function, as one is that uses the mean of them, or the first: let it use each pixel's own, or refuse them"
        )
        return replace(told, outcome=Outcome.UNDECIDED, missing=missing, resolution=None)
    return told


def _wider(quantities: Sequence[Quantity], role: str, own: Axes) -> dict[Axes, list[Quantity]]:
    """Return the quantities of a spread with more axes, by these."""
    found: dict[Axes, list[Quantity]] = {}
    for each in quantities:
        if len(each.axes[role]) > len(own):
            found.setdefault(each.axes[role], []).append(each)
    return found


def _kept(call: Asked, seeds: Seeds) -> Axes | None:
    """Return the axes of what comes out of such a spread; None where a function refuses it."""
    with suppress(LossFunctionError, WitnessError):
        (sample,) = samples_of(call, generator_of(seeds), calls=FEW, most=1)
        return sample.kind.kept
    return None


def _is_right(call: Asked, dtype: str, seeds: Seeds) -> bool:
    with suppress(LossFunctionError, WitnessError):
        return is_right_laid(call, dtype, seeds) or called(call, dtype, seeds).is_right  # with an ε it is so, too
    return False
