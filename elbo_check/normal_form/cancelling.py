"""Quotients in lowest terms: what stands within a term is the same, whichever common factor it was written with.

A factor that is cancelled divides the denominator, so that it is not 0 where the quotient has a value.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sympy import QQ
from sympy.polys.rings import ring

from .dividing import holds_density
from .factors import exponent_of
from .polynomials import ONE, Monomial, Polynomial, Ratio, constant, generator, multiply
from .signs import Sign

if TYPE_CHECKING:
    from .table import Table

__all__ = ["lowest", "over_one_denominator", "parted"]

_MOST_TERMS, _MOST_GENERATORS, _LARGEST_DEGREE = 100, 6, 12

Coefficients = Mapping[Monomial, Fraction]


def lowest(part: Ratio, terms: Table) -> Ratio:
    """Return a ratio without the factors that its numerator and its denominator have in common.

    Nothing is cancelled against what holds a density: where that is 0 is told elsewhere.
    """
    if part.whole is not None:
        return part
    if part.key not in terms.in_lowest:
        terms.in_lowest[part.key] = _cancelled(part, _Field.around(part, terms))
    return terms.in_lowest[part.key]


def parted(part: Ratio, terms: Table) -> tuple[Polynomial, Ratio]:
    """Return u and v/d for u + v/d: the terms that the denominator divides as a whole, and what is left."""
    field, whole = _Field.around(part, terms), Polynomial({})
    if field is not None:
        below, _ = field.element(part.denominator.terms)
        for outside, inside in field.apart(part.numerator).items():
            element, shift = field.element(inside)
            quotient, rest = divmod(element, below)
            if not rest:
                whole = whole + field.polynomial(quotient, multiply(outside, shift))
    return whole, part - Ratio(whole)


def over_one_denominator(part: Ratio, terms: Table) -> Ratio:
    """Return a ratio with each e^(u/d) as the product of e^(m/D) over the terms m of u D/d, where D is a multiple of d.

    What is equal as a product of exponentials is the same product then.
    """
    found = {base: terms[base].parts[0] for base in terms.bases(part) if terms[base].tag == ("exp",)}
    common = constant(1).numerator
    for exponent in found.values():
        common = common * lowest(Ratio(exponent.denominator, common), terms).numerator
    tops = {base: lowest(exponent * Ratio(common), terms).whole for base, exponent in found.items()}
    if common.key == constant(1).key[0] or None in tops.values():
        return part

    def over(top: Any, times: Any) -> Ratio:
        powers = {_exp(Ratio(Polynomial({m: Fraction(1)}), common), terms): c for m, c in top.terms.items()}
        return Ratio(Polynomial({frozenset((base, c * times) for base, c in powers.items()): Fraction(1)}))

    def read(whole: Polynomial) -> Ratio:
        total = constant(0)
        for monomial, coefficient in whole.terms.items():
            product = constant(coefficient)
            for base, times in monomial:
                product = product * (over(tops[base], times) if base in tops else generator(base, times))
            total = total + product
        return total

    return part.mapped(read)


def _cancelled(part: Ratio, field: _Field | None) -> Ratio:
    if field is None:
        return part
    common = below = field.element(part.denominator.terms)[0]
    groups = [(outside, *field.element(inside)) for outside, inside in field.apart(part.numerator).items()]
    for _, element, _ in groups:
        common = common.gcd(element)
        if common.is_ground:
            return part
    top = Polynomial({})
    for outside, element, shift in groups:
        top = top + field.polynomial(element.exquo(common), multiply(outside, shift))
    return Ratio(top, field.polynomial(below.exquo(common), ONE))


@dataclass(frozen=True, slots=True)
class _Field:
    """The generators of a denominator, with the whole numbers by which their powers become whole."""

    scales: Mapping[int, int]

    @classmethod
    def around(cls, part: Ratio, terms: Table) -> _Field | None:
        """Return those of a ratio; None where to divide would take long, or a density is divided by."""
        bases, depends = terms.bases(Ratio(part.denominator)), terms.depends(Ratio(part.denominator))
        monomials = [*part.numerator.terms, *part.denominator.terms]
        if len(bases) > _MOST_GENERATORS or len(monomials) > _MOST_TERMS:
            return None
        if any(holds_density(base, depends, terms) for base in bases):
            return None
        scales = dict.fromkeys(sorted(bases), 1)
        for base, exponent in (pair for monomial in monomials for pair in monomial if pair[0] in bases):
            scales[base] = math.lcm(scales[base], Fraction(exponent).denominator)
        for monomial in monomials:
            if (
                sum(abs(Fraction(exponent)) * scales[base] for base, exponent in monomial if base in bases)
                > _LARGEST_DEGREE
            ):
                return None
        return cls(scales)

    def apart(self, whole: Polynomial) -> dict[Monomial, dict[Monomial, Fraction]]:
        """Return a polynomial as one in all other generators, whose coefficients hold these alone."""
        groups: dict[Monomial, dict[Monomial, Fraction]] = {}
        for monomial, coefficient in whole.terms.items():
            inside = frozenset(pair for pair in monomial if pair[0] in self.scales)
            groups.setdefault(monomial - inside, {})[inside] = coefficient
        return groups

    def element(self, terms: Coefficients) -> tuple[Any, Monomial]:
        """Return terms in these generators as SymPy reckons with them, and the monomial by which they are divided."""
        powers = [dict(monomial) for monomial in terms]
        least = {base: min(power.get(base, 0) for power in powers) for base in self.scales}
        whole = {
            tuple(int((power.get(base, 0) - least[base]) * scale) for base, scale in self.scales.items()): QQ(
                coefficient.numerator, coefficient.denominator
            )
            for power, coefficient in zip(powers, terms.values(), strict=True)
        }
        return _ring(len(self.scales)).from_dict(whole), frozenset((base, e) for base, e in least.items() if e)

    def polynomial(self, element: Any, times: Monomial) -> Polynomial:
        """Return what SymPy reckoned, times a monomial."""
        found = {}
        for powers, number in element.terms():
            at = zip(self.scales.items(), powers, strict=True)
            own = frozenset((base, exponent_of(power, scale)) for (base, scale), power in at if power)
            found[multiply(times, own)] = Fraction(int(number.numerator), int(number.denominator))
        return Polynomial(found)


@functools.cache
def _ring(size: int) -> Any:
    return ring([f"x{place}" for place in range(size)], QQ)[0]


def _exp(exponent: Ratio, terms: Table) -> int:
    return terms.make(("exp",), exponent, signed=Sign.POSITIVE)
