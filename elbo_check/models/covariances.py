"""The doors for vectors, tables and covariances of models with Gaussian latents."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..arrays import reals
from ..densities.gaussian import Gaussian
from ..densities.linear_algebra import matrix
from ..densities.multivariate_normal import MultivariateNormal
from ..densities.world import World
from ..errors import InputError, ShapeError, described

__all__ = ["covariance", "deviation", "read_covariance", "table", "variance", "vector"]

Floats = NDArray[np.float64]

IMPROPER = "an infinite variance is improper, and p(x) then no density: pass a large, finite one"


def vector(argument: str, given: Any, length: int, *, spread: bool = False) -> Floats:
    """Return `given` as a vector of this length; one number fills it where `spread` says so."""
    values = reals(argument, given).values
    if values.shape == () and (spread or length == 1):
        return np.full(length, float(values))
    if values.shape != (length,):
        shown = described(f"an array of shape {values.shape}")
        raise ShapeError(argument, shown, f"of shape ({length},)", "pass one datum, and one model, at a time")
    return values


def table(argument: str, given: Any, shape: str, remedy: str) -> Floats:
    """Return `given` as a matrix."""
    values = reals(argument, given).values
    if values.ndim != 2:
        raise ShapeError(argument, described(f"an array of shape {values.shape}"), f"of shape {shape}", remedy)
    return values


def deviation(argument: str, given: Any) -> float:
    """Return `given` as one standard deviation; raises `InputError` for 0 and for infinity."""
    return _one(argument, given, "all data share one deviation")


def variance(argument: str, given: Any) -> float:
    """Return `given` as one variance; raises `InputError` for 0 and for infinity."""
    return _one(argument, given, "for several variances take LinearGaussian")


def covariance(argument: str, given: Any, size: int) -> Floats:
    """Return `given` (one variance, `size` variances, or a matrix) as a vector of variances or a matrix."""
    values = _spread(argument, given)
    if values.ndim == 2:
        return MultivariateNormal(np.zeros(size), values, names=("mean", argument)).cov
    variances = vector(argument, values, size, spread=True)
    _refuse_nothing(argument, variances)
    return variances


def read_covariance(mean: Floats, variances: Floats, world: World) -> Gaussian:
    """Return the Gaussian of these floats in an exact world."""
    held = matrix(variances, world)
    if variances.ndim == 2:
        return Gaussian.with_covariance(matrix(mean, world), held, world)
    logs = np.array([world.half * world.log(number) for number in held])
    return Gaussian.independent(matrix(mean, world), np.array([world.sqrt(number) for number in held]), logs)


def _spread(argument: str, given: Any) -> Floats:
    try:
        return reals(argument, given).values
    except InputError as refusal:
        if isinstance(refusal.value, float) and math.isinf(refusal.value):
            raise InputError(refusal.argument, refusal.value, "finite", IMPROPER) from None
        raise


def _one(argument: str, given: Any, remedy: str) -> float:
    values = _spread(argument, given)
    if values.shape != ():
        raise ShapeError(argument, described(f"an array of shape {values.shape}"), "one number", remedy)
    _refuse_nothing(argument, values)
    return float(values)


def _refuse_nothing(argument: str, values: Floats) -> None:
    least = float(np.min(values))
    if not least > 0:
        remedy = "without noise or spread there is no density: pass a small positive number"
        raise InputError(argument, least, "> 0", remedy)
