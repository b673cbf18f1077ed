"""Expectations in normal form: linearity, marginalisation and the moments of a Gaussian."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul

from .densities import Atom
from .division import divided
from .integrals import integrated_out
from .marginals import drawn_out, marginal
from .moments import moment
from .outcome_kinds import kinds_of_outcomes
from .polynomials import ONE, Monomial, Polynomial, Ratio, constant, generator
from .rules import Rule
from .sums import over_sum, single_sum
from .terms import Sign, Terms

__all__ = ["Mean"]

OPENING = frozenset({Rule.LINEAR, Rule.MOMENTS, Rule.SUPPORT})


@dataclass(frozen=True, slots=True)
class Mean:
    """E[…] over independent atoms, whose variables follow one another in `variables`."""

    atoms: tuple[Atom, ...]
    variables: Sequence[int]
    terms: Terms
    rules: frozenset[Rule]

    def of(self, body: Ratio) -> Ratio:
        """Return E[body]; where it opens, term by term."""
        if not body.numerator.terms:
            return body
        if not self._opens(body):
            return self._without_constants(body) if Rule.CONSTANTS in self.rules else self._unopened(body)
        below = Ratio(body.denominator)
        if self._is_free(body.denominator):
            return self._by_terms(body.numerator, self._of_monomial) / below
        quotient, remainder = self._divided(body)

        def over_all(inside: Monomial) -> Ratio:
            return self._unopened(Ratio(Polynomial({inside: Fraction(1)})) / below)

        return self._by_terms(quotient, self._of_monomial) + self._by_terms(remainder, over_all)

    def _by_terms(self, whole: Polynomial, of: Callable[[Monomial], Ratio]) -> Ratio:
        """Return Σ of E over the terms, each without what does not depend on the variables."""
        total = constant(0)
        for monomial, coefficient in whole.terms.items():
            inside = self._inside(monomial)
            total = total + Ratio(Polynomial({monomial - inside: coefficient})) * of(inside)
        return total

    def _inside(self, monomial: Monomial) -> Monomial:
        """Return the factors that depend on the variables."""
        bound = frozenset(self.variables)
        return frozenset((base, e) for base, e in monomial if not self.terms[base].depends.isdisjoint(bound))

    def _is_free(self, whole: Polynomial) -> bool:
        return all(self.terms.free_of(monomial, frozenset(self.variables)) for monomial in whole.terms)

    def _without_constants(self, body: Ratio) -> Ratio:
        """Return E[c f] as c E[f] for a constant c that is a sum, where all that is under E is c times something."""
        outside: dict[Monomial, dict[Monomial, Fraction]] = {}
        for monomial, coefficient in body.numerator.terms.items():
            inside = self._inside(monomial)
            outside.setdefault(inside, {})[monomial - inside] = coefficient
        factors = {inside: _scaled_to_one(terms) for inside, terms in outside.items()}
        whole, *others = (factor for factor, _ in factors.values())
        if any(other.key != whole.key for other in others) or not self._is_free(body.denominator):
            return self._unopened(body)
        total = sum((number for _, number in factors.values()), Fraction(0))
        if not total:  # of f − g nothing says which of them comes first
            return self._unopened(body)
        left = Polynomial({inside: number / total for inside, (_, number) in factors.items()})
        mean = constant(1) if left.terms.keys() == {ONE} else self._unopened(Ratio(left))
        return Ratio(whole.scaled(total)) / Ratio(body.denominator) * mean

    def _divided(self, body: Ratio) -> tuple[Polynomial, Polynomial]:
        """Return quotient and remainder: p/(p + q) + q/(p + q) is 1. The names of the variables do not matter."""
        height = 1 + self.terms.height(body)
        names = {variable: self.terms.bound(height, place) for place, variable in enumerate(self.variables)}
        back = {name: variable for variable, name in names.items()}
        top, below = (self.terms.renamed(Ratio(part), names).numerator for part in (body.numerator, body.denominator))
        quotient, remainder = divided(top, below)
        return tuple(self.terms.renamed(Ratio(part), back).numerator for part in (quotient, remainder))  # type: ignore[return-value]

    def _opens(self, body: Ratio) -> bool:
        if not self.rules.isdisjoint(OPENING):
            return True
        lone = Rule.CONSTANTS in self.rules and len(body.numerator.terms) == 1
        return lone or (Rule.NORMALISED in self.rules and body.key == constant(1).key)

    def _of_monomial(self, inside: Monomial) -> Ratio:
        """Return the expectation of a product of factors that all depend on the variables."""
        if inside == ONE:
            return constant(1)
        if Rule.MOMENTS in self.rules:
            value = moment(inside, self.atoms, self.variables, self.terms)
            if value is not None:
                return value
        if Rule.SUPPORT in self.rules:
            mass = self._mass(inside)
            if mass is not None:
                return mass
        groups = self._independent(inside) if Rule.SEPARATE in self.rules else [inside]
        return functools.reduce(mul, map(self._of_group, groups))

    def _of_group(self, inside: Monomial) -> Ratio:
        """Return the expectation of a product that does not fall apart into independent ones."""
        lone = single_sum(inside, self.terms) if Rule.LINEAR in self.rules else None
        if lone is not None and self.terms.depends_of(lone.parts[:2]).isdisjoint(self.variables):
            return over_sum(lone, self.terms, self.of)
        return self._unopened(Ratio(Polynomial({inside: Fraction(1)})))

    def _independent(self, inside: Monomial) -> list[Monomial]:
        """Return the factors of a product, those together that share a block."""
        groups: list[tuple[Monomial, frozenset[int]]] = []
        for pair in sorted(inside):
            joined, blocks = frozenset({pair}), self._blocks_of(pair[0])
            for group in [group for group in groups if not group[1].isdisjoint(blocks)]:
                groups.remove(group)
                joined, blocks = joined | group[0], blocks | group[1]
            groups.append((joined, blocks))
        return [group for group, _ in groups]

    def _blocks_of(self, base: int) -> frozenset[int]:
        """Return the numbers of the blocks on which a generator depends."""
        owners = [number for number, atom in enumerate(self.atoms) for _ in range(atom.dimension)]
        depends = self.terms[base].depends
        return frozenset(owner for owner, name in zip(owners, self.variables, strict=True) if name in depends)

    def _unopened(self, body: Ratio) -> Ratio:
        """Return the expectation as one term, in which the names of its variables do not matter."""
        terms, atoms, variables = self.terms, self.atoms, self.variables
        if Rule.MARGINAL in self.rules:
            atoms, variables, body = drawn_out(*_occurring(atoms, variables, terms.depends(body)), body, terms)
            if not atoms:
                return body
        parts = [part for atom in atoms for part in atom.parts]
        tag = ("E", *(atom.tag for atom in atoms))
        return generator(terms.make(tag, *parts, body, signed=terms.sign(body), binds=tuple(variables)))

    def _mass(self, inside: Monomial) -> Ratio | None:
        """Return E_q[p/q] as the mass of p less something not negative; None where the product is no such ratio."""
        above, below = ({base for base, exponent in inside if exponent == sign} for sign in (1, -1))
        if len(above) + len(below) != len(inside) or below not in self._own_densities():
            return None
        mass = self._mass_of(above)
        if mass is None:
            return None
        ratio = Ratio(Polynomial({inside: Fraction(1)}))
        lost = self.terms.make(("lost mass",), ratio, signed=Sign.NOT_NEGATIVE, binds=tuple(self.variables))
        return mass - generator(lost)

    def _own_densities(self) -> list[set[int]]:
        """Return its own density at its own variables: as that of all blocks together, and as a product of theirs."""
        places = iter(self.variables)
        points = [[generator(next(places)) for _ in range(atom.dimension)] for atom in self.atoms]
        groups = [((atom,), own) for atom, own in zip(self.atoms, points, strict=True)]
        whole = (self.atoms, [place for own in points for place in own])
        return [{self._value(*group) for group in groups}, {self._value(*whole)}]

    def _value(self, atoms: tuple[Atom, ...], point: list[Ratio]) -> int:
        parts = [part for atom in atoms for part in atom.parts]
        return self.terms.density((atom.tag for atom in atoms), *parts, *point)

    def _mass_of(self, densities: set[int]) -> Ratio | None:
        """Return a mass that a product of densities does not exceed: of one of them, or of one after the other."""
        kinds = [kind for atom in self.atoms for kind in kinds_of_outcomes(atom.tag, atom.parts, self.terms)]
        if len(densities) == 1:
            (density,) = densities
            return marginal(density, self.variables, kinds, self.terms, at_most=True)
        product = frozenset((base, 1) for base in densities)
        rest, left, _ = integrated_out(product, list(self.variables), kinds, self.terms, at_most=True)
        return None if left else Ratio(Polynomial({rest: Fraction(1)}))


def _scaled_to_one(terms: Mapping[Monomial, Fraction]) -> tuple[Polynomial, Fraction]:
    """Return a polynomial of which one coefficient is 1, always that of the same monomial, and the number before it."""
    number = terms[min(terms, key=lambda monomial: sorted((base, str(exponent)) for base, exponent in monomial))]
    return Polynomial(dict(terms)).scaled(1 / number), number


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
