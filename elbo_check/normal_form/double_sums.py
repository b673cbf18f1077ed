"""Finite sums within finite sums: which of them is the outer one does not matter, where no end depends on an index."""

from __future__ import annotations

import functools
import itertools
import operator
from fractions import Fraction
from typing import Any

from .polynomials import Monomial, Polynomial, Ratio, constant, generator
from .shapes import least
from .sums import summed
from .terms import Terms

__all__ = ["exchanged"]

_MOST_SUMS = 4

Bound = tuple[int, Ratio, Ratio]


def exchanged(total: Ratio, terms: Terms) -> Ratio:
    """Return a ratio in which sums within a sum stand in one order, however they were written."""
    return total.mapped(lambda whole: _exchanged(whole, terms))


def _exchanged(whole: Polynomial, terms: Terms) -> Ratio:
    result = constant(0)
    for monomial, coefficient in whole.terms.items():
        product = constant(coefficient)
        for base, exponent in monomial:
            one = (base, exponent)
            product = product * (_in_one_order(base, terms) if _is_sum(one, terms) else generator(base, exponent))
        result = result + product
    return result


def _is_sum(factor: tuple[int, Any], terms: Terms) -> bool:
    return factor[1] == 1 and terms[factor[0]].tag == ("sum",)


def _in_one_order(base: int, terms: Terms) -> Ratio:
    """Return the least of all ways to write a sum of sums: each of them is one of them."""
    bounds, body = _opened(base, [], terms)
    if not 1 < len(bounds) <= _MOST_SUMS:
        return generator(base)
    orders = (_nested(order, body, terms) for order in itertools.permutations(bounds))
    return least(orders, terms)


def _nested(order: tuple[Bound, ...], body: Ratio, terms: Terms) -> Ratio:
    for index, first, last in order:
        body = summed(body, index, first, last, terms)
    return body


def _opened(base: int, outer: list[Bound], terms: Terms) -> tuple[list[Bound], Ratio]:
    """Return the indices and ends of a sum and of those within it that end at none of them; what is summed."""
    first, last, summand = terms[base].parts
    index = terms.running(first, last)
    bounds = [*outer, (index, first, last)]
    body = terms.renamed(summand, {terms[base].binds[0]: index})
    only = body.whole.single if body.whole is not None else None
    if only is None:
        return bounds, body
    kept: Monomial = frozenset()
    inner: list[Ratio] = []
    for factor in sorted(only[0]):
        if _is_sum(factor, terms) and _ends_apart(factor[0], bounds, terms):
            bounds, part = _opened(factor[0], bounds, terms)
            inner.append(part)
        else:
            kept = kept | {factor}
    return bounds, functools.reduce(operator.mul, inner, Ratio(Polynomial({kept: Fraction(only[1])})))


def _ends_apart(base: int, bounds: list[Bound], terms: Terms) -> bool:
    """Whether no end of a sum depends on an index."""
    return terms.depends_of(terms[base].parts[:2]).isdisjoint({index for index, *_ in bounds})
