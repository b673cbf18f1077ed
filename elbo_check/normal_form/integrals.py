"""Integrals over the whole space in normal form: linear, and marginals where a density is integrated out.

Linear they are one inside the other, as they are written, whether the parts have a value or not: what is linear on
functions that are integrable can be extended to all of them. Their order is another matter: by Fubini's rule each part
that is exchanged has to be integrable over all variables at once, as a product of densities of all of them is.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..nodes import space_of
from ..symbols import kind_of
from .marginals import marginal
from .polynomials import Monomial, Polynomial, Ratio, constant, generator, multiply
from .rules import Rule
from .shapes import least
from .terms import Term, Terms

__all__ = ["integral", "integrated_out", "region"]

_MOST_EXCHANGED = 4
_LINEAR = frozenset({Rule.LINEAR, Rule.NORMALISED})


def region(variable: Any) -> str:
    """Return what an integral over a variable runs over: its space, and the kind of its numbers.

    >>> from elbo_check.symbols import positive, real
    >>> region(real("w")), region(positive("w"))
    ('w real', 'w positive')
    """
    return f"{space_of(variable)} {kind_of(variable)}"


def integral(
    body: Ratio, variables: Sequence[int], spaces: Sequence[str], terms: Terms, rules: frozenset[Rule]
) -> Ratio:
    """Return ∫ body over the variables, one after the other: the first is the innermost, as it is written."""
    for variable, space in zip(variables, spaces, strict=True):
        body = _over_one(body, variable, space, terms, rules)
    return body


def _over_one(body: Ratio, variable: int, space: str, terms: Terms, rules: frozenset[Rule]) -> Ratio:
    bound = frozenset({variable})
    if rules.isdisjoint(_LINEAR) or not all(terms.free_of(monomial, bound) for monomial in body.denominator.terms):
        return body if not body.numerator.terms else _term(body, [variable], [space], terms)
    total = constant(0)
    for monomial, coefficient in body.numerator.terms.items():
        inside = frozenset((base, e) for base, e in monomial if not terms[base].depends.isdisjoint(bound))
        outside = Ratio(Polynomial({monomial - inside: coefficient}))
        total = total + outside * _of_monomial(inside, variable, space, terms, rules)
    return total / Ratio(body.denominator)


def _of_monomial(inside: Monomial, variable: int, space: str, terms: Terms, rules: frozenset[Rule]) -> Ratio:
    """Return ∫ of a product of which every factor depends on the variable; ∫ a (∫ b) is one integral of a·b."""
    names, spaces = [variable], [space]
    nested = [base for base, exponent in inside if exponent == 1 and terms[base].tag[0] == "integral"]
    if len(nested) == 1:
        inner: Term = terms[nested[0]]
        fresh = [terms.fresh() for _ in inner.binds]
        body = terms.renamed(inner.parts[0], dict(zip(inner.binds, fresh, strict=True)))
        only = body.whole.single if body.whole is not None else None
        if only is not None and only[1] == 1:
            inside = multiply(frozenset(pair for pair in inside if pair[0] != nested[0]), only[0])
            names, spaces = [*fresh, variable], [*inner.tag[1:], space]
    if Rule.NORMALISED in rules:
        out = integrated_out(inside, names, spaces, terms)
        if Rule.FUBINI in rules or not out[1]:
            inside, names, spaces = out
    body = Ratio(Polynomial({inside: Fraction(1)}))
    if Rule.FUBINI in rules and names:
        return _in_any_order(body, sorted(zip(spaces, names, strict=True)), terms)
    return _term(body, names, spaces, terms) if names else body


def _in_any_order(body: Ratio, pairs: list[tuple[str, int]], terms: Terms) -> Ratio:
    """Return ∫ over several variables as one term: those of one space may be taken in any order (Fubini)."""
    spaces = [space for space, _ in pairs]
    orders = itertools.permutations(pairs) if len(pairs) <= _MOST_EXCHANGED else [tuple(pairs)]
    alike = [[name for _, name in order] for order in orders if [space for space, _ in order] == spaces]
    return least((_term(body, names, spaces, terms) for names in alike), terms)


def integrated_out(
    inside: Monomial, names: list[int], spaces: list[str], terms: Terms, *, at_most: bool = False
) -> tuple[Monomial, list[int], list[str]]:
    """Integrate out, one after the other, the variables on which nothing but one density depends."""
    for place, variable in enumerate(names):
        holders = [(base, e) for base, e in inside if variable in terms[base].depends]
        lone = len(holders) == 1 and holders[0][1] == 1
        kind = spaces[place].rpartition(" ")[2]
        mass = marginal(holders[0][0], (variable,), (kind,), terms, at_most=at_most) if lone else None
        only = mass.whole.single if mass is not None and mass.whole is not None else None
        if only is not None:
            rest = multiply(inside - {holders[0]}, only[0])
            names, spaces = names[:place] + names[place + 1 :], spaces[:place] + spaces[place + 1 :]
            return integrated_out(rest, names, spaces, terms, at_most=at_most)
    return inside, names, spaces


def _term(body: Ratio, variables: Sequence[int], spaces: Sequence[str], terms: Terms) -> Ratio:
    return generator(terms.make(("integral", *spaces), body, signed=terms.sign(body), binds=tuple(variables)))
