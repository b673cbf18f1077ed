"""Which expressions are certainly positive, as they are written: SymPy does not see that a·a is a square."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sympy

from ..symbols import author_form, known
from .densities import Value

__all__ = ["is_positive", "where_densities_vanish"]

_UNKNOWN, _NOT_NEGATIVE, _POSITIVE = range(3)


def is_positive(given: Any) -> bool:
    """Whether an expression is certainly above zero, wherever it is defined.

    >>> from elbo_check.symbols import positive, real
    >>> is_positive(positive("s") + real("x") ** 2), is_positive(real("x") ** 2)
    (True, False)
    """
    return _sign(given) == _POSITIVE


def where_densities_vanish(given: Any) -> Any:
    """Return an expression in which a number that may be 0 stands for each density: p/(1 + p) is not always above 0.

    Of a sum, a mean or an integral of densities no more is known than that it is a number.
    """
    values: dict[Any, Any] = {}
    with author_form():
        return _without_densities(given, values)


def _without_densities(part: Any, values: dict[Any, Any]) -> Any:
    if not part.has(Value):
        return part
    if isinstance(part, sympy.Add | sympy.Mul | sympy.Pow | sympy.exp | sympy.log):
        return part.func(*(_without_densities(each, values) for each in part.args))
    assumed = {"nonnegative" if isinstance(part, Value) else "real": True}
    return values.setdefault(part, sympy.Symbol(f"density_{len(values)}", **assumed))


def _sign(given: Any) -> int:
    if known(given, "positive"):
        return _POSITIVE
    if given.is_Add:
        signs = [_sign(part) for part in given.args]
        return _UNKNOWN if _UNKNOWN in signs else max(signs)
    if given.is_Mul:
        return min(_sign_of_power(part, times) for part, times in Counter(given.args).items())
    if given.is_Pow and given.exp.is_Integer:
        return _sign_of_power(given.base, given.exp)
    return _NOT_NEGATIVE if known(given, "nonnegative") else _UNKNOWN


def _sign_of_power(base: Any, times: Any) -> int:
    sign = _sign(base)
    return _NOT_NEGATIVE if sign == _UNKNOWN and times % 2 == 0 else sign
