"""Where people add an ε: to σ or to σ² of a second argument, or to probabilities within logarithms.

To a σ it is added within its logarithm, outside of it, or everywhere; as 0.01 + 0.99·softplus(ρ) it bounds σ below.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy

from ..epsilon import Move, Place
from ..formula import Term
from .seconds import RAW, Second

__all__ = ["of_probabilities", "places_of"]

_OF_PROBABILITIES = 1e-4  # harmless: what it does to the logarithm of a hundredth is a hundredth

_WAYS = 3  # as many as a σ has: a function adds in one way wherever it adds

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
    [6.25, 4.5, 2.25]
    """
    moves = (Move("σ", *_moved(second, 1)), Move("σ²", *_moved(second, 2)), Move("{rest}·σ", *_bounded(second)))
    words = {"_q": " of q", "_p": " of p"}.get(role[-2:], " of the decoder" if role.startswith("decoder_") else "")
    return tuple(Place(role, words, frozenset(logs), inside, moves) for inside in (False, True))


def of_probabilities(role: str, one: Term, other: Term) -> tuple[Place, ...]:
    """Return the places within log p, and within log (1 − p), of an argument that holds p: terms with one of these."""
    up, down = (lambda p, e: p + e), (lambda p, e: p - e)
    ways = (("the probability", one, up), ("its complement", other, down))
    return tuple(
        Place(role, "", frozenset((term,)), True, (Move(words, move, move),) * _WAYS, _OF_PROBABILITIES)
        for words, term, move in ways
    )


def _bounded(second: Second) -> tuple[Callable[[Any, float], Any], Callable[[Any, Any], Any]]:
    """Return what becomes of the argument if σ is ε + (1 − ε)·σ: as high as it was at 1, and never below ε."""
    raw, (held, symbol_held) = RAW[second.deviation], _HELD[second.role]
    return (
        lambda s, e: held(e + (1 - e) * raw.value(s)),
        lambda s, e: symbol_held(e + (1 - e) * raw.symbol(s)),
    )


def _moved(second: Second, power: int) -> tuple[Callable[[Any, float], Any], Callable[[Any, Any], Any]]:
    """Return what becomes of the argument if a number is added to σ, or to σ²."""
    raw, (held, symbol_held) = RAW[second.deviation], _HELD[second.role]

    def value(s: Any, e: float) -> Any:
        return held((raw.value(s) ** power + e) ** (1 / power))

    def symbol(s: Any, e: Any) -> Any:
        return symbol_held((raw.symbol(s) ** power + e) ** sympy.Rational(1, power))

    return value, symbol
