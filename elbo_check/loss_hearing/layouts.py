"""A function that is not right as it was called may be right of other things: images, sequences, other lengths.

Arrays of the same numbers may be laid out in several ways, and a length may be written into the code. What is right in
one of them is no mistake; whether the arguments are that is for the caller to say.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..diagnosis.fitting import Fitter
from ..diagnosis.free_scale import weights_of
from ..diagnosis.glance import FEW, may_be_right
from ..diagnosis.probing import Sample
from ..diagnosis.sizes import CLASSES, LAYOUTS, SEQUENCES, SINGLE, Layout, Sizes
from ..errors import LossFunctionError, WitnessError
from ..verdict import Finding
from ..witnesses.seeding import Seeds
from .calls import Asked, Case, samples_of, takes
from .heard import Heard
from .random import RANDOM
from .reading import called, has_a_spread, is_right_laid
from .rows import of_rows

__all__ = ["of_other_layouts", "on_images", "right_as_sequences", "weight_words"]

_MOST_CHANNELS = 1024
_NEAR, _TOLERANCE = 1e-3, 1e-6  # at a glance
_OF_STEPS = Layout({"D": ("T", "l")})
_OF_IMAGES = (
    "this is said of {0} of shape {2}. It takes images (B, C, H, W) as well, and of those it is another "
    "function{1}: flatten them first, or sum over all axes but the first; sizes with c, h and w has it judged there"
)


def of_other_layouts(heard: Heard, case: Case, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function as one of images, of sequences, of several categoricals, or of single samples."""
    yield from _of_images(heard, seeds)
    yield from _of_sequences(heard, case.given, seeds)
    yield from _of_classes(heard, seeds)
    yield from of_rows(heard, case.given, seeds)
    yield from _of_single_samples(heard, case.given, seeds) if case.alone else ()


def right_as_sequences(heard: Heard, given: Sizes, seeds: Seeds) -> Heard | None:
    """Return a function that takes images, and is right for sequences (B, T, d) only, as one of those."""
    axes = heard.call.layout.axes.keys()
    for layout in SEQUENCES if axes and not heard.is_right else ():
        if layout.axes.keys() == axes and layout.has(given) and layout.steps_come_first:
            call = replace(heard.call, layout=layout)
            with suppress(LossFunctionError, WitnessError):
                if is_right_laid(call, heard.dtype, seeds):
                    return called(call, heard.dtype, seeds)
    return None


