"""What the outcomes of a density are: bits, whole numbers, or a line, all of it or where it is positive."""

from __future__ import annotations

from typing import Any

import sympy

from ..nodes import family_of, outcomes_in, space_of_family
from ..symbols import kind_of
from .polynomials import Ratio
from .terms import Tag, Terms

__all__ = ["kinds_of_outcomes", "note_kinds", "runs_over"]

_WITHIN = {"unit": ("unit", "positive", "real"), "positive": ("positive", "real")}


def note_kinds(expression: Any, terms: Terms) -> None:
    """Note of each space what the symbols that stand for its outcomes are; all of a chain are of one kind."""
    for node in sympy.preorder_traversal(expression):
        for space, symbol in outcomes_in(node):
            terms.kinds_of_spaces.setdefault(space, kind_of(symbol))


def kinds_of_outcomes(tag: Tag, parts: tuple[Ratio, ...], terms: Terms) -> tuple[str, ...]:
    """Return what each variable of an independent block is; "" for a member of a family of which nothing says it."""
    if tag[0] == "iterated":
        (base,) = terms.bases(parts[0])
        return kinds_of_outcomes(terms[base].tag[1], terms[base].parts[1:], terms)
    if tag[0] == "gaussian":
        return ("real",) * int(tag[1])
    if tag[0] in ("bernoulli", "uniform"):
        return ("bit" if tag[0] == "bernoulli" else "count",)
    spaces = tag[2] if tag[0] == "arbitrary" else (space_of_family(tag[1]),)
    return tuple(terms.kinds_of_spaces.get(space, "" if family_of(space) else "real") for space in spaces)


def runs_over(kind: str, outcomes: str, at_most: bool = False) -> bool:
    """Whether a variable of a kind runs over all outcomes of a density, or `at_most` over some of them.

    >>> runs_over("positive", "positive"), runs_over("positive", "real"), runs_over("positive", "real", at_most=True)
    (True, False, True)
    """
    return bool(kind) and (outcomes in _WITHIN.get(kind, (kind,)) if at_most else kind == outcomes)
