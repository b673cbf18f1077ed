"""The whole numbers that a function's code holds: lengths that it may insist on. They are hints of what to try."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Iterator
from types import CellType, CodeType, FunctionType, MethodType
from typing import Any

__all__ = ["written_numbers"]

_MOST = 24
_SMALLEST, _LARGEST = 2, 1 << 24
_DEEPEST = 2  # what a function calls is looked at too, and what that calls


def written_numbers(fn: Any) -> tuple[int, ...]:
    """Return the whole numbers from 2 on in a function's code, its defaults, its closure and the globals it names.

    Of a method, or an object that can be called, the numbers that the object holds are among them. Nothing is called.

    >>> def loss(mu, batch_size=64):
    ...     return (mu.reshape(-1, 28 * 28) ** 2).sum() / batch_size
    >>> written_numbers(loss)
    (64, 784, 2)
    """
    found = dict.fromkeys(number for number in _of(fn, _DEEPEST) if _SMALLEST <= number <= _LARGEST)
    return tuple(found)[:_MOST]


def _of(value: Any, depth: int) -> Iterator[int]:
    if isinstance(value, functools.partial):
        yield from _numbers((*value.args, *value.keywords.values()))
        yield from _of(value.func, depth)
    elif isinstance(value, MethodType):
        yield from _numbers(_fields(value.__self__))
        yield from _of(value.__func__, depth)
    elif isinstance(value, FunctionType):
        yield from _of_function(value, depth)
    else:
        yield from _numbers(_fields(value))
        for name in ("forward", "__call__"):
            method = inspect.getattr_static(type(value), name, None)
            if isinstance(method, FunctionType):
                yield from _of_function(method, depth)


def _of_function(function: FunctionType, depth: int) -> Iterator[int]:
    yield from _numbers((*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()))
    codes = list(_codes(function.__code__))
    for code in codes:
        yield from _numbers(code.co_consts)
    named = dict.fromkeys(name for code in codes for name in code.co_names)
    held = [*_contents(function.__closure__ or ()), *(function.__globals__.get(name) for name in named)]
    wrapped = vars(function).get("__wrapped__")
    yield from _numbers(held)
    for value in (*held, wrapped):
        if depth > 0 and isinstance(value, FunctionType) and (value is wrapped or _are_neighbours(value, function)):
            yield from _of_function(value, depth - 1)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of a function, and of what is defined in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _numbers(values: Iterable[Any]) -> Iterator[int]:
    """Yield what is a whole number among constants: -784.0 is 784, and a shape holds several."""
    for value in values:
        if isinstance(value, tuple):
            yield from _numbers(value)
        elif type(value) is int or (type(value) is float and value.is_integer()):
            yield abs(int(value))


def _contents(cells: Iterable[CellType]) -> Iterator[Any]:
    for cell in cells:
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue


def _are_neighbours(one: FunctionType, other: FunctionType) -> bool:
    return one.__module__ == other.__module__


def _fields(value: Any) -> list[Any]:
    """Return what an object holds; a foreign one may answer anything."""
    try:
        return list(dict(vars(value)).values())
    except Exception:  # noqa: BLE001 - no `__dict__`, or one of its own making
        return []
