"""What grows moderately with the variables of a mean, and moves moderately with all else: polynomials times e^(a·w).

Under Gaussians of any scale its means exist, and move smoothly. So do those of what is bounded, as e^(−w²) or sigmoids,
and of the logarithm of a sum of exponentials, which grows no faster than their exponents.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from .marginals import atoms_in
from .polynomials import ONE, Monomial, Polynomial, Ratio, constant, generator
from .signs import Sign
from .terms import Tag, Terms

__all__ = ["Moderate", "leaf_of"]


def leaf_of(tag: Tag, parts: tuple[Ratio, ...], terms: Terms) -> tuple[Tag, tuple[Ratio, ...]]:
    """Return tag and parameters of a density; of draws, those of one of them."""
    if tag[0] != "iterated":
        return tag, parts
    (block,) = terms.bases(parts[0])
    return leaf_of(terms[block].tag[1], terms[block].parts[1:], terms)


@dataclass(frozen=True, slots=True)
class Moderate:
    """What is moderate in the variables `own`, uniformly in what moves beside them, `others`."""

    terms: Terms
    own: frozenset[int]
    others: frozenset[int] = frozenset()

    def has(self, monomial: Monomial, below: Polynomial) -> bool:
        """Whether a product over a denominator is moderate, and its derivatives are."""
        if not all(self._of_factor(*factor) for factor in monomial if not self._free(factor[0])):
            return False
        exponents = self._exponent_of(monomial)
        if self._is_free(below):
            return self._is_tame(exponents)
        alone = (each for each in below.terms if all(map(self._is_free_or_exponential, each)))
        if self._is_of_exponentials(Ratio(below)) and any(exponents.key == self._exponent_of(e).key for e in alone):
            return True  # a share, as a sigmoid is one
        return self._is_tame(exponents) and self._is_above(Ratio(below))

    def degree(self, part: Ratio) -> int | None:
        """Return the degree of a polynomial in the own variables; None for what is none."""
        if not self._is_free(part.denominator):
            return None
        return _largest(self._degree_of_product(monomial) for monomial in part.numerator.terms)

    def places_of_gaussian(self, part: Ratio) -> list[Ratio] | None:
        """Return the means and the point of a Gaussian density, of which the scales do not move; None for another."""
        (base, *more) = self.terms.bases(part)
        term = self.terms[base]
        if more or part.key != generator(base).key or term.tag[0] != "value":
            return None
        places: list[Ratio] = []
        for tag, parameters, point in atoms_in(term):
            leaf, parts = leaf_of(tag, parameters, self.terms)
            if leaf[0] != "gaussian" or not self.terms.depends_of(parts[leaf[1] :]).isdisjoint(self.own):
                return None
            places += [*parts[: leaf[1]], *point]
        return places

    def _free(self, base: int) -> bool:
        return self.terms[base].depends.isdisjoint(self.own)

    def _is_free(self, whole: Polynomial) -> bool:
        return all(self.terms.free_of(monomial, self.own) for monomial in whole.terms)

    def _is_free_or_exponential(self, factor: tuple[int, Any]) -> bool:
        return self._free(factor[0]) or self.terms[factor[0]].tag == ("exp",)

    def _exponent_of(self, monomial: Monomial) -> Ratio:
        """Return t of the factors e^t that depend on own variables."""
        found = [(base, times) for base, times in monomial if self.terms[base].tag == ("exp",) and not self._free(base)]
        return sum((constant(times) * self.terms[base].parts[0] for base, times in found), constant(0))

    def _is_tame(self, exponent: Ratio) -> bool:
        """Whether e to this power is e^(a·w + b), or is bounded."""
        degree = self.degree(exponent)
        return degree is not None and (degree <= 1 or self.terms.sign(-exponent) is not Sign.UNKNOWN)

    def _of_factor(self, base: int, exponent: Any) -> bool:
        term = self.terms[base]
        if term.tag == ("exp",):
            return self.degree(term.parts[0]) is not None
        if term.tag == ("root",):
            return self._is_above(term.parts[0])
        if exponent != int(exponent) or exponent < 0:
            return False
        if term.tag == ("log",) and (self._is_of_exponentials(term.parts[0]) or self._is_above(term.parts[0])):
            return True
        return self._degree_of(base) is not None or self._is_bounded_density(base)

    def _is_bounded_density(self, base: int) -> bool:
        places = self.places_of_gaussian(generator(base)) if self.terms[base].tag[0] == "value" else None
        return places is not None and None not in map(self.degree, places)

    def _is_above(self, part: Ratio) -> bool:
        """Whether a polynomial that is moderate is above a positive number everywhere, as n + w² is."""
        still = {each: c for each, c in part.numerator.terms.items() if self._is_still(Polynomial({each: c}))}
        moving = {each: c for each, c in part.numerator.terms.items() if each not in still}
        one = Polynomial({ONE: constant(1).numerator.terms[ONE]})
        return (
            self.terms.is_positive(Ratio(Polynomial(still)))
            and self._is_free(part.denominator)
            and self.terms.is_positive(Ratio(part.denominator))
            and self.terms.sign(Ratio(Polynomial(moving))) is not Sign.UNKNOWN
            and all(self.has(monomial, one) for monomial in moving)
        )

    def _is_of_exponentials(self, part: Ratio) -> bool:
        """Whether it is a sum of c e^P for positive c that do not move, and polynomials P, as N(w; m, s²) is one."""
        terms = [*part.numerator.terms.items()]
        return self._is_still(part.denominator) and all(c > 0 and self._is_exponential(each) for each, c in terms)

    def _is_exponential(self, monomial: Monomial) -> bool:
        return all(self._is_of_one(base, exponent) for base, exponent in monomial)

    def _is_of_one(self, base: int, exponent: Any) -> bool:
        term = self.terms[base]
        if self._is_at_rest(term.depends) and term.positive:
            return True
        if term.tag == ("exp",):
            return self.degree(term.parts[0]) is not None
        if exponent == 1 and term.tag == ("sum",):
            *ends, body = term.parts
            return self._is_at_rest(self.terms.depends_of(ends)) and self._is_of_exponentials(body)
        return exponent == 1 and self._is_bounded_density(base) and self._has_scales_at_rest(base)

    def _has_scales_at_rest(self, base: int) -> bool:
        leaves = [leaf_of(tag, parts, self.terms) for tag, parts, _ in atoms_in(self.terms[base])]
        return all(self._is_at_rest(self.terms.depends_of(parts[leaf[1] :])) for leaf, parts in leaves)

    def _is_still(self, whole: Polynomial) -> bool:
        return self._is_at_rest(self.terms.depends(Ratio(whole)))

    def _is_at_rest(self, held: frozenset[int]) -> bool:
        return held.isdisjoint(self.own | self.others)

    def _degree_of_product(self, monomial: Monomial) -> int | None:
        total = 0
        for base, exponent in monomial:
            degree = 0 if self._free(base) else self._degree_of(base)
            if degree is None or (degree and (exponent < 0 or exponent != int(exponent))):
                return None
            total += degree * int(exponent)
        return total

    def _degree_of(self, base: int) -> int | None:
        term = self.terms[base]
        if base in self.own:
            return 1
        if term.tag in (("coordinate",), ("sum",)):
            whole, rest = (0, term.parts[1:]) if term.tag == ("coordinate",) else (-1, term.parts[:-1])
            return self.degree(term.parts[whole]) if self.terms.depends_of(rest).isdisjoint(self.own) else None
        if term.tag == ("log",):
            return self._degree_of_log(term.parts[0])
        return None

    def _degree_of_log(self, part: Ratio) -> int | None:
        """Return the degree of the logarithm of a Gaussian density, of which the scales do not move."""
        places = self.places_of_gaussian(part)
        degree = None if places is None else _largest(map(self.degree, places))
        return None if degree is None else 2 * degree


def _largest(degrees: Iterable[int | None] | Iterator[int | None]) -> int | None:
    every = list(degrees)
    return max((degree for degree in every if degree is not None), default=0) if None not in every else None
