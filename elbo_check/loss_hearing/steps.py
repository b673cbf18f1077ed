"""Sequences of data whose latents are one a step, (B, T, L), or one a sequence, (B, L): a loss may take both.

It is then two functions. A mean over what is left of a KL takes steps for samples, and is right where there are none:
what is right of one and wrong of the other is for the caller to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..diagnosis.glance import FEW, may_be_right
from ..diagnosis.sizes import LAYOUTS, SEQUENCES, Layout, Sizes
from ..errors import InputError, LossFunctionError, WitnessError
from ..verdict import Finding
from ..witnesses.seeding import Seeds
from .calls import Asked, samples_of, takes
from .heard import Heard
from .layouts import weight_words
from .reading import called, is_right_laid

__all__ = ["is_of_latents", "on_sequences", "steps_words", "with_other_latents"]

_A_STEP, _FLAT_DATA, _A_SEQUENCE = SEQUENCES[:3]
_OTHER: Mapping[Layout, Layout] = {_A_STEP: _A_SEQUENCE, _A_SEQUENCE: _A_STEP, _FLAT_DATA: _A_STEP}
_WORDS: Mapping[Layout, str] = {
    _A_STEP: "one latent vector a step",
    _A_SEQUENCE: "one latent vector a sequence or image",
    _FLAT_DATA: "one latent vector a step, and data without steps",
}
_SAID: Mapping[Layout, set[str]] = {_A_STEP: set("Ll"), _A_SEQUENCE: set("dLl"), _FLAT_DATA: set("DLl")}
_NEAR = 1e-3  # at a glance
_OF_SEQUENCES = (
    "this is said of {0} of shape (B, D). It takes sequences (B, T, D) as well, with latents (B, T, d), and of those "
    "it is another function{1}: reduce both parts over the steps alike; sizes with T, L and l has it judged there"
)
_OF_STEPS = (
    "this is said of sequences {0} with one latent vector each, (B, d). It takes latents of each step, (B, T, d), as "
    "well, and of those it is another function{1}: sizes with T, L and l has it judged there"
)


def with_other_latents(heard: Heard, given: Sizes, seeds: Seeds) -> Iterator[Heard]:
    """Yield a function of sequences with latents of the other kind, where it takes these and is right of one alone.

    A sum over the axis of steps is none of latents of each step: what is right of a latent vector a sequence, and of
    single steps is not, is not meant for those.
    """
    if not _is_free(heard, given):
        return
    other = _OTHER[heard.call.layout]
    call = replace(heard.call, layout=other)
    with suppress(LossFunctionError, WitnessError, InputError):  # a length may have no meaning
        if not (other.has(call.given) and takes(call)) or is_right_laid(call, heard.dtype, seeds) == heard.is_right:
            return
        if not (heard.is_right and other == _A_STEP and _is_wrong_of_a_step(call, heard.dtype, seeds)):
            yield called(call, heard.dtype, seeds)


def _is_free(heard: Heard, given: Sizes) -> bool:
    """Whether a function is one of sequences, and nobody said which latents it has."""
    if heard.call.layout not in _OTHER or heard.trouble or not _has_latents(heard.call):
        return False
    return not given.keys() & _SAID[heard.call.layout]


def _is_wrong_of_a_step(call: Asked, dtype: str, seeds: Seeds) -> bool:
    """Whether a function is wrong of sequences of one step, where neither a sum nor a mean over steps shows."""
    single = replace(call, given={**call.given, "T": 1})
    return takes(single) and not is_right_laid(single, dtype, seeds)


def _has_latents(call: Asked) -> bool:
    """Whether a function has latents beside its data: a density of the data has none."""
    return _A_STEP.axes.keys() <= {axis for axes in call.quantity.axes.values() for axis in axes}


def steps_words(heard: Heard) -> str:
    """Say with which latents a function of sequences was heard, and how to say so."""
    layout, sizes = heard.call.layout, heard.samples[0].sizes
    parts = {name: sizes[name] for names in layout.axes.values() for name in names}
    return f"{_WORDS[layout]}, {layout.words} (say so: sizes={parts})"


def is_of_latents(one: Heard, other: Heard) -> bool:
    """Whether two are a function of sequences, with one latent vector a step and with one a sequence, or flat data."""
    return _OTHER.get(one.call.layout) == other.call.layout or _OTHER.get(other.call.layout) == one.call.layout


def on_sequences(heard: Heard) -> list[Finding]:
    """Say that a right function takes latents of each step as well as others, and is not right of those.

    It is one of x of shape (B, D), or of sequences with one latent vector each.
    """
    call = heard.call
    words = {LAYOUTS[0]: _OF_SEQUENCES, _A_SEQUENCE: _OF_STEPS}.get(call.layout)
    if words is None or call.given or not _has_latents(call):
        return []
    sequences = replace(call, layout=_A_STEP)
    with suppress(LossFunctionError, WitnessError):
        (first,) = samples_of(sequences, np.random.default_rng(0), calls=FEW, most=1)
        if np.isfinite(first.outputs).all() and not may_be_right(first, call.quantity, _NEAR):
            beta = weight_words(first, sequences, "BTLl")
            return [Finding("not-of-sequences", words.format(call.assignment.names["x"], beta))]
    return []
