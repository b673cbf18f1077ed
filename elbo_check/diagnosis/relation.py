"""How what a function computes stands to a right formula: equal, proportional, offset, affine, or different."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .formula import Formula, Law, law
from .quantity import Right
from .sizes import Sizes

__all__ = ["DIFFERENT", "Relation", "relation_of"]


@dataclass(frozen=True, slots=True)
class Relation:
    """How what is computed stands to a right formula: computed = factor·right + offset, where there are such laws."""

    name: str
    right: Right | None = None
    factor: Law | None = None
    offset: Formula | None = None

    @property
    def is_global_scale(self) -> bool:
        """Whether it is a right formula times a positive factor: right for an objective."""
        factor = self.factor if self.name in ("equal", "proportional") else None
        return factor is not None and all(number > 0 for _, number in factor.parts)


DIFFERENT = Relation("different")


def relation_of(computed: Formula, rights: Sequence[Right], fixed: Sizes) -> Relation:
    """Return how a formula stands to the right ones: to the one it is nearest to."""
    found = [(_relation(computed, right, right.formula.at(fixed)), right.formula.at(fixed)) for right in rights]
    return min(found, key=lambda pair: _distance(computed, *pair))[0]


def _relation(computed: Formula, right: Right, formula: Formula) -> Relation:
    if computed == formula:
        return Relation("equal", right, law(1), Formula({}))
    factor = computed.quotient(formula)
    if factor is not None:
        return Relation("proportional", right, factor, Formula({}))
    factor = computed.restricted(computed.terms).quotient(formula.restricted(formula.terms))
    if factor is None:
        return Relation("different", right)
    offset = computed.constants - formula.constants.scaled(factor)
    return Relation("offset" if factor == law(1) else "affine", right, factor, offset)


def _distance(computed: Formula, relation: Relation, formula: Formula) -> tuple[int, float, float, int]:
    """Order relations: the name, powers of sizes in the factor, how far its number is from 1, parts of the offset."""
    order = ("equal", "offset", "proportional", "affine", "different").index(relation.name)
    if relation.factor is None:
        return order, -float(sum(computed[term] == held for term, held in formula.coefficients.items())), 0.0, 0
    ((monomial, number),) = relation.factor.parts
    parts = sum(len(held.parts) for held in relation.offset.coefficients.values()) if relation.offset else 0
    return order, float(sum(abs(power) for _, power in monomial)), abs(float(number) - 1), parts
