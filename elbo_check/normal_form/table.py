"""What the generators of a normal form stand for: symbols, logarithms, densities at a point, whole expectations.

A term is a tag and its parts, themselves in normal form; equal terms get the same generator, so that equality of
expressions becomes equality of polynomials.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .cancelling import lowest
from .polynomials import Monomial, Polynomial, Ratio, generator
from .roots import reduced
from .signs import Sign

__all__ = ["Table", "Tag", "Term"]

Tag = tuple[Any, ...]
Parts = tuple[Ratio, ...]
Names = tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One generator. `signed` says whether it is certainly positive, or at least not negative.

    `binds` are the symbols of its own integral or sum, `depends` the other symbols below it. `height` counts the
    binders nested in it: it names bound symbols, so that E_q[f(z)] and E_q[f(w)] are one term. Whoever makes a term
    says which symbols it binds, and the table gives these their names.
    """

    tag: Tag
    parts: tuple[Ratio, ...]
    signed: Sign
    binds: tuple[int, ...]
    depends: frozenset[int]
    height: int

    @property
    def positive(self) -> bool:
        """Whether it is certainly above zero."""
        return self.signed in (Sign.POSITIVE, Sign.UNIT)


class Table:
    """The generators of one comparison, and which symbols the terms that they stand for bind and depend on."""

    def __init__(self) -> None:
        self._table: list[Term] = []
        self._numbers: dict[Any, int] = {}
        self.in_lowest: dict[Any, Ratio] = {}  # what was cancelled, by the key of what it was
        self.known_powers: dict[int, tuple[int, Ratio]] = {}  # (√u)² is u, for u ≥ 0, and b² is b for a bit

    def __getitem__(self, base: int) -> Term:
        return self._table[base]

    def make(self, tag: Tag, *parts: Ratio, signed: Sign = Sign.UNKNOWN, binds: tuple[int, ...] = ()) -> int:
        """Return the generator of a term; what is certainly positive, for z > 0, is none that may be negative."""
        if self.known_powers:
            parts = tuple(reduced(part, self) for part in parts)
        parts = tuple(lowest(part, self) for part in parts)
        height = max((self.height(part) for part in parts), default=0)
        if binds:
            height, parts, binds = self._named(parts, binds)
        key = (tag, signed, *(part.key for part in parts))
        if key not in self._numbers:
            depends = self.depends_of(parts).difference(binds)
            self._add(key, Term(tag, parts, signed, binds, depends, height))
        return self._numbers[key]

    def _named(self, parts: Parts, binds: Names) -> tuple[int, Parts, Names]:
        """Return a height, and the parts with names of that height for what is bound.

        No binder within has it, and none around: Σ_i Σ_j a(i, j) is another term than Σ_i Σ_j a(j, i). What is renamed
        may be reduced, and then needs no such height.
        """
        around = (self._table[base].tag for base in self.depends_of(parts).difference(binds))
        taken = {tag[1] for tag in around if tag[0] == "bound"}
        height = 1 + max(map(self.height, parts))
        while height in taken:
            height += 1
        names = {own: self.bound(height, place) for place, own in enumerate(binds)}
        if binds == tuple(names.values()):
            return height, parts, binds
        return self._named(tuple(self.renamed(part, names) for part in parts), tuple(names.values()))

    def symbol(self, tag: Tag, signed: Sign = Sign.UNKNOWN, bit: bool = False) -> int:
        """Return the generator of a symbol: it depends on itself."""
        if (tag,) not in self._numbers:
            depends = frozenset({len(self._table)})
            self._add((tag,), Term(tag, (), signed, (), depends, 0))
        return self.noted(self._numbers[tag,], bit)

    def noted(self, base: int, bit: bool) -> int:
        """Return a generator; if it is a bit, that is noted: its square is itself."""
        if bit:
            self.known_powers[base] = (2, generator(base))
        return base

    def is_bit(self, base: int) -> bool:
        """Whether a generator is 0 or 1."""
        return base in self.known_powers and self.known_powers[base][1].key == generator(base).key

    def is_bit_itself(self, part: Ratio) -> bool:
        """Whether a ratio is a generator that is 0 or 1, and no more than that."""
        return any(self.is_bit(base) and part.key == generator(base).key for base in self.bases(part))

    def bound(self, height: int, position: int) -> int:
        """Return the name that a bound symbol carries inside its own term."""
        return self.symbol(("bound", height, position))

    def fresh(self, signed: Sign = Sign.UNKNOWN, bit: bool = False) -> int:
        """Return the generator of a new symbol, equal to no other."""
        return self.symbol(("fresh", len(self._table)), signed, bit)

    @staticmethod
    def bases(part: Ratio) -> set[int]:
        """Return the generators that occur in a ratio by themselves, and not only within others."""
        polynomials = (part.numerator, part.denominator)
        return {base for polynomial in polynomials for monomial in polynomial.terms for base, _ in monomial}

    def depends(self, part: Ratio) -> frozenset[int]:
        """Return the generators of symbols on which a ratio depends."""
        return frozenset().union(*(self._table[base].depends for base in self.bases(part)))

    def depends_of(self, parts: Iterable[Ratio]) -> frozenset[int]:
        """Return the generators of symbols on which any of the ratios depends."""
        return frozenset().union(*(self.depends(part) for part in parts))

    def height(self, part: Ratio) -> int:
        """Return how many binders are nested in a ratio."""
        return max((self._table[base].height for base in self.bases(part)), default=0)

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
        return self.make(term.tag, *parts, signed=term.signed, binds=term.binds)

    def _add(self, key: Any, term: Term) -> None:
        if term.tag == ("root",) and term.signed is not Sign.UNKNOWN:
            self.known_powers[len(self._table)] = (2, term.parts[0])
        self._numbers[key] = len(self._table)
        self._table.append(term)
