"""Sums over the same range taken together: Σ a_j² − 2 c Σ a_j + n c² is Σ (a_j² − 2 c a_j + c²)."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from .polynomials import ONE, Monomial, Polynomial, Ratio, constant
from .signs import Sign

if TYPE_CHECKING:
    from .table import Term
    from .terms import Terms

__all__ = ["gathered"]

_NOTHING = Polynomial({})


def gathered(whole: Polynomial, terms: Terms) -> list[Polynomial]:
    """Return the summands over each range, and what is left, if there is a sum: none negative, nor is the whole.

    A range may be empty. n c is a sum of n terms c, where Σ from 1 to n has n terms.
    """
    ranges: dict[Any, tuple[int, Ratio, Ratio]] = {}
    bodies: dict[Any, Polynomial] = {}
    left: dict[Monomial, Fraction] = {}
    for monomial, coefficient in whole.terms.items():
        base, term = _sum_in(monomial, terms)
        if term is None:
            left[monomial] = coefficient
            continue
        first, last, body = term.parts
        key = first.key, last.key
        index = ranges.setdefault(key, (terms.running(first, last), first, last))[0]
        summand = terms.renamed(body, {term.binds[0]: index}).numerator
        outside = Polynomial({monomial - {(base, 1)}: coefficient})
        bodies[key] = bodies.get(key, _NOTHING) + outside * summand
    rest = Polynomial(left)
    for key, (_, first, last) in ranges.items():
        constants = _constants(rest, first, last, terms)
        bodies[key] = bodies[key] + constants
        rest = rest + (constants * last.numerator).scaled(Fraction(-1))
    return [*bodies.values(), rest] if bodies else []


def _sum_in(monomial: Monomial, terms: Terms) -> tuple[int, Term | None]:
    """Return the only sum in a product, with its generator, if there is one and it can be taken with others."""
    sums = [(base, exponent) for base, exponent in monomial if terms[base].tag == ("sum",)]
    if len(sums) == 1 and sums[0][1] == 1 and terms[sums[0][0]].parts[2].whole is not None:
        return sums[0][0], terms[sums[0][0]]
    return 0, None


def _constants(rest: Polynomial, first: Ratio, last: Ratio, terms: Terms) -> Polynomial:
    """Return what makes up the rest, if each of as many terms as a sum from 1 has is that: c of n c, or of n c + c."""
    counted = last.whole is not None and last.whole.terms and terms.sign(last) is not Sign.UNKNOWN
    if first.key != constant(1).key or not counted:
        return _NOTHING
    lead, number = min(last.numerator.terms.items(), key=lambda term: term[0] == ONE)
    return Polynomial({m - lead: c / number for m, c in rest.terms.items() if lead <= m})
