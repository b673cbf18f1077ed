"""Formulas as data: sums of known terms whose coefficients are rational numbers times powers of sizes.

A loss is read as  Σ_terms law(sizes)·Σ term,  where a law is a sum of monomials such as −½·d·B⁻¹. Both what a function
computes and what it should compute are such formulas, so that comparing them, and editing one into the other, is exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sympy

from .law import Law, Monomial, law, product

__all__ = ["LOG_2PI", "ONE", "Formula", "Law", "Monomial", "Term", "law", "product"]


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """Something that is summed over places: how to reckon it, and how to print it.

    `axes` says what its places are: ("B", "d") for a number a sample and latent, ("B", "D") a sample and observed
    number, () for one number. `value` maps the arrays by role to an array over these axes; `symbol` maps symbols by
    role to the SymPy expression of one place. A constant has no axes: its value maps the sizes to a number, and its
    law says how often it is counted in every number that comes out. Terms are told apart by `name` alone.
    """

    name: str
    axes: tuple[str, ...]
    value: Callable[[Mapping[str, Any]], Any]
    symbol: Callable[[Mapping[str, Any]], Any]
    constant: bool = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Term) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"<{self.name}>"


ONE = Term("1", (), lambda _: 1.0, lambda _: 1, constant=True)
LOG_2PI = Term("log 2π", (), lambda _: math.log(2 * math.pi), lambda _: sympy.log(2 * sympy.pi), constant=True)


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """Σ law·Σ term. `coefficients` holds no zero laws."""

    coefficients: Mapping[Term, Law]
    _hash: int | None = field(default=None, init=False, repr=False)

    @staticmethod
    def of(coefficients: Mapping[Term, Law]) -> Formula:
        """Make a formula; terms without a coefficient are left out."""
        return Formula({term: held for term, held in coefficients.items() if held})

    def __getitem__(self, term: Term) -> Law:
        return self.coefficients.get(term, Law())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formula) and self.coefficients == other.coefficients

    def __hash__(self) -> int:
        if self._hash is None:
            found = hash(frozenset(self.coefficients.items()))
            object.__setattr__(self, "_hash", found)
            return found
        return self._hash

    def __add__(self, other: Formula) -> Formula:
        return Formula.of({t: self[t] + other[t] for t in {**self.coefficients, **other.coefficients}})

    def __sub__(self, other: Formula) -> Formula:
        return self + other.scaled(law(-1))

    def __bool__(self) -> bool:
        return bool(self.coefficients)

    @property
    def terms(self) -> frozenset[Term]:
        """The terms that are no constants."""
        return frozenset(term for term in self.coefficients if not term.constant)

    @property
    def constants(self) -> Formula:
        """The part without places."""
        return Formula({term: held for term, held in self.coefficients.items() if term.constant})

    def scaled(self, factor: Law) -> Formula:
        """Return the formula times a law."""
        return Formula.of({term: held * factor for term, held in self.coefficients.items()})

    def at(self, sizes: Mapping[str, int]) -> Formula:
        """Return the formula with some of the sizes put into its laws."""
        return Formula.of({term: held.at(sizes) for term, held in self.coefficients.items()}) if sizes else self

    def restricted(self, terms: Iterable[Term]) -> Formula:
        """Return the part on these terms."""
        chosen = frozenset(terms)
        return Formula({term: held for term, held in self.coefficients.items() if term in chosen})

    def with_terms(self, changes: Mapping[Term, Law]) -> Formula:
        """Return the formula with other coefficients of some terms."""
        return Formula.of({**self.coefficients, **changes})

    def replaced(self, pairs: Iterable[tuple[Term, Term, Law]]) -> Formula:
        """Return the formula with terms exchanged: (old, new, factor): old's coefficient times factor goes to new."""
        found = dict(self.coefficients)
        moved = [(new, found.pop(old) * factor) for old, new, factor in pairs if old in found]
        for new, held in moved:
            found[new] = found.get(new, Law()) + held
        return Formula.of(found)

    def quotient(self, other: Formula) -> Law | None:
        """Return the single law c with self = c·other, or None."""
        if self.coefficients.keys() != other.coefficients.keys() or not self:
            return None
        factor: Law | None = None
        for term, held in self.coefficients.items():
            found = held.quotient(other[term])
            if found is None or (factor is not None and factor != found):
                return None
            factor = found
        return factor
