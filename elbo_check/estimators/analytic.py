"""The part of SGVB B that is computed: KL(q‖prior) in closed form, and its derivatives."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..closed_forms import latents
from ..densities.dual import dual_world, with_slopes
from ..densities.world import World, numpy_world
from ..errors import WitnessError
from ..witnesses.quadrature import ROUNDING_FLOOR
from .problem import Problem, Terms, added, added_slopes

__all__ = ["kl_of", "kl_slopes"]

FloatArray = NDArray[np.float64]


def kl_of(problem: Problem) -> tuple[float, float]:
    """Return KL(q‖prior) and its rounding floor."""
    value, size = added(_kl(problem, problem.q, numpy_world()), 1)
    return float(value[0]), ROUNDING_FLOOR * size


def kl_slopes(problem: Problem) -> tuple[FloatArray, FloatArray]:
    """Return the derivatives of KL(q‖prior) with respect to the parameters of q, and their rounding floors."""
    terms = _kl(problem, with_slopes(problem.q), dual_world())
    slopes, sizes = added_slopes(terms, len(problem.q.parameters), 1)
    return slopes[:, 0], ROUNDING_FLOOR * sizes


def _kl(problem: Problem, q: Any, world: World) -> Terms:
    if type(q) is not type(problem.prior):
        names = type(q).__name__, type(problem.prior).__name__
        raise WitnessError(f"KL({names[0]}‖{names[1]}) has no closed form here: use SGVB A, which needs none")
    return latents.kl(q, problem.prior, world)
