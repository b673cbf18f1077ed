"""Quiet, and an end: what a user's function prints, draws and warns of stays inside, and it may not run for ever.

Streams, dtypes, prints and filters of warnings are the process's: one thread at a time changes them and puts them back.
"""

from __future__ import annotations

import contextlib
import ctypes
import random
import signal
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextvars import ContextVar, copy_context
from typing import Any, TypeVar

import numpy as np

from .changes import TimeUpError, all_put_back

__all__ = ["Streams", "TimeUpError", "within"]

T = TypeVar("T")

_SOON = 1e-6
_AGAIN = 0.1  # a bare `except:` may swallow the end: it comes again
_ONE_AT_A_TIME = threading.Lock()
_IS_ALONE = ContextVar("is_alone", default=False)  # in a thread that works for the one that waits for it as well


class Streams:
    """Random numbers of its own for a function that draws from NumPy's or Python's global stream.

    Every call goes on where the last one ended, and the streams of the process are as they were.
    """

    def __init__(self) -> None:
        self._numpy = np.random.MT19937(0)
        self._python = random.Random(0).getstate()
        self._inside = False

    def places(self) -> tuple[tuple[str, Any], ...]:
        """Return how far each stream is, by what it is called."""
        state: Any = self._numpy.state["state"]
        python = random.getstate() if self._inside else self._python
        return ("NumPy's global stream", (state["pos"], state["key"].tobytes())), ("Python's random", python)

    def moved_since(self, places: tuple[tuple[str, Any], ...]) -> list[str]:
        """Return the streams that were drawn from since then."""
        return [now[0] for then, now in zip(places, self.places(), strict=True) if then != now]

    @contextlib.contextmanager
    def quiet(self) -> Iterator[None]:
        """Within this block draws are from these streams, prints go to stderr, and warnings are dropped.

        A block within it changes nothing: one about many calls saves the time of one for each. Other threads wait for
        its end before they enter one of theirs.
        """
        with _alone(), contextlib.nullcontext() if self._inside else self._entered():
            yield

    @contextlib.contextmanager
    def _entered(self) -> Iterator[None]:
        numpy: Any = np.random
        theirs, legacy = random.getstate(), numpy.get_bit_generator()
        random.setstate(self._python)
        numpy.set_bit_generator(self._numpy)
        self._inside = True
        try:
            with warnings.catch_warnings(), contextlib.redirect_stdout(sys.stderr):
                warnings.simplefilter("ignore")
                yield
        finally:
            self._inside = False
            self._python = random.getstate()
            random.setstate(theirs)
            numpy.set_bit_generator(legacy)


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Within this block no other thread is in one, but those that work for this one."""
    if _IS_ALONE.get():
        yield
        return
    with _ONE_AT_A_TIME:
        token = _IS_ALONE.set(True)
        try:
            yield
        finally:
            _IS_ALONE.reset(token)


def within(seconds: float, work: Callable[[], T]) -> T:
    """Return `work()`, or raise `TimeUpError` after the seconds.

    On the main thread (POSIX) an alarm interrupts loops and waiting; elsewhere the work is done in a daemon thread,
    which is told to stop. A single call into compiled code is not interrupted: the alarm waits for its end, and a
    thread is left behind with it; what it has changed of the process is put back all the same.
    """
    with all_put_back():
        if hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread():
            return _with_alarm(seconds, work)
        return _in_thread(seconds, work)


def _with_alarm(seconds: float, work: Callable[[], T]) -> T:
    running, fired = False, False
    outer, interval = 0.0, 0.0

    def end(*_: object) -> None:
        nonlocal fired
        if running:
            fired = True
            raise TimeUpError

    began = time.monotonic()
    before = signal.signal(signal.SIGALRM, end)
    try:
        try:
            running = True
            outer, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
            found = work()
        finally:
            running = False
            if fired:  # whatever the work made of it
                raise TimeUpError
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before or signal.SIG_DFL)
        if outer:  # an alarm of the caller's own: late by no more than this work
            signal.setitimer(signal.ITIMER_REAL, max(outer - (time.monotonic() - began), _SOON), interval)
    return found


def _in_thread(seconds: float, work: Callable[[], T]) -> T:
    found: list[T] = []
    errors: list[BaseException] = []

    def target() -> None:
        try:
            found.append(work())
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            errors.append(error)

    thread = threading.Thread(target=copy_context().run, args=(target,), daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(TimeUpError))
        thread.join(_AGAIN)
        raise TimeUpError
    for error in errors:
        raise error
    return found[0]
