"""A progress bar on standard error, for work that people would otherwise wonder about."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

__all__ = ["ProgressBar"]

PATIENCE = 1.0  # seconds


class ProgressBar:
    """Takes progress(stage, done, total); shows a bar once a second has passed, on terminals only, and wipes it away.

    There is one bar, for the stage last heard of, and none where there is no stream. rich is imported when it appears:
    short work does not pay for it.
    """

    def __init__(self, stream: TextIO | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._begin = clock()
        self._bar: Progress | None = None
        self._stage = ""
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` are done (a total of 0: nobody knows of how many)."""
        if self._bar is None:
            if self._stream is None or not self._stream.isatty() or self._clock() - self._begin < PATIENCE:
                return
            self._bar = _started(self._stream)
        bar = self._bar
        if self._task is None or stage != self._stage:
            if self._task is not None:
                bar.remove_task(self._task)
            self._stage, self._task = stage, bar.add_task(stage, total=None)
        bar.update(self._task, completed=done, total=total or None)


def _started(stream: TextIO) -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    bar = Progress(*columns, console=Console(file=stream), transient=True)
    bar.start()
    return bar
