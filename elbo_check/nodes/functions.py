"""exp, log and √ for those who write derivations: SymPy's own would read an argument that is text."""

from __future__ import annotations

from typing import Any

import sympy

from .given import expression

__all__ = ["exp", "log", "sqrt"]


def exp(exponent: Any, *, evaluate: bool | None = None) -> Any:
    """Return eˣ.

    >>> exp(sympy.Symbol("x"))
    exp(x)
    """
    return sympy.exp(expression(exponent), evaluate=evaluate)


def log(argument: Any, *, evaluate: bool | None = None) -> Any:
    """Return the natural logarithm.

    >>> log(sympy.Symbol("x"))
    log(x)
    """
    return sympy.log(expression(argument), evaluate=evaluate)


def sqrt(argument: Any, *, evaluate: bool | None = None) -> Any:
    """Return the square root.

    >>> sqrt(sympy.Symbol("x"))
    sqrt(x)
    """
    return sympy.sqrt(expression(argument), evaluate=evaluate)
