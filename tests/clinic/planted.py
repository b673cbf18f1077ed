"""All planted mistakes: every family, every slip alone, and every pair of slips that can be made together."""

from __future__ import annotations

from collections.abc import Iterator

from .case import Case
from .planted_gaussian import GAUSSIANS
from .planted_objectives import OBJECTIVES
from .planted_others import OTHERS
from .planted_pairs import PAIRS
from .relations import is_right
from .switches import Family

FAMILIES: tuple[Family, ...] = (*GAUSSIANS, *PAIRS, *OBJECTIVES, *OTHERS)


def singles(*, every_reduction: bool = False) -> Iterator[Case]:
    """Every slip alone, where it changes the value."""
    for family in FAMILIES:
        yield from (case for case in family.singles(every_reduction=every_reduction) if not is_right(case))


def pairs(family: Family) -> Iterator[Case]:
    """Every pair of slips of a family that do not undo each other."""
    yield from (case for case in family.pairs() if not is_right(case))
