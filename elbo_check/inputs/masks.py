"""Masks that are defaults of a function or were bound to it, arrays of zeros and ones; ones or zeros in their place."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .call_plan import CallPlan
from .held import is_of
from .held_shapes import held_arrays

__all__ = ["held_masks", "with_masks_filled"]

_AT_ONCE = 1 << 16
_BY_POSITION = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)

_Array = Callable[[Any], Any]
_Shapes = Mapping[str, tuple[int, ...]]


def with_masks_filled(fn: Any, plan: CallPlan, ones: Mapping[str, bool], array: _Array) -> tuple[_Shapes, Any]:
    """Return the shapes of a function's masks by name, and the function with ones in their place, or with zeros.

    `ones` says which, by name; of the others the function keeps its own. `array` reads a tensor.

    >>> from elbo_check.inputs.call_plan import call_plan
    >>> bound = partial(lambda mask, kl: mask * kl, np.array([1, 0]))
    >>> shapes, fn = with_masks_filled(bound, call_plan(bound, "kl", None), {"mask": True}, np.asarray)
    >>> shapes, fn(3)
    ({'mask': (2,)}, array([3, 3]))
    """
    placed = _placed(fn)
    masks = {name: value for name, value in {**placed, **plan.defaults}.items() if _is_mask(value, array)}
    filled = {name: _filled(masks[name], is_one) for name, is_one in ones.items()}
    if placed.keys() & filled.keys():
        fn = partial(fn.func, *(filled.get(name, value) for name, value in placed.items()), **fn.keywords)
    by_name = {name: value for name, value in filled.items() if name not in placed}
    return {name: tuple(mask.shape) for name, mask in masks.items()}, plan.with_others(fn, by_name) if by_name else fn


def held_masks(fn: Any, array: _Array) -> tuple[tuple[int, ...], ...]:
    """Return the shapes of the arrays of zeros and ones that a function holds anywhere, the nearest first."""
    return tuple(shape for value, shape in held_arrays(fn) if _is_mask(value, array))


def _placed(fn: Any) -> dict[str, Any]:
    """Return what was bound to a function by position, by the names of these arguments."""
    if not is_of(fn, partial):
        return {}
    names: list[str] = []
    with suppress(Exception):  # compiled code has no signature, and a foreign object may raise anything
        parameters = inspect.signature(fn.func).parameters
        names = [name for name, held in parameters.items() if held.kind in _BY_POSITION]
    names += [f"*{place}" for place in range(len(names), len(fn.args))]
    return dict(zip(names, fn.args, strict=False))


def _is_mask(value: Any, array: _Array) -> bool:
    if not getattr(value, "shape", ()):
        return False
    with suppress(Exception):  # what only looks like an array is none
        return _holds_zeros_and_ones(np.reshape(np.asarray(array(value)), -1))
    return False


def _holds_zeros_and_ones(flat: NDArray[Any]) -> bool:
    """Whether an array holds both and nothing else, as its first numbers tell: data are large."""
    seen = [False, False]
    for start in range(0, len(flat), _AT_ONCE):
        numbers = np.asarray(flat[start : start + _AT_ONCE], dtype=np.float64)
        zeros, ones = numbers == 0, numbers == 1
        if not np.all(zeros | ones):
            return False
        seen = [seen[0] or bool(zeros.any()), seen[1] or bool(ones.any())]
    return all(seen)


def _filled(mask: Any, is_one: bool) -> Any:
    is_logical = "bool" in str(mask.dtype)
    if is_logical:
        return mask == mask if is_one else mask != mask  # noqa: PLR0124
    return mask * 0 + 1 if is_one else mask * 0
