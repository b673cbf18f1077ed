"""Products of densities: a few independent blocks, or one coordinate for each index."""

from __future__ import annotations

from typing import Any

from ..errors import DerivationError
from ..symbols import count
from .arbitrary import Member
from .densities import Density, Value, require_density
from .given import counted, free_symbols, symbol

__all__ = ["Independent", "Iterated", "Product"]


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

    def _sympystr(self, printer: Any) -> str:
        factor, index, upper = map(printer.doprint, self.args)
        return f"∏_{{{index}=1…{upper}}} {factor}"


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

    def _sympystr(self, printer: Any) -> str:
        return " × ".join(map(printer.doprint, self.args))
