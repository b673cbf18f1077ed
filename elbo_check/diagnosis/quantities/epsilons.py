"""Where people add an ε: to σ or to σ² of a second argument, within the logarithm, outside of it, or everywhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy

from ..epsilon import Move, Place
from ..formula import Term
from .seconds import RAW, Second

__all__ = ["places_of"]

_HELD: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    "std": (lambda d: d, lambda d: d),
    "variance": (np.square, lambda d: d**2),
    "log_variance": (lambda d: 2 * np.log(d), lambda d: 2 * sympy.log(d)),
    "log_std": (np.log, sympy.log),
    "softplus_std": (lambda d: np.log(np.expm1(d)), lambda d: sympy.log(sympy.exp(d) - 1)),
}
"""What an argument holds where σ is d, by its role: for NumPy and for SymPy."""


def places_of(second: Second, role: str, *logs: Term) -> tuple[Place, ...]:
    """Return the places of a second argument: outside of the terms `logs`, which are those of its logarithm, and there.

    >>> from .seconds import SECONDS
    >>> (outside, _) = places_of(SECONDS["variance"], "variance")
    >>> [round(float(move.value(4.0, 0.5)), 9) for move in outside.moves]
    [6.25, 4.5]
    """
    moves = (Move("σ", *_moved(second, 1)), Move("σ²", *_moved(second, 2)))
    words = {"_q": " of q", "_p": " of p"}.get(role[-2:], " of the decoder" if role.startswith("decoder_") else "")
    return tuple(Place(role, words, frozenset(logs), inside, moves) for inside in (False, True))


def _moved(second: Second, power: int) -> tuple[Callable[[Any, float], Any], Callable[[Any, Any], Any]]:
    """Return what becomes of the argument if a number is added to σ, or to σ²."""
    raw, (held, symbol_held) = RAW[second.deviation], _HELD[second.role]

    def value(s: Any, e: float) -> Any:
        return held((raw.value(s) ** power + e) ** (1 / power))

    def symbol(s: Any, e: Any) -> Any:
        return symbol_held((raw.symbol(s) ** power + e) ** sympy.Rational(1, power))

    return value, symbol
