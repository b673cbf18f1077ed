"""Densities at a point in normal form."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from .blocks import coordinate
from .densities import LARGEST_COUNT, Atom, Read, atoms_of, gaussian_log_density, ordered
from .marginals import upper_of
from .polynomials import Ratio, constant, generator
from .rules import Rule
from .sums import summed
from .terms import Term

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["atoms_at", "density_at", "log_over_coordinates", "value_of"]

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
    if Rule.FACTORS in form.rules and group[0].at is not None:
        return _coordinates_at(form, group[0], group[0].at, point[0])
    return _opaque_at(form, group, point)


def _coordinates_at(form: NormalForm, atom: Atom, at: Callable[[Ratio], tuple[Atom, ...]], point: Ratio) -> Ratio:
    """Return the density of a block of coordinates: the product of theirs, if their number is one."""
    last = upper_of(atom, form.terms)
    number = next((n for n in range(1, LARGEST_COUNT + 1) if last.key == constant(n).key), 0)
    if not number:
        return _opaque_at(form, (atom,), [point])
    places = map(constant, range(1, number + 1))
    each = (_group_at(form, at(place), [coordinate(form, point, place)]) for place in places)
    return functools.reduce(operator.mul, each)


def log_over_coordinates(form: NormalForm, term: Term) -> Ratio:
    """Return Σ_l log q(z_l) for the term of ∏_l q at a point."""
    whole, point = term.parts
    (block,) = form.terms.bases(whole)
    (_, kind), (last, *parts) = form.terms[block].tag, form.terms[block].parts
    fresh = form.terms.index(last)
    own = [form.terms.renamed(part, {form.terms[block].binds[0]: fresh}) for part in parts]
    place = coordinate(form, point, generator(fresh))
    density = form.terms.density((kind,), *own, place)
    return summed(form.log(generator(density)), fresh, constant(1), last, form.terms)


def _opaque_at(form: NormalForm, group: tuple[Atom, ...], point: list[Ratio]) -> Ratio:
    if len(group) == 1 and group[0].tag[0] == "arbitrary" and Rule.CONDITIONAL in form.rules:
        return _joint_over_given(form, group[0], point)
    parts = [part for atom in group for part in atom.parts]
    base = form.terms.density((atom.tag for atom in group), *parts, *point)
    if Rule.GAUSSIAN in form.rules and len(group) == 1 and group[0].tag[0] == "gaussian":
        return form.exp(gaussian_log_density(form.terms[base], form.reader))
    return generator(base)


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
            kind = ("arbitrary", name, tuple(space for space, _ in places), ())
            base = form.terms.density((kind,), *(place for _, place in places))
            result = result * generator(base, exponent)
    return result
