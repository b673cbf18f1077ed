"""What may leave a sum: anything if there certainly is a term, and else what is a number where there is none, too.

Where a sum has no term it is 0, whatever would stand in it: Σ_{k=1}^{m−1} 1/(m−1) is 0 for m = 1, and (m − 1)/(m − 1)
is not. What has nothing to do with the ends cancels nothing of what is left, and this stays a factor, of 0; but not
where a statement may say y = m − 1.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

from .polynomials import ONE, Exponent, Ratio, constant, generator
from .terms import Sign, Term, Terms

__all__ = ["leave_all", "leaver"]

_ABOVE_ZERO = (Sign.POSITIVE, Sign.UNIT)


def _has_a_term(first: Ratio, last: Ratio, terms: Terms) -> bool:
    """Whether a sum between whole numbers is certainly not empty, by signs or as an index starts somewhere."""
    return terms.sign(last - first + constant(1)) in _ABOVE_ZERO or _least(last - first, terms) >= 0


def _least(number: Ratio, terms: Terms) -> Fraction | float:
    """Return what a sum of whole numbers is not below, minus infinity where nothing is known of one of them."""
    held = number.whole.terms if number.whole is not None else None
    least = {monomial: terms.least_of(monomial) for monomial in held or ()}
    if held is None or any(low is None or (held[m] < 0 and m != ONE) for m, low in least.items()):
        return -math.inf
    return sum((held[monomial] * (low or 0) for monomial, low in least.items()), Fraction(0))


def leaver(first: Ratio, last: Ratio, terms: Terms) -> Callable[[Ratio], bool]:
    """Return whether a factor in which the index does not stand may leave a sum between these ends."""
    if _has_a_term(first, last, terms):
        return lambda _: True
    ends = terms.depends_of((first, last))

    def may_leave(part: Ratio) -> bool:
        apart = not terms.are_told and terms.depends(part).isdisjoint(ends)
        return apart or _is_a_number(part, terms)

    return may_leave


def leave_all(body: Ratio, index: int, first: Ratio, last: Ratio, terms: Terms) -> bool:
    """Whether all factors of a summand in which the index does not stand may leave the sum."""
    may_leave = leaver(first, last, terms)
    factors = {factor for monomial in body.numerator.terms for factor in monomial}
    parts = [*(generator(*factor) for factor in factors), constant(1) / Ratio(body.denominator)]
    return all(index in terms.depends(part) or may_leave(part) for part in parts)


def _is_a_number(part: Ratio, terms: Terms) -> bool:
    """Whether a ratio certainly has a value, whatever is known where it stands."""
    if part.whole is None and not _is_above_zero(Ratio(part.denominator), terms):
        return False
    whole = (part.numerator, part.denominator)
    return all(_has_a_value(*factor, terms) for one in whole for monomial in one.terms for factor in monomial)


def _has_a_value(base: int, exponent: Exponent, terms: Terms) -> bool:
    term = terms[base]
    if exponent < 0 and not (term.positive or (terms.least_of(frozenset({(base, 1)})) or 0) > 0):
        return False
    return _is_defined(term, terms)


def _is_defined(term: Term, terms: Terms) -> bool:
    parts = term.parts
    if term.tag == ("sum",):
        first, last, body = parts
        parts = first, last, terms.renamed(body, {term.binds[0]: terms.running(first, last)})
    if not all(_is_a_number(part, terms) for part in parts):
        return False
    if term.tag == ("log",):
        return _is_above_zero(parts[0], terms)
    if term.tag == ("root",):
        return terms.sign(parts[0]) is not Sign.UNKNOWN
    if term.tag == ("power",):
        return _least(parts[1], terms) >= 0 or _is_above_zero(parts[0], terms)
    return True


def _is_above_zero(part: Ratio, terms: Terms) -> bool:
    return _is_a_number(part, terms) and (terms.is_positive(part) or _least(part, terms) > 0)
