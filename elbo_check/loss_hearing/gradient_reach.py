"""Where gradients are asked beside the random points: at binary data, along long axes, near the prior, and further out.

A gradient may be cut beyond the first few entries, below a few free bits, or where a clamp binds that the value does
not have: no value shows it, and no small array of ordinary numbers does.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..diagnosis.probing import Arrays, Sample
from ..diagnosis.quantities.gaussian_edges import holding
from ..diagnosis.quantities.gaussian_terms import STANDARD
from ..diagnosis.quantities.seconds import SECONDS
from .calls import Asked
from .heard import Heard
from .many_draws import with_one_draw
from .outliers import long_enough, with_outliers
from .slopes import DATA, off_grid
from .spot_sizes import Resized, long_axes

__all__ = ["Place", "places", "plainer"]

_NEAR = (0.1, 0.01)
_MEANS, _LOGS = (2.3, 4.3), (2.3, 4.3, 5.7)  # none within a difference's step of a number that a clamp may have
_FAR = (11.3, 21.3)
_BINARY = (0.0, 1.0)
_USUAL = -100.3  # of log weights
_MEAN_ROLES = frozenset({"mean", "x_mean", "reconstruction"})
_OTHERS: Mapping[str, tuple[float, ...]] = {
    "probabilities": (0.0047, 0.9953),
    "nll": (0.13, 230.0),
    "kl": (0.013, 0.13, 23.0),
}
_Held = tuple[dict[str, Any], str, str, bool]


@dataclass(frozen=True, slots=True)
class Place:
    """A point at which gradients are asked, with what is `held` there and `where` that is, in words.

    `sample` says the sizes. What is wrong at a place that `is_ordinary` is wrong in training; others are far out. Those
    of one `line` are one further out than the other.
    """

    call: Asked
    sample: Sample
    point: Arrays
    where: str
    held: Arrays
    line: str = ""
    is_ordinary: bool = True


def places(heard: Heard, generator: np.random.Generator) -> Iterator[Place]:
    """Yield all places, the nearest first; those that are far out last."""
    call, sample = replace(heard.call, negated=False), heard.samples[0]
    held = list(_numbers(call, sample, generator))
    yield from (_at(call, sample, each, generator) for each in held if each[3])
    longer = list(long_axes(call, heard.found, sample))
    for asked, sizes, words in longer:
        long = Sample(sizes, call.layout, sample.kind, (), ())
        yield _at(asked, long, ({}, f"where {words}", "", True), generator)
    yield from _unlike(call, sample, longer, generator)
    yield from _dominated(heard, call, sample, generator)
    yield from (_at(call, sample, each, generator) for each in held if not each[3])


def _unlike(call: Asked, sample: Sample, longer: Sequence[Resized], generator: np.random.Generator) -> Iterator[Place]:
    """Yield the places where one sample, latent or pixel is larger than the others."""
    for axis, (asked, sizes, words) in long_enough(call, sample, longer):
        long = Sample(sizes, call.layout, sample.kind, (), ())
        for arrays, where in itertools.islice(with_outliers(asked, sizes, axis), 1):
            held = off_grid({role: array for role, array in arrays.items() if role not in DATA}, generator)
            yield _at(asked, long, (held, f"where {words}, {where}", "", True), generator)


def _dominated(heard: Heard, call: Asked, sample: Sample, generator: np.random.Generator) -> Iterator[Place]:
    """Yield the places where one of many draws weighs more than all others together."""
    for (asked, sizes, _), arrays, where in with_one_draw(call, heard.found, sample):
        long = Sample(sizes, call.layout, sample.kind, (), ())
        yield _at(asked, long, (arrays, f"where {where}", "", True), generator)


def _at(call: Asked, sample: Sample, held: _Held, generator: np.random.Generator) -> Place:
    """Return the place where what is not held is drawn."""
    arrays, where, line, is_ordinary = held
    drawn = off_grid(call.quantity.draw(generator, sample.sizes), generator)
    return Place(call, sample, {**drawn, **arrays}, where, arrays, line, is_ordinary)


def plainer(place: Place) -> Place:
    """Return a place at numbers that are short to tell, where the quantity has such."""
    simple = place.call.quantity.simple  # the second, as slopes are 0 at the first
    plain = {
        role: np.full(np.shape(array), simple[role][role != "x"])
        for role, array in place.point.items()
        if role in simple
    }
    return replace(place, point={**place.point, **plain, **place.held})


def _numbers(call: Asked, sample: Sample, generator: np.random.Generator) -> Iterator[_Held]:
    """Yield what is held at each place, in words, the line on which it lies, and whether models come there."""
    drawn = {role: array for role, array in sample.arrays[0].items() if role not in DATA}
    if "x" in sample.arrays[0] and not call.quantity.only_at:  # drawn within the unit interval: images are often binary
        binary = np.resize(_BINARY, np.shape(sample.arrays[0]["x"]))
        yield {"x": binary}, f"where {call.assignment.names['x']} holds 0 and 1", "", True
    yield from _near(call, drawn, generator)
    yield from (each for role, array in drawn.items() for each in _further(call, role, array))


def _near(call: Asked, drawn: Arrays, generator: np.random.Generator) -> Iterator[_Held]:
    """Yield where the divergence is small, as it is where a posterior becomes the prior."""
    names = call.assignment.names
    logits = [role for role in drawn if role.startswith("logits") and "K" in call.quantity.axes[role]]
    for held in call.quantity.near:
        words = ", ".join(f"{names[role]} = {number:.6g}" for role, number in held.items())
        yield {role: np.full(np.shape(drawn[role]), number) for role, number in held.items()}, f"at {words}", "", True
    for size in _NEAR if logits else ():
        arrays = {role: generator.uniform(-size, size, np.shape(drawn[role])) for role in logits}
        yield arrays, f"where {' and '.join(names[role] for role in logits)} lie within ±{size:g}", "", True


def _further(call: Asked, role: str, array: Any) -> Iterator[_Held]:
    """Yield where one argument holds larger numbers than those that are drawn: one number, or as many categories."""
    name = call.assignment.names[role]
    if "K" in call.quantity.axes[role]:
        if role.startswith("log_weights"):
            yield {role: array + _USUAL}, f"where {name} lies near {_USUAL:g}", role, True
        for size in (*_LOGS, *_FAR) if role.startswith("log") else ():
            held = {role: array * size / np.max(np.abs(array))}
            yield held, f"where {name} lies within ±{size:g}", role, size not in _FAR
        return
    for sign in (1, -1):
        for number in (*_ordinary(role, sign), *_far(role, sign)):
            is_ordinary = number in _ordinary(role, sign)
            yield {role: np.full(np.shape(array), number)}, f"at {name} = {number:g}", f"{role} {sign}", is_ordinary


def _ordinary(role: str, sign: int) -> Iterator[float]:
    """Yield numbers of one sign, or one side, that an argument has in training."""
    plain = _plain(role)
    if plain in SECONDS:
        yield from (_second(plain, sign * size) for size in _LOGS)
    elif plain in _MEAN_ROLES or plain == "logits":
        yield from (sign * size for size in (_MEANS if plain in _MEAN_ROLES else _LOGS))
    elif sign > 0:
        yield from _OTHERS.get(plain, ())


def _far(role: str, sign: int) -> Iterator[float]:
    """Yield numbers further out."""
    plain = _plain(role)
    if plain in SECONDS:
        yield from (_second(plain, sign * size) for size in _FAR)
    elif plain in _MEAN_ROLES or plain == "logits":
        yield from (sign * size for size in _FAR)


def _second(role: str, log_variance: float) -> float:
    return float(f"{holding(role, STANDARD, log_variance):.3g}")


def _plain(role: str) -> str:
    return role.removeprefix("decoder_").removeprefix("delta_").removesuffix("_q").removesuffix("_p")
