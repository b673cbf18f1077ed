"""What is changed of the process while a user's function works, put back when it ends or when its time is over.

A thread that is not stopped in time goes on with what it does: what it changed is put back by the thread that waited
for it, at once, and it changes nothing any more.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar

__all__ = ["TimeUpError", "all_put_back", "changed"]


class TimeUpError(BaseException):
    """The time of a call is over; not an `Exception`, so that few functions catch it."""


class _Changes:
    """The changes that one piece of work has made, by whichever thread; none after its end."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._made: list[ExitStack] = []
        self._is_over = False

    def make(self, change: Callable[[ExitStack], None], stack: ExitStack) -> None:
        with self._lock:
            if self._is_over:
                raise TimeUpError
            self._made.append(stack)
            change(stack)

    def end(self) -> None:
        with self._lock:
            self._is_over = True
            while self._made:
                self._made.pop().close()

    def put_back(self, stack: ExitStack) -> None:
        with self._lock:
            if not self._is_over:
                self._made.remove(stack)
                stack.close()


_CHANGES: ContextVar[_Changes | None] = ContextVar("_CHANGES", default=None)


@contextmanager
def all_put_back() -> Iterator[None]:
    """At the end of this block all that was changed in it is put back, even by a thread that has not come to an end."""
    changes = _Changes()
    token = _CHANGES.set(changes)
    try:
        yield
    finally:
        _CHANGES.reset(token)
        changes.end()


@contextmanager
def changed(change: Callable[[ExitStack], None]) -> Iterator[None]:
    """Within this block something of the process is changed; what puts it back goes on the stack before it is changed.

    >>> held = {"dtype": "float32"}
    >>> def change(stack):
    ...     stack.callback(held.update, dtype=held["dtype"])
    ...     held["dtype"] = "float64"
    >>> with changed(change):
    ...     print(held["dtype"])
    float64
    >>> held["dtype"]
    'float32'
    """
    changes, stack = _CHANGES.get() or _Changes(), ExitStack()
    changes.make(change, stack)
    try:
        yield
    finally:
        changes.put_back(stack)
