"""Objectives of two parts: each is led back to its right form by its own slips, the weight between them is read off.

What a reconstruction term and a KL have in common is only the scale of the whole. So slips are sought in each part
apart, and a factor on one of them alone is an effective beta: the weight of the second part over that of the first.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import sympy

from .formula import Formula, Law, Term, law
from .naming import Explanation, Scales, Slip, Table, Way, scale_names
from .probing import Kind
from .quantity import Quantity, Right
from .sizes import Layout, Sizes

__all__ = ["PartsTable"]


class _Found(NamedTuple):
    """A formula that a part may be, the slips to it, and the law left as its weight; None where it is missing."""

    formula: Formula
    form: int
    way: tuple[str, ...]
    weight: Law | None


class PartsTable:
    """The formulas within some slips of the right parts of an objective, as `Table` is for a quantity of one piece."""

    def __init__(self, quantity: Quantity, kind: Kind, layout: Layout, rights: Sequence[Right], fixed: Sizes) -> None:
        self._quantity, self._rights, self._fixed = quantity, rights, fixed
        spread = "B" in kind.kept
        self._tables = [
            Table(
                [part.formula(form, kind, layout) for form in part.forms],
                [*part.slips, *(_spread_slips() if spread and "B" in part.axes else [])],
                fixed,
                still=frozenset(place for place, form in enumerate(part.forms) if not form.has_slips),
            )
            for part in quantity.parts
        ]
        self._scales = [part.scale(kind, layout).at(fixed) for part in quantity.parts]
        self.depth = 0

    def deepen(self) -> None:
        """Go one slip further in each part."""
        for table in self._tables:
            table.deepen()
        self.depth += 1

    def term_sets(self, most: int) -> Iterator[frozenset[Term]]:
        """Yield the sets of terms of all its wholes within so many slips, nearest first."""
        sets = [_by_depth(table) for table in self._tables]
        for total in range(most + 1):
            for first in range(total + 1):
                for pair in itertools.product(sets[0][first], sets[1][total - first]):
                    yield frozenset().union(*pair)

    def wide(self) -> Iterator[frozenset[Term]]:
        """Yield larger sets: those of one part beside the right terms of the other."""
        one, two = self._quantity.parts
        for part, other in ((one, two), (two, one)):
            for terms, form in itertools.product(part.wide, other.forms):
                yield terms | form.formula.terms

    def near(self) -> Iterator[Formula]:
        """Yield wholes that lack a part, or have one slip in one of them, at every right scale of the whole."""
        wholes = dict.fromkeys(right.scale for right in self._rights)
        (one, one_off), (two, two_off) = (self._weighted(index) for index in range(len(self._tables)))
        pairs = itertools.chain(itertools.product(one, two_off), itertools.product(one_off, two))
        for formula in (*one, *two, *itertools.starmap(operator.add, pairs)):
            yield from (formula.scaled(whole) for whole in wholes)

    def _weighted(self, index: int) -> tuple[list[Formula], list[Formula]]:
        """Return the right formulas of a part with its weight in the whole, and those that are one slip away."""
        within = self._tables[index].within(1)
        held = [(len(ways[0][1]), formula.scaled(self._scales[index])) for formula, ways in within]
        return [each for slips, each in held if not slips], [each for slips, each in held if slips]

    def explanations(self, computed: Formula, scales: Scales, most: int, depth: int) -> list[Explanation]:
        """Return the explanations of a whole with the fewest slips, weights between the parts counted as slips too."""
        pieces = self._divided(computed, depth)
        if pieces is None:
            return []
        candidates = [self._candidates(i, piece, depth) for i, piece in enumerate(pieces)]
        found: list[Explanation] = []
        for one, two in itertools.product(*candidates):
            if _constants(one) + _constants(two) == computed.constants:
                found += self._named(one, two, scales)
        found = [explanation for explanation in found if explanation.count <= most]
        fewest = min((explanation.count for explanation in found), default=0)
        return list(dict.fromkeys(e for e in found if e.count == fewest))

    def _divided(self, computed: Formula, depth: int) -> list[Formula] | None:
        """Return the terms of each part, or None where a term belongs to neither."""
        known = [frozenset().union(*table.term_sets(depth)) for table in self._tables]
        pieces = [computed.restricted(computed.terms & terms) for terms in known]
        return pieces if sum(len(piece.coefficients) for piece in pieces) == len(computed.terms) else None

    def _candidates(self, index: int, piece: Formula, depth: int) -> list[_Found]:
        if not piece:
            return [_Found(Formula({}), 0, (self._quantity.parts[index].missing,), None)]
        found = []
        for formula, ways in self._tables[index].within(depth):
            if formula.coefficients.keys() >= piece.coefficients.keys():
                weight = piece.quotient(formula.restricted(formula.terms))
                if weight is not None:
                    found += [_Found(formula, form, way, weight) for form, way in ways]
        return found

    def _named(self, one: _Found, two: _Found, scales: Scales) -> Iterator[Explanation]:
        """Yield the explanations by two formulas of the parts: their slips, and names for the weight between them."""
        own = tuple((slug,) for slug in (*one.way, *two.way))
        form = self._quantity.parts[0].forms[one.form]
        weight = one.weight or two.weight
        if weight is None:
            return
        right = self._right(one, two, weight)
        if one.weight is None or two.weight is None:
            beta = None if one.weight is None else Law()
            yield Explanation((*own, *_sign(weight)), weight, right, beta)
            return
        off = (two.weight * self._scales[0]).quotient(one.weight * self._scales[1]) or law(1)  # one monomial each
        whole: Way = _sign(one.weight) if off.parts[0][1] > 0 else ()
        if off == law(1):
            yield Explanation((*whole, *own), weight, right)
            return
        beta = off * self._quantity.beta * law(Fraction(1, form.unit))
        known = {**scales, **form.weights}
        for names in [(known[off],)] if off in known else scale_names(off, known, self._fixed):
            yield Explanation((*names, *whole, *own), weight, right, beta)

    def _right(self, one: _Found, two: _Found, weight: Law) -> int:
        """Return the right formula of these forms, with the reduction over the batch that a weight suggests."""
        wholes = len(self._quantity.parts[0].forms) * len(self._quantity.parts[1].forms)
        form = one.form * len(self._quantity.parts[1].forms) + two.form
        places = range(form, len(self._rights), wholes)
        names = {name for name, power in weight.parts[0][0] if name == "B" and power < 0}
        return next((i for i in places if ("B" in self._rights[i].scale.names) == bool(names)), form)


def _by_depth(table: Table) -> list[list[frozenset[Term]]]:
    """Return the sets of terms by how many slips away they are; a part that is missing is in any of them."""
    sets: list[dict[frozenset[Term], None]] = [{} for _ in range(table.depth + 1)]
    for formula, ways in table.ways.items():
        sets[len(ways[0][1])].setdefault(formula.terms)
    return [list(each) for each in sets]


def _constants(found: _Found) -> Formula:
    return found.formula.constants.scaled(found.weight) if found.weight is not None else Formula({})


def _sign(weight: Law) -> Way:
    return (("wrong-sign",),) if weight.parts[0][1] < 0 else ()


def _spread_slips() -> list[Slip]:
    """Return the slips of broadcasting: the batch's total, or its mean, in the place of every sample's own number."""
    return [("wrong-reduction-axis", _broadcast(law(1))), ("wrong-reduction-axis", _broadcast(law(1, B=-1)))]


def _broadcast(factor: Law) -> Any:
    def edit(formula: Formula) -> Iterator[Formula]:
        if not any(term.name.startswith("total of ") for term in formula.terms):
            spread = {_total(term): formula[term] * factor for term in formula.terms}
            counted = formula.constants.scaled(factor * law(1, B=1))
            yield Formula.of({**spread, **counted.coefficients})

    return edit


def _total(term: Term) -> Term:
    """Return a term summed over the batch, in the place of every sample."""
    return Term(
        f"total of {term.name}",
        term.axes,
        lambda a: _summed(term.value(a)),
        lambda s: sympy.Function("batch_total")(term.symbol(s)),
    )


def _summed(values: Any) -> Any:
    return np.broadcast_to(np.sum(values, axis=0, keepdims=True), np.shape(values))
