"""What is granted where it is not certain: that a density is above 0 where its logarithm is taken, or it is divided by.

It is granted in words that stand in the ledger of the page: nothing is proved by what the page does not say.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any

from ..verdict import Finding

__all__ = ["NOTHING", "Granted", "granted_lines"]


@dataclass(frozen=True, slots=True)
class Granted:
    """What is granted, as it is printed.

    Densities of which logarithms are taken, divisors, and those that stand for positive symbols of what is cited are
    above 0; means that are exponents are finite.
    """

    logarithms: tuple[str, ...] = ()
    divisors: tuple[str, ...] = ()
    exponents: tuple[str, ...] = ()
    positives: tuple[str, ...] = ()

    def with_those_of(self, findings: Iterable[Finding]) -> Granted:
        """Return this with what the steps of a checked derivation were granted, each once."""
        all_of = [self, *(Granted(**one.details["granted"]) for one in findings if "granted" in one.details)]
        return Granted(
            *(tuple(dict.fromkeys(itertools.chain(*each))) for each in zip(*map(astuple, all_of), strict=True))
        )

    @property
    def details(self) -> Mapping[str, Any]:
        """The same as a detail of a finding; nothing where nothing was granted."""
        return {} if self == NOTHING else {"granted": asdict(self)}


NOTHING = Granted()

_WORDS = (
    (" > 0", " where a logarithm is taken of it, or of a sum, mean or integral of it",
     " where a logarithm is taken of them, or of sums, means or integrals of them"),
    (" ≠ 0", " where it is divided by", " where they are divided by"),
    ("", " is finite where it is an exponent", " are finite where they are exponents"),
    (" > 0", " where it stands for a positive number in what is cited",
     " where they stand for positive numbers in what is cited"),
)  # fmt: skip


def granted_lines(findings: Iterable[Finding], said: Sequence[str]) -> tuple[str, ...]:
    """Return what the steps of a derivation were granted, as lines of its ledger; `said` are words of its author.

    >>> step = Finding("step-proved", "", "note", details=Granted(("p(z)", "q(z)"), ("p(x)",)).details)
    >>> for line in granted_lines([step], ["p(x, z) is a density", "q(z) > 0"]):
    ...     print(line)
    p(z) > 0 where a logarithm is taken of it, or of a sum, mean or integral of it
    p(x) ≠ 0 where it is divided by
    """
    lines = []
    for parts, (what, one, several) in zip(astuple(NOTHING.with_those_of(findings)), _WORDS, strict=True):
        told = [f"{part}{what}" for part in parts if not _is_said(part, said)]
        if told:
            lines.append(_listed(told) + (several if told[1:] else one))
    return tuple(lines)


def _is_said(part: str, said: Sequence[str]) -> bool:
    """Whether an author says that a part is above 0, and not merely where something is done with it."""
    words = re.compile(rf"(?<!\S){re.escape(part)} > 0(?! where)")
    return any(map(words.search, said))


def _listed(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
