"""Products of densities: a few independent blocks, or one coordinate for each index."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ..errors import DerivationError
from ..symbols import count
from .arbitrary import Arbitrary, Member
from .densities import Density, Value, require_density
from .given import counted, free_symbols, index_of

__all__ = ["Independent", "Iterated", "Product", "require_apart"]


class Iterated(Density):
    """∏ q_j over j = 1…n: n independent coordinates. Its one variable z is the block of all of them; z[j] is one.

    A factor may be such a product itself: n draws of a block, z[l] being one of them and z[l, j] a coordinate of it.
    """

    def __new__(cls, factor: Any, index: Any, upper: Any) -> Any:
        """Take the density of one coordinate, the index that runs, and the number of coordinates."""
        factor = factor.args[0] if isinstance(factor, Value) else factor
        require_density("Iterated", factor)
        if factor.dimension != 1 or (isinstance(factor, Iterated) and isinstance(factor.args[0], Iterated)):
            raise DerivationError(
                f"a product over an index has coordinates, or blocks of them, as factors: not {factor}"
            )
        upper = counted(upper)
        if index_of(index, "a product") in upper.free_symbols:
            raise DerivationError(f"the index {index} of a product occurs in its upper end {upper}")
        return super().__new__(cls, factor, index, upper)

    @property
    def variables(self) -> tuple[str, ...]:
        """One block."""
        return ("block",)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What its coordinates are."""
        return tuple(self.args[0].kinds)

    @property
    def bound_symbols(self) -> list[Any]:
        """The index."""
        return [self.args[1]]

    @property
    def free_symbols(self) -> set[Any]:
        """The symbols it depends on: not the index."""
        return (free_symbols(self.args[0]) - {self.args[1]}) | free_symbols(self.args[2])

    def _sympystr(self, printer: Any) -> str:
        factor, index, upper = map(printer.doprint, self.args)
        return f"∏_{{{index}=1…{upper}}} {factor}"


def require_apart(densities: Iterable[Any], variables: Iterable[Any] = ()) -> None:
    """Refuse q(z) × p(x | z): on the page that z is drawn from q, and p is given another.

    `variables` are those that are bound beside the densities.
    """
    together = tuple(densities)
    names = {variable.name for variable in variables}.union(*map(_spaces, together))
    for density in together:
        caught = sorted({symbol.name for symbol in free_symbols(density)} & names)
        if caught:
            other = f"{caught[0]}_0"
            raise DerivationError(
                f"{density} depends on a {caught[0]} that is not the {caught[0]} drawn beside it: "
                f"name it {other}, or nest one expectation in the other"
            )


def _spaces(density: Any) -> set[str]:
    """Return the names under which the variables of arbitrary densities are printed."""
    if isinstance(density, Product):
        return set().union(*map(_spaces, density.args))
    if isinstance(density, Iterated):
        return _spaces(density.args[0])
    return set(density.variables) if isinstance(density, Arbitrary) else set()


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
        require_apart(densities)
        return super().__new__(cls, *densities)

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables of all factors, one after the other."""
        return tuple(kind for factor in self.args for kind in factor.variables)

    @property
    def kinds(self) -> tuple[str, ...]:
        """What the variables of all factors are."""
        return tuple(kind for factor in self.args for kind in factor.kinds)

    def _sympystr(self, printer: Any) -> str:
        return " × ".join(map(printer.doprint, self.args))
