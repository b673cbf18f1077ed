"""Where an expression is 0 whatever the densities are: an empty sum, the mass of a bit at 2.

A density of a finite world is also 0 where the world has no outcome, and an outcome that is the number 0 is a part of
the line around it: neither says that log 0 stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy

from ..nodes import Bernoulli, Expectation, Uniform, Value, free_symbols, sum_parts
from .outcome import Outcome

__all__ = ["certainly_zero", "divides_by_density"]


def certainly_zero(node: Any, values: Mapping[str, Any], number: Callable[[Any], Any]) -> bool:
    """Whether an expression is 0 for a reason that lies in its counts and bits alone.

    `number` returns what an expression is worth at the values.
    """

    def zero(part: Any) -> bool:
        return certainly_zero(part, values, number)

    if isinstance(node, sympy.Sum):
        _, _, lower, upper = sum_parts(node)
        return bool(number(lower) > number(upper))
    if isinstance(node, Expectation):
        return zero(node.args[1])
    if node.is_Mul:
        return any(map(zero, node.args))
    if node.is_Add and any(map(zero, node.args)):
        return all(map(zero, node.args))
    if node.is_Pow:
        return bool(node.exp.is_positive) and zero(node.base)
    if not node.has(sympy.Symbol, Value):
        return bool(number(node) == 0)
    named = isinstance(node, Value) and isinstance(node.args[0], Bernoulli | Uniform)
    numbers = all(
        symbol.name in values and not isinstance(values[symbol.name], Outcome) for symbol in free_symbols(node)
    )
    return named and numbers and bool(number(node) == 0)


def divides_by_density(node: Any) -> bool:
    """Whether a divisor is a density at a point, or a product of such and of numbers."""
    if node.is_Mul or node.is_Pow:
        return all(divides_by_density(part) for part in node.args)
    return isinstance(node, Value) or bool(node.is_Rational and node != 0)
