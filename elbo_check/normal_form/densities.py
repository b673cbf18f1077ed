"""Densities in normal form: independent atoms, each a tag and its parameters."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from ..densities.normal import normal_log_density_terms
from ..densities.world import sympy_world
from ..nodes import Arbitrary, Bernoulli, Gaussian, Iterated, Member, Product, Uniform
from ..reading import Reader
from ..symbols import author_form, real
from .polynomials import ONE, Polynomial, Ratio, constant, generator
from .terms import Sign, Tag, Term, Terms

__all__ = ["LARGEST_COUNT", "Atom", "Read", "atoms_of", "gaussian_log_density", "linear_forms", "ordered"]

LARGEST_COUNT = 64

_Place = TypeVar("_Place")


@dataclass(frozen=True, slots=True)
class Atom:
    """One independent block of a density; `parts` are its parameters, `dimension` the variables it has.

    `at` gives the density of one coordinate, where the block is a product over an index.
    """

    tag: Tag
    parts: tuple[Ratio, ...]
    dimension: int = 1
    at: Callable[[Ratio], tuple[Atom, ...]] | None = field(default=None, compare=False)


class Read:
    """Reads the parameters of densities: an expression, perhaps at a value of the index of a product."""

    def __init__(self, terms: Terms, read: Callable[[Any, dict[str, Ratio]], Ratio], split: bool = False) -> None:
        self.terms = terms
        self.read = read
        self.split = split
        self.bound: dict[str, Ratio] = {}

    def __call__(self, expression: Any) -> Ratio:
        """Return the normal form of a parameter."""
        return self.read(expression, self.bound)

    def within(self, index: str, value: Ratio) -> Read:
        """Return the same, with an index at a value."""
        inner = Read(self.terms, self.read, self.split)
        inner.bound = {**self.bound, index: value}
        return inner


def atoms_of(density: Any, read: Read) -> tuple[Atom, ...]:
    """Return the independent blocks of a density in order, with their parameters in normal form.

    With `read.split`, the last of n + 1 independent coordinates becomes a block of its own.
    """
    if isinstance(density, Product):
        return tuple(atom for factor in density.args for atom in atoms_of(factor, read))
    if isinstance(density, Gaussian):
        mean, factor = density.args
        entries = [*mean, *(entry for row in factor for entry in row)]
        return (Atom(("gaussian", len(mean)), tuple(read(entry) for entry in entries), len(mean)),)
    if isinstance(density, Member):
        return (Atom(("member", density.args[0].name), (read(density.args[1]),)),)
    if isinstance(density, Bernoulli | Uniform):
        return (Atom((type(density).__name__.lower(),), (read(density.args[0]),)),)
    return _iterated(density, read) if isinstance(density, Iterated) else (_arbitrary(density, read),)


def ordered(density: Any, places: Sequence[_Place]) -> list[_Place]:
    """Return the places of a density's variables in the order of its atoms: those of p(z, x) as of p(x, z)."""
    if isinstance(density, Product):
        result, rest = [], list(places)
        for factor in density.args:
            result += ordered(factor, rest[: factor.dimension])
            rest = rest[factor.dimension :]
        return result
    if isinstance(density, Arbitrary):
        return [place for _, place in sorted(zip(density.variables, places, strict=True), key=lambda pair: pair[0])]
    return list(places)


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


def _arbitrary(density: Any, read: Read) -> Atom:
    """Return p(z | x) with its spaces sorted: the order in which variables are written does not matter."""
    name, spaces, under, places = density.args
    given = sorted(((space.name, read(place)) for space, place in zip(under, places, strict=True)), key=lambda g: g[0])
    tag = ("arbitrary", name.name, tuple(sorted(space.name for space in spaces)), tuple(space for space, _ in given))
    return Atom(tag, tuple(place for _, place in given), len(spaces))


def _iterated(density: Any, read: Read) -> tuple[Atom, ...]:
    """Return ∏ over j = 1…n + k (k a number) as a block up to n and, if it is split, k blocks; all blocks if n = 0."""
    factor, index, end = density.args

    def at(place: Ratio) -> tuple[Atom, ...]:
        return atoms_of(factor, read.within(index.name, place))

    upper = read(end)
    rest, last = _split(upper) if read.split else (upper, 0)
    if read.terms.sign(rest) is Sign.UNKNOWN:
        rest, last = upper, 0
    tail = [atom for k in range(1, last + 1) for atom in at(rest + constant(k))]
    if last and not rest.numerator.terms:
        return tuple(tail)
    return (_block(at, rest, read.terms), *tail)


def _block(at: Callable[[Ratio], tuple[Atom, ...]], upper: Ratio, terms: Terms) -> Atom:
    fresh = terms.index(upper)
    (inner,) = at(generator(fresh))
    whole = generator(terms.make(("block", inner.tag), upper, *inner.parts, binds=(fresh,)))
    return Atom(("iterated",), (whole,), 1, at)


def _split(upper: Ratio) -> tuple[Ratio, int]:
    """Return (n, k) for an upper end n + k with a whole number k ≥ 1, (upper, 0) where there is none."""
    whole = upper.whole
    offset = whole.terms.get(ONE, 0) if whole is not None else 0
    if whole is None or offset != int(offset) or not 1 <= offset <= LARGEST_COUNT:
        return upper, 0
    return Ratio(Polynomial({monomial: c for monomial, c in whole.terms.items() if monomial != ONE})), int(offset)
