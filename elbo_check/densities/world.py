"""The small vocabulary in which log-densities are written, and the three worlds that read it."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["World", "ball_world", "numpy_world", "sympy_world"]


@dataclass(frozen=True, slots=True)
class World:
    """Elementary functions over one kind of number. `exact` makes a number of this world from a float64, exactly."""

    name: str
    half: Any
    log: Callable[[Any], Any]
    exp: Callable[[Any], Any]
    sqrt: Callable[[Any], Any]
    log_two_pi: Callable[[], Any]
    exact: Callable[[Any], Any]


@functools.cache
def numpy_world() -> World:
    """Return float64 numbers and arrays."""
    log_two_pi = math.log(2 * math.pi)
    return World("numpy", 0.5, np.log, np.exp, np.sqrt, lambda: log_two_pi, np.float64)


@functools.cache
def sympy_world() -> World:
    """Return SymPy expressions (for deriving)."""
    import sympy

    log_two_pi = sympy.log(2 * sympy.pi)
    return World("sympy", sympy.Rational(1, 2), sympy.log, sympy.exp, sympy.sqrt, lambda: log_two_pi, sympy.Rational)


@functools.cache
def ball_world() -> World:
    """Return FLINT real balls at the precision of the running `flint.ctx`: every result encloses."""
    import flint

    @functools.cache
    def log_two_pi(_precision: int) -> Any:
        return (2 * flint.arb.pi()).log()

    return World(
        "balls",
        flint.arb(1) / 2,
        flint.arb.log,
        flint.arb.exp,
        flint.arb.sqrt,
        lambda: log_two_pi(flint.ctx.prec),  # a constant of each precision, never of the first one asked for
        lambda number: flint.arb(float(number)),  # the binary double itself, never its decimal print
    )
