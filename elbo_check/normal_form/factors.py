"""Factors of polynomials that are certainly positive: what may leave a logarithm although it was multiplied out."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy

from .polynomials import ONE, Monomial, Polynomial, Ratio

if TYPE_CHECKING:
    from .terms import Terms

__all__ = ["exponent_of", "positive_sums"]

_MOST_TERMS, _MOST_GENERATORS, _LARGEST_DEGREE = 40, 6, 12


def positive_sums(whole: Polynomial, terms: Terms) -> tuple[list[tuple[Polynomial, int]], Polynomial]:
    """Return the irreducible factors that are certainly positive, with their powers, and what is left of a polynomial.

    Its coefficients are whole and have no common divisor. Where this would take long, all of it is left.
    """
    scales = _scales(whole)
    powers = {_powers(monomial, scales): int(coefficient) for monomial, coefficient in whole.terms.items()}
    if not 0 < len(scales) <= _MOST_GENERATORS or not all(scales.values()) or len(powers) > _MOST_TERMS:
        return [], whole
    if max(map(sum, powers)) > _LARGEST_DEGREE:
        return [], whole
    symbols = [sympy.Dummy() for _ in scales]
    with sympy.evaluate(True):  # what an author keeps as it is written, SymPy's own arithmetic may not
        sign, factors = sympy.Poly.from_dict(powers, *symbols, domain=sympy.ZZ).factor_list()
    taken, rest = [], Polynomial({ONE: Fraction(int(sign))})
    for found, times in factors:
        factor = _polynomial(found.as_dict(native=True), scales)
        for signed in (factor, factor.scaled(Fraction(-1))):
            if terms.is_positive(Ratio(signed)):
                taken.append((signed, times))
                rest = rest if signed is factor or times % 2 == 0 else rest.scaled(Fraction(-1))
                break
        else:
            for _ in range(times):
                rest = rest * factor
    if rest.terms == {ONE: -1}:  # what is certainly negative has no logarithm: none is made of one that might cancel
        return [], whole
    return taken, rest


def _scales(whole: Polynomial) -> dict[int, int]:
    """Return for each generator by what its powers become whole; 0 where one of them is negative."""
    scales: dict[int, int] = {}
    for monomial in whole.terms:
        for base, exponent in monomial:
            scale = math.lcm(scales.get(base, 1), Fraction(exponent).denominator)
            scales[base] = scale if exponent > 0 else 0
    return scales


def _powers(monomial: Monomial, scales: dict[int, int]) -> tuple[int, ...]:
    powers = dict(monomial)
    return tuple(int(powers.get(base, 0) * scales[base]) for base in sorted(scales))


def _polynomial(powers: dict[Any, Any], scales: dict[int, int]) -> Polynomial:
    """Return a factor in the generators themselves."""
    bases = sorted(scales)
    return Polynomial(
        {
            frozenset(
                (base, exponent_of(power, scales[base])) for base, power in zip(bases, at, strict=True) if power
            ): (Fraction(int(coefficient)))
            for at, coefficient in powers.items()
        }
    )


def exponent_of(power: int, scale: int) -> int | Fraction:
    """Return power/scale, as a whole number where it is one."""
    return power // scale if power % scale == 0 else Fraction(power, scale)
