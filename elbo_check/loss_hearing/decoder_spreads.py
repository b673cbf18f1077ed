"""A decoder's spread is one number, or one a pixel: what is right of the one may be another function of the other.

A function that uses the mean of a spread, its largest or its first, is right of one number alone. So is one that was
written for one number; which of them it is, only its author knows. One that sums a spread of its own for each pixel
counts fewer numbers too seldom: it is right of what such a decoder gives, and told of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from ..diagnosis.glance import FEW
from ..diagnosis.quantities import quantity_for
from ..diagnosis.quantities.gaussian_nll import DATA
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

_HELD: Mapping[Axes, str] = {
    (): "one number",
    ("D",): "one number a pixel, the same for all samples",
    DATA: "one number a pixel of every sample",
}


def of_other_spreads(told: Diagnosis, case: Case, heard: Heard, seeds: Seeds) -> Diagnosis:
    """Return a diagnosis as it is, if what is right of a spread with few numbers is right of those with more."""
    quantity = heard.call.quantity
    role = next((role for role in quantity.axes if role in DECODERS), None)
    if told.outcome is not Outcome.CONSISTENT or role is None:
        return told
    first = quantity_for(frozenset(case.assignment.names), case.name, case.options)
    name, own, every = heard.call.assignment.names[role], quantity.axes[role], (first, *first.otherwise)
    for shape, ways in _shaped(every, role, lambda axes: len(axes) > len(own)).items():
        calls = [replace(heard.call, quantity=each) for each in ways]
        kept = _kept(calls[0], seeds)
        if kept is None or any(_is_right(call, heard.dtype, seeds) for call in calls):
            continue
        each = _HELD[shape]
        if kept != heard.found.kind.kept:
            words = f"it is right where {name} holds {_HELD[own]}, and has another shape where that holds {each}"
            return replace(told, findings=(*told.findings, Finding("not-a-spread-a-pixel", words, "note")))
        missing = (
            f"equal, if {name} holds {_HELD[own]}; where it holds {each}, which it takes as well, it is another "
            "function, as one is that uses the mean of them, or the first: let it use each pixel's own, or refuse them"
        )
        return replace(told, outcome=Outcome.UNDECIDED, missing=missing, resolution=None)
    fewer = _shaped(every, role, lambda axes: len(axes) < len(own))
    return replace(told, findings=(*told.findings, *_on_fewer(heard, fewer, name, own, seeds)))


def _on_fewer(
    heard: Heard, fewer: Mapping[Axes, Sequence[Quantity]], name: str, own: Axes, seeds: Seeds
) -> Iterator[Finding]:
    """Say of which spreads with fewer numbers, which it takes as well, a function is another one.

    It was heard of these first, and not right of them; a quick look says so of this layout, but where there is an ε.
    """
    wrong, fit = [], heard.found.fit
    if fit is None or fit.shift is not None:
        return
    for shape, ways in fewer.items():
        calls = [replace(heard.call, quantity=each) for each in ways]
        if _kept(calls[0], seeds) is not None and not any(is_right_laid(call, heard.dtype, seeds) for call in calls):
            wrong.append(_HELD[shape])
    if wrong:
        words = (
            f"it is right where {name} holds {_HELD[own]}; where it holds {', or '.join(wrong)}, which it takes as "
            "well, it is another function, as a sum is that counts each of them once: let it refuse them, or count "
            "them for every pixel"
        )
        yield Finding("not-one-spread", words, "note")


def _shaped(quantities: Sequence[Quantity], role: str, is_such: Callable[[Axes], bool]) -> dict[Axes, list[Quantity]]:
    """Return the quantities of a spread with such axes, by these."""
    found: dict[Axes, list[Quantity]] = {}
    for each in quantities:
        if is_such(each.axes[role]):
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
