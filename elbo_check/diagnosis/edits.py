"""Edits of formulas that several quantities share: a sign, a constant, a factor, an exchange of terms."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .formula import Formula, Law, Term, law
from .naming import Edit, Slip

__all__ = ["constant_slips", "dropped", "exchanged", "flipped", "rescaled"]


def flipped(formula: Formula) -> Iterable[Formula]:
    """Yield the formula with the sign of one term reversed."""
    for term, held in formula.coefficients.items():
        yield formula.with_terms({term: -held})


def exchanged(pairs: Sequence[tuple[Term, Term, Law]]) -> Edit:
    """Return the edit that puts other terms for some: (old, new, factor). It applies where it changes something."""

    def edit(formula: Formula) -> Iterable[Formula]:
        changed = formula.replaced(pairs)
        if changed != formula:
            yield changed

    return edit


def dropped(*terms: Term) -> Edit:
    """Return the edit that leaves terms out."""
    return exchanged([(term, term, Law()) for term in terms])


def rescaled(terms: Sequence[Term], factor: Law) -> Edit:
    """Return the edit that multiplies the coefficients of terms, all of which must be there."""

    def edit(formula: Formula) -> Iterable[Formula]:
        if all(formula[term] for term in terms):
            yield formula.with_terms({term: formula[term] * factor for term in terms})

    return edit


def constant_slips(names: Mapping[str, str]) -> list[Slip]:
    """Return the slips of a constant: left out, not counted for every place of an axis, halved, doubled."""
    return [
        ("missing-constant", _without_constants),
        *((slug, _uncounted(axis)) for axis, slug in names.items()),
        ("wrong-constant", _constant_times(law("1/2"))),
        ("wrong-constant", _constant_times(law(2))),
    ]


def _without_constants(formula: Formula) -> Iterable[Formula]:
    yield from _each_and_all(formula, dict.fromkeys(formula.constants.coefficients, Law()))


def _uncounted(axis: str) -> Edit:
    def edit(formula: Formula) -> Iterable[Formula]:
        held = {c: each for c, each in formula.constants.coefficients.items() if axis in each.names}
        counted = {c: each * law(1, **{axis: -1}) for c, each in held.items()}
        yield from _each_and_all(formula, counted)

    return edit


def _constant_times(factor: Law) -> Edit:
    def edit(formula: Formula) -> Iterable[Formula]:
        yield from _each_and_all(formula, {c: held * factor for c, held in formula.constants.coefficients.items()})

    return edit


def _each_and_all(formula: Formula, changes: Mapping[Term, Law]) -> Iterable[Formula]:
    for constant, held in changes.items():
        yield formula.with_terms({constant: held})
    if len(changes) > 1:
        yield formula.with_terms(changes)
