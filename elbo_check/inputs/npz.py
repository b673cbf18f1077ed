"""The .npz format: a zip archive of .npy files, opened on the assumption that it is damaged or hostile."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

from numpy.typing import NDArray

from ..errors import ElboCheckError, FileFormatError, described
from . import npy
from .assignment import Assignment, assign
from .opening import opened

__all__ = ["read"]

# An archive may unpack to 20 times its size, or to 256 MiB: numbers hardly shrink, zip bombs grow 1,000-fold.
MOST_GROWTH = 20
ALWAYS_ALLOWED = 256 * 2**20

# what zipfile raises for one damage or another, in one version of Python or another
_DAMAGE = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, OverflowError)
_ENCRYPTED = 1  # the first bit of a member's flags
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that NumPy writes; others unpack without a bound


def read(path: str, second: str | None = None) -> tuple[Assignment, dict[str, NDArray[Any]]]:
    """Return what the keys of an archive mean, and each role's array, in its own dtype. Raises `InputError`."""
    with opened(path) as (stream, size), _archive(path, stream) as archive:
        members = {member.filename.removesuffix(".npy"): member for member in archive.infolist()}
        names = [member.filename.removesuffix(".npy") for member in archive.infolist()]
        assignment = assign(path, names, second=second)
        wanted = {role: members[name] for role, (name,) in assignment.names.items()}
        _refuse_bomb(path, size, list(wanted.values()))
        return assignment, {role: _array(path, archive, member) for role, member in wanted.items()}


@contextmanager
def _archive(path: str, stream: BinaryIO) -> Iterator[zipfile.ZipFile]:
    """Open the archive; whatever is damaged in it, now or later, becomes a `FileFormatError`."""
    start = stream.read(8)
    if not start.startswith(b"PK"):
        hint = "it is a .npy file: name it so" if start.startswith(npy.MAGIC) else "write it with numpy.savez"
        shown = described(f"a file that begins with {start!r}")
        raise FileFormatError(path, shown, "in the .npz format", f"{hint}(path, mu=mu, sigma=sigma, kl=kl)")
    try:
        with zipfile.ZipFile(stream) as archive:
            yield archive
    except ElboCheckError:
        raise
    except _DAMAGE as failure:
        shown = described(f"a damaged archive ({' '.join(str(failure).split())[:80]})")
        raise FileFormatError(path, shown, "a whole .npz file", "it was cut off or changed: write it again") from None


def _refuse_bomb(path: str, size: int, members: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that would unpack to far more than its size, before any of it is unpacked."""
    unpacked = sum(member.file_size for member in members)
    if unpacked > max(MOST_GROWTH * size, ALWAYS_ALLOWED):
        shown = described(f"an archive of {size} bytes that unpacks to {unpacked}")
        expected = (
            f"at most {MOST_GROWTH} times smaller than its contents, or below {ALWAYS_ALLOWED >> 20} MiB unpacked"
        )
        raise FileFormatError(path, shown, expected, "if it is yours, save it with numpy.savez, not compressed")


def _array(path: str, archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> NDArray[Any]:
    """Read one array; reading to its end checks its CRC."""
    if member.flag_bits & _ENCRYPTED:
        raise FileFormatError(path, described("an encrypted archive"), "open to read", "write it without a password")
    if member.compress_type not in _METHODS:
        shown = described(f"an archive packed by method {member.compress_type}")
        raise FileFormatError(path, shown, "stored or deflated, as NumPy does", "write it again with numpy.savez")
    with archive.open(member) as stream:
        return npy.read_array(f"{path}, key {member.filename.removesuffix('.npy')!r}", stream, member.file_size)
