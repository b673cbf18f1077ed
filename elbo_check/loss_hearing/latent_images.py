"""What is right of latents (B, d) takes those of a convolutional encoder, (B, C, H, W), too: is it right of those?

A sum over one axis and a mean over all others is a sum over the latents of the former, and a mean over most of the
latter. So is the KL within a loss, whose data are flat or images.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..diagnosis.fitting import Fitter
from ..diagnosis.glance import FEW, may_be_right
from ..diagnosis.probing import Sample
from ..diagnosis.sizes import LAYOUTS
from ..errors import LossFunctionError, WitnessError
from ..verdict import Finding
from .calls import Asked, samples_of
from .heard import Heard
from .layouts import weight_words

__all__ = ["on_latent_images"]

_WITH_LATENT_IMAGES = {LAYOUTS[0]: LAYOUTS[2], LAYOUTS[1]: LAYOUTS[3]}
_OF_DATA = frozenset("chw")  # lengths, which say nothing of the latents
_LATENTS = ("B", "d")
_NEAR, _SAME = 1e-3, 1e-6  # at a glance
_WORDS = (
    "this is said of {0} of shape (B, d). Latents that are images themselves, (B, C, H, W), it takes as well, and of "
    "those it is another function{1}: flatten them first, or sum over all axes but the first; sizes with the C, H and "
    "W of the latents has it judged there"
)


def on_latent_images(heard: Heard) -> list[Finding]:
    """Say that a function which is right of latents of shape (B, d) takes images of them too, and is wrong of those."""
    call, axes = heard.call, heard.call.quantity.axes
    are_latents = {held for held in axes.values() if "d" in held} == {_LATENTS}
    if call.layout not in _WITH_LATENT_IMAGES or call.given.keys() - _OF_DATA or not are_latents:
        return []
    images = replace(call, layout=_WITH_LATENT_IMAGES[call.layout])
    with suppress(LossFunctionError, WitnessError):
        (first,) = samples_of(images, np.random.default_rng(0), calls=FEW, most=1)
        if np.isfinite(first.outputs).all() and not may_be_right(first, call.quantity, _NEAR):
            held = call.assignment.held.items()
            names = " and ".join(name for name, roles in held if any(axes[role] == _LATENTS for role in roles))
            is_whole = bool(call.quantity.parts)
            words = weight_words(first, images, "BCHW") if is_whole else _share_words(first, images)
            return [Finding("not-of-images", _WORDS.format(names, words))]
    return []


def _share_words(sample: Sample, call: Asked) -> str:
    """Say how much of what is right a function is of these images; "" if it is no multiple of it."""
    fitter = Fitter([sample], call.quantity.constants)
    for right in call.quantity.rights(sample.kind, sample.layout):
        share = fitter.multiple(right.formula, 0)
        if np.max(np.abs(fitter.residual(right.formula, 0, share))) <= _SAME:
            sizes = tuple(sample.sizes[name] for name in "CHW")
            return f", {share:.6g} of what is right at (C, H, W) = {sizes}"
    return ""
