"""What a function has kept at one moment: seen to change afterwards, and put back where it must not have."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from types import CellType, FunctionType, MethodType, ModuleType
from typing import Any

from .backends import Backend
from .held import is_of
from .stores import Store, parts_of, stores_of

__all__ = ["Kept", "as_it_was"]

_MOST = 2000  # things that are looked at, the nearest first
_CONTAINERS = (list, dict, deque)
_PLAIN = (str, bytes, int, float, complex, type(None))


class Kept:
    """What a function keeps now, in every store that it comes to.

    >>> class Average:
    ...     mean = 0.0
    ...
    ...     def __call__(self, kl):
    ...         self.mean = 0.9 * self.mean + 0.1 * kl
    ...         return kl
    >>> average = Average()
    >>> kept = Kept(average)
    >>> average(1.0), kept.has_changed(lambda value: isinstance(value, float))
    (1.0, True)
    >>> kept.put_back(lambda value: isinstance(value, float)), average.mean
    (True, 0.0)
    """

    def __init__(self, fn: Any) -> None:
        self._then = [(store, store.read()) for _, stores in _reached(fn) for store in stores]

    def has_changed(self, is_telling: Callable[[Any], bool]) -> bool:
        """Whether other values are kept by now, of which something tells: a number, an array."""
        return any(self._is_new(store, then, is_telling) for store, then in self._then)

    def put_back(self, is_foreign: Callable[[Any], bool]) -> bool:
        """Make every store that was given something foreign hold what it held; return whether any was."""
        given = [(store, then) for store, then in self._then if self._is_new(store, then, is_foreign)]
        for store, then in given:
            store.write(then)
        return bool(given)

    @staticmethod
    def _is_new(store: Store, then: dict[Any, Any], of_interest: Callable[[Any], bool]) -> bool:
        """Whether a store holds values of interest that it did not hold then; equal numbers are the same."""
        new = [value for key, value in store.read().items() if key not in then or not _is_same(value, then[key])]
        return any(of_interest(value) for each in new for value, _ in _reached(each, data=True))


@contextmanager
def as_it_was(fn: Any, backend: Backend) -> Iterator[None]:
    """After this block what a function keeps is what it was before: a step, a running mean, a layer's buffers.

    The attributes of its object, with the lists and dicts in them, are put back, and so are the numbers of all arrays
    that it comes to; what it writes down elsewhere, in a closure or a global, is left.
    """
    kept = [(store, store.read()) for store in _own(fn)]
    arrays = {id(array): array for value, _ in _reached(fn) for array in backend.changeable(value)}
    saved = [backend.saved(array) for array in arrays.values()]
    try:
        yield
    finally:
        for store, then in kept:
            now = store.read()
            if now.keys() != then.keys() or not all(_is_same(now[key], then[key]) for key in then):
                store.write(then)
        for give_back in saved:
            with suppress(RuntimeError, ValueError):  # a tensor whose places share memory cannot be
                give_back()


def _own(fn: Any) -> Iterator[Store]:
    """Yield the stores of the objects that a function comes to, and of the plain containers within these.

    A container that a closure or a global holds is none of an object's; the objects in it are followed.
    """
    seen: dict[int, Any] = {}
    waiting = deque([(fn, False)])
    while waiting and len(seen) < _MOST:
        each, is_inside = waiting.popleft()
        if id(each) in seen or is_of(each, ModuleType, type, *_PLAIN):
            continue
        seen[id(each)] = each
        if is_of(each, tuple, partial, MethodType):
            waiting.extend((part, is_inside) for part in parts_of(each))
            continue
        stores = stores_of(each)
        is_of_objects = is_inside if is_of(each, *_CONTAINERS) else not is_of(each, FunctionType, CellType)
        yield from stores if is_of_objects else ()
        held = [*(each.__closure__ or () if is_of(each, FunctionType) else ())]
        held += [value for store in stores for value in store.read().values()]
        waiting.extend((value, is_of_objects) for value in held[:_MOST])


def _is_same(one: Any, other: Any) -> bool:
    return one is other or (type(one) is type(other) and is_of(one, *_PLAIN) and one == other)


def _reached(value: Any, *, data: bool = False) -> Iterator[tuple[Any, list[Store]]]:
    """Yield what a value is made of, the nearest first, each with its stores; of `data` no class and no module."""
    seen: dict[int, Any] = {}  # and kept: what is gone may leave its id to another
    waiting = deque([value])
    while waiting and len(seen) < _MOST:
        each = waiting.popleft()
        if id(each) in seen or is_of(each, ModuleType) or (data and is_of(each, type)):
            continue
        if is_of(each, *_PLAIN):
            yield each, []
            continue
        seen[id(each)] = each
        stores = stores_of(each)
        yield each, stores
        for store in stores:
            waiting.extend(store.read().values())
        waiting.extend(parts_of(each))
