"""Where a function may keep something from one call to the next, each place to be read and written back.

Attributes, entries of dicts and lists, closures, globals, caches of `functools`, what a generator has come to. It is
looked at and never asked, as in `held`; and code of Python, of NumPy or of a framework keeps nothing of the user's, but
for Python's own containers: a `SimpleNamespace`, a `UserDict`, a `Queue`.
"""

from __future__ import annotations

import functools
import sys
import types
from collections import OrderedDict, deque
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import CellType, FunctionType, GeneratorType, MemberDescriptorType, MethodType, ModuleType
from typing import Any, Protocol

from .caches import CACHE, Cache
from .held import codes_of, is_of, namespace_of, slots_of

__all__ = ["Store", "parts_of", "stores_of"]

_NOT_THE_USERS = frozenset({"jax", "jaxlib", "numpy", "torch"}) | sys.stdlib_module_names - {"__main__"}
_OF_CONTAINERS = frozenset({"argparse", "collections", "queue", "weakref"})


class Store(Protocol):
    """A place in which values are kept by a key."""

    def read(self) -> dict[Any, Any]:
        """Return what is in it."""

    def write(self, entries: Mapping[Any, Any]) -> None:
        """Make it hold what was read before, and nothing else."""


def stores_of(value: Any) -> list[Store]:
    """Return the stores that a value is, or has itself.

    >>> cache = {"prior": 1}
    >>> (store,) = stores_of(cache)
    >>> before = store.read()
    >>> cache.update(prior=2, posterior=3)
    >>> store.write(before)
    >>> cache
    {'prior': 1}
    """
    if is_of(value, dict):
        return [_Entries(value)]
    if is_of(value, list, deque):
        return [_Items(value)]
    if is_of(value, CellType):
        return [_Cell(value)]
    if is_of(value, CACHE):
        return [Cache(value)]
    if is_of(value, GeneratorType):
        return [_Frame(value)]
    if is_of(value, FunctionType):
        return _of_function(value)
    if is_of(value, type):
        return [_Class(value)] if _is_the_users(value) else []
    is_container = is_of(value, types.SimpleNamespace) or _module_of(type(value)) in _OF_CONTAINERS
    return _of_object(value) if is_container or _is_the_users(type(value)) else []


def parts_of(value: Any) -> Iterable[Any]:
    """Return what a value is made of beside its stores, which cannot be written anew."""
    if is_of(value, tuple):
        return tuple.__iter__(value)
    if is_of(value, functools.partial):
        return value.func, *value.args, *value.keywords.values()
    if is_of(value, MethodType):
        return value.__self__, value.__func__
    if is_of(value, staticmethod, classmethod):
        return (value.__func__,)
    if is_of(value, property):
        return (value.fget,)
    if is_of(value, FunctionType):
        kept = (*(value.__defaults__ or ()), *(value.__kwdefaults__ or {}).values(), *(value.__closure__ or ()))
        return (vars(value).get("__wrapped__"), *(kept if _is_written_by_the_user(value) else ()))
    if is_of(value, type):
        return [each for each in type.__dict__["__mro__"].__get__(value)[1:] if _is_the_users(each)]
    wrapped = (namespace_of(value) or {}).get("__wrapped__")  # what jax.jit compiles, or a cache keeps
    return (wrapped, type(value))


@dataclass(frozen=True, slots=True)
class _Entries:
    """A dict, or those of its entries that have these names."""

    space: dict[Any, Any]
    names: frozenset[str] | None = None

    def read(self) -> dict[Any, Any]:
        entries = dict(dict.items(self.space))
        return entries if self.names is None else {name: entries[name] for name in self.names & entries.keys()}

    def write(self, entries: Mapping[Any, Any]) -> None:
        kind: Any = OrderedDict if is_of(self.space, OrderedDict) else dict
        for name in self.read().keys() - entries.keys():
            kind.pop(self.space, name)
        for name, value in entries.items():
            kind.__setitem__(self.space, name, value)


