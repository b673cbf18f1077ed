"""Densities at a point in normal form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from .densities import Atom, Read, atoms_of, ordered
from .polynomials import Ratio, constant, generator
from .rules import Rule
from .terms import Sign

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["atoms_at", "density_at", "value_of"]

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
