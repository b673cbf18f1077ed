"""How things are measured: interleaved medians, processor time, and peak memory in a process of its own."""

from __future__ import annotations

import importlib
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Row:
    """A line of the table. `ratio` is measured over target, so up to 1 is met; `met` None: not measured."""

    what: str
    target: str
    measured: str
    ratio: float | None = None
    met: bool | None = None

    @classmethod
    def within(cls, what: str, limit: float, measured: float, unit: str, note: str = "") -> Row:
        """A figure that has to stay within a limit in the same unit."""
        ratio = measured / limit
        return cls(what, f"≤ {limit:g} {unit}", f"{measured:.3g} {unit}{note}", ratio, ratio <= 1)

    @classmethod
    def against(cls, what: str, limit: float, ours: float, theirs: float) -> Row:
        """A time in seconds that has to stay within `limit` times the time of something else."""
        return cls.within(what, limit, ours / theirs, "×", f" ({ours:.4g} s over {theirs:.4g} s)")

    @classmethod
    def fact(cls, what: str, target: str, measured: object, met: bool) -> Row:
        """Something that is so or is not so."""
        return cls(what, target, str(measured), None, met)

    @property
    def verdict(self) -> str:
        """One word for the last column."""
        return {True: "met", False: "missed", None: "not measured"}[self.met]


def interleaved(
    *actions: Callable[[], object], repeats: int, clock: Callable[[], float] = time.perf_counter
) -> list[float]:
    """Return the median time of each action in seconds; they take turns, so that a slow spell hits all alike.

    Each runs once unmeasured first. With `clock=time.process_time` threads do not help: their times add up.
    """
    times: list[list[float]] = [[] for _ in actions]
    for action in actions:
        action()
    for _ in range(repeats):
        for spent, action in zip(times, actions, strict=True):
            start = clock()
            action()
            spent.append(clock() - start)
    return [median(spent) for spent in times]


def in_child(module: str, function: str, *arguments: Any) -> tuple[Any, float]:
    """Call a function in a fresh process; return its result (through JSON) and the peak memory in MB."""
    command = [sys.executable, "-m", __name__, module, function, json.dumps(arguments)]
    finished = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if finished.returncode:
        raise RuntimeError(finished.stderr.strip().splitlines()[-1])
    result, peak = json.loads(finished.stdout.splitlines()[-1])
    return result, peak


def peak_memory() -> float:
    """Return the largest resident size of this process so far in MB (1e6 bytes).

    Linux hands a child the `ru_maxrss` of its parent, torch and all; VmHWM starts afresh with the program.
    """
    status = Path("/proc/self/status")
    if status.exists():
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def _child() -> None:
    module, function, arguments = sys.argv[1:]
    result = getattr(importlib.import_module(module), function)(*json.loads(arguments))
    print(json.dumps([result, peak_memory()]))


if __name__ == "__main__":
    _child()
