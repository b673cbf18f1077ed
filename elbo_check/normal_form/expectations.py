"""Expectations in normal form: linearity, marginalisation and the moments of a Gaussian."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import count

from .densities import Atom, linear_forms
from .polynomials import ONE, Monomial, Polynomial, Ratio, constant, generator
from .rules import Rule
from .terms import Terms

__all__ = ["expectation"]


def expectation(
    atoms: tuple[Atom, ...], variables: Sequence[int], body: Ratio, terms: Terms, rules: frozenset[Rule]
) -> Ratio:
    """Return E[body] over independent atoms, whose variables follow one another in `variables`."""
    linear = not rules.isdisjoint({Rule.LINEAR, Rule.MOMENTS})
    bound = frozenset(variables)
    if not linear or not all(terms.free_of(monomial, bound) for monomial in body.denominator.terms):
        return _unopened(atoms, variables, body, terms, rules)
    total = constant(0)
    for monomial, coefficient in body.numerator.terms.items():
        inside = frozenset((base, e) for base, e in monomial if not terms[base].depends.isdisjoint(bound))
        outside = Ratio(Polynomial({monomial - inside: coefficient}))
        total = total + outside * _of_monomial(atoms, variables, inside, terms, rules)
    return total / Ratio(body.denominator)


def _of_monomial(
    atoms: tuple[Atom, ...], variables: Sequence[int], inside: Monomial, terms: Terms, rules: frozenset[Rule]
) -> Ratio:
    """Return the expectation of a product of factors that all depend on the variables."""
    if inside == ONE:
        return constant(1)
    if Rule.MOMENTS in rules:
        moment = _moment(atoms, variables, inside, terms)
        if moment is not None:
            return moment
    return _unopened(atoms, variables, Ratio(Polynomial({inside: Fraction(1)})), terms, rules)


def _unopened(
    atoms: tuple[Atom, ...], variables: Sequence[int], body: Ratio, terms: Terms, rules: frozenset[Rule]
) -> Ratio:
    """Return the expectation as one term, its variables renamed so that their names do not matter."""
    if Rule.MARGINAL in rules:
        atoms, variables = _occurring(atoms, variables, terms.depends(body))
        if not atoms:
            return body
    parts = [part for atom in atoms for part in atom.parts]
    height = 1 + max(terms.height(part) for part in (body, *parts))
    names = {variable: terms.bound(height, position) for position, variable in enumerate(variables)}
    tag = ("E", *(atom.tag for atom in atoms))
    return generator(terms.make(tag, *parts, terms.renamed(body, names), binds=tuple(names.values())))


def _occurring(
    atoms: tuple[Atom, ...], variables: Sequence[int], depends: frozenset[int]
) -> tuple[tuple[Atom, ...], list[int]]:
    """Leave out the atoms of whose variables the body is free: they integrate to one (Fubini)."""
    kept: list[Atom] = []
    names: list[int] = []
    position = 0
    for atom in atoms:
        own = list(variables[position : position + atom.dimension])
        position += atom.dimension
        if not depends.isdisjoint(own):
            kept.append(atom)
            names.extend(own)
    return tuple(kept), names


def _moment(atoms: tuple[Atom, ...], variables: Sequence[int], inside: Monomial, terms: Terms) -> Ratio | None:
    """Return E ∏ z_i^k_i for Gaussian atoms, through z = m + L ε and E εᵏ; None where it is no such moment."""
    powers = dict(inside)
    if not powers.keys() <= set(variables) or any(e != int(e) or e < 0 for e in powers.values()):
        return None
    product = constant(1)
    epsilons: set[int] = set()
    position = count()
    for atom in atoms:
        own = [variables[next(position)] for _ in range(atom.dimension)]
        if powers.keys().isdisjoint(own):
            continue
        if atom.tag[0] != "gaussian":
            return None
        fresh = [terms.fresh() for _ in own]
        epsilons.update(fresh)
        for variable, form in zip(own, linear_forms(atom, [generator(base) for base in fresh]), strict=True):
            product = product * form ** int(powers.get(variable, 0))
    return product.mapped(lambda polynomial: Ratio(_standard_moments(polynomial, epsilons)))


def _standard_moments(polynomial: Polynomial, epsilons: set[int]) -> Polynomial:
    """Replace each εᵏ by E εᵏ = (k − 1)(k − 3)…1 for even k, 0 for odd k."""
    pairs = []
    for monomial, coefficient in polynomial.terms.items():
        powers = [int(exponent) for base, exponent in monomial if base in epsilons]
        if all(power % 2 == 0 for power in powers):
            outside = frozenset((base, exponent) for base, exponent in monomial if base not in epsilons)
            moment = math.prod(math.prod(range(power - 1, 0, -2)) for power in powers)
            pairs.append((outside, coefficient * moment))
    return Polynomial.collect(pairs)
