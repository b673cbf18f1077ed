"""Multiples of the one length at which a function was read: what divides an axis into parts of ten takes twenty too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from ..errors import InputError, LossFunctionError, WitnessError
from ..loss_verdict import Diagnosis
from ..verdict import Outcome
from ..witnesses.seeding import Seeds
from .heard import HALF, Heard
from .reading import called, is_right_laid
from .told import recovered_words

__all__ = ["with_multiples"]

_TIMES = (2, 3)
_LARGEST = 1 << 17  # numbers of an argument
_THERE = "{0}; at {1} = {2}, which it takes as well, it is {3}"


def with_multiples(told: Diagnosis, heard: Heard, seeds: Seeds) -> Diagnosis:
    """Return a diagnosis of what is right at one length, with what it is at multiples of that, if it takes them.

    Where it is something else there, the claim is made of that length alone.
    """
    fixed = told.finding("fixed-size")
    if told.outcome is not Outcome.CONSISTENT or fixed is None or heard.dtype in HALF:
        return told
    for name in (name for name in "dDGK" if name in heard.found.fixed):
        several = [*_at_multiples(heard, name, seeds)]
        wrong = next((each for each in several if not each.is_right), None)
        for other in [wrong] if wrong else several[:1]:
            words = recovered_words(other) if wrong else "right"
            words = _THERE.format(fixed.message, name, other.call.given[name], words)
            fixed = replace(fixed, message=words)
        if wrong:
            told = replace(told, claim=f"{told.claim} at {name} = {heard.found.fixed[name]}")
    others = (found for found in told.findings if found.code != fixed.code)
    return replace(told, findings=(fixed, *others))


def _at_multiples(heard: Heard, name: str, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function as it is called at multiples of a length, as long as it takes them."""
    call, sizes = heard.call, heard.samples[0].sizes
    for times in _TIMES:
        length = times * sizes[name]
        if length * sizes.get("B", 1) > _LARGEST:
            return
        with suppress(LossFunctionError, WitnessError, InputError):
            asked = replace(call, given={**call.given, name: length})
            if is_right_laid(asked, heard.dtype, seeds):
                yield replace(heard, call=asked)
            else:
                yield called(asked, heard.dtype, seeds)
                return
