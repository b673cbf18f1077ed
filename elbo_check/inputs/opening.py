"""Opening a file: everything the operating system may object to becomes one clear error."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from ..errors import FileFormatError, described

__all__ = ["opened"]

_REMEDIES: dict[type[Exception], str] = {
    FileNotFoundError: "check the spelling and the folder",
    PermissionError: "ask for the permission to read it, or copy it",
}


@contextmanager
def opened(path: str) -> Iterator[tuple[BinaryIO, int]]:
    """Open a regular, non-empty file and give its bytes as a stream, and its size.

    Raises `FileFormatError`, also where reading fails later, within the `with` block.
    """
    try:
        size = _size(path)
        with Path(path).open("rb") as stream:
            yield stream, size
    except OSError as failure:
        remedy = _REMEDIES.get(type(failure), "check the path")
        shown = described(f"a path that cannot be read ({failure.strerror or failure})")
        raise FileFormatError(path, shown, "a file that can be read", remedy) from None


def _size(path: str) -> int:
    """Return the size of a regular file; asked before opening, for a pipe would block."""
    try:
        status = Path(path).stat()
    except ValueError as failure:
        raise FileFormatError(path, path, "a path", f"no system could have such a file: {failure}") from None
    if not stat.S_ISREG(status.st_mode):
        kind = "a folder" if stat.S_ISDIR(status.st_mode) else "a device or a pipe"
        raise FileFormatError(path, described(kind), "a file", "give the path of a regular file")
    if status.st_size == 0:
        shown = described("an empty file")
        raise FileFormatError(path, shown, "a file with numbers in it", "write it again: 0 bytes arrived")
    return status.st_size
