"""The outcomes of a finite density, all at once: on few of them every mean is a sum, and every range is known."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..densities.world import numpy_world
from .problem import added

__all__ = ["enumerable", "outcomes"]

MOST_OUTCOMES = 2**14


def enumerable(density: Any) -> bool:
    """Whether the density has finitely many outcomes, few enough to go through."""
    return hasattr(density.space, "points") and density.space.size <= MOST_OUTCOMES


def outcomes(density: Any) -> tuple[Any, NDArray[np.float64]]:
    """Return all points of positive probability, along the last axis as draws are, and their probabilities."""
    points = list(density.space.points())
    together = type(points[0])(np.stack([z.index for z in points], axis=-1))
    with np.errstate(invalid="ignore", divide="ignore"):
        logs = added(density.log_density(together, numpy_world()), len(points))[0]
    held = np.isfinite(logs)
    return type(together)(together.index[..., held]), np.exp(logs[held])
