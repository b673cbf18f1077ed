"""The shapes of arrays that a function holds: a prior of 20 means, a weight for each of 784 pixels.

It takes such lengths, and those of one, which are broadcast to anything; of an array of ones alone, such as a scale of
shape (1, 1, 1), the axes are told: it is none of what has fewer.

An array of NumPy, torch or JAX says its shape; whatever else is held is looked into, never asked.
"""

from __future__ import annotations

import functools
import itertools
import sys
from collections.abc import Iterable, Iterator
from contextlib import suppress
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from .held import fields, held_by, is_of

__all__ = ["held_arrays", "held_shapes"]

_MOST = 24
_DEEPEST = 3  # an object, what it is made of, and what these are made of
_WIDEST = 4096  # things that are looked at, on each of these floors
_LONGEST = 64  # entries of a list
_NESTED = 4  # lists in lists
_ELSEWHERE = (
    ("torch", "Tensor"),
    ("torch.nn", "Parameter"),
    ("jaxlib._jax", "ArrayImpl"),
    ("jaxlib.xla_extension", "ArrayImpl"),
)
_PLAIN = (str, bytes, int, float, complex, type(None), CodeType, FunctionType, BuiltinFunctionType, ModuleType)


def held_shapes(fn: Any) -> tuple[tuple[int, ...], ...]:
    """Return the shapes of the arrays that a function, its object and what they are made of hold, the nearest first.

    Numbers alone, and arrays whose axes, one or two, are all of one, are left out. Nothing is called.

    >>> prior = np.zeros(20), np.ones(20)
    >>> held_shapes(lambda mu: mu - prior[0])
    ((20,),)
    """
    shapes = (shape for _, shape in held_arrays(fn))
    return tuple(dict.fromkeys(shape for shape in shapes if shape and (max(shape) > 1 or len(shape) > 2)))[:_MOST]


def held_arrays(fn: Any) -> Iterator[tuple[Any, tuple[int, ...]]]:
    """Yield the arrays that a function, its object and what they are made of hold, and their shapes, the nearest first.

    >>> mask = np.array([1, 0])
    >>> [array is mask for array, _ in held_arrays(lambda kl: kl * mask)]
    [True]
    """
    seen: set[int] = set()
    floor = _flat(held_by(fn))
    for _ in range(_DEEPEST + 1):
        inner: list[Any] = []
        for value in itertools.islice(floor, _WIDEST):
            if id(value) not in seen:
                seen.add(id(value))
                shape = _shape(value)
                if shape is None:
                    inner += _within(value)
                else:
                    yield value, shape
        floor = _flat(inner)


def _shape(value: Any) -> tuple[int, ...] | None:
    """Return the shape of an array, None of anything else; a subclass of a tensor's may answer as it likes."""
    if is_of(value, np.ndarray):
        return tuple(np.ndarray.shape.__get__(value))
    modules = ((sys.modules.get(module), name) for module, name in _ELSEWHERE)
    arrays = [getattr(module, name, None) for module, name in modules if module is not None]
    with suppress(RuntimeError):  # tensors of several lengths have no shape
        return tuple(int(n) for n in value.shape) if any(type(value) is each for each in arrays) else None
    return None


def _within(value: Any) -> list[Any]:
    if is_of(value, *_PLAIN):
        return []
    if is_of(value, MethodType):
        return [value.__self__]
    if is_of(value, functools.partial):
        return [*value.args, *value.keywords.values(), value.func]
    return fields(value)


def _flat(values: Iterable[Any], nested: int = _NESTED) -> Iterator[Any]:
    """Yield values, and those in lists, tuples and mappings in their place."""
    for value in values:
        inner = _entries(value)
        if inner is None:
            yield value
        elif nested:
            yield from _flat(list(itertools.islice(inner, _LONGEST)), nested - 1)


def _entries(value: Any) -> Iterable[Any] | None:
    if is_of(value, dict):
        return dict.values(value)
    if is_of(value, list):
        return list.__iter__(value)
    return tuple.__iter__(value) if is_of(value, tuple) else None
