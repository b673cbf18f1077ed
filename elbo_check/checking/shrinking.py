"""Shrinks a counterexample: smaller tables and simpler numbers, as long as the step is still refuted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from .draws import Key, simpler_number
from .finite_densities import supported
from .reading import Reading

__all__ = ["shrunk"]

_MOST_TRIES = 600

Attempt = Callable[[Mapping[Key, Any]], Reading | None]


def shrunk(reading: Reading, attempt: Attempt) -> Reading:
    """Return the smallest reading found: one draw after the other is made simpler, until nothing more helps.

    `attempt` makes a reading with given draws, and returns it only if it is still a counterexample.
    """
    tries, improved = 0, True
    while improved:
        improved = False
        for key in list(reading.draws.made):
            for candidate in simpler(key, reading.draws.made.get(key)):
                tries += 1
                if tries > _MOST_TRIES:
                    return reading
                smaller = attempt({**reading.draws.made, key: candidate})
                if smaller is not None:
                    reading, improved = smaller, True
                    break
    return reading


def simpler(key: Key, value: Any) -> Iterator[Any]:
    """Yield simpler values for one draw, the simplest first."""
    kind = key[0]
    if value is None or kind == "vanishing":
        return
    if kind in ("joint", "member"):
        yield from _simpler_tables(value, key[-1])
    elif kind in ("size", "place"):
        yield from range(2 if kind == "size" else 0, value)
    elif kind == "volume":
        yield from (Fraction(1),) * (value != 1)
    elif kind == "gaussian":
        mean, scale = value
        yield from ((m, scale) for m in simpler_number(None, mean))
        yield from ((mean, s) for s in simpler_number(None, scale) if s > 0)
    else:
        yield from simpler_number(key[1] if kind == "number" else None, Fraction(value))


def _simpler_tables(weights: tuple[int, ...], sizes: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    common = math.gcd(*weights)
    if common > 1:
        yield tuple(weight // common for weight in weights)
    for place, weight in enumerate(weights):
        for less in range(0 if 0 in weights else 1, weight):
            table = (*weights[:place], less, *weights[place + 1 :])
            if supported(table, sizes):
                yield table
