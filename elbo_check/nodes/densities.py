"""Densities: Gaussians and other known families, densities of which only the name is known, and products of them.

A density binds variables. Each has a kind: a "number", a "block" of several coordinates, an "index", a "bit", or the
name of the space it lives in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy

from ..errors import DerivationError
from ..symbols import count, known
from .given import counted, expression, free_symbols, named, space_of, symbol

__all__ = [
    "Arbitrary",
    "Bernoulli",
    "Density",
    "Gaussian",
    "Independent",
    "Iterated",
    "Member",
    "Product",
    "Uniform",
    "Value",
    "gaussian",
    "model",
    "require_density",
]


class Density(sympy.Basic):  # type: ignore[misc]
    """A probability density; `variables` are the kinds of the variables an expectation over it binds."""

    @property
    def variables(self) -> tuple[str, ...]:
        """The kinds of its variables, in order."""
        return ("number",)

    @property
    def dimension(self) -> int:
        """The number of its variables."""
        return len(self.variables)

    def __call__(self, *point: Any) -> Any:
        """Return the density at a point: `gaussian(0, 1)(z)`."""
        return Value(self, *point)


class Gaussian(Density):
    """N(mean, L Lᵀ) in n dimensions, by the lower-triangular factor L with a positive diagonal.

    Every positive definite covariance is such an L Lᵀ (Cholesky), so nothing is lost; L makes the density rational
    in its parameters. `factor` holds the rows of L up to the diagonal.
    """

    def __new__(cls, mean: Iterable[Any], factor: Iterable[Iterable[Any]]) -> Any:
        """Take the means and the rows of L."""
        centre = sympy.Tuple(*(expression(entry) for entry in mean))
        rows = sympy.Tuple(*(sympy.Tuple(*(expression(entry) for entry in row)) for row in factor))
        if not centre or [len(row) for row in rows] != list(range(1, len(centre) + 1)):
            lengths = [len(row) for row in rows]
            raise DerivationError(f"a Gaussian with {len(centre)} means needs rows of lengths 1, 2, …, not {lengths}")
        if any(known(row[-1], "positive") is False for row in rows):
            raise DerivationError(f"the scales {[row[-1] for row in rows]} of a Gaussian must be positive")
        return super().__new__(cls, centre, rows)

    @property
    def variables(self) -> tuple[str, ...]:
        """One number a coordinate."""
        return ("number",) * len(self.args[0])


def gaussian(mu: Any, sigma: Any) -> Any:
    """Return N(mu, sigma²), a scalar Gaussian by its standard deviation."""
    return Gaussian((mu,), ((sigma,),))


class Bernoulli(Density):
    """Bernoulli(y): 1 with probability y, 0 with probability 1 − y."""

    def __new__(cls, probability: Any) -> Any:
        """Take the probability of 1."""
        return super().__new__(cls, expression(probability))

    @property
    def variables(self) -> tuple[str, ...]:
        """One bit."""
        return ("bit",)


class Uniform(Density):
    """Uniform(n): each of the indices 1 … n with probability 1/n."""

    def __new__(cls, upper: Any) -> Any:
        """Take the number of indices."""
        return super().__new__(cls, counted(upper))

    @property
    def variables(self) -> tuple[str, ...]:
        """One index."""
        return ("index",)


class Arbitrary(Density):
    """p(z | x): a density of which only the name is known.

    All densities of one name are marginals and conditionals of one joint distribution: p(x), p(x, z), p(z | x).
    """

    def __new__(cls, name: Any, spaces: Iterable[Any], given: Iterable[Any] = (), places: Iterable[Any] = ()) -> Any:
        """Take the name, the spaces of its variables, and the spaces and places of what is given."""
        of = sympy.Tuple(*(named(space, "a space") for space in spaces))
        under = sympy.Tuple(*(named(space, "a space") for space in given))
        at = sympy.Tuple(*(expression(place) for place in places))
        if not of or len({*of, *under}) != len(of) + len(under) or len(at) != len(under):
            raise DerivationError(f"{name} needs different spaces, and a place for each that is given")
        return super().__new__(cls, named(name, "a density"), of, under, at)

    @property
    def variables(self) -> tuple[str, ...]:
        """The names of the spaces."""
        return tuple(space.name for space in self.args[1])


class Model:
    """The door to the densities of one name, written as in a book: `p(x, z)`, `p(z, given=x)`."""

    def __init__(self, name: object) -> None:
        self.name = named(name, "a density").name

    def __call__(self, *variables: Any, given: Any = ()) -> Any:
        """Return the density at these variables, under those that are given."""
        under = given if isinstance(given, tuple) else (given,)
        spaces, below = [space_of(v) for v in variables], [space_of(v) for v in under]
        return Value(Arbitrary(self.name, spaces, below, under), *variables)


def model(name: str) -> Model:
    """Return the door to p(x, z), p(x), p(z | x) …: the densities of one joint distribution, named once.

    >>> from elbo_check.symbols import real
    >>> p, x, z = model("p"), real("x"), real("z")
    >>> p(z, given=x).args[0].variables
    ('z',)
    """
    return Model(name)


class Member(Density):
    """q_j: the j-th density of a family of arbitrary densities q_1, q_2, …, of which nothing is known."""

    def __new__(cls, family: Any, index: Any) -> Any:
        """Take the name of the family and the index."""
        return super().__new__(cls, named(family, "a family of densities"), counted(index))


class Iterated(Density):
    """∏ q_j over j = 1…n: n independent coordinates. Its one variable z is the block of all of them; z[j] is one."""

    def __new__(cls, factor: Any, index: Any, upper: Any) -> Any:
        """Take the density of one coordinate, the index that runs, and the number of coordinates."""
        require_density("Iterated", factor)
        if factor.dimension != 1 or factor.variables == ("block",):
            raise DerivationError(f"a product over an index has coordinates as factors, not {factor}")
        upper = counted(upper)
        if symbol(index, "a product runs over") in upper.free_symbols:
            raise DerivationError(f"the index {index} of a product occurs in its upper end {upper}")
        return super().__new__(cls, factor, index, upper)

    @property
    def variables(self) -> tuple[str, ...]:
        """One block."""
        return ("block",)

    @property
    def bound_symbols(self) -> list[Any]:
        """The index."""
        return [self.args[1]]

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols it depends on: not the index."""
        return (free_symbols(self.args[0]) - {self.args[1]}) | free_symbols(self.args[2])


