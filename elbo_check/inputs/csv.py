"""Tables of text: a header of names, then a Gaussian (or J of them, in numbered columns) a row.

Every parameter becomes an array of shape (rows, columns), so that a row is a sample and a column a latent; a
single KL column becomes (rows,), the sum over the latents of its row.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, BinaryIO, TextIO

import numpy as np
from numpy.typing import NDArray

from ..errors import FileFormatError, described
from .assignment import Assignment, assign
from .opening import opened
from .printed import Print

__all__ = ["Table", "read"]

CHUNK = 1 << 15

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """What the columns mean, each role's array of shape (rows, columns), and how the claims were printed."""

    assignment: Assignment
    arrays: dict[str, FloatArray]
    claim_print: Print


def read(path: str, second: str | None = None) -> Table:
    """Read a table with commas, semicolons or tabs between its cells. Raises `InputError` with line and column."""
    try:
        with opened(path) as (stream, _), _text(stream) as text:
            reader, header = _header(path, text)
            return _body(path, reader, header, assign(path, header, second=second, numbered=True))
    except UnicodeDecodeError as failure:
        shown = described(f"a file with the byte {failure.object[failure.start]:#04x}")
        remedy = "save it as “CSV UTF-8”, or its arrays by numpy.savez"
        raise FileFormatError(path, shown, "text in UTF-8", remedy) from None


def _text(stream: BinaryIO) -> io.TextIOWrapper:
    return io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")


def _header(path: str, text: TextIO) -> tuple[Any, list[str]]:
    """Return a reader of the rows and the names above them."""
    blank, first = [], ""
    for line in text:
        if line.strip():
            first = line
            break
        blank.append(line)
    likely = "\t,;" if path.lower().endswith(".tsv") else ",;\t"
    delimiter = next((mark for mark in likely if mark in first), ",")
    lines = chain(blank, [first], text)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    header = next((row for row in _records(path, reader) if row), [])
    names = [name.strip() for name in header]
    if names:
        names[0] = names[0].lstrip("# ")  # as numpy.savetxt writes it
    if names and all(map(_is_number, names)):
        shown = described(f"a table that begins with the row {first.strip()[:40]!r}")
        raise FileFormatError(path, shown, "headed by names", "put a line such as mu,sigma,kl above the numbers")
    return reader, names


def _body(path: str, reader: Any, header: list[str], assignment: Assignment) -> Table:
    """Return the numbers below the header."""
    parts: dict[str, list[FloatArray]] = {name: [] for names in assignment.names.values() for name in names}
    printed = Print()
    for lines, rows in _chunks(path, reader, len(header)):
        columns = dict(zip(header, zip(*rows, strict=True), strict=True))
        for name, part in parts.items():
            part.append(_floats(path, name, lines, columns[name]))
        for name in assignment.names.get("claim", ()):
            printed = printed.widened(columns[name])
    if not all(parts.values()):
        shown = described("a table of a header alone")
        raise FileFormatError(path, shown, "non-empty", "put a row of numbers below the header")
    whole = {name: np.concatenate(part) for name, part in parts.items()}
    arrays = {role: np.stack([whole[n] for n in names], axis=-1) for role, names in assignment.names.items()}
    return Table(assignment, arrays, printed)


def _records(path: str, reader: Any) -> Iterator[list[str]]:
    """Yield the rows; broken quoting becomes an error with its line."""
    try:
        yield from reader
    except csv.Error as failure:
        where = f"{path}, line {reader.line_num}"
        shown = described(f"a line that breaks the rules of CSV ({failure})")
        raise FileFormatError(where, shown, "a row of cells", "look for a quote that is never closed") from None


def _chunks(path: str, reader: Any, width: int) -> Iterator[tuple[list[int], list[list[str]]]]:
    """Yield the rows in chunks, each with the number of its line as an editor counts; blank lines are passed over."""
    lines: list[int] = []
    rows: list[list[str]] = []
    for row in _records(path, reader):
        if len(row) != width:
            if len(row) <= 1 and not "".join(row).strip():
                continue
            _refuse_ragged(f"{path}, line {reader.line_num}", row, width)
        lines.append(reader.line_num)
        rows.append(row)
        if len(rows) == CHUNK:
            yield lines, rows
            lines, rows = [], []
    if rows:
        yield lines, rows


def _refuse_ragged(where: str, row: list[str], width: int) -> None:
    shown = described(f"a row of {len(row)} cells")
    remedy = "add what is missing" if len(row) < width else "if numbers have a decimal comma, write a point"
    raise FileFormatError(where, shown, f"a row of {width} cells, as the header", remedy)


def _floats(path: str, name: str, lines: Sequence[int], cells: Sequence[str]) -> FloatArray:
    """Return the cells of one column as finite numbers."""
    text = "".join(cells)
    try:
        values = np.fromiter(map(float, cells), np.float64, count=len(cells))
        sound = bool(np.isfinite(values).all()) and text.isascii() and "_" not in text
    except ValueError:
        values, sound = np.empty(0), False
    if not sound:
        line, cell = next((line, cell) for line, cell in zip(lines, cells, strict=True) if not _is_sound(cell))
        expectation, remedy = _objection(cell)
        raise FileFormatError(f"{path}, line {line}, column {name!r}", cell, expectation, remedy)
    return values


def _is_number(cell: str) -> bool:
    """Whether `float` reads the cell; `1_000` and digits of other scripts, which it reads too, are no numbers here."""
    try:
        float(cell)
    except ValueError:
        return False
    return cell.isascii() and "_" not in cell


def _is_sound(cell: str) -> bool:
    return _is_number(cell) and math.isfinite(float(cell))


def _objection(cell: str) -> tuple[str, str]:
    """Return what a cell should have been, and the likely cure."""
    if not cell.strip():
        return "a number", "the cell is empty: fill it, or drop the row"
    if _is_number(cell):
        return "a finite number", "find where it arises before asking what it means"
    if _is_number(cell.replace(",", ".")):
        return "a number", "write a decimal point for the decimal comma"
    return "a number", "write it as 0.5 or -1.2e-3, without units, signs of other alphabets or separators"
