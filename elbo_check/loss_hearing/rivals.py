"""Other layouts of which arrays that a function holds speak: what is right in one of them is no mistake.

An array of shape (12, 8) may be a weight of sequences, of images, or of a batch of 12, and one of shape (12,) a weight
for each sample or for each step, of which one reading may be right and one wrong. One of shape (1, 1, 1) says nothing
but that what it stands beside has three axes, and much that a function takes is broadcast to it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import replace

from ..diagnosis.sizes import Sizes
from ..errors import InputError, LossFunctionError, WitnessError
from ..witnesses.seeding import Seeds
from .asking import insists
from .calls import Asked, Case, takes
from .first_answers import first_answer
from .heard import Heard
from .held_axes import HeldAxes, is_of_a_layer
from .insisted import lengths_of
from .reading import called, is_right_laid
from .ways import Known, Trial

__all__ = ["as_held", "wrong_along_steps"]

_MOST = 4  # arrays in a row


def as_held(case: Case, heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function in the first of such layouts in which it is right, where it is not right as it was heard."""
    if heard.is_right or (heard.recovery is None and not heard.call.ones):
        return
    for layout, lengths in _rivals(Known.of(case, heard.call.quantity), heard.call):
        call = replace(heard.call, layout=layout, given={**lengths, **case.given}, choices={}, ones=())
        with suppress(LossFunctionError, WitnessError, InputError):  # a length may have no meaning
            if not layout.has(case.given) or first_answer(call) is None:
                continue
            if is_right_laid(call, heard.dtype, seeds) and _is_of_these(
                call, lengths.keys() - case.given, heard, seeds
            ):
                yield called(call, heard.dtype, seeds)
                return


def _is_of_these(call: Asked, names: Iterable[str], heard: Heard, seeds: Seeds) -> bool:
    """Whether a function takes no other lengths, or is right of those, too: else it has not these from an array."""
    others = {name: 2 * call.given[name] + 1 + place for place, name in enumerate(sorted(names))}
    elsewhere = replace(call, given={**call.given, **others})
    return not takes(call, **others) or is_right_laid(elsewhere, heard.dtype, seeds)


def wrong_along_steps(case: Case, heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function as one of sequences, where it is right of a batch as long as an array in a row, and not there.

    A weight for each step of (B, T) is one for each sample of (B,) by its shape: a mean over either looks the same.
    """
    length = heard.call.given.get("B", 0)
    if not heard.is_right or "B" in case.given or length not in map(math.prod, case.function.holds.shapes):
        return
    known = Known.of(case, heard.call.quantity)
    for layout in (each for each in known.others if each.of_sequences and each.steps_come_first and "B" in known.axes):
        call = replace(heard.call, layout=layout, given={**case.given, "T": length}, choices={})
        with suppress(LossFunctionError, WitnessError, InputError):
            found = called(call, heard.dtype, seeds) if takes(call) else heard
            if not (found.is_right or found.trouble):
                yield found
                return


def _rivals(known: Known, call: Asked) -> Iterator[Trial]:
    """Yield such layouts; both arguments laid out only where a function insists on none of them alone.

    Sequences that are none by a square are left: their latents may be a step's.
    """
    alone = False
    for held in known.held:
        several = len(held.layout.axes) > 1
        of_steps = held.layout.of_sequences and not held.unusual
        if not held.in_rows and not (several and alone and not of_steps):
            yield held.layout, held.lengths
            yield from ((held.layout, lengths) for lengths in _of_one_channel(held))
            if not several and not alone:
                trial = replace(call, layout=held.layout, given={**held.lengths, **known.given}, choices={})
                alone = insists(trial, [name for name in held.lengths if name not in known.given])
    yield from _of_steps(known)
    yield from _of_a_batch(known)


def _of_one_channel(held: HeldAxes) -> Iterator[Sizes]:
    """Yield images of one channel, where an array says the heights and widths alone; of latents beside data, none."""
    axes = held.layout.axes
    alone = [axes["D"]] if "D" in axes else axes.values()
    images = [names for names in alone if names[0] not in held.lengths and names[-1] in held.lengths]
    ones = {names[0]: 1 for names in images if len(names) > 2}
    yield from [{**held.lengths, **ones}] if ones else ()


def _of_steps(known: Known) -> Iterator[Trial]:
    """Yield sequences of as many steps as an array in a row has: what is summed over the last axis leaves the steps."""
    rows = [shape for shape in known.shapes if math.prod(shape) == shape[-1]]
    layouts = [layout for layout in known.others if layout.of_sequences and "T" not in known.given]
    yield from ((layout, {"T": steps}) for steps in lengths_of(rows)[:_MOST] for layout in layouts)


def _of_a_batch(known: Known) -> Iterator[Trial]:
    """Yield a batch, and a length beside it, of an array with two axes that is no square."""
    for shape in known.shapes if "B" in known.free else ():
        if len(shape) == 2 and shape[0] > 1 and shape[0] != shape[1] and not is_of_a_layer(shape, known.shapes):
            for name in known.whole:
                yield known.plain, {"B": shape[0]} | ({name: shape[1]} if shape[1] > 1 else {})
