"""What a function holds: constants of its code, defaults, closure, globals, the attributes of its object.

It is looked at and never asked: nothing is called, and no attribute is read but from where Python itself keeps it.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from types import CellType, CodeType, FunctionType, GetSetDescriptorType, MemberDescriptorType, MethodType
from typing import Any

__all__ = ["codes_of", "fields", "held_by", "is_of", "namespace_of", "slots_of"]

_DEEPEST = 2  # what a function calls is looked at too, and what that calls


def held_by(fn: Any) -> Iterator[Any]:
    """Yield what a function holds by itself, and what functions of its module and methods of its object hold.

    >>> def loss(mu, batch_size=64):
    ...     return (mu.reshape(-1, 28 * 28) ** 2).sum() / batch_size
    >>> [held for held in held_by(loss) if type(held) is int]
    [64, -1, 784, 2]
    """
    yield from _of(fn, _DEEPEST)


def _of(value: Any, depth: int) -> Iterator[Any]:
    if is_of(value, functools.partial):
        yield from (*value.args, *value.keywords.values())
        yield from _of(value.func, depth)
    elif is_of(value, MethodType):
        yield from fields(value.__self__)
        if is_of(value.__func__, FunctionType):
            yield from _of_function(value.__func__, depth, value.__self__)
    elif is_of(value, FunctionType):
        yield from _of_function(value, depth)
    else:
        yield from fields(value)
        wrapped = _own(value).get("__wrapped__")  # what jax.jit compiles
        if is_of(wrapped, FunctionType, MethodType, functools.partial):
            yield from _of(wrapped, depth)
        for name in ("forward", "__call__"):
            method = inspect.getattr_static(type(value), name, None)
            if is_of(method, FunctionType):
                yield from _of_function(method, depth, value)


def _of_function(function: FunctionType, depth: int, owner: Any = None) -> Iterator[Any]:
    yield from (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values())
    codes = list(codes_of(function.__code__))
    for code in codes:
        yield from code.co_consts
    named = dict.fromkeys(name for code in codes for name in code.co_names)
    held = [*_contents(function.__closure__ or ()), *(function.__globals__.get(name) for name in named)]
    wrapped = vars(function).get("__wrapped__")
    yield from held
    if depth == 0:
        return
    methods = [] if owner is None else list(_methods(owner, named))
    for value in (*held, *methods, wrapped):
        if is_of(value, FunctionType) and (value is wrapped or value.__module__ == function.__module__):
            yield from _of_function(value, depth - 1, owner if any(value is each for each in methods) else None)


def codes_of(code: CodeType) -> Iterator[CodeType]:
    """Yield the code of a function, and of what is defined in it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes_of(constant)


def _contents(cells: Iterable[CellType]) -> Iterator[Any]:
    for cell in cells:
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            continue


def _methods(owner: Any, names: Iterable[str]) -> Iterator[Any]:
    """Yield what classes of an object hold under names that a method of it has: it calls some as `self.kl(…)`."""
    kind = owner if is_of(owner, type) else type(owner)
    for name in names:
        method = inspect.getattr_static(kind, name, None)
        yield method.__func__ if is_of(method, staticmethod, classmethod) else method


def is_of(value: Any, *kinds: type) -> bool:
    """Whether a value is of one of these types; unlike `isinstance`, it does not ask the value what it says it is."""
    return issubclass(type(value), kinds)


def fields(value: Any) -> list[Any]:
    """Return what an object holds in its `__dict__`, and then what its classes hold; properties are not asked.

    >>> class Prior:
    ...     scale = 2.0
    ...
    ...     def __init__(self):
    ...         self.latents = 20
    >>> [held for held in fields(Prior()) if isinstance(held, int | float)]
    [20, 2.0]
    """
    spaces = _spaces(value if is_of(value, type) else type(value))
    of_classes = [held for space in spaces for name, held in space.items() if not name.startswith("__")]
    return [*_own(value).values(), *of_classes]


def _own(value: Any) -> dict[str, Any]:
    """Return what an object itself holds, in its `__dict__` and its slots."""
    own = dict(namespace_of(value) or {})
    for name, slot in slots_of(value).items():
        with suppress(AttributeError):  # not filled yet
            own[name] = slot.__get__(value)
    return own


def namespace_of(value: Any) -> dict[str, Any] | None:
    """Return the `__dict__` of an object, itself and no copy; None of one that has none, and of a class."""
    spaces = [] if is_of(value, type) else _spaces(type(value))
    found = next((space["__dict__"] for space in spaces if "__dict__" in space), None)
    kinds = GetSetDescriptorType, MemberDescriptorType
    return found.__get__(value) if found is not None and type(found) in kinds else None


def slots_of(value: Any) -> dict[str, MemberDescriptorType]:
    """Return the slots of an object by name; a class has none of its own."""
    spaces = [] if is_of(value, type) else _spaces(type(value))
    held = ((name, slot) for space in spaces for name, slot in space.items())
    return {name: slot for name, slot in held if type(slot) is MemberDescriptorType}


def _spaces(kind: type) -> list[Mapping[str, Any]]:
    """Return the namespaces of a class and of those that it comes of."""
    return [
        type.__dict__["__dict__"].__get__(each) for each in type.__dict__["__mro__"].__get__(kind) if each is not object
    ]
