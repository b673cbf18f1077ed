"""Closed forms of Gaussians over J latents, in any world of numbers, as terms to be added up.

Traces and quadratic forms are written out entry by entry: what cancels within them is then seen in Σ|terms|. Means are
subtracted first, with what the rounding of a mean to floats left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ..densities.gaussian import Gaussian
from ..densities.world import World

__all__ = ["cross", "entropy", "kl"]

Terms = tuple[Any, ...]


def entropy(q: Gaussian, world: World) -> Terms:
    """Return H[q] = log det L + J/2 + (J/2) log 2π as terms, L Lᵀ the covariance."""
    half = q.dimension * world.half
    return *q.log_scales, half, half * world.log_two_pi()


def cross(q: Gaussian, p: Gaussian, world: World) -> Terms:
    """Return E_q log p = −½ tr Λp Σq − ½ δᵀ Λp δ − log det Lp − (J/2) log 2π as terms, δ = mq − mp."""
    delta = (q.mean - p.mean) + (q.rest - p.rest)
    trace = -world.half * (p.precision * q.covariance)
    distance = -world.half * (p.precision * np.outer(delta, delta))
    return *trace.flat, *distance.flat, *(-p.log_scales), -p.dimension * world.half * world.log_two_pi()


def kl(q: Gaussian, p: Gaussian, world: World) -> Terms:
    """Return KL(q‖p) = ½(tr Λp Σq + δᵀ Λp δ − J) + log det Lp − log det Lq as terms, δ = mq − mp.

    Source: for example Rasmussen & Williams (2006), Gaussian Processes for Machine Learning, (A.23).
    """
    delta = (p.mean - q.mean) + (p.rest - q.rest)
    pairs = [(i, j) for i in range(q.dimension) for j in range(q.dimension)]
    traces = (world.half * p.precision[i, j] * q.covariance[j, i] for i, j in pairs)
    distances = (world.half * delta[i] * p.precision[i, j] * delta[j] for i, j in pairs)
    return *traces, *distances, -q.dimension * world.half, *p.log_scales, *(-q.log_scales)
