"""A decoder that is not known: all of a loss but its KL is a function of x and of what the decoder gives.

Of f(x, r, μ, σ) the latents are exchanged and x and r kept. If f moves just as the KL does, at every pair of points and
at every choice of sizes, then f − KL is some function of x and r. Whether that is −log p(x | z) the decoder decides.
What no decoder can mend stays wrong: see `growth` and `likelihoods`.
"""

from __future__ import annotations

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
from .growth import adds_up, counts_all, falls_off
from .heard import Heard
from .likelihoods import counts_pixels_by, is_density_by, is_weighed_likelihood
from .values import value_at

__all__ = [
    "RIGHT",
    "Beside",
    "beside_unknown",
    "data_of",
    "has_weight_of_no_density",
    "is_moved_by",
    "is_plain",
    "unknown_decoder",
]

_IF = "equal, if −log p(x | z) is this function of x and of what the decoder gives: what is missing is the decoder. "
_TIMES = (
    "{0} times the objective, if −log p(x | z) is what stands beside its KL, without this factor: a function of x and "
    "of what the decoder gives. What is missing is the decoder"
)
_EITHER = (
    "{0} times the objective, if −log p(x | z) is what stands beside its KL, without this factor; if it is {1}, "
    "the KL has a weight of {2}. What is missing is the decoder"
)
_NO_SUM = "It is no sum over the samples, as for independent ones: a median, a maximum or one scale of all? "
RIGHT = "The KL part is right, up to a constant"
_UNSEEN = "And the KL is too small beside it to be seen: ask with a larger beta, or let it compute in float64"

_ANY = "vae-loss"
_PAIRS = 4
_MOST = 1000  # times an objective, or one by so many
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
    if heard.samples[0].kind.kept not in ((), ("B",)):
        return None
    rounding, first = rounding_of(heard.dtype), heard.samples[0]
    with suppress(ElboCheckError):
        divergences = [] if falls_off(call, first.arrays[0]) else _divergences(call, first)
        for divergence, scale in divergences:
            moves = (_moves_as(call, sample, divergence, data, near or rounding) for sample in heard.samples)
            if all(moves) and _grows(call, first, divergence, scale):
                seen = bool(near) or any(_is_seen(call, sample, divergence, rounding) for sample in heard.samples)
                apart = "" if adds_up(call, max(heard.samples, key=_length), data, rounding) else _NO_SUM
                return Beside(law(1), _IF + apart + (RIGHT if seen else _UNSEEN))
        told = (Beside(each.weight, _weighed(call, heard.samples, each, data)) for each in _weights(heard, divergences))
        return next((found for found in told if found.words), None) if not near else None
    return None


def has_weight_of_no_density(heard: Heard) -> bool:
    """Whether the KL has a plain weight beside what is no density: a part of that may be meant as well."""
    call, data = heard.call, data_of(heard.call)
    for weighed, scale, weight in _weights(heard, _divergences(call, heard.samples[0])):
        if not weight.names:
            return not is_density_by(call, heard.samples, weighed, scale, data)
    return False


def is_plain(weight: Law) -> bool:
    """Whether a weight is a number that may multiply a whole objective: one of a millionth is that of a KL alone."""
    return not weight.names and 1 / _MOST <= weight.number <= _MOST


def data_of(call: Asked) -> list[str]:
    """Return the roles of the data and of what the decoder gives, the data first."""
    return sorted((role for role, axes in call.quantity.axes.items() if "D" in axes), key=lambda role: role != "x")


class _Weighed(NamedTuple):
    """A KL with its weight, which moves as a function does, and the scale of its reduction over the batch."""

    divergence: Formula
    scale: Law
    weight: Law


def _weights(heard: Heard, divergences: Sequence[tuple[Formula, Law]]) -> list[_Weighed]:
    """Return the KLs of another weight than 1 that move as a function does, the plainest weights first.

    Twice a sum over the batch is 2·B times a mean as well.
    """
    call, data, rounding = heard.call, data_of(heard.call), rounding_of(heard.dtype)
    weights = ((kl, scale, _weight(call, heard.samples, kl, data, rounding)) for kl, scale in divergences)
    found = (_Weighed(kl.scaled(weight), scale, weight) for kl, scale, weight in weights if weight is not None)

    def moves(each: _Weighed) -> bool:
        return all(_moves_as(call, sample, each.divergence, data, rounding) for sample in heard.samples)

    return sorted(filter(moves, found), key=lambda each: len(each.weight.names))


def _weighed(call: Asked, samples: Sequence[Sample], found: _Weighed, data: Sequence[str]) -> str:
    """Return what is missing of a loss whose KL has a weight; "" if that is a slip, as beside a density it is."""
    divergence, scale, weight = found
    if is_weighed_likelihood(call, samples, divergence, scale, weight, data):
        return _TIMES.format(law_text(weight))
    number = weight.at(dict.fromkeys(weight.names, 1))
    if not is_plain(number):
        return ""
    lengths = weight * number.inverse()
    if not weight.names:
        is_either = _grows(call, samples[0], divergence, scale)
    else:
        is_either = number != law(1) and counts_pixels_by(call, samples, divergence, scale * weight, data)
    if not is_either or is_density_by(call, samples, divergence, scale * lengths, data):
        return ""
    whole = f"{law_text(lengths)} of −log p(x | z)" if weight.names else "all of that"
    return _EITHER.format(law_text(weight), whole, law_text(number))


def _grows(call: Asked, sample: Sample, divergence: Formula, scale: Law) -> bool:
    return counts_all(call, sample, divergence, 1.0 if "B" in scale.names else 2.0)


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


def _is_seen(call: Asked, sample: Sample, divergence: Formula, rounding: float) -> bool:
    """Whether the KL differs by more than rounding between two points."""
    one, other = (np.squeeze(value_at(divergence, sample, arrays)) for arrays in sample.arrays[:2])
    size = sum(np.abs(_value(call, arrays)) for arrays in sample.arrays[:2])
    return bool(np.max(np.abs(other - one) / (size + np.abs(one) + np.abs(other))) >= _SEEN * rounding)


def _value(call: Asked, arrays: Arrays) -> NDArray[np.float64]:
    return np.squeeze(call(arrays))
