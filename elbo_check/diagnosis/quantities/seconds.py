"""The second parameter of a Gaussian, held in one of five ways, and the functions of it that occur in losses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np
import sympy

from ..formula import Law, Term, law

__all__ = ["RAW", "SECONDS", "Second", "misreading", "of_role"]


class Raw(NamedTuple):
    """A function of one number, read by NumPy and by SymPy."""

    value: Callable[[Any], Any]
    symbol: Callable[[Any], Any]


def _softplus(x: Any) -> Any:
    return np.logaddexp(0.0, x)


def _log_of_softplus(x: Any) -> Any:
    return sympy.log(sympy.log(1 + sympy.exp(x)))


def _log_of_size(x: Any) -> Any:
    return sympy.log(x if x.is_nonnegative else sympy.Abs(x))


RAW: Mapping[str, Raw] = {
    "1": Raw(np.ones_like, lambda _: sympy.Integer(1)),
    "s": Raw(lambda x: x, lambda x: x),
    "|s|": Raw(np.abs, sympy.Abs),
    "s^2": Raw(np.square, lambda x: x**2),
    "s^4": Raw(lambda x: x**4, lambda x: x**4),
    "sqrt s": Raw(lambda x: np.sqrt(np.abs(x)), sympy.sqrt),
    "log s": Raw(lambda x: np.log(np.abs(x)), _log_of_size),
    "(log s)^2": Raw(lambda x: np.log(np.abs(x)) ** 2, lambda x: _log_of_size(x) ** 2),
    "log2 s": Raw(lambda x: np.log2(np.abs(x)), lambda x: _log_of_size(x) / sympy.log(2)),
    "log10 s": Raw(lambda x: np.log10(np.abs(x)), lambda x: _log_of_size(x) / sympy.log(10)),
    "s/log 2": Raw(lambda x: x / np.log(2), lambda x: x / sympy.log(2)),
    "s/log 10": Raw(lambda x: x / np.log(10), lambda x: x / sympy.log(10)),
    "exp s": Raw(np.exp, sympy.exp),
    "exp 2s": Raw(lambda x: np.exp(2 * x), lambda x: sympy.exp(2 * x)),
    "exp 4s": Raw(lambda x: np.exp(4 * x), lambda x: sympy.exp(4 * x)),
    "exp s/2": Raw(lambda x: np.exp(x / 2), lambda x: sympy.exp(x / 2)),
    "exp s/4": Raw(lambda x: np.exp(x / 4), lambda x: sympy.exp(x / 4)),
    "exp |s|": Raw(lambda x: np.exp(np.abs(x)), lambda x: sympy.exp(sympy.Abs(x))),
    "tanh s": Raw(np.tanh, sympy.tanh),
    "tanh^2 s": Raw(lambda x: np.tanh(x) ** 2, lambda x: sympy.tanh(x) ** 2),
    "exp tanh s": Raw(lambda x: np.exp(np.tanh(x)), lambda x: sympy.exp(sympy.tanh(x))),
    "exp 2tanh s": Raw(lambda x: np.exp(2 * np.tanh(x)), lambda x: sympy.exp(2 * sympy.tanh(x))),
    "exp tanh s/2": Raw(lambda x: np.exp(np.tanh(x) / 2), lambda x: sympy.exp(sympy.tanh(x) / 2)),
    "exp softplus s": Raw(lambda x: 1 + np.exp(x), lambda x: 1 + sympy.exp(x)),
    "exp 2softplus s": Raw(lambda x: (1 + np.exp(x)) ** 2, lambda x: (1 + sympy.exp(x)) ** 2),
    "exp 2|s|": Raw(lambda x: np.exp(2 * np.abs(x)), lambda x: sympy.exp(2 * sympy.Abs(x))),
    "exp -s": Raw(lambda x: np.exp(-x), lambda x: 1 / sympy.exp(x)),
    "exp -2s": Raw(lambda x: np.exp(-2 * x), lambda x: 1 / sympy.exp(2 * x)),
    "exp -s/2": Raw(lambda x: np.exp(-x / 2), lambda x: 1 / sympy.exp(x / 2)),
    "1/s": Raw(lambda x: 1 / x, lambda x: 1 / x),
    "1/s^2": Raw(lambda x: 1 / x**2, lambda x: 1 / x**2),
    "2^s": Raw(np.exp2, lambda x: 2**x),
    "10^s": Raw(lambda x: 10.0**x, lambda x: 10**x),
    "exp s-1": Raw(np.expm1, lambda x: sympy.exp(x) - 1),
    "softplus s": Raw(_softplus, lambda x: sympy.log(1 + sympy.exp(x))),
    "(softplus s)^2": Raw(lambda x: _softplus(x) ** 2, lambda x: sympy.log(1 + sympy.exp(x)) ** 2),
    "(softplus s)^4": Raw(lambda x: _softplus(x) ** 4, lambda x: sympy.log(1 + sympy.exp(x)) ** 4),
    "1/(softplus s)^2": Raw(lambda x: 1 / _softplus(x) ** 2, lambda x: 1 / sympy.log(1 + sympy.exp(x)) ** 2),
    "sqrt softplus s": Raw(lambda x: np.sqrt(_softplus(x)), lambda x: sympy.sqrt(sympy.log(1 + sympy.exp(x)))),
    "log softplus s": Raw(lambda x: np.log(_softplus(x)), _log_of_softplus),
    "log2 softplus s": Raw(lambda x: np.log2(_softplus(x)), lambda x: _log_of_softplus(x) / sympy.log(2)),
    "log10 softplus s": Raw(lambda x: np.log10(_softplus(x)), lambda x: _log_of_softplus(x) / sympy.log(10)),
    "(log softplus s)^2": Raw(lambda x: np.log(_softplus(x)) ** 2, lambda x: _log_of_softplus(x) ** 2),
}


class Second(NamedTuple):
    """What a second one holds, by the names of functions: σ², σ, σ⁴, √σ, 1/σ², and log σ² as factor · function."""

    role: str
    short: str
    words: str
    variance: str
    deviation: str
    quartic: str
    root: str
    precision: str
    log: str
    log_factor: int
    log_square: str
    positive: bool

    def variance_text(self, name: str) -> str:
        """Return the variance in the name of the argument.

        >>> SECONDS["log_std"].variance_text("ls")
        'exp(2 ls)'
        """
        shown = {"std": f"{name}²", "variance": name, "log_variance": f"exp({name})", "log_std": f"exp(2 {name})"}
        return shown.get(self.role, f"softplus({name})²")

    @property
    def bases(self) -> tuple[str, str]:
        """The function of `log` with logarithms to base 2, and to base 10.

        >>> SECONDS["std"].bases, SECONDS["log_std"].bases
        (('log2 s', 'log10 s'), ('s/log 2', 's/log 10'))
        """
        if not self.log.startswith("log "):
            return "s/log 2", "s/log 10"
        return self.log.replace("log", "log2", 1), self.log.replace("log", "log10", 1)

    @property
    def simple(self) -> tuple[float, ...]:
        """Simple numbers that it may hold; the first of them makes σ = 1, if one does."""
        return (1.0, 2.0, 0.5) if self.positive else (0.0, 1.0, -1.0)


SECONDS: Mapping[str, Second] = {
    second.role: second
    for second in (
        Second("std", "sigma", "σ", "s^2", "s", "s^4", "sqrt s", "1/s^2", "log s", 2, "(log s)^2", True),
        Second("variance", "var", "σ²", "s", "sqrt s", "s^2", "sqrt s", "1/s", "log s", 1, "(log s)^2", True),
        Second(
            "log_variance", "logvar", "log σ²", "exp s", "exp s/2", "exp 2s", "exp s/4", "exp -s", "s", 1, "s^2", False
        ),
        Second("log_std", "logsigma", "log σ", "exp 2s", "exp s", "exp 4s", "exp s/2", "exp -2s", "s", 2, "s^2", False),
        Second(
            "softplus_std",
            "softplus",
            "the number whose softplus is σ",
            "(softplus s)^2",
            "softplus s",
            "(softplus s)^4",
            "sqrt softplus s",
            "1/(softplus s)^2",
            "log softplus s",
            2,
            "(log softplus s)^2",
            False,
        ),
    )
}


def of_role(raw: str, role: str, axes: tuple[str, ...] = ("B", "d")) -> Term:
    """Return a function of the argument with this role as a term."""
    function = RAW[raw]
    return Term(f"{raw} of {role}", axes, lambda a: function.value(a[role]), lambda s: function.symbol(s[role]))


def misreading(held: Second, read: Second) -> str:
    """Return the slug of reading one thing as another.

    >>> misreading(SECONDS["log_variance"], SECONDS["std"])
    'logvar-as-sigma'
    """
    return f"{held.short}-as-{read.short}"


def log_ratio(held: Second, read: Second) -> Law:
    """Return the factor that log σ² gains when one thing is read as another."""
    return law(read.log_factor) * law(held.log_factor).inverse()
