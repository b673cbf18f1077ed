"""The value of a density at a point, as a normal form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .densities import Atom
from .polynomials import Ratio, constant, generator
from .rules import Rule
from .terms import Sign

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["group_at"]


def group_at(form: NormalForm, group: tuple[Atom, ...], point: list[Ratio]) -> Ratio:
    """Return the density of independent blocks at a point as one generator; under the rule p(z | x) is a quotient."""
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
