"""The .npy format: a header in text, then numbers. Nothing is evaluated or unpickled, and the header is not believed.

The header is read by three small patterns instead of Python's parser, and what it declares is compared with the
bytes that are there before anything is allocated.

Source: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html (versions 1.0 to 3.0).
"""

from __future__ import annotations

import math
import re
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import FileFormatError, described
from .opening import opened

__all__ = ["MAGIC", "read_array", "read_file"]

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 10_000
MOST_DIMENSIONS = 64

_DESCR = re.compile(r"""['"]descr['"]\s*:\s*(?:(['"])([^'"]*)\1|(\[))""")
_ORDER = re.compile(r"""['"]fortran_order['"]\s*:\s*(True|False)\b""")
_SHAPE = re.compile(r"""['"]shape['"]\s*:\s*\(([\dL,\s]*)\)""", re.ASCII)
_REMEDIES = {
    "O": "a pickle can run code when it is opened, so none is: save numpy.asarray(values, dtype=float) instead",
    "V": "save plain arrays of floats, one a parameter (NumPy's format loses bfloat16: widen it to float32 first)",
    "b": "save numbers, not True and False",
}


def read_file(path: str) -> NDArray[Any]:
    """Return the array in a .npy file, in its own dtype and read-only. Raises `FileFormatError`."""
    with opened(path) as (stream, size):
        return read_array(path, stream, size)


def read_array(source: str, stream: IO[bytes], size: int) -> NDArray[Any]:
    """Return the array in a stream of `size` bytes; `source` is what a message calls it. Raises `FileFormatError`."""
    header, used = _header(source, stream)
    dtype = _dtype(source, header)
    shape = _shape(source, header)
    order = _only(source, _ORDER, header, "fortran_order")[1]
    needed = math.prod(shape) * dtype.itemsize
    if needed != size - used:
        declared = f"a header that announces {needed} bytes of numbers before {size - used} bytes"
        raise FileFormatError(
            source, described(declared), "as long as it says", "it is cut off or damaged: write it again"
        )
    if needed == 0:
        raise FileFormatError(source, described(f"an array of shape {shape}"), "non-empty", "save a number at least")
    held = np.frombuffer(_exactly(source, stream, needed), dtype=dtype)
    return held.astype(dtype.newbyteorder("="), copy=False).reshape(shape, order="F" if order == "True" else "C")


def _header(source: str, stream: IO[bytes]) -> tuple[str, int]:
    """Return the text of the header and the number of bytes before the numbers."""
    start = stream.read(len(MAGIC) + 2)
    if not start.startswith(MAGIC) or len(start) < len(MAGIC) + 2:
        pickled = " (a pickle, by the look of it: it may run code, so it is not opened)" if start[:1] == b"\x80" else ""
        shown = described(f"a file that begins with {start!r}{pickled}")
        raise FileFormatError(source, shown, "in the .npy format", "write it with numpy.save(path, array)")
    if start[6] not in (1, 2, 3):
        shown = described(f"a .npy file of version {start[6]}.{start[7]}")
        raise FileFormatError(source, shown, "of version 1, 2 or 3", "write it with numpy.save(path, array)")
    width = 2 if start[6] == 1 else 4
    length = int.from_bytes(_exactly(source, stream, width), "little")
    if length > LONGEST_HEADER:
        shown = described(f"a .npy header of {length} bytes")
        raise FileFormatError(source, shown, f"at most {LONGEST_HEADER} bytes", "save one plain array of floats")
    return _exactly(source, stream, length).decode("utf-8", "replace"), len(start) + width + length


def _exactly(source: str, stream: IO[bytes], count: int) -> bytes:
    """Read `count` bytes, or say that the file is cut off."""
    read = stream.read(count)
    if len(read) != count:
        shown = described(f"a file that ends {count - len(read)} bytes early")
        raise FileFormatError(source, shown, "whole", "it was cut off on the way: write or copy it again")
    return read


def _only(source: str, pattern: re.Pattern[str], header: str, what: str) -> re.Match[str]:
    """Return the one place where the header says something."""
    found = list(pattern.finditer(header))
    if len(found) != 1:
        shown = described(f"a .npy header with {len(found)} readable entries {what!r}")
        raise FileFormatError(source, shown, "with one", "it is damaged: write it again with numpy.save(path, array)")
    return found[0]


def _dtype(source: str, header: str) -> np.dtype[Any]:
    """Return the dtype the header declares, if it is a plain one of reals."""
    found = _only(source, _DESCR, header, "descr")
    text = "V" if found[3] else found[2]
    kind = text.lstrip("<>|=")[:1]
    if kind == "O" or (found[3] and re.search(r"""['"]\|?O['"]""", header)):
        raise FileFormatError(source, described("a pickled object array"), "plain numbers", _REMEDIES["O"])
    if not re.fullmatch(r"[<>|=]?(?:f[248]|[iu][1248])", text):
        shown = described("a structured array" if found[3] else f"an array of dtype {text[:20]!r}")
        remedy = _REMEDIES.get(kind, "save it as float64: numpy.asarray(values, dtype=float)")
        raise FileFormatError(source, shown, "real numbers of at most 64 bits", remedy)
    return np.dtype(text)


def _shape(source: str, header: str) -> tuple[int, ...]:
    sizes = [size.strip().rstrip("L") for size in _only(source, _SHAPE, header, "shape")[1].split(",")]
    if sizes[-1] == "":
        sizes.pop()
    if len(sizes) > MOST_DIMENSIONS or not all(size.isdigit() and len(size) <= 18 for size in sizes):
        shown = described(f"a .npy header with the shape ({', '.join(sizes[:8])})"[:80])
        raise FileFormatError(source, shown, "a shape that an array can have", "it is damaged: write it again")
    return tuple(map(int, sizes))
