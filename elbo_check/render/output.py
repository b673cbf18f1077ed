"""Where a result goes: standard output, or a file that is there whole or not at all."""

from __future__ import annotations

import errno
import os
import re
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TextIO

from ..errors import InputError, described

__all__ = ["WIDTH", "coloured", "destination", "new_file", "terminal_width", "wants_colour", "write_stream"]

NARROWEST, WIDTH = 60, 100
_COLOURS = {"PROVED": "32", "CONSISTENT": "36", "REFUTED": "31", "UNDECIDED": "33"}
_FIRST_OUTCOME = re.compile(rf"^(.*?)\b({'|'.join(_COLOURS)})\b", re.MULTILINE)


@contextmanager
def destination(
    path: str | None, stream: TextIO | None, inputs: Iterable[str | Path] = ()
) -> Iterator[Callable[[str], object]]:
    """Yield what writes text to the file at `path` (see `new_file`), or to `stream` if there is none."""
    if path is None:
        yield lambda text: write_stream(stream, text)
        return
    with new_file(path, inputs) as write:
        yield lambda text: write(text.encode())


@contextmanager
def new_file(path: str, inputs: Iterable[str | Path] = ()) -> Iterator[Callable[[bytes], object]]:
    """Yield what writes bytes to the file at `path`.

    The file is opened beside its place before the work begins, so that an unwritable one is an early error, and is
    moved there when all is written; if anything fails, or nothing is to be written, what was there before stays as it
    was. Pipes and devices are written directly. Raises `InputError` if the file cannot be written, or is one of the
    `inputs`.
    """
    _refuse_input(path, inputs)
    place = Path(os.path.realpath(path))
    regular = not place.exists() or place.is_file()
    temporary = place.with_name(f".{place.name}.{os.getpid()}.tmp") if regular else place
    held: list[bytes] = []
    with ExitStack() as undoing:
        with _named_errors(path):
            _refuse_protected(place)
            if regular:
                _refuse_taken(temporary)
                undoing.callback(_remove, temporary)  # before it is there: an interruption may come at any time
            file = undoing.enter_context(temporary.open("xb" if regular else "wb"))
        yield held.append
        if not held:
            return
        with _named_errors(path), file:
            file.write(b"".join(held))
        with _named_errors(path):
            _move(temporary, place)


def write_stream(stream: TextIO | None, text: str) -> None:
    """Write text and flush it; a reader who has gone away is no error, a full disk is.

    Characters that the stream's encoding lacks are written as escapes. None is what Python has for a stream that was
    closed before it began: whoever closed it wants no text, and none is written.
    """
    if stream is None:
        return
    encoding = getattr(stream, "encoding", None) or "utf-8"
    try:
        stream.write(text.encode(encoding, errors="backslashreplace").decode(encoding))
        stream.flush()
    except BrokenPipeError:
        _abandon(stream)
    except OSError as failure:
        _abandon(stream)
        reason = described(f"unwritable ({failure.strerror or failure})")
        raise InputError("standard output", reason, "open for writing", "make room, or use -o FILE") from None


def wants_colour(stream: TextIO | None, environment: Mapping[str, str]) -> bool:
    """Whether people look at this stream on a terminal and have not asked for plain text (no-color.org)."""
    if stream is None or not stream.isatty():
        return False
    return not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"


def coloured(text: str) -> str:
    r"""Paint the first outcome of each line.

    >>> coloured("PROVED  KL")
    '\x1b[1;32mPROVED\x1b[0m  KL'
    """
    return _FIRST_OUTCOME.sub(lambda hit: f"{hit[1]}\x1b[1;{_COLOURS[hit[2]]}m{hit[2]}\x1b[0m", text)


def terminal_width(stream: TextIO | None) -> int:
    """Return how wide lines may be: the terminal's width within reason, the greatest allowed elsewhere."""
    if stream is None or not stream.isatty():
        return WIDTH
    return min(max(shutil.get_terminal_size((WIDTH, 24)).columns, NARROWEST), WIDTH)


@contextmanager
def _named_errors(path: str) -> Iterator[None]:
    """Say of a failure of the system which output it concerns."""
    try:
        yield
    except OSError as failure:
        reason = described(f"{path!r} ({failure.strerror or failure})")
        raise InputError("output", reason, "a file that can be written", "name another place with -o") from None


def _refuse_input(path: str, inputs: Iterable[str | Path]) -> None:
    """Refuse to write a result over the numbers that it is about, by whatever name or link."""
    for name in inputs:
        with suppress(OSError):  # what is not there cannot be the same
            if Path(path).samefile(name):
                raise InputError("output", path, "another file than the input", "name another place with -o")


def _refuse_protected(place: Path) -> None:
    """Refuse what renaming would replace although it is write-protected."""
    if place.exists() and not os.access(place, os.W_OK):
        raise PermissionError("it is write-protected")


def _refuse_taken(temporary: Path) -> None:
    """Refuse a name that is somebody else's file, which would be removed as if it were this one."""
    if temporary.exists():
        raise FileExistsError(errno.EEXIST, f"{temporary} is in the way")


def _remove(temporary: Path) -> None:
    if temporary.exists():
        temporary.unlink()


def _move(temporary: Path, place: Path) -> None:
    """Put the finished file in its place, with the permissions of the one that was there."""
    if temporary == place:
        return
    if place.exists():
        shutil.copymode(place, temporary)
    temporary.replace(place)


def _abandon(stream: TextIO) -> None:
    """Send what is still buffered nowhere, or Python complains of it at exit."""
    with suppress(OSError), Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        os.dup2(nowhere.fileno(), stream.fileno())
