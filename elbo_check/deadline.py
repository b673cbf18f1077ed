"""A limit on time that slow work asks about now and then: no signals, no threads."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from contextvars import ContextVar

from .errors import TimeLimitError

__all__ = ["check_deadline", "deadline"]

_END: ContextVar[tuple[float, float] | None] = ContextVar("end", default=None)


@contextlib.contextmanager
def deadline(seconds: float | None) -> Iterator[None]:
    """Within this block `check_deadline` raises `TimeLimitError` once the seconds are over.

    None sets no limit; an earlier end of a surrounding block stays in force.
    """
    outer = _END.get()
    own = None if seconds is None else (time.monotonic() + seconds, seconds)
    token = _END.set(min((end for end in (outer, own) if end is not None), default=None))
    try:
        yield
    finally:
        _END.reset(token)


def check_deadline() -> None:
    """Raise `TimeLimitError` if the time of the surrounding `deadline` is over."""
    end = _END.get()
    if end is not None and time.monotonic() > end[0]:
        raise TimeLimitError(f"not finished after {end[1]:g} s; raise the limit with seconds=")
