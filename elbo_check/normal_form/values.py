"""Densities at a point in normal form, and what may be cancelled against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import WitnessError
from .densities import Atom, Read, atoms_of, ordered
from .dividing import divides_by_density
from .polynomials import Monomial, Ratio, constant, generator, multiply
from .rules import Rule
from .terms import Sign, Tag, Terms

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["atoms_at", "density_at", "over_support", "value_of"]

Values = Mapping[str, Ratio]


def atoms_at(form: NormalForm, density: Any, values: Values, split: bool = False) -> tuple[Atom, ...]:
    """Return the independent blocks of a density, its parameters in normal form."""

    def read(part: Any, bound: dict[str, Ratio]) -> Ratio:
        return form.inside(part, {**values, **bound})

    return atoms_of(density, Read(form.terms, read, split))


def value_of(form: NormalForm, node: Any, values: Values) -> Ratio:
    """Read q(z)."""
    density, *point = node.args
    return density_at(form, density, [form.inside(place, values) for place in point], values)


def density_at(form: NormalForm, density: Any, point: list[Ratio], values: Values) -> Ratio:
    """Return a density at a point: one generator, or the product of those of its blocks."""
    atoms, places = atoms_at(form, density, values), ordered(density, point)
    apart = not form.rules.isdisjoint({Rule.INDEPENDENT, Rule.CONDITIONAL})
    result, position = constant(1), 0
    for group in [(atom,) for atom in atoms] if apart else [atoms]:
        dimension = sum(atom.dimension for atom in group)
        result = result * _group_at(form, group, places[position : position + dimension])
        position += dimension
    return result


def _group_at(form: NormalForm, group: tuple[Atom, ...], point: list[Ratio]) -> Ratio:
    if len(group) == 1 and group[0].tag[0] == "arbitrary" and Rule.CONDITIONAL in form.rules:
        return _joint_over_given(form, group[0], point)
    parts = [part for atom in group for part in atom.parts]
    tag = ("value", *(atom.tag for atom in group))
    return generator(form.terms.make(tag, *parts, *point, signed=Sign.POSITIVE))


def _joint_over_given(form: NormalForm, atom: Atom, point: list[Ratio]) -> Ratio:
    """Return p(z, x)/p(x) for p(z | x)."""
    _, name, spaces, given = atom.tag
    result = constant(1)
    for places, exponent in (
        ([*zip(spaces, point, strict=True), *zip(given, atom.parts, strict=True)], 1),
        (list(zip(given, atom.parts, strict=True)), -1),
    ):
        if places:
            places.sort(key=lambda pair: pair[0])
            tag = ("value", ("arbitrary", name, tuple(space for space, _ in places), ()))
            base = form.terms.make(tag, *(place for _, place in places), signed=Sign.POSITIVE)
            result = result * generator(base, exponent)
    return result


def over_support(body: Ratio, weight: Ratio, variables: Sequence[int], terms: Terms, rules: frozenset[Rule]) -> Ratio:
    """Return q·f for the integrand of E_q f, which runs where q > 0 and nowhere else.

    ∫ q f runs everywhere: what vanishes with q there may not be cancelled away, unless the law says that q vanishes
    nowhere. A marginal may: p(x) is 0 only where p(x, z) is. Nor may a density be left that f is divided by: ∫ has no
    value where it is 0, and what comes of it in later steps may not be what E is.
    """
    integrand = body * weight
    (own,) = weight.numerator.terms
    if Rule.EVERYWHERE in rules and all(_runs_everywhere(terms[base].tag) for base, _ in own):
        return integrand
    densities = {base for base, exponent in own if exponent > 0}
    for monomial in body.numerator.terms:
        product = multiply(monomial, own)
        gone = densities - {base for base, exponent in product if exponent > 0}
        if any(not _kept_by(base, product, terms) for base in gone):
            raise WitnessError("E runs where its density is above zero: it is divided by that density, and ∫ is not")
    if divides_by_density(integrand, frozenset(variables), terms):
        raise WitnessError("E runs where its density is above zero: ∫ would be divided by a density that may be 0")
    return integrand


def _runs_everywhere(tag: Tag) -> bool:
    """Whether a density may vanish nowhere: an index has an end, and of a block ∫ says not how many coordinates."""
    return tag[0] == "value" and all(atom[0] in ("arbitrary", "member", "gaussian") for atom in tag[1:])


def _kept_by(base: int, product: Monomial, terms: Terms) -> bool:
    """Whether a product vanishes with a density: a factor has it as a marginal, or is an integral of such."""
    return any(exponent > 0 and _vanishes_with(other, base, terms) for other, exponent in product)


def _vanishes_with(other: int, base: int, terms: Terms) -> bool:
    if terms[other].tag[0] == "integral":
        return all(_kept_by(base, inside, terms) for inside in terms[other].parts[0].numerator.terms)
    return _is_marginal(base, other, terms)


def _is_marginal(base: int, other: int, terms: Terms) -> bool:
    """Whether p(x) is a marginal of p(x, z), both at the same x."""
    small, large = terms[base], terms[other]
    if not all(len(term.tag) == 2 and term.tag[:1] == ("value",) for term in (small, large)):
        return False
    (kind, *of), (kind_of_large, *of_large) = small.tag[1], large.tag[1]
    if (kind, kind_of_large) != ("arbitrary", "arbitrary") or of[0] != of_large[0] or of[2] or of_large[2]:
        return False
    places = {space: part.key for space, part in zip(of_large[1], large.parts, strict=True)}
    return all(places.get(space) == part.key for space, part in zip(of[1], small.parts, strict=True))
