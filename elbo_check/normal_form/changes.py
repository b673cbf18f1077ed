"""The change of variables z = μ + L ε: an expectation over a Gaussian becomes one over the standard Gaussian."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from .blocks import block
from .densities import Atom, linear_forms
from .polynomials import Ratio, constant, generator

if TYPE_CHECKING:
    from .form import NormalForm

__all__ = ["changed"]

_STANDARD = Atom(("gaussian", 1), (constant(0), constant(1)))

Inner = Callable[[Ratio], tuple[Atom, ...]]


def changed(
    form: NormalForm, atoms: tuple[Atom, ...], variables: Sequence[int], mirrored: bool = False
) -> tuple[tuple[Atom, ...], list[Ratio]]:
    """Return standard atoms for the Gaussian ones, and what the variables are in terms of the new ones.

    An ε that is `mirrored` is −ε: both have the same density.
    """
    standard: list[Atom] = []
    places: list[Ratio] = []
    for atom in atoms:
        own = [generator(base) for base in variables[len(places) : len(places) + atom.dimension]]
        if atom.tag[0] == "gaussian":
            standard.extend([_STANDARD] * atom.dimension)
            places.extend(linear_forms(atom, [-epsilon for epsilon in own] if mirrored else own))
        elif atom.at is not None and atom.at(constant(1))[0].tag == ("gaussian", 1):
            replaced, place = _coordinates(form, atom, atom.at, own[0])
            standard.append(replaced)
            places.append(place)
        else:
            standard.append(atom)
            places.extend(own)
    return tuple(standard), places


def _coordinates(form: NormalForm, atom: Atom, at: Inner, epsilon: Ratio) -> tuple[Atom, Ratio]:
    """Return ∏ N(0, 1) for ∏ N(μ_j, σ_j²), and the vector μ_j + σ_j ε_j."""
    whole = form.terms[next(iter(next(iter(atom.parts[0].numerator.terms))))[0]]
    upper = whole.parts[0]

    def of(place: Ratio) -> Ratio:
        coordinate = generator(form.terms.make(("coordinate",), epsilon, place))
        return linear_forms(at(place)[0], [coordinate])[0]

    standard = generator(form.terms.make(("block", _STANDARD.tag), upper, *_STANDARD.parts))
    return Atom(("iterated",), (standard,), 1, lambda _: (_STANDARD,)), block(form, of, upper)
