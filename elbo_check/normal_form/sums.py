"""Sums over an index in normal form: linear in the summand."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from ..errors import DerivationError, WitnessError
from ..nodes import replaced
from ..symbols import running
from .leaving import leaver
from .polynomials import Monomial, Polynomial, Ratio, constant, generator
from .terms import Sign, Term, Terms

__all__ = ["as_it_runs", "counts", "is_count", "over_sum", "single_sum", "summed"]

_ABOVE_ZERO = (Sign.POSITIVE, Sign.UNIT)


def as_it_runs(body: Any, index: Any, first: Any) -> Any:
    """Return the body of a sum that may begin at 0 or below, with an index that is not taken for a count there."""
    runs = running(index, first)
    if runs == index:
        return body
    try:
        return replaced(body, {index: runs})
    except DerivationError as refusal:
        raise WitnessError(f"the sum over {index} does not begin at 1: {refusal}") from refusal


def summed(body: Ratio, index: int, first: Ratio, last: Ratio, terms: Terms) -> Ratio:
    """Return Σ body over the index: what is a number without it leaves the sum, and Σ 1 is the number of terms."""
    divided = constant(1) / Ratio(body.denominator)
    if index in terms.depends(divided):
        return _opaque(body, index, first, last, terms)
    may_leave = leaver(first, last, terms)
    total, one = constant(0), constant(1)
    outer, inner = (divided, one) if may_leave(divided) else (one, divided)
    for monomial, coefficient in body.numerator.terms.items():
        inside = frozenset(
            (base, e) for base, e in monomial if index in terms[base].depends or not may_leave(generator(base, e))
        )
        outside = Ratio(Polynomial({monomial - inside: coefficient}))
        each = Ratio(Polynomial({inside: Fraction(1)})) * inner
        if each.key == one.key and first.key == one.key and counts(last, terms):
            total = total + outside * last
        else:
            total = total + outside * _opaque(each, index, first, last, terms)
    return total * outer


def counts(last: Ratio, terms: Terms) -> bool:
    """Whether Σ from 1 to `last` has `last` terms, also where there are none: `last` is n ≥ 0, or n − 1 with n ≥ 1."""
    return is_count(last, terms) or (last.whole is not None and terms.sign(last + constant(1)) in _ABOVE_ZERO)


def is_count(last: Ratio, terms: Terms) -> bool:
    """Whether a number is certainly not below 0."""
    return last.whole is not None and terms.sign(last) is not Sign.UNKNOWN


def _opaque(body: Ratio, index: int, first: Ratio, last: Ratio, terms: Terms) -> Ratio:
    """Return the sum as one term, in which the name of its index does not matter."""
    signed = terms.sign(body)
    if signed is Sign.POSITIVE and not _has_a_term(first, last, terms):
        signed = Sign.NOT_NEGATIVE
    return generator(terms.make(("sum",), first, last, body, signed=signed, binds=(index,)))


def _has_a_term(first: Ratio, last: Ratio, terms: Terms) -> bool:
    """Whether a sum between whole numbers is certainly not empty."""
    from_one = first.key == constant(1).key and terms.is_positive(last)
    return from_one or terms.sign(last - first) is not Sign.UNKNOWN


def single_sum(inside: Monomial, terms: Terms) -> Term | None:
    """Return the term of a sum, if the product is that sum alone."""
    only = next(iter(inside)) if len(inside) == 1 else None
    if only is None or only[1] != 1 or terms[only[0]].tag != ("sum",):
        return None
    return terms[only[0]]


def over_sum(term: Term, terms: Terms, change: Callable[[Ratio], Ratio]) -> Ratio:
    """Return Σ change(summand) for the term of a sum: an expectation goes into a finite sum."""
    first, last, body = term.parts
    fresh = terms.running(first, last)
    return summed(change(terms.renamed(body, {term.binds[0]: fresh})), fresh, first, last, terms)
