"""What the generators of a normal form stand for: symbols, logarithms, densities at a point, whole expectations.

A term is a tag and its parts, themselves in normal form; equal terms get the same generator, so that equality of
expressions becomes equality of polynomials.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .polynomials import Monomial, Polynomial, Ratio

__all__ = ["Tag", "Term", "Terms"]

Tag = tuple[Any, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One generator. `binds` are the symbols of its own integral or sum, `depends` the other symbols below it.

    `height` counts the binders nested in it: it names bound symbols, so that E_q[f(z)] and E_q[f(w)] are one term.
    """

    tag: Tag
    parts: tuple[Ratio, ...]
    positive: bool
    binds: tuple[int, ...]
    depends: frozenset[int]
    height: int


class Terms:
    """The table of generators of one comparison."""

    def __init__(self) -> None:
        self._table: list[Term] = []
        self._numbers: dict[Any, int] = {}

    def __getitem__(self, base: int) -> Term:
        return self._table[base]

    def make(self, tag: Tag, *parts: Ratio, positive: bool = False, binds: tuple[int, ...] = ()) -> int:
        """Return the generator of a term."""
        key = (tag, *(part.key for part in parts))
        if key not in self._numbers:
            depends = frozenset().union(*(self.depends(part) for part in parts)).difference(binds)
            height = max((self.height(part) for part in parts), default=0) + bool(binds)
            self._add(key, Term(tag, parts, positive, binds, depends, height))
        return self._numbers[key]

    def symbol(self, tag: Tag, *, positive: bool = False) -> int:
        """Return the generator of a symbol: it depends on itself."""
        if (tag,) not in self._numbers:
            depends = frozenset({len(self._table)})
            self._add((tag,), Term(tag, (), positive, (), depends, 0))
        return self._numbers[tag,]

    def bound(self, height: int, position: int) -> int:
        """Return the name that a bound symbol carries inside its own term."""
        return self.symbol(("bound", height, position))

    def fresh(self) -> int:
        """Return the generator of a new symbol, equal to no other."""
        return self.symbol(("fresh", len(self._table)))

    def depends(self, part: Ratio) -> frozenset[int]:
        """Return the generators of symbols on which a ratio depends."""
        return frozenset().union(*(self._table[base].depends for base in _bases(part)))

    def height(self, part: Ratio) -> int:
        """Return how many binders are nested in a ratio."""
        return max((self._table[base].height for base in _bases(part)), default=0)

    def free_of(self, monomial: Monomial, symbols: frozenset[int]) -> bool:
        """Whether a monomial depends on none of the symbols."""
        return all(self._table[base].depends.isdisjoint(symbols) for base, _ in monomial)

    def renamed(self, part: Ratio, names: Mapping[int, int]) -> Ratio:
        """Return the ratio with symbols replaced by symbols, inside terms too."""
        if self.depends(part).isdisjoint(names):
            return part
        return part.mapped(lambda polynomial: Ratio(self._renamed(polynomial, names)))

    def _renamed(self, polynomial: Polynomial, names: Mapping[int, int]) -> Polynomial:
        def moved(monomial: Monomial) -> Monomial:
            return frozenset((self._moved(base, names), exponent) for base, exponent in monomial)

        return Polynomial.collect((moved(monomial), c) for monomial, c in polynomial.terms.items())

    def _moved(self, base: int, names: Mapping[int, int]) -> int:
        term = self._table[base]
        if base in names or term.depends.isdisjoint(names):
            return names.get(base, base)
        parts = [self.renamed(part, names) for part in term.parts]
        return self.make(term.tag, *parts, positive=term.positive, binds=term.binds)

    def _add(self, key: Any, term: Term) -> None:
        self._numbers[key] = len(self._table)
        self._table.append(term)


def _bases(part: Ratio) -> set[int]:
    polynomials = (part.numerator, part.denominator)
    return {base for polynomial in polynomials for monomial in polynomial.terms for base, _ in monomial}
