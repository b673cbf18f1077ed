"""Whether the densities of an index have the same outcomes: a law that divides by q asks that q vanish nowhere.

A world lists two or three outcomes of a p(i), and Uniform(n) has n: only where these are as many is p/q what it says.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import sympy

from ..boxes import written
from ..errors import InputError, WitnessError
from ..nodes import Bernoulli, Expectation, Iterated, Product, Uniform, Value, is_probability, spaces_of
from ..symbols import kind_of

if TYPE_CHECKING:
    from .finite_worlds import FiniteReading

__all__ = ["ends_in", "require_same_outcomes"]

Taken = tuple[Any, Any, Any]  # a density, the space of one of its variables, and what is there


def ends_in(node: Any) -> Iterator[tuple[Any, str]]:
    """Yield (n, space) where an index of a space is under a mean beside Uniform(n)."""
    if isinstance(node, Expectation):
        values = node.args[1].atoms(Value)
        pairs = [(node.args[0], node.args[2:]), *((value.args[0], value.args[1:]) for value in values)]
        taken = [one for pair in pairs for one in _apart(*pair)]
        for density, _, label in taken:
            if isinstance(density, Uniform) and isinstance(density.args[0], sympy.Symbol):
                yield from ((density.args[0], space) for _, space, other in taken if other == label and space)


def require_same_outcomes(reading: FiniteReading, sides: list[Any]) -> None:
    """Raise `WitnessError` where an index under a mean has other outcomes in a density that is taken at it."""
    for node in (node for side in sides for node in sympy.preorder_traversal(side)):
        if isinstance(node, Expectation):
            own = {label: (density, space) for density, space, label in _apart(node.args[0], node.args[2:])}
            values = node.args[1].atoms(Value)
            for density, space, label in (taken for value in values for taken in _apart(value.args[0], value.args[1:])):
                if label in own and _outcomes(density, space, reading) != _outcomes(*own[label], reading):
                    raise WitnessError(f"the law speaks of densities that vanish nowhere, and one of {label} does here")


def _apart(density: Any, point: Any) -> Iterator[Taken]:
    """Yield the independent factors of a density with the indices and bits at which they are taken."""
    if isinstance(density, Product):
        for factor in density.args:
            yield from _apart(factor, point[: factor.dimension])
            point = point[factor.dimension :]
    elif isinstance(density, Iterated):
        yield from _apart(density.args[0], point)
    else:
        for space, variable in zip(spaces_of(density), point, strict=True):
            label = variable.base.label if isinstance(variable, sympy.Indexed) else variable
            if isinstance(label, sympy.Symbol) and kind_of(label) in ("count", "bit"):
                yield density, space, label


def _outcomes(density: Any, space: Any, reading: FiniteReading) -> frozenset[Any]:
    if isinstance(density, Uniform):
        return frozenset(range(1, int(_parameter(density, reading)) + 1))
    if isinstance(density, Bernoulli):
        certain = not is_probability(density.args[0], strictly=True)
        parameter = _parameter(density, reading) if certain else Fraction(1, 2)
        return frozenset(bit for bit, mass in ((0, 1 - parameter), (1, parameter)) if mass)
    return frozenset(reading.densities.numbers(space))


def _parameter(density: Any, reading: FiniteReading) -> Any:
    """Return a parameter that is the same throughout; where it changes with what is bound, nothing is told."""
    try:
        return reading.number(density.args[0], reading.values).rational
    except InputError:
        raise WitnessError(f"the outcomes of {written(density)} change with what is bound") from None
