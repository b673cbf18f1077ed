"""What an assumption says beyond itself: within functions of both sides, and of everything that a symbol stands in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import sympy

from ..nodes import free_symbols, parts_of
from ..normal_form import Context
from ..symbols import author_form, known
from .law import OPPOSITE

__all__ = ["derived", "monotone", "substituting"]

_HALF = sympy.Rational(1, 2)


def monotone(left: Any, relation: str, right: Any) -> Iterator[tuple[Any, str, Any]]:
    """Yield a comparison, and those from which it follows: both sides are the same monotone function of others.

    >>> from elbo_check.symbols import positive
    >>> s, t = positive("s"), positive("t")
    >>> list(monotone(1 / s, "≥", 1 / t))[1:]
    [(s, '≤', t)]
    """
    yield left, relation, right
    turn = _turn(left, right)
    if turn:
        yield from monotone(left.args[0], relation if turn > 0 else OPPOSITE[relation], right.args[0])


def _turn(left: Any, right: Any) -> int:
    """Return 1 where both sides are the same increasing function of their first arguments, −1 for a decreasing one."""
    if any(type(left) is type(right) is kind and len(left.args) == len(right.args) == 1 for kind in _INCREASING):
        return 1
    if not (left.is_Pow and right.is_Pow and left.exp == right.exp and left.exp.is_Rational and left.exp):
        return 0
    return 1 if left.exp == _HALF else _turn_of_power(left.exp, (left.base, right.base))


def _turn_of_power(exponent: Any, bases: tuple[Any, Any]) -> int:
    needed = "nonnegative" if exponent > 0 else "positive"
    return (1 if exponent > 0 else -1) * all(known(base, needed) is True for base in bases)


_INCREASING = (sympy.log, sympy.exp)

_MOST_FUNCTIONS = 8


def derived(statement: tuple[Any, str, Any], left: Any, right: Any) -> Iterator[tuple[Any, str, Any]]:
    """Yield what an inequality says of logarithms, exponentials and powers such as a step holds, the highest first.

    Of log and of powers that is told only where both of its sides are certainly positive, or not negative.

    >>> from elbo_check.symbols import positive
    >>> s = positive("s")
    >>> list(derived((s, "≤", sympy.Integer(2)), 1 / s**2, s))
    [(s**(-2), '≥', 2**(-2))]
    """
    less, relation, more = statement
    sides = less, more
    with author_form():
        for function in _functions(left, right) if relation != "=" else ():
            if function == sympy.exp:
                yield sympy.exp(less), relation, sympy.exp(more)
            elif function == sympy.log and all(known(side, "positive") is True for side in sides):
                yield sympy.log(less), relation, sympy.log(more)
            elif function not in _INCREASING:
                powers = tuple(sympy.Pow(side, function) for side in sides)
                turn = _turn_of_power(function, sides)
                if turn:
                    yield powers[0], relation if turn > 0 else OPPOSITE[relation], powers[1]


def _functions(left: Any, right: Any) -> list[Any]:
    """Return log, exp and the exponents of powers that occur in a step, the largest exponents first."""
    parts = dict.fromkeys((*parts_of(left), *parts_of(right)))
    powers = {part.exp for part in parts if part.is_Pow and part.exp.is_Rational and part.exp}
    powers |= {-power for power in powers if -1 in powers}  # as in 1/√s
    functions = [kind for kind in _INCREASING if any(isinstance(part, kind) for part in parts)]
    return [*functions, *sorted(powers, key=lambda power: (abs(power), power), reverse=True)][:_MOST_FUNCTIONS]


def substituting(left: Any, right: Any, context: Context) -> Context:
    """Return what a step may use, with x = y as the meaning of x wherever x stands free.

    Not under a derivative, which speaks of other values of x too, nor where x names a sequence.
    """
    every = [left, right, *(side for pair in context.where for side in pair)]
    every += [side for one, _, other in context.equations for side in (one, other)]
    if any(side.has(sympy.Derivative) for side in every):
        return context
    taken = {symbol for symbol, _ in context.where}
    taken |= {entry.base.label for side in every for entry in side.atoms(sympy.Indexed)}
    meanings: dict[Any, Any] = {}
    rest = []
    for statement in context.equations:
        symbol, meaning = _meaning(statement)
        if symbol is None or symbol in taken or symbol in meanings or taken & free_symbols(meaning):
            rest.append(statement)
        else:
            meanings[symbol] = meaning
    return replace(context, where=(*meanings.items(), *context.where), equations=tuple(rest))


def _meaning(statement: tuple[Any, str, Any]) -> tuple[Any, Any]:
    """Return (x, y) for x = y with a symbol x that does not occur in y; (None, None) for any other statement."""
    left, relation, right = statement
    for symbol, meaning in ((left, right), (right, left)):
        if relation == "=" and isinstance(symbol, sympy.Symbol) and symbol not in free_symbols(meaning):
            return symbol, meaning
    return None, None
