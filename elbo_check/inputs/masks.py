"""Masks that are defaults of a function, or were bound to it: arrays of zeros and ones, and ones in their place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import numpy as np

__all__ = ["ones_for_masks"]


def ones_for_masks(defaults: Mapping[str, Any], array: Callable[[Any], Any]) -> dict[str, Any]:
    """Return ones of the same kind and shape for each mask among defaults, by name; `array` reads a tensor.

    >>> ones_for_masks({"mask": np.array([[1, 1, 0]]), "beta": 0.5, "weight": np.array([0.5, 1.0])}, np.asarray)
    {'mask': array([[1, 1, 1]])}
    """
    return {name: _ones(value) for name, value in defaults.items() if _is_mask(value, array)}


def _is_mask(value: Any, array: Callable[[Any], Any]) -> bool:
    if not getattr(value, "shape", ()):
        return False
    with suppress(Exception):  # what only looks like an array is none
        return {*np.unique(np.asarray(array(value), dtype=np.float64)).tolist()} == {0.0, 1.0}
    return False


def _ones(mask: Any) -> Any:
    is_logical = "bool" in str(mask.dtype)
    return mask == mask if is_logical else mask * 0 + 1  # noqa: PLR0124
