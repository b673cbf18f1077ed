"""Which of the names found in a file supplies what: nothing is guessed, and nothing unknown is passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from ..errors import FileFormatError, InputError, described
from .names import ACCEPTED, BOOK_KEEPING, KINDS, ROLES, folded, meaning, nearest
from .numbered import Group, grouped, listed, quoted

__all__ = ["Assignment", "assign", "settled"]

_SAID = {
    "mu": "the mean",
    "second": "the second parameter",
    "claim": "the claimed KL",
    "prior_mu": "the mean of the prior",
    "prior_second": "the second parameter of the prior",
}


@dataclass(frozen=True, slots=True)
class Assignment:
    """The names that supply each role (several where numbered), what the second parameters hold, and the rest."""

    names: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, str]
    ignored: tuple[str, ...] = ()

    @property
    def keys(self) -> dict[str, str]:
        """Each role, and the name (of numbered ones the first and the last) that supplies it."""
        return {role: " … ".join(dict.fromkeys((names[0], names[-1]))) for role, names in self.names.items()}


def assign(source: str, found: Sequence[str], *, second: str | None = None, numbered: bool = False) -> Assignment:
    """Decide which of the names `found` in `source` supplies each role.

    With `numbered`, columns mu_0, mu_1, … supply one role together. `second` (one of `KINDS`) chooses among
    several second parameters, and overrides what the name of an only one says. Raises `FileFormatError` for a
    name that is unknown, repeated or missing, and `InputError` where two names claim the same role.

    >>> assign("encoder.npz", ["mu", "logvar", "kl"]).kinds
    {'second': 'log_variance'}
    """
    _refuse_repeated(source, found)
    groups = grouped(source, found) if numbered else [Group((name,), meaning(name)) for name in found]
    return settled(source, found, groups, second)


def settled(source: str, found: Sequence[str], groups: Sequence[Group], second: str | None) -> Assignment:
    """Return the one group that supplies each role, or raise as `assign` does."""
    unknown = [group.columns[0] for group in groups if group.meaning is None]
    _refuse_unknown(source, [name for name in unknown if folded(name) not in BOOK_KEEPING])
    chosen = {role: group for role in ROLES for group in _only(source, role, groups, second)}
    _refuse_missing(source, found, chosen)
    kinds = {role: group.meaning.kind for role, group in chosen.items() if group.meaning and group.meaning.kind}
    if second is not None:
        kinds["second"] = second
    names = {role: group.columns for role, group in chosen.items()}
    used = set(chain.from_iterable(names.values()))
    return Assignment(names, kinds, tuple(name for name in dict.fromkeys(found) if name not in used))


def _only(source: str, role: str, groups: Sequence[Group], second: str | None) -> list[Group]:
    """Return the one group that can supply a role, or none."""
    able = [group for group in groups if group.meaning is not None and group.meaning.role == role]
    if role == "second" and len(able) > 1:
        able = [group for group in able if group.meaning is not None and group.meaning.kind == second] or able
    if len(able) > 1:
        shown = described(f"input with both {able[0].shown} and {able[1].shown}")
        how = f", or choose by second= (one of {', '.join(KINDS)})" if role == "second" else ""
        raise InputError(source, shown, f"clear about {_SAID[role]}", f"keep one of them{how}")
    return able


def _refuse_repeated(source: str, found: Sequence[str]) -> None:
    repeated = [name for name, times in Counter(found).items() if times > 1 and folded(name) not in BOOK_KEEPING]
    if repeated:
        shown = described(f"input with {listed(repeated)} more than once")
        raise FileFormatError(source, shown, "without a name twice", "rename or drop one of them")


def _refuse_unknown(source: str, unknown: Sequence[str]) -> None:
    if not unknown:
        return
    close = {name: nearest(name) for name in unknown[:3]}
    guesses = [f"{quoted(name)} looks like {guess!r}" for name, guess in close.items() if guess is not None]
    if unknown[0] == "arr_0":
        guesses = ["numpy.savez needs names: numpy.savez('encoder.npz', mu=mu, sigma=sigma, kl=kl)"]
    shown = described(f"input with the unknown {listed(unknown)}")
    remedy = "; ".join([*guesses, "rename what is meant and drop the rest"])
    raise FileFormatError(source, shown, f"made of names such as {ACCEPTED}", remedy)


def _refuse_missing(source: str, found: Sequence[str], chosen: Mapping[str, Group]) -> None:
    missing = [role for role in ("mu", "second") if role not in chosen]
    if missing:
        shown = described(f"input with {listed(found)}")
        lacks = " and ".join(_SAID[role] for role in missing)
        remedy = f"add {lacks}: {ACCEPTED.split('; kl')[0]}"
        raise FileFormatError(source, shown, "a mean and a second parameter, at least", remedy)
