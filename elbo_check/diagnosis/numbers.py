"""Numbers that are no simple rationals and stand among the sizes of a law by their names: log 2, 0.1234567."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import sympy

__all__ = ["LOGARITHMS", "is_decimal", "is_number", "number_of", "symbol_of"]

LOGARITHMS: Mapping[str, float] = {"log 2": math.log(2), "log 10": math.log(10)}


def is_number(name: str) -> bool:
    """Whether something in a monomial is a number, and no size.

    >>> is_number("log 2"), is_number("0.1234567"), is_number("d")
    (True, True, False)
    """
    return name in LOGARITHMS or name[0].isdigit()


def is_decimal(text: str) -> bool:
    """Whether a text is one number, written with a point.

    >>> is_decimal("0.000001"), is_decimal("0.5/2"), is_decimal("7")
    (True, False, False)
    """
    whole, point, rest = text.partition(".")
    return bool(point) and whole.isdigit() and rest.isdigit()


def number_of(name: str) -> Fraction:
    """Return the number with this name, as the double next to it."""
    return Fraction(LOGARITHMS.get(name) or float(name))


def symbol_of(name: str) -> Any:
    """Return the number with this name as SymPy prints it.

    >>> symbol_of("log 2"), symbol_of("0.125") == 0.125
    (log(2), True)
    """
    return sympy.log(int(name.removeprefix("log "))) if name in LOGARITHMS else sympy.Float(float(name))
