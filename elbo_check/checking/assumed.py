"""What a chain assumes, made to hold: an equation gives a symbol its value, and what is injective is taken off it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

import sympy

from ..derivation import Statement
from ..errors import InputError, WitnessError
from ..nodes import free_symbols
from ..reading import Reader
from ..symbols import author_form, kind_of, known
from ..witnesses.enumeration import LogSum
from .draws import fits
from .finite_values import exact_world, plain

__all__ = ["equal_exactly", "fits_kind", "solved", "stripped"]

_HALF = sympy.Rational(1, 2)
_LEAST = Fraction(1, 1000)


def stripped(statement: Statement) -> tuple[Any, Any]:
    """Return both sides without the same increasing function of them: log u = log v is u = v, where both have a value.

    >>> from elbo_check.symbols import positive
    >>> stripped(Statement(sympy.log(positive("s")), sympy.log(positive("t")), "≤"))
    (s, t)
    """
    left, right = statement.sides
    while _increasing(left) and _increasing(left) == _increasing(right):
        left, right = left.args[0], right.args[0]
    return left, right


def _increasing(side: Any) -> Any:
    """Return what strictly increasing function a side is of its first argument, None if it is none."""
    if isinstance(side, sympy.log | sympy.exp) and len(side.args) == 1:
        return type(side)
    return "√" if side.is_Pow and side.exp == _HALF else None


@lru_cache(maxsize=64)
def solved(assuming: tuple[Statement, ...], parameters: tuple[Any, ...]) -> Mapping[int, tuple[Any, Any]]:
    """Return (symbol, meaning) for the numbers of the equations that say what a parameter is by the others.

    A meaning holds no symbol that was solved for before, unless that came first: they can be read one after another.
    """
    found: dict[int, tuple[Any, Any]] = {}
    for number, statement in enumerate(assuming):
        taken = {symbol for symbol, _ in found.values()}
        used = {symbol for _, meaning in found.values() for symbol in free_symbols(meaning)}
        for symbol, meaning in _candidates(statement) if statement.relation == "=" else ():
            free = free_symbols(meaning)
            if symbol in set(parameters) - taken - used - free and free <= set(parameters):
                found[number] = symbol, meaning
                break
    return found


def _candidates(statement: Statement) -> Iterator[tuple[Any, Any]]:
    """Yield what each term of a side, that is a symbol, is by the other terms and the other side."""
    left, right = stripped(statement)
    for side, other in ((left, right), (right, left)):
        terms = sympy.Add.make_args(side)
        for place, term in enumerate(terms):
            rest = (*terms[:place], *terms[place + 1 :])
            square = term.is_Pow and term.exp == 2 and known(term.base, "positive")
            symbol = term.base if square else term
            if isinstance(symbol, sympy.Symbol):
                with author_form():
                    meaning = sympy.Add(other, *(-part for part in rest)) if rest else other
                    yield symbol, sympy.sqrt(meaning) if square else meaning


def fits_kind(
    symbol: Any, value: Any, rational: Callable[[Any], Fraction], at_least: Callable[[Any, Fraction], bool]
) -> bool:
    """Whether a value that was not drawn certainly has every property that a symbol is assumed to have."""
    try:
        return fits(symbol, rational(value))
    except WitnessError:
        kind = kind_of(symbol)
    if kind == "unit":
        return at_least(value, _LEAST) and at_least(-value, _LEAST - 1)
    return kind == "real" or (kind == "positive" and at_least(value, _LEAST))


def equal_exactly(left: Any, right: Any, numbers: Mapping[str, Fraction]) -> bool:
    """Whether two expressions in numbers are certainly equal: sums of logarithms of rational numbers are decided."""
    reader, values = Reader(exact_world()), {name: LogSum.number(number) for name, number in numbers.items()}
    try:
        difference = plain(reader.read(left, values)) - plain(reader.read(right, values))
        return difference.is_zero() is True
    except (WitnessError, InputError, ZeroDivisionError):
        return False
