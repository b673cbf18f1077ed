"""The logarithm of the mean of K weights, group by group, with derivatives, in memory that does not grow with K."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..witnesses.streaming import PIECE

__all__ = ["Block", "Drawn", "Groups", "grouped"]

FloatArray = NDArray[np.float64]

Drawn = tuple[FloatArray, float, FloatArray, FloatArray]
"""At some draws: log-weights, the largest Σ|terms| of one, their slopes (parameters, draws), and Σ|slopes|."""
Block = Callable[[np.random.Generator, int], Drawn]


class Groups:
    """A running log-mean-exp of every group, the weighted mean of the slopes, and their plain sum."""

    def __init__(self, groups: int, parameters: int) -> None:
        self.peak = np.full(groups, -np.inf)
        self.mass = np.zeros(groups)
        self.weighted = np.zeros((parameters, groups))
        self.plain = np.zeros((parameters, groups))
        self.samples = 0
        self.largest, self.sizes = 0.0, np.zeros(parameters)

    def add(self, log_weights: FloatArray, slopes: FloatArray) -> None:
        """Take in more draws of every group: log-weights (draws, groups), slopes (parameters, draws, groups).

        The groups lie along the contiguous axis: sums over few draws are then sums of long rows.
        """
        peak = np.maximum(self.peak, log_weights.max(axis=0))
        level = np.where(np.isfinite(peak), peak, 0.0)  # a group of weights 0 has no peak
        kept, weights = np.exp(self.peak - level), np.exp(log_weights - level)
        self.peak, self.mass = peak, self.mass * kept + weights.sum(axis=0)
        self.weighted = self.weighted * kept + np.einsum("kg,pkg->pg", weights, slopes)
        self.plain += slopes.sum(axis=1)
        self.samples += log_weights.shape[0]

    @property
    def log_mean(self) -> FloatArray:
        """Log of the mean weight of every group."""
        level = np.where(np.isfinite(self.peak), self.peak, 0.0)
        value: FloatArray = np.log(self.mass) + level - np.log(self.samples)
        return value

    @property
    def size(self) -> float:
        """A bound on Σ|terms| over all groups: log_mean moves by no more than its log-weights do."""
        return float(len(self.mass) * (self.largest + 2 + np.log(self.samples)))

    @property
    def mean_slopes(self) -> FloatArray:
        """The mean of the slopes of every group, each draw counted by its weight: the slopes of log_mean."""
        return self.weighted / self.mass


def grouped(block: Block, generator: np.random.Generator, groups: int, samples: int, parameters: int = 0) -> Groups:
    """Draw `samples` weights for every group, no more at once than stay in the cache."""
    running = Groups(groups, parameters)
    width = max(1, PIECE // (groups * (1 + parameters)))
    for start in range(0, samples, width):
        rows = min(width, samples - start)
        log_weights, size, slopes, sizes = block(generator, groups * rows)
        running.add(log_weights.reshape(rows, groups), slopes.reshape(parameters, rows, groups))
        running.largest = max(running.largest, size)
        running.sizes += sizes
    return running
