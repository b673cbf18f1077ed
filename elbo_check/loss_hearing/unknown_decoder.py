"""A decoder that is not known: all of a loss but its KL is a function of x and of what the decoder gives.

Of f(x, r, μ, σ) the latents are exchanged and x and r kept. If f moves just as the KL does, at every pair of points and
at every choice of sizes, then f − KL is some function of x and r. Whether that is −log p(x | z) the decoder decides.
What no decoder can mend stays wrong: see `growth` and `likelihoods`.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.fitting import rounding_of
from ..diagnosis.formula import Formula, Law, law
from ..diagnosis.free_scale import any_law
from ..diagnosis.probing import Arrays, Kind, Sample
from ..diagnosis.wording import law_text
from ..errors import ElboCheckError
from .calls import Asked, pixel_axes
from .growth import counts_all, falls_off
from .heard import Heard
from .likelihoods import is_weighed_likelihood
from .values import value_at

__all__ = ["RIGHT", "Beside", "beside_unknown", "data_of", "has_weight_of_no_density", "is_moved_by", "unknown_decoder"]

_IF = "equal, if −log p(x | z) is this function of x and of what the decoder gives: what is missing is the decoder. "
_TIMES = (
    "{0} times the objective, if −log p(x | z) is what stands beside its KL, without this factor: a function of x and "
    "of what the decoder gives. What is missing is the decoder"
)
_EITHER = (
    "{0} times the objective, if −log p(x | z) is what stands beside its KL, without this factor; if it is all of "
    "that, the KL has a weight of {0}. What is missing is the decoder"
)
_NO_SUM = "It is no sum over the samples, as for independent ones: a median, a maximum or one scale of all? "
RIGHT = "The KL part is right, up to a constant"
_UNSEEN = "And the KL is too small beside it to be seen: ask with a larger beta, or let it compute in float64"

_ANY = "vae-loss"
_PAIRS = 4
_ROOM = 10.0
_SEEN = 10.0  # times what rounding may do: the KL moves by so much somewhere, or nothing is told of it


class Beside(NamedTuple):
    """A KL beside a function of x and of what the decoder gives: the weight of all, and what is missing, in words."""

    weight: Law
    words: str


def unknown_decoder(heard: Heard, near: float = 0.0) -> str:
    """Return what is missing, if a loss is a function of x and of what the decoder gives beside a right KL; else ""."""
    found = beside_unknown(heard, near)
    return found.words if found else ""


def beside_unknown(heard: Heard, near: float = 0.0) -> Beside | None:
    """Return what a loss is that is a function of x and of what the decoder gives beside a right KL; else None.

    Only where no likelihood was asked for, and the decoder has no spread of its own. `near` is how nearly the KL is
    right, if that is known, and no better than so.
    """
    call, data = heard.call, data_of(heard.call)
    if call.quantity.name != _ANY or any(role.startswith("decoder_") for role in call.quantity.axes):
        return None
    rounding, first = rounding_of(heard.dtype), heard.samples[0]
    with suppress(ElboCheckError):
        divergences = [] if falls_off(call, first.arrays[0]) else _divergences(call, first)
        for divergence, scale in divergences:
            moves = (_moves_as(call, sample, divergence, data, near or rounding) for sample in heard.samples)
            if all(moves) and counts_all(call, first, divergence, 1.0 if "B" in scale.names else 2.0):
                seen = bool(near) or any(_is_seen(call, sample, divergence, rounding) for sample in heard.samples)
                apart = "" if _adds_up(call, max(heard.samples, key=_length), data, rounding) else _NO_SUM
                return Beside(law(1), _IF + apart + (RIGHT if seen else _UNSEEN))
        for divergence, scale in divergences if not near else ():
            weight = _weight(call, heard.samples, divergence, data, rounding)
            if weight is None:
                continue
            weighed = divergence.scaled(weight)
            moves = (_moves_as(call, sample, weighed, data, rounding) for sample in heard.samples)
            if all(moves):
                words = _weighed(call, heard.samples, weighed, scale, weight, data)
                return Beside(weight, words) if words else None
    return None


def has_weight_of_no_density(heard: Heard) -> bool:
    """Whether the KL has a plain weight beside what is no density: a part of that may be meant as well."""
    call, data, rounding = heard.call, data_of(heard.call), rounding_of(heard.dtype)
    for divergence, scale in _divergences(call, heard.samples[0]):
        weight = _weight(call, heard.samples, divergence, data, rounding) or law(0)
        weighed = divergence.scaled(weight)
        if not weight.names and all(_moves_as(call, each, weighed, data, rounding) for each in heard.samples):
            return not is_weighed_likelihood(call, heard.samples, weighed, scale, law(1), data)
    return False


def data_of(call: Asked) -> list[str]:
    """Return the roles of the data and of what the decoder gives, the data first."""
    return sorted((role for role, axes in call.quantity.axes.items() if "D" in axes), key=lambda role: role != "x")


def _weighed(
    call: Asked, samples: Sequence[Sample], divergence: Formula, scale: Law, weight: Law, data: Sequence[str]
) -> str:
    """Return what is missing of a loss whose KL has a weight; "" if that is a slip, as beside a density it is."""
    if is_weighed_likelihood(call, samples, divergence, scale, weight, data):
        return _TIMES.format(law_text(weight))
    is_either = not weight.names and counts_all(call, samples[0], divergence, 1.0 if "B" in scale.names else 2.0)
    is_slip = not is_either or is_weighed_likelihood(call, samples, divergence, scale, law(1), data)
    return "" if is_slip else _EITHER.format(law_text(weight))


def _length(sample: Sample) -> int:
    return sample.sizes.get("B", 1)  # two samples have no median of their own


def _divergences(call: Asked, sample: Sample) -> list[tuple[Formula, Law]]:
    """Return the KL of a right loss as it stands beside the likelihood, in every reduction over the batch.

    With it, the scale of this reduction.
    """
    part, kind = call.quantity.parts[1], Kind(sample.kind.kept)
    weight = part.scale(kind, call.layout)
    formulas = [part.formula(form, kind, call.layout).scaled(weight) for form in part.forms]
    scales = dict.fromkeys(right.scale for right in call.quantity.rights(kind, call.layout))
    return [(each.scaled(scale), scale) for each in formulas for scale in scales]


def _weight(
    call: Asked, samples: Sequence[Sample], divergence: Formula, data: Sequence[str], rounding: float
) -> Law | None:
    """Return how often a function moves as much as the KL where the latents are exchanged: a number, or by lengths."""
    numbers, blurs = [], []
    for sample in samples:
        here, there = sample.arrays[:2]
        (before, after), (one, other) = _exchanged(call, sample, divergence, data, here, there)
        size = float(np.sum((other - one) ** 2))
        numbers.append(float(np.sum((after - before) * (other - one))) / size)
        blurs.append(rounding * float(np.sum(np.abs(before) + np.abs(after))) / math.sqrt(size))
    found = any_law(numbers, [sample.sizes for sample in samples], rounding, blur=max(blurs))
    lengths = {*pixel_axes(call), "B", "d", *call.layout.concrete(("d",))}
    is_multiple = found is not None and found.names <= lengths and numbers[0] > 0
    return found if is_multiple and found != law(1) else None


def _moves_as(call: Asked, sample: Sample, divergence: Formula, data: Sequence[str], rounding: float) -> bool:
    """Whether f moves as the KL where the latents are exchanged, and at all where x is, or what the decoder gives."""
    pairs = list(zip(sample.arrays, sample.arrays[1:], strict=False))[:_PAIRS]
    moves = all(any(is_moved_by(call, role, *pair) for pair in pairs) for role in data)
    pairs.append((sample.arrays[0], _at_the_prior(call, sample, data)))
    return moves and all(_at(call, sample, divergence, data, rounding, *pair) for pair in pairs)


def _at_the_prior(call: Asked, sample: Sample, data: Sequence[str]) -> Arrays:
    """Return a point at which all that is of the latents is as simple as can be, as where the KL is 0."""
    simple, first = call.quantity.simple, sample.arrays[0]
    latents = [role for role in first if role in simple and role not in data]
    return {**first, **{role: np.full_like(first[role], simple[role][0]) for role in latents}}


def is_moved_by(call: Asked, role: str, here: Arrays, there: Arrays) -> bool:
    """Whether a function has another value where one of its arguments is exchanged."""
    return not np.array_equal(_value(call, {**here, role: there[role]}), _value(call, here))


def _at(
    call: Asked,
    sample: Sample,
    divergence: Formula,
    data: Sequence[str],
    rounding: float,
    here: Arrays,
    there: Arrays,
) -> bool:
    (before, after), (one, other) = _exchanged(call, sample, divergence, data, here, there)
    allowed = rounding * (np.abs(before) + np.abs(after) + np.abs(one) + np.abs(other))
    return bool(np.all(np.abs(after - before - (other - one)) <= allowed))


Pair = tuple[NDArray[np.float64], NDArray[np.float64]]


def _exchanged(
    call: Asked, sample: Sample, divergence: Formula, data: Sequence[str], here: Arrays, there: Arrays
) -> tuple[Pair, Pair]:
    """Return what a function is, and the KL, before and after the latents are exchanged."""
    moved = {role: here[role] if role in data else array for role, array in there.items()}
    one, other = (np.squeeze(value_at(divergence, sample, arrays)) for arrays in (here, there))
    return (_value(call, here), _value(call, moved)), (one, other)


def _adds_up(call: Asked, sample: Sample, data: Sequence[str], rounding: float) -> bool:
    """Whether the samples' data count by themselves, and all alike: a median, or the first, does not so."""
    pairs = itertools.islice(itertools.pairwise(sample.arrays), _PAIRS)
    is_apart = bool(sample.kind.kept) or not call.layout.batch
    return is_apart or all(_adds_up_of(call, data, rounding, *pair) for pair in pairs)