def Independent(family: Any, upper: Any) -> Any:
    """Return ∏ q_j over j = 1…upper for a family of arbitrary densities."""
    index = count("j")
    return Iterated(Member(family, index), index, upper)


class Product(Density):
    """q₁ × q₂ × …: independent blocks, their variables one after the other."""

    def __new__(cls, *factors: Any) -> Any:
        """Take the blocks in order."""
        densities = tuple(factor.args[0] if isinstance(factor, Value) else factor for factor in factors)
        if not densities or not all(isinstance(density, Density) for density in densities):
            raise DerivationError(f"a product of densities has densities as factors, not {factors!r}")
        return super().__new__(cls, *densities)

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of all factors, one after the other."""
        return tuple(kind for factor in self.args for kind in factor.variables)


class Value(sympy.Expr):  # type: ignore[misc]
    """q(z): a density at a point; positive wherever its logarithm is taken."""

    is_commutative = True
    is_positive = True

    def __new__(cls, density: Any, *point: Any) -> Any:
        """Take the density and the coordinates of the point."""
        require_density("Value", density)
        if len(point) != density.dimension:
            raise DerivationError(f"a density of {density.dimension} variables has no value at {len(point)} of them")
        return super().__new__(cls, density, *(expression(coordinate) for coordinate in point))


def require_density(node: str, density: object) -> None:
    """Refuse what is no density."""
    if not isinstance(density, Density):
        raise DerivationError(f"{node} needs a density first, not {density!r}")
