"""Derivatives by a scale in the parameter its owner holds."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..densities import Scale
from .likelihood import FloatArray

__all__ = ["slope_of_kl", "slope_of_log", "summed_to"]


def slope_of_log(scale: Scale) -> Any:
    """Return the derivative of log σ by the number held.

    >>> slope_of_log(Scale(np.array([4.0]), "variance")), slope_of_log(Scale(np.array([4.0]), "log_variance"))
    (array([0.125]), 0.5)
    """
    return 1 / scale.power if scale.is_log else 1 / (scale.power * scale.values)


def slope_of_kl(scale: Scale) -> FloatArray:
    """Return the derivative (σ² − 1) ∂ log σ of ½(σ² − 1 − log σ²) by the number held, accurate near σ = 1.

    >>> slope_of_kl(Scale(np.array([1e-20, 2e-20]), "log_variance"))
    array([5.e-21, 1.e-20])
    """
    held = scale.values
    if scale.is_log:
        excess = np.expm1(2 / scale.power * held)
    else:
        excess = (held - 1) * (held + 1) if scale.power == 1 else held - 1
    return np.asarray(excess * slope_of_log(scale))


def summed_to(shape: tuple[int, ...], full: FloatArray) -> FloatArray:
    """Return the derivative by an array that was broadcast from `shape`: the sum over its copies.

    >>> summed_to((2, 1), np.ones((5, 2, 3)))
    array([[15.],
           [15.]])
    """
    total = full.sum(axis=tuple(range(full.ndim - len(shape))))
    copies = tuple(axis for axis, size in enumerate(shape) if size == 1)
    return np.asarray(total.sum(axis=copies, keepdims=True)).reshape(shape)
