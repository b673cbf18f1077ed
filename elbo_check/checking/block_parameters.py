"""Parameters at which a product over an index is taken: x in (∏ N(μ_d, s²))(x) is a block of coordinates, no number."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import WitnessError
from ..nodes import Iterated, Product, Value, Vector, free_symbols, parts_of, spaces_of
from .outcome import Outcome

__all__ = ["BlockParameter", "blocks_in"]


@dataclass(frozen=True, slots=True)
class BlockParameter:
    """A symbol that stands for a block, with the products over an index that are taken at it."""

    symbol: Any
    densities: tuple[Any, ...]

    @property
    def space(self) -> str | None:
        """The space of its coordinates, None where they are plain numbers; raises `WitnessError` for several."""
        spaces = {spaces_of(density.args[0])[0] for density in self.densities}
        if len(spaces) != 1:
            raise WitnessError(f"{self.symbol} has coordinates of several spaces")
        return spaces.pop()

    def made(self, number: Callable[[Any], int], coordinate: Callable[[BlockParameter, int], Any]) -> Outcome:
        """Return the block of its coordinates; raises `WitnessError` where there is not one number of them."""
        uppers = [density.args[2] for density in self.densities]
        if any(isinstance(density.args[0], Iterated) for density in self.densities):
            raise WitnessError(f"{self.symbol} stands for draws of whole blocks, which are not drawn as parameters")
        sizes = set(map(number, uppers))
        if len(sizes) != 1:
            raise WitnessError(f"{self.symbol} stands for blocks of several sizes")
        return Outcome(tuple(coordinate(self, place) for place in range(1, sizes.pop() + 1)))


def blocks_in(sides: Iterable[Any], parameters: Sequence[Any]) -> dict[str, BlockParameter]:
    """Return the parameters at which a product over an index is taken, by their names."""
    taken: dict[Any, list[Any]] = {}
    for value in (part for side in sides for part in parts_of(side) if isinstance(part, Value)):
        density, *point = value.args
        for factor in density.args if isinstance(density, Product) else (density,):
            own, point = point[: factor.dimension], point[factor.dimension :]
            named = free_symbols(own[0]) & set(parameters)
            if isinstance(factor, Iterated) and len(named) == 1 and not isinstance(own[0], Vector):  # x, −x, 2 x
                taken.setdefault(named.pop(), []).append(factor)
    return {symbol.name: BlockParameter(symbol, tuple(dict.fromkeys(factors))) for symbol, factors in taken.items()}
