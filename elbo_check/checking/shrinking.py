"""Shrinks a counterexample: smaller tables and simpler numbers, as long as the step is still refuted."""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from ..nodes import space_of_family
from .draws import Key, simpler_number
from .outline import Outline
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
            for changed in _simpler_draws(reading, key):
                tries += 1
                if tries > _MOST_TRIES:
                    return reading
                smaller = attempt(changed)
                if smaller is not None:
                    reading, improved = smaller, True
                    break
    return reading


def _simpler_draws(reading: Reading, key: Key) -> Iterator[Mapping[Key, Any]]:
    """Yield all draws with one of them made simpler; where a space loses outcomes, its tables lose them, too."""
    made = reading.draws.made
    value = made.get(key)
    if key[0] == "size":
        for size in range(2, value or 0):
            yield {**made, **_cut(made, reading.outline, key[1], size), key: size}
    for candidate in simpler(key, value):
        yield {**made, key: candidate}


def _cut(made: Mapping[Key, Any], outline: Outline, space: str, size: int) -> dict[Key, Any]:
    """Return the tables and places of a space without the outcomes from number `size` on, where anything is left."""
    cut: dict[Key, Any] = {}
    for key, value in made.items():
        if key[0] == "place" and outline.name_of(key[2]) == space and value < size:
            cut[*key[:3], size] = value
        if key[0] in ("joint", "member"):
            spaces = map(outline.name_of, key[2] if key[0] == "joint" else (space_of_family(key[1]),))
            sizes = tuple(size if name == space else old for name, old in zip(spaces, key[-1], strict=True))
            places = itertools.product(*map(range, key[-1]))
            kept = tuple(w for at, w in zip(places, value, strict=True) if all(map(operator.lt, at, sizes)))
            if sizes != key[-1] and any(kept):
                cut[*key[:-1], sizes] = kept
    return cut


def simpler(key: Key, value: Any) -> Iterator[Any]:
    """Yield simpler values for one draw, the simplest first."""
    kind = key[0]
    if value is None or kind in ("vanishing", "size", "beyond"):
        return
    if kind in ("joint", "member"):
        yield from _simpler_tables(value)
    elif kind == "place":
        yield from range(value)
    elif kind == "volume":
        yield from (Fraction(1),) * (value != 1)
    elif kind == "normal":
        mean, loading, variance = value
        yield from ((m, loading, variance) for m in simpler_number(None, mean))
        yield from ((mean, u, variance) for u in simpler_number(None, loading))
        yield from ((mean, loading, d) for d in simpler_number(None, variance) if d > 0)
    elif kind == "gaussian":
        mean, scale = value
        yield from ((m, scale) for m in simpler_number(None, mean))
        yield from ((mean, s) for s in simpler_number(None, scale) if s > 0)
    else:
        yield from simpler_number(key[1] if kind == "number" else None, Fraction(value))


def _simpler_tables(weights: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    common = math.gcd(*weights)
    if common > 1:
        yield tuple(weight // common for weight in weights)
    for place, weight in enumerate(weights):
        for less in range(0 if 0 in weights else 1, weight):
            table = (*weights[:place], less, *weights[place + 1 :])
            if any(table):
                yield table
