"""Numbered columns: mu_0, mu_1, … hold one parameter together, a latent a column (never two Gaussians)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..errors import FileFormatError, described
from .names import Meaning, folded, meaning

__all__ = ["Group", "grouped", "listed", "quoted"]

_NUMBER = re.compile(r"\[?(\d{1,6})\]?\Z", re.ASCII)
_MOST_SHOWN, _LONGEST_SHOWN = 8, 60


@dataclass(frozen=True, slots=True)
class Group:
    """One column, or the numbered columns of one parameter in the order of their numbers, and what they hold."""

    columns: tuple[str, ...]
    meaning: Meaning | None
    first: int | None = None

    @property
    def shown(self) -> str:
        """The group as a message calls it."""
        return " … ".join(dict.fromkeys(map(quoted, (self.columns[0], self.columns[-1]))))


def grouped(source: str, found: Sequence[str]) -> list[Group]:
    """Return the columns `found`, those with numbers gathered by what they are called before the number.

    `sigma2` is a variance, unless `sigma1` stands beside it. Raises `FileFormatError` where numbers are missing or
    repeated, or where two parameters are not numbered alike.

    >>> [group.columns for group in grouped("a.csv", ["mu_1", "sigma2", "mu_0"])]
    [('mu_0', 'mu_1'), ('sigma2',)]
    """
    families: dict[str, dict[int, str]] = {}
    groups: dict[str, Group] = {}
    present = set(map(folded, found))
    for column in found:
        base, number = _split(column, present)
        if number is None:
            groups[column] = Group((column,), meaning(column))
        elif number in families.setdefault(base, {}):
            twice = f"a table with both {quoted(families[base][number])} and {quoted(column)}"
            raise FileFormatError(source, described(twice), "without a number twice", "drop or rename one of them")
        else:
            families[base][number] = column
            groups[f"{base}\0"] = Group((), None)  # holds the place of the family
    groups |= {f"{base}\0": _family(source, base, members) for base, members in families.items()}
    _same_numbers(source, [group for group in groups.values() if group.first is not None])
    return list(groups.values())


def quoted(name: str) -> str:
    """Return a name in quotes; of a long one, as of a path, the end."""
    return repr(name if len(name) <= _LONGEST_SHOWN else "…" + name[1 - _LONGEST_SHOWN :])


def listed(names: Sequence[str]) -> str:
    """Return names as a message shows them, and not all of a thousand."""
    shown = [quoted(name) for name in names[:_MOST_SHOWN]]
    more = [f"… ({len(names)} in all)"] if len(names) > _MOST_SHOWN else []
    return ", ".join(shown + more) or "nothing"


def _split(column: str, present: set[str]) -> tuple[str, int | None]:
    """Return what a column is called and its number, or None if it has none."""
    name = column.strip()
    number = _NUMBER.search(name)
    base = folded(name[: number.start()]) if number else ""
    if number is None or meaning(base) is None:
        return column, None
    if meaning(column) is not None and base + "1" not in present:
        return column, None
    return base, int(number[1])


def _family(source: str, base: str, members: dict[int, str]) -> Group:
    """Return the columns of one parameter, numbered 0 … J−1 or 1 … J."""
    numbers = sorted(members)
    first = min(numbers[0], 1)
    if numbers != list(range(first, first + len(numbers))):
        gap = next(n for n, number in enumerate(numbers, first) if n != number)
        shown = described(f"a table with {listed([members[n] for n in numbers])}")
        expected = f"numbered without gaps from 0 or 1 (number {gap} of {base!r} is missing)"
        raise FileFormatError(source, shown, expected, "add the column, or number the ones there are afresh")
    return Group(tuple(members[n] for n in numbers), meaning(base), first)


def _same_numbers(source: str, families: list[Group]) -> None:
    for family in families[1:]:
        if (family.first, len(family.columns)) != (families[0].first, len(families[0].columns)):
            shown = described(f"a table with {families[0].shown} beside {family.shown}")
            remedy = "number every parameter from the same first to the same last latent"
            raise FileFormatError(source, shown, "with the same numbers for each parameter", remedy)
