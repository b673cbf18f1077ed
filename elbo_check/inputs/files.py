"""Reading what an encoder gave: one .npz, two or more .npy, or one .csv or .tsv."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import FileFormatError, InputError, described
from . import csv, npy, npz
from .assignment import Assignment
from .names import KINDS
from .numbered import listed
from .printed import half_unit
from .stems import assign_stems

__all__ = ["EncoderOutput", "read_encoder"]


@dataclass(frozen=True, slots=True, eq=False)
class EncoderOutput:
    """The numbers of an encoder as they were stored: read-only, in their own dtype, not yet judged or broadcast.

    `second_kind` and `prior_kind` say what `second` and `prior_second` hold: "sigma", "variance", "log_sigma" or
    "log_variance". What the files do not give is None. `keys` names the column, key or file that supplied each
    role; `ignored` the book-keeping columns that were passed over.

    From a table, a parameter has the shape (rows, columns), a claim of one column the shape (rows,); then
    `claim_reduction` ("latent" for one column, "none" for numbered ones) says what the claim holds,
    `claim_half_unit` how far the number that was printed may lie from the one in the table, and `claim_digits` how
    many significant digits were printed.
    """

    mu: NDArray[Any]
    second: NDArray[Any]
    second_kind: str
    claim: NDArray[Any] | None = None
    prior_mu: NDArray[Any] | None = None
    prior_second: NDArray[Any] | None = None
    prior_kind: str | None = None
    claim_reduction: str | None = None
    claim_half_unit: NDArray[np.float64] | None = None
    claim_digits: int | None = None
    source: tuple[str, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()


def read_encoder(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]], *, second: str | None = None
) -> EncoderOutput:
    """Read the outputs of an encoder, and its KL values if they are there.

    One `.npz` with keys, one `.csv` or `.tsv` with a header, or `.npy` files that are known by their names
    (`mu.npy`, `run3_logvar.npy`, `kl.npy`) or, if they are two, by their order: first the mean, then sigma. For the
    names see `elbo_check.inputs.names`; `second` says what the second parameter holds where its name does not, or
    says something else.

    Raises `InputError` and its `FileFormatError`, which name the file, and in a table the line and the column.
    """
    names = _paths(paths)
    if second is not None and second not in KINDS:
        raise InputError("second", second, f"one of {', '.join(KINDS)}", "name what the second parameter holds")
    suffixes = {PurePath(name).suffix.lower() for name in names}
    if suffixes == {".npy"} and len(names) > 1:
        assignment = assign_stems(names, second=second)
        return _output(names, assignment, {role: npy.read_file(path) for role, (path,) in assignment.names.items()})
    if suffixes == {".npz"} and len(names) == 1:
        return _output(names, *npz.read(names[0], second))
    if suffixes <= {".csv", ".tsv"} and len(names) == 1:
        return _from_table(names, csv.read(names[0], second))
    raise _refusal(names)


def _output(names: tuple[str, ...], assignment: Assignment, arrays: Mapping[str, NDArray[Any]]) -> EncoderOutput:
    for array in arrays.values():
        array.setflags(write=False)
    return EncoderOutput(
        mu=arrays["mu"],
        second=arrays["second"],
        second_kind=assignment.kinds["second"],
        claim=arrays.get("claim"),
        prior_mu=arrays.get("prior_mu"),
        prior_second=arrays.get("prior_second"),
        prior_kind=assignment.kinds.get("prior_second"),
        source=names,
        keys=assignment.keys,
        ignored=assignment.ignored,
    )


def _from_table(names: tuple[str, ...], table: csv.Table) -> EncoderOutput:
    """Return a table's numbers; its one claim column is a sum a row, whatever the number of rows and latents."""
    output = _output(names, table.assignment, table.arrays)
    if output.claim is None:
        return output
    summed = output.claim.shape[1] == 1
    claim = output.claim[:, 0] if summed else output.claim
    return replace(
        output,
        claim=claim,
        claim_reduction="latent" if summed else "none",
        claim_half_unit=half_unit(claim, table.claim_print),
        claim_digits=table.claim_print.digits,
    )


def _paths(paths: Any) -> tuple[str, ...]:
    """Return the paths as text; a single one may come without its list."""
    given = (paths,) if isinstance(paths, str | os.PathLike) else paths
    try:
        names = tuple(os.fsdecode(path) for path in given)
    except TypeError:
        names = ()
    if not names:
        raise InputError("paths", paths, "a path or a list of paths", "pass 'encoder.npz', for example")
    return names


def _refusal(names: tuple[str, ...]) -> InputError:
    """Say what is wrong with the number or the kinds of the files."""
    expected = "one .npz, one .csv or .tsv, or .npy files for mu and sigma"
    shown = described(f"the files {listed(names)}")
    suffixes = {PurePath(name).suffix.lower() for name in names}
    if not suffixes <= {".npz", ".npy", ".csv", ".tsv"}:
        remedy = "load it as you do, and save the numbers: numpy.savez('encoder.npz', mu=mu, sigma=sigma, kl=kl)"
        return FileFormatError("paths", shown, expected, remedy)
    remedy = "give the second parameter, too" if len(names) == 1 else "check one encoder at a time"
    return InputError("paths", shown, expected, remedy)
