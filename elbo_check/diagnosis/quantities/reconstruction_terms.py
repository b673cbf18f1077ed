"""Functions of the data and of what a decoder gives, the terms of a reconstruction: for NumPy and for SymPy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import sympy

from ..formula import Term
from .gaussian_nll import DATA
from .seconds import RAW

__all__ = ["data_term"]


class _Function(NamedTuple):
    """A function of x and of what the decoder gives, read by NumPy and by SymPy."""

    value: Callable[[Any, Any], Any]
    symbol: Callable[[Any, Any], Any]


def _sigmoid(t: Any) -> Any:
    return 1 / (1 + np.exp(-t))


def _sigmoid_symbol(t: Any) -> Any:
    return 1 / (1 + sympy.exp(-t))


_softplus, _softplus_symbol = RAW["softplus s"]


_FUNCTIONS: dict[str, _Function] = {
    "x log r": _Function(lambda x, r: x * np.log(r), lambda x, r: x * sympy.log(r)),
    "(1-x) log(1-r)": _Function(lambda x, r: (1 - x) * np.log(1 - r), lambda x, r: (1 - x) * sympy.log(1 - r)),
    "r log x": _Function(lambda x, r: r * np.log(x), lambda x, r: r * sympy.log(x)),
    "(1-r) log(1-x)": _Function(lambda x, r: (1 - r) * np.log(1 - x), lambda x, r: (1 - r) * sympy.log(1 - x)),
    "x log2 r": _Function(lambda x, r: x * np.log2(r), lambda x, r: x * sympy.log(r) / sympy.log(2)),
    "(1-x) log2(1-r)": _Function(
        lambda x, r: (1 - x) * np.log2(1 - r), lambda x, r: (1 - x) * sympy.log(1 - r) / sympy.log(2)
    ),
    "x log10 r": _Function(lambda x, r: x * np.log10(r), lambda x, r: x * sympy.log(r) / sympy.log(10)),
    "(1-x) log10(1-r)": _Function(
        lambda x, r: (1 - x) * np.log10(1 - r), lambda x, r: (1 - x) * sympy.log(1 - r) / sympy.log(10)
    ),
    "x r": _Function(lambda x, r: x * r, lambda x, r: x * r),
    "(1-x)(1-r)": _Function(lambda x, r: (1 - x) * (1 - r), lambda x, r: (1 - x) * (1 - r)),
    "(1-x)(1-log r)": _Function(lambda x, r: (1 - x) * (1 - np.log(r)), lambda x, r: (1 - x) * (1 - sympy.log(r))),
    "1 - x log(1-r)": _Function(lambda x, r: 1 - x * np.log(1 - r), lambda x, r: 1 - x * sympy.log(1 - r)),
    "x log(1-r)": _Function(lambda x, r: x * np.log(1 - r), lambda x, r: x * sympy.log(1 - r)),
    "(1-x) log r": _Function(lambda x, r: (1 - x) * np.log(r), lambda x, r: (1 - x) * sympy.log(r)),
    "softplus r": _Function(lambda _, r: _softplus(r), lambda _, r: _softplus_symbol(r)),
    "softplus x": _Function(lambda x, _: _softplus(x), lambda x, _: _softplus_symbol(x)),
    "x softplus r": _Function(lambda x, r: x * _softplus(r), lambda x, r: x * _softplus_symbol(r)),
    "x sigmoid r": _Function(lambda x, r: x * _sigmoid(r), lambda x, r: x * _sigmoid_symbol(r)),
    "softplus sigmoid r": _Function(
        lambda _, r: _softplus(_sigmoid(r)), lambda _, r: _softplus_symbol(_sigmoid_symbol(r))
    ),
    "(x-r)^2": _Function(lambda x, r: (x - r) ** 2, lambda x, r: (x - r) ** 2),
    "x-r": _Function(lambda x, r: x - r, lambda x, r: x - r),
    "|x-r|": _Function(lambda x, r: np.abs(x - r), lambda x, r: sympy.Abs(x - r)),
}


def _after_a_sigmoid(function: _Function) -> _Function:
    return _Function(lambda x, r: function.value(x, _sigmoid(r)), lambda x, r: function.symbol(x, _sigmoid_symbol(r)))


_OF_A_SIGMOID = ("(x-r)^2", "x-r", "|x-r|", "(1-x)(1-r)")
_FUNCTIONS |= {name.replace("r", "sigmoid r"): _after_a_sigmoid(_FUNCTIONS[name]) for name in _OF_A_SIGMOID}
_FUNCTIONS |= {"(x-sigmoid sigmoid r)^2": _after_a_sigmoid(_FUNCTIONS["(x-sigmoid r)^2"])}


def data_term(name: str, role: str) -> Term:
    """Return a term by its name, of what the decoder gives in a role."""
    function = _FUNCTIONS[name]

    def value(arrays: Mapping[str, Any]) -> Any:
        with np.errstate(all="ignore"):  # the logarithm of data that are 0 or 1: the fitting leaves such a term out
            return function.value(arrays["x"], arrays[role])

    return Term(name, DATA, value, lambda s: function.symbol(s["x"], s[role]))
