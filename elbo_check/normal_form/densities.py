"""Densities in normal form: independent atoms, each a tag and its parameters."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ..densities.normal import normal_log_density_terms
from ..densities.world import sympy_world
from ..nodes import Gaussian, Independent, Member, Product
from ..reading import Reader
from ..symbols import author_form, real
from .polynomials import ONE, Polynomial, Ratio, constant
from .terms import Tag, Term

__all__ = ["LARGEST_COUNT", "Atom", "atoms_of", "gaussian_log_density", "linear_forms"]

LARGEST_COUNT = 64


@dataclass(frozen=True, slots=True)
class Atom:
    """One independent block of a density; `parts` are its parameters, `dimension` the variables it has."""

    tag: Tag
    parts: tuple[Ratio, ...]
    dimension: int


def atoms_of(density: Any, read: Callable[[Any], Ratio], split: bool) -> tuple[Atom, ...]:
    """Return the independent blocks of a density in order, with their parameters in normal form.

    With `split`, the last of n + 1 independent coordinates becomes a block of its own.
    """
    if isinstance(density, Product):
        return tuple(atom for factor in density.args for atom in atoms_of(factor, read, split))
    if isinstance(density, Gaussian):
        mean, factor = density.args
        entries = [*mean, *(entry for row in factor for entry in row)]
        return (Atom(("gaussian", len(mean)), tuple(read(entry) for entry in entries), len(mean)),)
    family, index = density.args[0].name, read(density.args[1])
    if isinstance(density, Member):
        return (_member(family, index),)
    if isinstance(density, Independent) and split:
        return _blocks(family, index)
    return (Atom((type(density).__name__, family), (index,), 1),)


def gaussian_log_density(term: Term, reader: Reader) -> Ratio:
    """Return log N(z; m, L Lᵀ) for the term of a Gaussian at a point, by the formula of `densities.normal`.

    The residuals r solve L r = z − m from the top; each has the log-scale log L_ii.
    """
    dimension = term.tag[1][1]
    mean, entries, point = _parameters(term.parts, dimension)
    residuals: list[Ratio] = []
    total = constant(0)
    for i in range(dimension):
        row = entries[i * (i + 1) // 2 :]
        distance = point[i] - mean[i]
        for k, residual in enumerate(residuals):
            distance = distance - row[k] * residual
        residuals.append(distance / row[i])
        values = {"residual": residuals[i], "log_scale": reader.world.log(row[i])}
        total = total + reader.read(_formula(), values)
    return total


def linear_forms(atom: Atom, epsilons: Sequence[Ratio]) -> list[Ratio]:
    """Return the coordinates z = m + L ε of a Gaussian atom."""
    dimension = atom.dimension
    mean, entries, _ = _parameters(atom.parts, dimension)
    forms = []
    for i in range(dimension):
        row = entries[i * (i + 1) // 2 :]
        forms.append(functools.reduce(lambda form, k: form + row[k] * epsilons[k], range(i + 1), mean[i]))
    return forms


@functools.cache
def _formula() -> Any:
    """The one formula of the normal log-density, read in the world of SymPy."""
    world = sympy_world()
    with author_form():
        return sum(normal_log_density_terms(real("residual"), real("log_scale"), world))


def _parameters(parts: tuple[Ratio, ...], dimension: int) -> tuple[Sequence[Ratio], ...]:
    last = dimension + dimension * (dimension + 1) // 2
    return parts[:dimension], parts[dimension:last], parts[last:]


def _member(family: str, index: Ratio) -> Atom:
    return Atom(("member", family), (index,), 1)


def _blocks(family: str, upper: Ratio) -> tuple[Atom, ...]:
    """Split ∏ over j = 1…n + k (k a number) into the block up to n and k single members; all members if n = 0."""
    whole = upper.whole
    offset = whole.terms.get(ONE, 0) if whole is not None else 0
    if whole is None or offset != int(offset) or not 1 <= offset <= LARGEST_COUNT:
        return (Atom(("Independent", family), (upper,), 1),)
    rest = Ratio(Polynomial({monomial: c for monomial, c in whole.terms.items() if monomial != ONE}))
    last = tuple(_member(family, rest + constant(k)) for k in range(1, int(offset) + 1))
    return (Atom(("Independent", family), (rest,), 1), *last) if rest.numerator.terms else last