def _of_images(heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function as one of images, where it takes plain arrays as well and is right for images only.

    Right of a decoder of another spread will do where it is nothing of plain arrays: a σ of shape (1, 1, 1, 1) starts
    anywhere.
    """
    if heard.is_right or heard.recovery is None or heard.call.layout != LAYOUTS[0]:
        return
    held = {axis for axes in heard.call.quantity.axes.values() for axis in axes} - heard.call.given.keys()
    layouts = [each for each in LAYOUTS if each.axes and not each.of_sequences and each.axes.keys() <= held]
    calls = [call for layout in layouts for call in _of_channels(replace(heard.call, layout=layout))]
    for call in calls:
        with suppress(LossFunctionError, WitnessError):
            if is_right_laid(call, heard.dtype, seeds):
                yield called(call, heard.dtype, seeds)
                return
    for call in calls if heard.recovery.fit is None else ():
        with suppress(LossFunctionError, WitnessError):
            found = called(call, heard.dtype, seeds) if has_a_spread(call, heard.dtype, seeds) else heard
            if found.is_of_another_spread:
                yield found
                return


def _of_channels(call: Asked) -> Iterator[Asked]:
    """Yield a call with images, and where they are refused, with as many channels as a number in the code says."""
    yield call
    if not takes(call):
        numbers = [number for number in call.function.holds.numbers if number <= _MOST_CHANNELS]
        firsts = [names[0] for names in call.layout.axes.values()]
        for name, number in itertools.product(firsts, numbers):
            if takes(call, **{name: number}) and not takes(call, **{name: number + 1}):
                yield replace(call, given={**call.given, name: number})


def _of_sequences(heard: Heard, given: Sizes, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function as one of sequences, if it takes them: what is no image's right may be a sequence's.

    Where no other length than that of the steps was given, other arguments may be along them: it may be right so. It
    is not accused for a sum over two axes, of which one is the batch where arrays have two.
    """
    is_read = heard.recovery is not None or heard.call.layout.of_sequences
    if heard.is_right or not (is_read and heard.call.layout.batch):
        return
    axes, is_free = heard.call.layout.axes.keys(), given.keys().isdisjoint("dDlL")
    others = _along_steps(heard.call) if is_free else []
    for layout in (each for each in SEQUENCES if each != heard.call.layout and each.has(heard.call.given)):
        call = replace(heard.call, layout=layout)
        with suppress(LossFunctionError, WitnessError):
            if layout.axes.keys() == axes:
                yield called(call, heard.dtype, seeds)
            elif layout in others and is_right_laid(call, heard.dtype, seeds):
                found = called(call, heard.dtype, seeds)
                yield from [found] if _divides_once(found) else []


def _divides_once(heard: Heard) -> bool:
    """Whether an objective is divided by the number of steps once at most: nobody takes a mean and divides again."""
    relation = heard.found.relation
    scales = [relation.right.scale * relation.factor] if relation.right and relation.factor else []
    return all(power == -1 for scale in scales for held, _ in scale.parts for name, power in held if name == "T")


def _along_steps(call: Asked) -> list[Layout]:
    """Return the layouts in which the data of a loss are along steps; none where it has data or latents alone.

    Over `shape[1]` one part alone is a mean of a row, and one of steps as well.
    """
    held = {axis for axes in call.quantity.axes.values() for axis in axes}
    return [each for each in SEQUENCES if each.steps_come_first and "D" in each.axes] if held >= {"d", "D"} else []


def _of_classes(heard: Heard, seeds: Seeds) -> Iterator[Heard]:
    """Yield a function of images of categoricals as one whose categories come last, if it is right for those only."""
    if heard.is_right or heard.call.layout not in CLASSES:
        return
    for layout in CLASSES:
        call = replace(heard.call, layout=layout)
        with suppress(LossFunctionError, WitnessError):
            if layout != heard.call.layout and is_right_laid(call, heard.dtype, seeds):
                yield called(call, heard.dtype, seeds)


def _of_single_samples(heard: Heard, given: Sizes, seeds: Seeds) -> Iterator[Heard]:
    """Yield the function as one of single samples, where it is right for those, and not for a batch of one as well.

    What gives a number for each latent of those, and one for each sample of a batch, is mapped over its first axis.

    Lengths that only the sum of two arrays asks for are left out where it takes others.
    """
    if heard.is_right or heard.trouble.startswith(RANDOM) or heard.call.layout != LAYOUTS[0]:
        return
    held = replace(heard.call, layout=SINGLE)
    free = replace(held, given=given, choices={}, ones=())
    with suppress(LossFunctionError, WitnessError):
        call = free if takes(free) else held
        if is_right_laid(call, heard.dtype, seeds) and not _is_right_of_a_batch_of_one(heard, seeds):
            found = called(call, heard.dtype, seeds)
            is_equal = found.recovery is not None and found.recovery.relation.name == "equal"
            is_mapped = heard.recovery is not None and "d" in found.found.kind.kept and "B" in heard.found.kind.kept
            yield from [found] if is_equal and not is_mapped else []  # a mean and len(x) meet in one sample


def _is_right_of_a_batch_of_one(heard: Heard, seeds: Seeds) -> bool:
    """Whether it gives one number, the right one, of a batch of one sample: a sum beside a mean is right there, too.

    What gives one number of latents alone is not asked: `np.vdot(mu, mu)` says nothing of what it is meant for.
    """
    quantity, recovery = heard.call.quantity, heard.recovery
    is_of_latents = not quantity.objective and set(quantity.axes.values()) == {("B", "d")}
    if is_of_latents and not (recovery and recovery.kind.kept):
        return False
    call = replace(heard.call, given={**heard.call.given, "B": 1})
    with suppress(LossFunctionError, WitnessError):
        (first,) = samples_of(call, np.random.default_rng(0), calls=FEW, most=1)
        return not first.kind.kept and is_right_laid(call, heard.dtype, seeds)
    return False


def on_images(heard: Heard) -> list[Finding]:
    """Say that what is right of x of shape (B, D), or (B, T, l), takes images too, and is not right of those."""
    call, axes = heard.call, {axis for held in heard.call.quantity.axes.values() for axis in held}
    if call.layout not in (LAYOUTS[0], _OF_STEPS) or call.given or not LAYOUTS[1].axes.keys() <= axes:
        return []
    shape = "(B, T, l)" if call.layout.axes else "(B, D)"
    images = replace(call, layout=LAYOUTS[1])
    with suppress(LossFunctionError, WitnessError):
        (first,) = samples_of(images, np.random.default_rng(0), calls=FEW, most=1)
        if np.isfinite(first.outputs).all() and not may_be_right(first, call.quantity, _NEAR):
            words = _OF_IMAGES.format(call.assignment.names["x"], weight_words(first, images, "Bchw"), shape)
            return [Finding("not-of-images", words, "warning" if call.layout.axes else "note")]
    return []


def weight_words(sample: Sample, call: Asked, names: str) -> str:
    """Say the effective beta of an objective at these sizes of a sample; "" if it is not just that."""
    quantity, fitter = call.quantity, Fitter([sample], call.quantity.constants)
    for form in quantity.parts[0].forms if quantity.parts else ():
        parts = [
            part.formula(each, sample.kind, sample.layout).scaled(part.scale(sample.kind, sample.layout))
            for part, each in zip(quantity.parts, (form, quantity.parts[1].forms[0]), strict=True)
        ]
        found = weights_of(fitter, parts[0], parts[1], 0, _TOLERANCE)
        if found is not None and found[0]:
            beta, sizes = found[1] / found[0] / form.unit, tuple(sample.sizes[name] for name in names)
            return f", with an effective beta of {beta:.6g} at ({', '.join(names)}) = {sizes}"
    return ""
