"""The functions that the factors of a term are powers of: of a second parameter, of two means, of categories."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import sympy

from .seconds import RAW

__all__ = ["DIFFERENCE", "DISTANCE", "FUNCTIONS", "base_of"]

DIFFERENCE, DISTANCE = "a-b", "|a-b|"


class _Function(NamedTuple):
    value: Callable[..., Any]
    symbol: Callable[..., Any]


_POWERS: Mapping[str, tuple[str, Fraction]] = {
    "s^2": ("s", Fraction(2)),
    "s^4": ("s", Fraction(4)),
    "sqrt s": ("s", Fraction(1, 2)),
    "1/s": ("s", Fraction(-1)),
    "1/s^2": ("s", Fraction(-2)),
    "(log s)^2": ("log s", Fraction(2)),
    "exp 2s": ("exp s", Fraction(2)),
    "exp 4s": ("exp s", Fraction(4)),
    "exp s/2": ("exp s", Fraction(1, 2)),
    "exp s/4": ("exp s", Fraction(1, 4)),
    "exp -s": ("exp s", Fraction(-1)),
    "(softplus s)^2": ("softplus s", Fraction(2)),
    "(softplus s)^4": ("softplus s", Fraction(4)),
    "1/(softplus s)^2": ("softplus s", Fraction(-2)),
    "sqrt softplus s": ("softplus s", Fraction(1, 2)),
    "(log softplus s)^2": ("log softplus s", Fraction(2)),
}


_LOG_SOFTMAX = sympy.Function("log_softmax")


def _softmax(x: Any) -> Any:
    return np.exp(_log_softmax(x))


def _log_softmax(x: Any) -> Any:
    return x - np.logaddexp.reduce(x, axis=-1, keepdims=True)


def _log_of_k(_: Any) -> Any:
    return sympy.log(sympy.Symbol("K", integer=True, positive=True))


FUNCTIONS: Mapping[str, _Function] = {
    **{name: _Function(raw.value, raw.symbol) for name, raw in RAW.items() if name not in _POWERS},
    DIFFERENCE: _Function(lambda a, b: a - b, lambda a, b: a - b),
    DISTANCE: _Function(lambda a, b: np.abs(a - b), lambda a, b: sympy.Abs(a - b)),
    "a+b": _Function(lambda a, b: a + b, lambda a, b: a + b),
    "softmax s": _Function(_softmax, sympy.Function("softmax")),
    "log softmax s": _Function(_log_softmax, _LOG_SOFTMAX),
    "log2 softmax s": _Function(lambda x: _log_softmax(x) / np.log(2), lambda x: _LOG_SOFTMAX(x) / sympy.log(2)),
    "log K": _Function(lambda x: np.full(np.shape(x), np.log(np.shape(x)[-1])), _log_of_k),
    "log2 K": _Function(
        lambda x: np.full(np.shape(x), np.log2(np.shape(x)[-1])), lambda x: _log_of_k(x) / sympy.log(2)
    ),
}
"""By name: how NumPy reckons it, and how SymPy writes it. Softmax is over the last axis, that of the K categories."""


def base_of(raw: str) -> tuple[str, Fraction]:
    """Return the function, and its power, that a function of one argument is.

    >>> base_of("exp 2s")
    ('exp s', Fraction(2, 1))
    """
    return _POWERS.get(raw, (raw, Fraction(1)))
