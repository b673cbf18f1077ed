"""What stands around a part: where the indices of sums run, and over which densities means are taken."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sympy

from ..nodes import Arbitrary, Iterated, Product, free_symbols, replaced

__all__ = ["NO_RANGES", "Ranges", "factors"]

Place = tuple[str, Any]  # a space, and what is there
Drawn = tuple[Any, tuple[Any, ...]]  # a density and the variables over which a mean runs by it


@dataclass(frozen=True, slots=True)
class Ranges:
    """The indices, (index, first, last), the innermost last, and the means around a part.

    A mean E_q runs where q > 0, so that q(z) is positive in it, and so is each of its factors and marginals.
    """

    ends: tuple[tuple[Any, Any, Any], ...] = ()
    drawn: tuple[Drawn, ...] = ()

    def over(self, index: Any, first: Any, last: Any) -> Ranges:
        """Return the same with one more index."""
        inner = self.without((index,))
        return replace(inner, ends=(*inner.ends, (index, first, last)))

    def in_mean(self, mean: Any) -> Ranges:
        """Return the same within an expectation."""
        density, _, *variables = mean.args
        inner = self.without(variables)
        return replace(inner, drawn=(*inner.drawn, *factors(density, tuple(variables))))

    def without(self, bound: Iterable[Any]) -> Ranges:
        """Return the same where symbols are bound anew: what was said of them, and by them, is of others."""
        taken = frozenset(bound)
        ends = (end for end in self.ends if taken.isdisjoint({end[0]}.union(*map(free_symbols, end[1:]))))
        drawn = (one for one in self.drawn if taken.isdisjoint(free_symbols(one[0]).union(one[1])))
        return Ranges(tuple(ends), tuple(drawn))

    def runs_where(self, value: Any) -> bool:
        """Whether the means around a density at a point run only where it is positive."""
        density, *point = value.args
        return all(self._is_drawn(*factor) for factor in factors(density, tuple(point)))

    def _is_drawn(self, density: Any, point: tuple[Any, ...]) -> bool:
        if any((density, point) == own or _is_entry(density, point, *own) for own in self.drawn):
            return True
        return isinstance(density, Arbitrary) and any(
            _pairs(density, point) <= all_of for all_of in self._joint(density)
        )

    def _joint(self, one: Any) -> list[set[Place]]:
        """Return the places of a distribution that are drawn together: x and z by p(x, z), or by p(x) and p(z | x).

        Those of p(x) and of p(z) are not: p(x, z) may be 0 where both are positive.
        """
        found: list[set[Place]] = []
        for density, point in self.drawn:
            if isinstance(density, Arbitrary) and density.args[0] == one.args[0]:
                given = _given(density)
                found += [_pairs(density, point) for before in (found if given else [given]) if before == given]
        return found


NO_RANGES = Ranges()


def factors(density: Any, point: tuple[Any, ...]) -> Iterator[Drawn]:
    """Yield the blocks of a product with their places."""
    if not isinstance(density, Product):
        yield density, point
        return
    for factor in density.args:
        yield from factors(factor, point[: factor.dimension])
        point = point[factor.dimension :]


def _is_entry(density: Any, point: tuple[Any, ...], block: Any, variables: tuple[Any, ...]) -> bool:
    """Whether a density is that of one coordinate, at z[l] or z[l, j], of a block z that is drawn."""
    place = point[0]
    if not isinstance(place, sympy.Indexed) or place.base.label != variables[0]:
        return False
    for index in place.indices:
        if not isinstance(block, Iterated):
            return False
        block = replaced(block.args[0], {block.args[1]: index})
    return bool(block == density)


def _given(density: Any) -> set[Place]:
    _, _, spaces, places = density.args
    return {(space.name, place) for space, place in zip(spaces, places, strict=True)}


def _pairs(density: Any, point: tuple[Any, ...]) -> set[Place]:
    own = {(space.name, place) for space, place in zip(density.args[1], point, strict=True)}
    return own | _given(density)