def _adds_up_of(call: Asked, data: Sequence[str], rounding: float, here: Arrays, there: Arrays) -> bool:
    def value(arrays: Arrays) -> float:
        return float(_value(call, {**here, **arrays}))

    def mixed(first: Arrays, others: Arrays) -> float:
        half = len(here[data[0]]) // 2
        return value({role: np.concatenate([first[role][:half], others[role][half:]]) for role in data})

    found = [mixed(first, others) for first in (here, there) for others in (here, there)]
    rolled = value({role: np.roll(here[role], 1, 0) for role in data})
    allowed = _ROOM * rounding * sum(map(abs, found))
    return abs(found[0] - rolled) <= allowed and abs(found[0] - found[1] - found[2] + found[3]) <= allowed


def _is_seen(call: Asked, sample: Sample, divergence: Formula, rounding: float) -> bool:
    """Whether the KL differs by more than rounding between two points."""
    one, other = (np.squeeze(value_at(divergence, sample, arrays)) for arrays in sample.arrays[:2])
    size = sum(np.abs(_value(call, arrays)) for arrays in sample.arrays[:2])
    return bool(np.max(np.abs(other - one) / (size + np.abs(one) + np.abs(other))) >= _SEEN * rounding)


def _value(call: Asked, arrays: Arrays) -> NDArray[np.float64]:
    return np.squeeze(call(arrays))
