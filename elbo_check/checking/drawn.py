"""Over which densities the means around a part run: there they are positive, with their factors and marginals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sympy

from ..nodes import Arbitrary, Iterated, Product, replaced

__all__ = ["Drawn", "factors", "run_where"]

Place = tuple[str, Any]  # a space, and what is there
Drawn = tuple[Any, tuple[Any, ...]]  # a density and the variables over which a mean runs by it


def run_where(drawn: Sequence[Drawn], value: Any) -> bool:
    """Whether means by what is drawn run only where a density at a point is positive."""
    density, *point = value.args
    return all(_is_drawn(drawn, *factor) for factor in factors(density, tuple(point)))


def _is_drawn(drawn: Sequence[Drawn], density: Any, point: tuple[Any, ...]) -> bool:
    if any((density, point) == own or _is_entry(density, point, *own) for own in drawn):
        return True
    return isinstance(density, Arbitrary) and any(_pairs(density, point) <= all_of for all_of in _joint(drawn, density))


def _joint(drawn: Sequence[Drawn], one: Any) -> list[set[Place]]:
    """Return the places of a distribution that are drawn together: x and z by p(x, z), or by p(x) and p(z | x).

    Those of p(x) and of p(z) are not: p(x, z) may be 0 where both are positive.
    """
    found: list[set[Place]] = []
    for density, point in drawn:
        if isinstance(density, Arbitrary) and density.args[0] == one.args[0]:
            given = _given(density)
            found += [_pairs(density, point) for before in (found if given else [given]) if before == given]
    return found


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
