"""The claims that are looked at, and when a reading is said to reproduce them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import closed_forms
from ..arrays import Reals, exact_sum
from ..densities.normal import Normal
from ..question import Question, Settings

__all__ = ["Look", "Reading"]

FloatArray = NDArray[np.float64]

LOOKED_AT = 4096
BLOCK = 2**16
NEAR = 1e-9
ROUNDING_UNITS = 4.0
# A hundred readings are tried: a match that chance gives more often than this explains nothing.
COINCIDENCE = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Densities that the claim may be about instead, with a code and half a sentence that says how they differ."""

    code: str
    words: str
    q: Normal
    p: Normal


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """The claims that are looked at: a question, positions, their numbers and how exactly they are to be met."""

    question: Question
    index: NDArray[np.intp]
    values: FloatArray
    epsilon: float
    tol: float

    @staticmethod
    def at(question: Question, claim: Reals, settings: Settings) -> Look:
        """Look at an even spread of the claims."""
        index = np.unique(np.linspace(0, question.claims - 1, min(question.claims, LOOKED_AT)).astype(np.intp))
        return Look(question, index, claim.values.reshape(-1)[index], claim.epsilon, max(settings.tol, NEAR))

    @property
    def whole(self) -> bool:
        """Whether every claim is looked at."""
        return len(self.index) == self.question.claims

    @property
    def as_given(self) -> Reading:
        """The densities as the user gave them."""
        return Reading("", "", self.question.q, self.question.p)

    def met_by(self, value: FloatArray, size: FloatArray) -> bool:
        """Return whether every claim is `value` within tolerance and rounding, C = Σ|terms| being `size`."""
        with np.errstate(all="ignore"):
            allowed = self._allowed(value, size)
            near = np.abs(self.values - value) <= allowed
        return bool((near & np.isfinite(value) & np.isfinite(allowed)).all())

    def told_by(self, value: FloatArray, size: FloatArray) -> bool:
        """Return whether the claims are met, and are fine enough that chance would not meet them."""
        if not self.met_by(value, size):
            return False
        with np.errstate(all="ignore"):
            widths = 2 * self._allowed(value, size) / np.maximum(np.abs(self.values), np.abs(value))
        chances = np.minimum(np.nan_to_num(widths, nan=1.0, posinf=1.0), 1.0)
        return float(np.log(np.maximum(chances, 1e-300)).sum()) <= math.log(COINCIDENCE)

    def met_in_print(self) -> bool:
        """Return whether every claim, read from text, may be the truth as it was rounded for printing."""
        printed = None if self.question.claim is None else self.question.claim.printed
        if printed is None:
            return False
        value, _ = self.as_said()
        slack = np.broadcast_to(printed, self.question.claimed_shape).reshape(-1)[self.index]
        return bool((np.abs(self.values - value) <= slack * (1 + NEAR)).all())

    def as_said(self) -> tuple[FloatArray, FloatArray]:
        """Return value and size of the question as it was asked."""
        sums, sizes = self.sums(self.as_given)
        return sums / self.question.divisor, sizes / self.question.divisor

    def sums(self, reading: Reading) -> tuple[FloatArray, FloatArray]:
        """Return the closed form and C of the reading, summed over the elements of each claim looked at."""
        width = self.question.width
        if self.question.claims == 1:
            return whole_sum(reading)
        elements = (self.index[:, None] * width + np.arange(width)).reshape(-1)
        value, size = _both(reading.q.take(elements), reading.p.take(elements))
        with np.errstate(all="ignore"):
            return value.reshape(-1, width).sum(axis=1), size.reshape(-1, width).sum(axis=1)

    def _allowed(self, value: FloatArray, size: FloatArray) -> FloatArray:
        return np.maximum(self.tol * np.abs(value), ROUNDING_UNITS * self.epsilon * size)


def whole_sum(reading: Reading) -> tuple[FloatArray, FloatArray]:
    """Return the closed form and C of the reading, summed over all elements."""
    blocks = [slice(start, start + BLOCK) for start in range(0, reading.q.size, BLOCK)]
    parts = [_both(reading.q.take(block), reading.p.take(block)) for block in blocks]
    value, size = (np.array([exact_sum(np.array([exact_sum(part[k]) for part in parts]))]) for k in (0, 1))
    return value, size


def _both(q: Normal, p: Normal) -> tuple[FloatArray, FloatArray]:
    return closed_forms.normal_kl(q, p), closed_forms.textbook_magnitude(q, p)
