"""A function that is not right as it was called may be right of other things: images, sequences, other lengths.

Arrays of the same numbers may be laid out in several ways, and a length may be written into the code. What is right in
one of them is no mistake; whether the arguments are that is for the caller to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

from ..diagnosis.quantities import quantity_for
from ..diagnosis.sizes import CLASSES, LAYOUTS, SEQUENCES, SINGLE
from ..errors import LossFunctionError, WitnessError
from ..witnesses.seeding import Seeds
from .calls import Case, asked
from .heard import Heard
from .reading import called, is_right_laid

__all__ = ["of_other_layouts", "right_as_sequences"]


def of_other_layouts(heard: Heard, seeds: Seeds, *, alone: bool = True) -> Iterator[Heard]:
    """Yield the function as one of images, of sequences, or of single samples (`alone`), where it may be meant so."""
    yield from _of_images(heard, seeds)
    yield from _of_sequences(heard, seeds)
    yield from _of_classes(heard, seeds)
    yield from _of_single_samples(heard, seeds) if alone else ()


def right_as_sequences(case: Case, seeds: Seeds) -> Heard | None:
    """Return a function that takes images, and is right for sequences (B, T, d) only, as one of those."""
    quantity = quantity_for(frozenset(case.assignment.names), case.name, case.options)
    with suppress(LossFunctionError, WitnessError):
        call, answer = asked(case, case.assignment, quantity)
        dtype = answer.dtypes[call.output]
        for layout in (call.layout, *SEQUENCES) if call.layout.axes else ():
            if layout.axes.keys() == call.layout.axes.keys() and layout.steps_come_first:
                with suppress(LossFunctionError, WitnessError):
                    laid = replace(call, layout=layout)
                    if is_right_laid(laid, dtype, seeds):
                        return called(laid, dtype, seeds) if layout.of_sequences else None
    return None


def _of_images(heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function as one of images, where it takes plain arrays as well and is right for images only."""
    if heard.is_right or heard.recovery is None or heard.call.layout != LAYOUTS[0]:
        return
    held = {axis for axes in heard.call.quantity.axes.values() for axis in axes} - heard.call.given.keys()
    for layout in LAYOUTS:
        if layout.axes and not layout.of_sequences and layout.axes.keys() <= held:
            call = replace(heard.call, layout=layout)
            with suppress(LossFunctionError, WitnessError):
                if is_right_laid(call, heard.dtype, seeds):
                    yield called(call, heard.dtype, seeds)
                    return


def _of_sequences(heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function as one of sequences, if it takes them: what is no image's right may be a sequence's."""
    if heard.is_right or heard.recovery is None or not heard.call.layout.axes:
        return
    axes = heard.call.layout.axes.keys()
    for layout in SEQUENCES:
        if layout.axes.keys() == axes and layout != heard.call.layout:
            with suppress(LossFunctionError, WitnessError):
                yield called(replace(heard.call, layout=layout), heard.dtype, seeds)


def _of_classes(heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield a function of images of categoricals as one whose categories come last, if it is right for those only."""
    if heard.is_right or heard.call.layout not in CLASSES:
        return
    for layout in CLASSES:
        call = replace(heard.call, layout=layout)
        with suppress(LossFunctionError, WitnessError):
            if layout != heard.call.layout and is_right_laid(call, heard.dtype, seeds):
                yield called(call, heard.dtype, seeds)


def _of_single_samples(heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function as one of single samples, where it gives one number and is right for those only."""
    quantity, recovery = heard.call.quantity, heard.recovery
    alone = not quantity.objective and set(quantity.axes.values()) == {("B", "d")}
    if heard.is_right or recovery is None or recovery.kind.kept or not heard.call.layout.batch or not alone:
        return
    call = replace(heard.call, layout=SINGLE)
    with suppress(LossFunctionError, WitnessError):
        if is_right_laid(call, heard.dtype, seeds):
            yield called(call, heard.dtype, seeds)
