"""One thing of what a function returned, read as numbers, or what it is instead."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from numbers import Number
from types import CoroutineType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .user_code import reason

__all__ = ["forgotten", "is_list_of_numbers", "is_unread_number", "read_leaf"]

_SMALL_FLOATS = {"bfloat16", "float8_e4m3fn", "float8_e5m2"}  # NumPy does not count these among its floats
_NO_NUMBERS = {"b": "True or False", "c": "complex numbers", "O": "objects", "U": "text", "S": "bytes"}


def is_list_of_numbers(value: Any) -> bool:
    """Whether this is a list, perhaps of lists, of plain floats: an array, or one output beside another."""
    if type(value) is not list or not value:
        return False
    return all(type(part) is float or isinstance(part, np.floating) or is_list_of_numbers(part) for part in value)


def is_unread_number(value: Any, array: Callable[[Any], NDArray[Any]]) -> bool:
    """Whether what cannot be read is of numbers: complex ones, objects in an array, what a mask may hide.

    >>> [is_unread_number(value, np.asarray) for value in (1j, np.ma.array([0.5]), 10**30, "0.5", None)]
    [True, True, True, False, False]
    """
    kind = type(value)
    if issubclass(kind, np.ma.MaskedArray) or (issubclass(kind, Number) and type(value) is not bool):
        return True
    with suppress(Exception):  # a foreign object may raise anything
        return array(value).dtype.kind in ("cO" if issubclass(kind, np.ndarray) else "c")
    return False


def read_leaf(leaf: Any, array: Callable[[Any], NDArray[Any]]) -> tuple[NDArray[np.float64] | None, str]:
    """Return the numbers and their dtype, or None and what was there instead."""
    if leaf is None:
        return None, "nothing (None: does it end with return?)"
    if issubclass(type(leaf), np.ma.MaskedArray):
        return None, "a masked array"
    nested = issubclass(type(leaf), list | tuple) and any(issubclass(type(part), list | tuple) for part in leaf)
    if nested and not is_list_of_numbers(leaf):
        return None, "lists nested more than three deep"
    if type(leaf) is CoroutineType:
        forgotten(leaf)
        return None, "a coroutine (an async function is not awaited)"
    try:
        held = array(leaf)
        name = held.dtype.name
        values = np.array(held, dtype=np.float64) if held.dtype.kind in "fiu" or name in _SMALL_FLOATS else None
    except Exception as error:  # noqa: BLE001 - a foreign object may raise anything
        return None, f"a {type(leaf).__name__} ({reason(error)})"
    if values is None:
        what = _NO_NUMBERS.get(held.dtype.kind, f"values of dtype {name}")
        return None, f"{what} (a {type(leaf).__name__})"
    return (values, name) if values.size else (None, f"an empty array of shape {held.shape}")


def forgotten(returned: Any) -> None:
    """Close what an async function returned, if it did: nobody will wait for it."""
    if type(returned) is CoroutineType:
        returned.close()
