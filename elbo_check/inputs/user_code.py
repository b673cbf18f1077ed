"""Code of the user's own: a file is run as `python FILE` runs it, and what goes wrong is told with the user's line."""

from __future__ import annotations

import importlib.util
import os
import re
import sys
import sysconfig
import traceback
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any

from ..errors import ElboCheckError, InputError

__all__ = ["module_at", "reason", "run", "through", "user_line"]

_LONGEST_REASON = 300
_OURS = (str(Path(__file__).resolve().parents[1]) + os.sep, "<frozen ")
_LIBRARIES = re.compile(rf"[/\\](site|dist)-packages[/\\]|^{re.escape(sysconfig.get_path('stdlib'))}")


def module_at(path: Path, built: str) -> ModuleType:
    """Run a Python file, and return the module it makes; `built` says what may fail to be built in it."""
    name = f"_user_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:  # pragma: no cover - a .py file always has a loader
        raise InputError("file", str(path), "a Python file", "give it a name that ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses look for it there
    loader = spec.loader
    run(lambda: loader.exec_module(module), path, built)
    return module


def run(work: Callable[[], Any], path: Path, built: str) -> Any:
    """Run what the user wrote; whatever goes wrong there is an `InputError` with the line of the user's file."""
    try:
        return work()
    except ElboCheckError as error:
        raise InputError("file", f"{path.name}{_place(error, path)}", built, str(error)) from error
    except (Exception, SystemExit) as error:
        where = f"{path.name}{_place(error, path)}"
        raise InputError("file", where, "a Python file that runs", reason(error) + _advice(error)) from error


def reason(error: BaseException) -> str:
    """Return the kind of an exception and what it says, on a line, if it can say anything.

    >>> reason(ValueError("no luck"))
    'ValueError: no luck'
    """
    kind = type(error).__name__
    try:
        text = " ".join(str(error).split())
    except Exception:  # noqa: BLE001 - a foreign exception may raise anything when it is printed
        return kind
    text = text if len(text) <= _LONGEST_REASON else text[: _LONGEST_REASON - 1] + "…"
    return f"{kind}: {text}" if text else kind


def user_line(trace: TracebackType | None) -> str:
    """Return "losses.py, line 12": the last line of a traceback that lies in no library, if there is one."""
    frames = [frame for frame in traceback.extract_tb(trace) if not frame.filename.startswith(_OURS)]
    own = [frame for frame in frames if not _LIBRARIES.search(frame.filename)] or frames
    return f"{Path(own[-1].filename).name}, line {own[-1].lineno}" if own else ""


def through(trace: TracebackType | None) -> list[str]:
    """Return the packages whose code a traceback leads through, in order."""
    frames = [frame for frame, _ in traceback.walk_tb(trace)]
    return list(dict.fromkeys(str(frame.f_globals.get("__name__", "")).partition(".")[0] for frame in frames))


def _place(error: BaseException, path: Path) -> str:
    file = str(path.absolute())  # as Python names what it runs
    if isinstance(error, SyntaxError) and error.filename == file:
        return f":{error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    return f":{lines[-1]}" if lines else ""


def _advice(error: BaseException) -> str:
    """A file that imports its neighbours with dots runs only as a part of its package."""
    if isinstance(error, ImportError) and "relative import" in str(error):
        return "; name it as a part of its package, as in package.module:name"
    return ""
