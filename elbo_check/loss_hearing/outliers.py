"""Samples, latents or pixels that are unlike the others: what is left out because of its size shows there alone.

What is drawn is of about one size, and none is ten times the mean of all or five standard deviations beyond it. All
numbers stay among those that are drawn, where the function was right, so that no clamp of them binds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from ..diagnosis.fitting import Fit
from ..diagnosis.probing import Arrays, Sample
from ..diagnosis.recovery import Recovery
from .calls import Asked
from .many_draws import with_one_draw
from .spot_sizes import Resized, other_lengths
from .spots import NOT_FINITE, Place, Spot, drawn_at, spot_among

__all__ = ["long_enough", "noun_of", "outlier_spot", "with_outliers"]

_NOUNS = {"B": "sample", "d": "latent", "D": "observed number", "G": "categorical"}
_LEFT_OUT = (
    "it computes this at other {1}, and another value where {{0}}: is {0} that is far larger or smaller than the "
    "others left out, or does it weigh less?"
)
_LARGE = "one {0} is ordinary and all others are alike near the simplest numbers"
_SMALL = "one {0} is near the simplest numbers and all others are alike and ordinary"
_HALF = "the first half is ordinary and the rest is near the simplest numbers"
_MISSED = "one {0} is the opposite of what is decoded and all others are alike and decoded well"
_FEW = 16  # of which none is far beyond the mean of all
_FAR_NEARER, _NEARER = 256, 16  # times: a KL is as many times smaller, squared


def outlier_spot(call: Asked, recovery: Recovery, fit: Fit, sample: Sample) -> Spot | None:
    """Return samples, or places within them, unlike one another, at which a function departs from its formula.

    Where it has no finite value they say nothing: their numbers are finer than those that are drawn.
    """
    spots = (spot_among([place], recovery, fit, sample) for place in _places(call, recovery, sample))
    return next((spot for spot in spots if spot is not None and spot.yours != NOT_FINITE), None)


def _places(call: Asked, recovery: Recovery, sample: Sample) -> Iterator[Place]:
    for axis, (asked, sizes, words) in long_enough(call, sample, list(other_lengths(call, recovery, sample))):
        noun = noun_of(axis)
        article = "an" if noun[0] in "aeiou" else "a"
        told = _LEFT_OUT.format(f"{article} {noun}", "batches" if axis == "B" else "numbers")
        for arrays, where in with_outliers(call, sizes, axis):
            yield asked, sizes, arrays, f"{words}, {where}", told
    for (asked, sizes, _), arrays, where in with_one_draw(call, recovery, sample):
        yield asked, sizes, arrays, where, _LEFT_OUT.format("a draw", "numbers")


def long_enough(call: Asked, sample: Sample, longer: Sequence[Resized]) -> Iterator[tuple[str, Resized]]:
    """Yield each axis along which there may be outliers, with the longest of these lengths of it."""
    every = dict.fromkeys(axis for axes in call.quantity.axes.values() for axis in axes)
    for axis in sorted(every, key=lambda each: each != "B"):
        own = call, sample.sizes, f"{axis} = {sample.sizes.get(axis, 1)}"
        found = max((own, *longer), key=lambda each: each[1].get(axis, 1))
        if found[1].get(axis, 1) > _FEW:
            yield axis, found


def with_outliers(call: Asked, sizes: Mapping[str, int], axis: str) -> Iterator[tuple[Arrays, str]]:
    """Yield arrays with one large place along an axis, with one small one, and with both halves, and words for each.

    Data of 0 and 1 cost something at the simplest numbers: they are small where they are decoded well.
    """
    simple, arrays = call.quantity.simple, drawn_at(call, sizes)
    axes = {role: [each for each in held if each in sizes] for role, held in call.quantity.axes.items()}
    roles = [role for role in arrays if axis in axes[role]]
    if call.quantity.only_at or not roles or any(role not in simple for role in roles):
        return
    drawn = {role: np.moveaxis(np.array(arrays[role], np.float64), axes[role].index(axis), 0) for role in roles}
    simplest = {role: simple[role][0] for role in roles}
    small = _nearer({role: np.full_like(rows, rows.flat[0]) for role, rows in drawn.items()}, simplest, _FAR_NEARER)
    large = {role: np.broadcast_to(rows[0], rows.shape) for role, rows in drawn.items()}
    half = len(drawn[roles[0]]) // 2
    found = [
        (_with_first(small, large, 1), _LARGE),
        (_with_first(large, small, 1), _SMALL),
        (_with_first(_nearer(drawn, simplest, _NEARER), drawn, half), _HALF),
    ]
    for data, decoded in (pair for pair in call.quantity.bits if {*pair} <= {*roles}):
        sure = {**small, data: np.ones_like(small[data]), decoded: np.full_like(drawn[decoded], drawn[decoded].max())}
        missed = {**large, data: np.zeros_like(small[data]), decoded: sure[decoded]}
        found.append((_with_first(sure, missed, 1), _MISSED))
    for made, words in found:
        placed = {role: np.moveaxis(rows, 0, axes[role].index(axis)) for role, rows in made.items()}
        yield {**arrays, **placed}, words.format(noun_of(axis))


def noun_of(axis: str) -> str:
    """Return what one place along an axis is called."""
    return _NOUNS.get(axis, f"place along {axis}")


def _nearer(drawn: Arrays, simplest: Mapping[str, float], times: int) -> Arrays:
    return {role: simplest[role] + (rows - simplest[role]) / times for role, rows in drawn.items()}


def _with_first(rest: Arrays, first: Arrays, many: int) -> Arrays:
    """Return samples of which so many are those of others."""
    return {role: np.concatenate([first[role][:many], rows[many:]]) for role, rows in rest.items()}
