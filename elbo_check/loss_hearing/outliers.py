"""Batches in which some samples are unlike the others: what is left out because of its size shows there alone.

Samples that are drawn are of about one size, and none is ten times their mean or five standard deviations beyond it.
All numbers stay among those that are drawn, where the function was right, so that no clamp of them binds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from ..diagnosis.fitting import Fit
from ..diagnosis.probing import Arrays, Sample
from ..diagnosis.recovery import Recovery
from .calls import Asked
from .spot_sizes import other_lengths
from .spots import Place, Spot, drawn_at, spot_among

__all__ = ["outlier_spot"]

_LEFT_OUT = (
    "it computes this at other batches, and another value where {0}: is a sample that is far larger or smaller than "
    "the others left out, or does it weigh less?"
)
_LARGE = "one sample is ordinary and all others are alike near the simplest numbers"
_SMALL = "one sample is near the simplest numbers and all others are alike and ordinary"
_HALF = "the first half is ordinary and the rest is near the simplest numbers"
_MISSED = "one sample is the opposite of what is decoded and all others are alike and decoded well"
_FEW = 16  # samples, of which none is far beyond the mean of all
_FAR_NEARER, _NEARER = 256, 16  # times: a KL is as many times smaller, squared


def outlier_spot(call: Asked, recovery: Recovery, fit: Fit, sample: Sample) -> Spot | None:
    """Return a batch of samples unlike one another at which a function departs from its formula.

    One at which it has no finite value says nothing: its numbers are finer than those that are drawn.
    """
    spot = spot_among(_places(call, recovery, sample), recovery, fit, sample)
    return None if spot is None or spot.case is None else spot


def _places(call: Asked, recovery: Recovery, sample: Sample) -> Iterator[Place]:
    """Yield such batches at the longest that a function is asked with."""
    own = call, sample.sizes, f"B = {sample.sizes.get('B', 1)}"
    asked, sizes, words = max((own, *other_lengths(call, recovery, sample)), key=lambda each: each[1].get("B", 1))
    if sizes.get("B", 1) > _FEW:
        for arrays, unlike in _with_outliers(call, drawn_at(call, sizes)):
            yield asked, sizes, arrays, f"{words}, {unlike}", _LEFT_OUT


def _with_outliers(call: Asked, arrays: Arrays) -> Iterator[tuple[Arrays, str]]:
    """Yield a batch of one large sample, one of one small sample, and one of both halves, with words for each.

    Data of 0 and 1 cost something at the simplest numbers: their samples are small where they are decoded well.
    """
    simple, axes = call.quantity.simple, call.quantity.axes
    roles = [role for role in arrays if "B" in axes[role]]
    if call.quantity.only_at or not roles or any(role not in simple for role in roles):
        return
    drawn = {role: np.moveaxis(np.array(arrays[role], np.float64), axes[role].index("B"), 0) for role in roles}
    simplest = {role: simple[role][0] for role in roles}
    small = _nearer({role: np.full_like(rows, rows.flat[0]) for role, rows in drawn.items()}, simplest, _FAR_NEARER)
    large = {role: np.broadcast_to(rows[0], rows.shape) for role, rows in drawn.items()}
    half = len(drawn[roles[0]]) // 2
    found = [
        (_with_first(small, large, 1), _LARGE),
        (_with_first(large, small, 1), _SMALL),
        (_with_first(_nearer(drawn, simplest, _NEARER), drawn, half), _HALF),
    ]
    for data, decoded in call.quantity.bits:
        sure = {**small, data: np.ones_like(small[data]), decoded: np.full_like(drawn[decoded], drawn[decoded].max())}
        missed = {**large, data: np.zeros_like(small[data]), decoded: sure[decoded]}
        found.append((_with_first(sure, missed, 1), _MISSED))
    for batch, words in found:
        yield {**arrays, **{role: np.moveaxis(rows, 0, axes[role].index("B")) for role, rows in batch.items()}}, words


def _nearer(drawn: Arrays, simplest: Mapping[str, float], times: int) -> Arrays:
    return {role: simplest[role] + (rows - simplest[role]) / times for role, rows in drawn.items()}


def _with_first(rest: Arrays, first: Arrays, many: int) -> Arrays:
    """Return samples of which so many are those of others."""
    return {role: np.concatenate([first[role][:many], rows[many:]]) for role, rows in rest.items()}
