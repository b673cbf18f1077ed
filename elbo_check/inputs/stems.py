"""Several .npy files: which holds what, from their names, or for two of them from their order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

from ..errors import InputError, described
from .assignment import Assignment, settled
from .names import Meaning, meaning
from .numbered import Group

__all__ = ["assign_stems", "stem_meaning"]


def stem_meaning(path: str) -> Meaning | None:
    """Return what a file holds by the end of its name, the longest end that is known.

    >>> stem_meaning("out/run3_log_var.npy")
    Meaning(role='second', kind='log_variance')
    """
    words = re.split(r"[-_.\s]+", PurePath(path).stem)
    ends = (meaning("_".join(words[start:])) for start in range(len(words)))
    return next((held for held in ends if held is not None), None)


def assign_stems(paths: Sequence[str], *, second: str | None = None) -> Assignment:
    """Decide which file supplies each role. Two files need no names: the mean comes first, then sigma.

    Raises `InputError` where a name contradicts the order, and as `settled` does.
    """
    groups = [Group((path,), stem_meaning(path)) for path in paths]
    if len(groups) == 2 and any(group.meaning is None for group in groups):
        groups = [_at(place, group) for place, group in zip(("mu", "second"), groups, strict=True)]
    return settled("paths", paths, groups, second)


def _at(role: str, group: Group) -> Group:
    """Return a file of a pair with the role its place gives it."""
    held = group.meaning or Meaning(role, "sigma" if role == "second" else None)
    if held.role != role:
        shown = described(f"a pair with {group.shown} in the place of {role!r}")
        raise InputError("paths", shown, "the mean first and the second parameter after it", "exchange the two files")
    return Group(group.columns, held)