@dataclass(frozen=True, slots=True)
class _Items:
    """A list or a deque."""

    items: Any

    def read(self) -> dict[int, Any]:
        return dict(enumerate(self.items))

    def write(self, entries: Mapping[int, Any]) -> None:
        kind: Any = list if is_of(self.items, list) else deque
        kind.clear(self.items)
        kind.extend(self.items, entries.values())


@dataclass(frozen=True, slots=True)
class _Cell:
    """A variable of an enclosing function."""

    cell: CellType

    def read(self) -> dict[str, Any]:
        try:
            return {"": self.cell.cell_contents}
        except ValueError:  # not filled yet
            return {}

    def write(self, entries: Mapping[str, Any]) -> None:
        if entries:
            self.cell.cell_contents = entries[""]
        else:
            del self.cell.cell_contents


@dataclass(frozen=True, slots=True)
class _Frame:
    """The variables of a generator, which nobody can set back."""

    generator: GeneratorType[Any, Any, Any]

    def read(self) -> dict[str, Any]:
        frame = self.generator.gi_frame
        return {} if frame is None else dict(frame.f_locals)

    def write(self, entries: Mapping[str, Any]) -> None:
        pass


@dataclass(frozen=True, slots=True)
class _Slots:
    """The slots of an object."""

    owner: Any
    slots: Mapping[str, MemberDescriptorType]

    def read(self) -> dict[str, Any]:
        found = {}
        for name, slot in self.slots.items():
            with suppress(AttributeError):  # not filled yet
                found[name] = slot.__get__(self.owner)
        return found

    def write(self, entries: Mapping[str, Any]) -> None:
        now = self.read()
        for name in now.keys() - entries.keys():
            self.slots[name].__delete__(self.owner)
        for name, value in entries.items():
            if now.get(name) is not value:  # those of builtin types can only be read
                self.slots[name].__set__(self.owner, value)


@dataclass(frozen=True, slots=True)
class _Class:
    """The attributes of a class."""

    kind: type

    def read(self) -> dict[str, Any]:
        return dict(type.__dict__["__dict__"].__get__(self.kind))

    def write(self, entries: Mapping[str, Any]) -> None:
        now = self.read()
        for name in now.keys() - entries.keys():
            type.__delattr__(self.kind, name)
        for name, value in entries.items():
            if now.get(name) is not value:
                type.__setattr__(self.kind, name, value)


def _of_object(value: Any) -> list[Store]:
    space = namespace_of(value)
    slots = {name: slot for name, slot in slots_of(value).items() if not name.startswith("__")}
    return [*([] if space is None else [_Entries(space)]), *([_Slots(value, slots)] if slots else [])]


def _of_function(function: FunctionType) -> list[Store]:
    """Return the attributes of a function, and what it names of its module and of others that it names."""
    if not _is_written_by_the_user(function):
        return []
    names = frozenset(name for code in codes_of(function.__code__) for name in code.co_names)
    spaces, seen = [function.__globals__], set[int]()
    stores: list[Store] = [_Entries(vars(function))]
    for space in spaces:
        store = _Entries(space, names)
        stores.append(store)
        for module in store.read().values():
            if is_of(module, ModuleType) and id(module) not in seen:
                seen.add(id(module))
                held = ModuleType.__getattribute__(module, "__dict__")
                spaces += [held] if _is_user_module(held.get("__name__")) else []
    return stores


def _is_written_by_the_user(function: FunctionType) -> bool:
    return _is_user_module(function.__globals__.get("__name__"))


def _is_the_users(kind: type) -> bool:
    return _is_user_module(_module_of(kind))


def _module_of(kind: type) -> Any:
    return type.__dict__["__dict__"].__get__(kind).get("__module__", "builtins")


def _is_user_module(name: Any) -> bool:
    return str(name).partition(".")[0] not in _NOT_THE_USERS
