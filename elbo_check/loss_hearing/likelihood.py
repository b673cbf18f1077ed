"""Which of the likelihoods that may be meant a loss is nearest to, where its formula was not recognised.

The latents are held still, and the data and what the decoder gives are exchanged: the KL, whatever it is, stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.formula import Formula
from ..diagnosis.probing import Arrays, Kind
from ..diagnosis.relation import Relation
from ..errors import ElboCheckError
from .heard import Heard
from .values import value_at

__all__ = ["beside_its_likelihood"]

_POINTS = 12
_AS_NEAR = 1.01  # times the least distance: the reductions of one likelihood are as near as each other


def beside_its_likelihood(heard: Heard) -> Heard:
    """Return what was heard, set beside the right formula with the likelihood that the loss moves with."""
    recovery, call = heard.found, heard.call
    if recovery.fit is not None or len(call.quantity.parts) != 2 or len(call.quantity.parts[0].forms) < 2:
        return heard
    data = [role for role, axes in call.quantity.axes.items() if "D" in axes]
    base, *others = heard.samples[0].arrays[:_POINTS]
    points = [base, *({**base, **{role: each[role] for role in data}} for each in others)]
    with suppress(ElboCheckError):
        values = np.array([float(np.sum(call(point))) for point in points])
        apart = [_apart(heard, right.formula, points, values) for right in recovery.rights]
        near = [right for right, size in zip(recovery.rights, apart, strict=True) if size <= _AS_NEAR * min(apart)]
        if near and recovery.relation.right not in near:
            return replace(heard, recovery=replace(recovery, relation=Relation("different", near[0])))
    return heard


def _apart(heard: Heard, formula: Formula, points: Sequence[Arrays], values: NDArray[np.float64]) -> float:
    """Return what is left of the values beside a multiple of a formula and a constant."""
    sample = replace(heard.samples[0], kind=Kind(heard.found.kind.kept))
    right = np.array([float(np.sum(value_at(formula, sample, point))) for point in points])
    if not np.isfinite([right, values]).all():
        return np.inf
    columns = np.stack([right, np.ones_like(right)], axis=-1)
    return float(np.std(values - columns @ np.linalg.lstsq(columns, values, rcond=None)[0]))
