"""Integrals over the whole space in normal form: linear, and marginals where a density is integrated out."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from .marginals import marginal
from .polynomials import Monomial, Polynomial, Ratio, constant, generator
from .rules import Rule
from .terms import Sign, Term, Terms

__all__ = ["integral"]


def integral(
    body: Ratio, variables: Sequence[int], spaces: Sequence[str], terms: Terms, rules: frozenset[Rule]
) -> Ratio:
    """Return ∫ body over the variables, one after the other (Fubini)."""
    for variable, space in zip(variables, spaces, strict=True):
        body = _over_one(body, variable, space, terms, rules)
    return body


def _over_one(body: Ratio, variable: int, space: str, terms: Terms, rules: frozenset[Rule]) -> Ratio:
    bound = frozenset({variable})
    linear = not rules.isdisjoint({Rule.LINEAR, Rule.NORMALISED})
    if not linear or not all(terms.free_of(monomial, bound) for monomial in body.denominator.terms):
        return _opaque(body, variable, space, terms)
    total = constant(0)
    for monomial, coefficient in body.numerator.terms.items():
        inside = frozenset((base, e) for base, e in monomial if not terms[base].depends.isdisjoint(bound))
        outside = Ratio(Polynomial({monomial - inside: coefficient}))
        total = total + outside * _of_monomial(inside, variable, space, terms, rules)
    return total / Ratio(body.denominator)


def _of_monomial(inside: Monomial, variable: int, space: str, terms: Terms, rules: frozenset[Rule]) -> Ratio:
    if len(inside) == 1 and Rule.NORMALISED in rules:
        base, exponent = next(iter(inside))
        mass = marginal(base, (variable,), terms) if exponent == 1 else None
        if mass is not None:
            return mass
    nested = [base for base, exponent in inside if exponent == 1 and terms[base].tag[0] == "integral"]
    if len(nested) == 1:
        return _joined(inside, nested[0], variable, space, terms)
    return _opaque(Ratio(Polynomial({inside: Fraction(1)})), variable, space, terms)


def _joined(inside: Monomial, nested: int, variable: int, space: str, terms: Terms) -> Ratio:
    """Return ∫ a (∫ b) as one integral of a·b over all variables, in the order of their spaces."""
    inner: Term = terms[nested]
    fresh = [terms.fresh() for _ in inner.binds]
    rest = Ratio(Polynomial({frozenset(pair for pair in inside if pair[0] != nested): Fraction(1)}))
    body = rest * terms.renamed(inner.parts[0], dict(zip(inner.binds, fresh, strict=True)))
    pairs = sorted([*zip(inner.tag[1:], fresh, strict=True), (space, variable)])
    return _term(body, [name for _, name in pairs], [place for place, _ in pairs], terms)


def _opaque(body: Ratio, variable: int, space: str, terms: Terms) -> Ratio:
    if body.key == constant(0).key:
        return body
    return _term(body, [variable], [space], terms)


def _term(body: Ratio, variables: Sequence[int], spaces: Sequence[str], terms: Terms) -> Ratio:
    height = 1 + terms.height(body)
    names = {variable: terms.bound(height, position) for position, variable in enumerate(variables)}
    signed = Sign.UNKNOWN if terms.sign(body) is Sign.UNKNOWN else Sign.NOT_NEGATIVE
    renamed = terms.renamed(body, names)
    return generator(terms.make(("integral", *spaces), renamed, signed=signed, binds=tuple(names.values())))
