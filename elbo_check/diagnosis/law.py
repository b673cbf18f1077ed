"""Laws: coefficients as functions of the sizes d (latents), B (samples), D (observed numbers), …

A law is a sum of monomials with rational numbers before them, such as −½·d·B⁻¹, so that comparing two is exact.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, reduce

from .numbers import is_number, number_of

__all__ = ["Law", "Monomial", "law", "product"]

Monomial = tuple[tuple[str, int], ...]
"""Powers of sizes, sorted by name: (("B", -1), ("d", 1)) is d/B; () is 1.

A number that is no simple rational stands among them by its name: (("log 2", -1),) is 1/log 2.
"""


@dataclass(frozen=True, slots=True)
class Law:
    """A coefficient as a function of the sizes: a sum of rational multiples of monomials. Zero parts are not held."""

    parts: tuple[tuple[Monomial, Fraction], ...] = ()
    _hash: int | None = field(default=None, init=False, repr=False, compare=False)  # a fraction's is slow

    @staticmethod
    def of(parts: Iterable[tuple[Monomial, Fraction]]) -> Law:
        """Add parts up; equal laws are equal.

        >>> Law.of([((), Fraction(1)), ((), Fraction(-1))])
        Law(parts=())
        """
        total: dict[Monomial, Fraction] = {}
        for monomial, c in parts:
            total[monomial] = total[monomial] + c if monomial in total else c
        return Law(tuple(sorted((m, c) for m, c in total.items() if c)))

    def __hash__(self) -> int:
        if self._hash is None:
            found = hash(tuple((m, c.numerator, c.denominator) for m, c in self.parts))
            object.__setattr__(self, "_hash", found)
            return found
        return self._hash

    def __add__(self, other: Law) -> Law:
        if not self.parts:
            return other
        return Law.of((*self.parts, *other.parts))

    def __neg__(self) -> Law:
        return Law(tuple((m, -c) for m, c in self.parts))

    def __sub__(self, other: Law) -> Law:
        return self + -other

    def __mul__(self, other: Law) -> Law:
        if len(self.parts) == len(other.parts) == 1:  # most are, and edits multiply millions
            ((one, a),), ((two, b),) = self.parts, other.parts
            return Law(((_merged(one, two), a * b),))
        return Law.of((_merged(one, two), a * b) for one, a in self.parts for two, b in other.parts)

    def __bool__(self) -> bool:
        return bool(self.parts)

    def inverse(self) -> Law:
        """Return 1/law for a single monomial; a sum has no inverse among laws (ValueError)."""
        ((monomial, c),) = self.parts
        return Law(((tuple((name, -power) for name, power in monomial), 1 / c),))

    def quotient(self, other: Law) -> Law | None:
        """Return the single monomial c with self = c·other, or None.

        >>> (law("1/2", d=1) + law(3)).quotient(law(1, d=1) + law(6)) == law("1/2")
        True
        """
        if not self or not other:
            return None
        for monomial, c in other.parts:
            factor = Law((self.parts[0],)) * Law(((monomial, c),)).inverse()
            if other * factor == self:
                return factor
        return None

    def at(self, sizes: Mapping[str, int]) -> Law:
        """Return the law with some of the sizes put in.

        >>> law("1/2", d=-1, B=1).at({"d": 4}) == law("1/8", B=1)
        True
        """
        if sizes.keys().isdisjoint(name for monomial, _ in self.parts for name, _ in monomial):
            return self
        return Law.of(_put(monomial, c, sizes) for monomial, c in self.parts)

    @property
    def number(self) -> Fraction:
        """The value of a law without sizes; with them it has none (ValueError).

        >>> float(law(2, **{"log 2": 1}).number)
        1.3862943611198906
        """
        if self.names:
            raise ValueError(f"{self} depends on {', '.join(sorted(self.names))}")
        return sum((c * _number_of(monomial) if monomial else c for monomial, c in self.parts), Fraction(0))

    def value(self, sizes: Mapping[str, int]) -> float:
        """Return the value at all sizes as a float, to rounding: `number` of `at` is exact, and slow.

        >>> law("1/2", d=-1, B=1).value({"d": 4, "B": 3})
        0.375
        """
        return sum(float(c) * math.prod(_value(name, sizes) ** n for name, n in monomial) for monomial, c in self.parts)

    @property
    def names(self) -> frozenset[str]:
        """The sizes that it depends on."""
        return frozenset(name for monomial, _ in self.parts for name, _ in monomial if not is_number(name))


def law(number: Fraction | int | str, **powers: int) -> Law:
    """Return number·∏ size^power.

    >>> law("1/2", d=-1).at({"d": 4}).number
    Fraction(1, 8)
    """
    monomial = tuple(sorted((name, power) for name, power in powers.items() if power))
    return Law.of([(monomial, Fraction(number))])


def product(laws: Iterable[Law]) -> Law:
    """Return the product of laws."""
    return reduce(Law.__mul__, laws, law(1))


def _value(name: str, sizes: Mapping[str, int]) -> float:
    return float(number_of(name)) if is_number(name) else float(sizes[name])


def _number_of(monomial: Monomial) -> Fraction:
    return math.prod((number_of(name) ** n for name, n in monomial), start=Fraction(1))


@lru_cache(maxsize=4096)
def _merged(one: Monomial, two: Monomial) -> Monomial:
    if not (one and two):
        return one or two
    powers = dict(one)
    for name, power in two:
        powers[name] = powers.get(name, 0) + power
    return tuple(sorted((name, power) for name, power in powers.items() if power))


def _put(monomial: Monomial, c: Fraction, sizes: Mapping[str, int]) -> tuple[Monomial, Fraction]:
    for name, power in monomial:
        if name in sizes:
            c *= Fraction(sizes[name]) ** power
    return tuple((name, power) for name, power in monomial if name not in sizes), c
