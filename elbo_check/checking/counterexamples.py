"""A counterexample in words: small fractions, and what the two sides are worth there."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import flint

from ..nodes import family_of
from .draws import Key
from .reading import Reading

__all__ = ["assignment", "counterexample"]

_DIGITS = 20


def counterexample(reading: Reading, left: Any, right: Any, relation: str) -> dict[str, Any]:
    """Return the assignment as small fractions, and what the two sides are there: as numbers, and exactly."""
    values = {"left": float(left), "right": float(right), "left_exact": _exactly(left), "right_exact": _exactly(right)}
    return {**assignment(reading), **values, "relation": relation}


def assignment(reading: Reading) -> dict[str, Any]:
    """Return what was drawn in words, and what the assumptions then say, sorted by name."""
    shown = {name: words for key, value in reading.draws.made.items() for name, words in _shown(key, value)}
    return dict(sorted((shown | {name: _written(value) for name, value in reading.solved.items()}).items()))


def _exactly(value: Any) -> str:
    """Return a number in full, or as a ball of the digits that anybody reads: what was computed with has eighty."""
    return str(value.str(_DIGITS) if isinstance(value, flint.arb) else value)


def _written(value: Any) -> str:
    """Return what an assumption says that a symbol is, exactly where it is no ball."""
    return f"{float(value):.12g}" if isinstance(value, flint.arb) else str(value)


def _shown(key: Key, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield what one draw is called, and how it is written; what goes without saying is not shown."""
    kind = key[0]
    if kind in _WRITTEN and not (kind == "volume" and value == 1) and not (kind == "coefficient" and not value):
        yield _WRITTEN[kind](key, value)


def _table(spaces: tuple[str, ...], sizes: tuple[int, ...], weights: tuple[int, ...]) -> Iterator[tuple[str, str]]:
    for places, weight in zip(itertools.product(*map(range, sizes)), weights, strict=True):
        outcome = ", ".join(f"{space}{place + 1}" for space, place in zip(spaces, places, strict=True))
        yield outcome, str(Fraction(weight, sum(weights)))


def _argument(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _of(space: str) -> str:
    """Return what outcomes are outcomes of: a letter, or the members of a family."""
    return f"{family_of(space)}_j" if family_of(space) else space


def _joint(key: Key, value: Any) -> tuple[str, Any]:
    return f"{key[1]}({', '.join(key[2])})", dict(_table(key[2], key[3], value))


def _coefficient(key: Key, value: Any) -> tuple[str, Any]:
    powers = "·".join(f"u{place + 1}" for place in key[2]) or "1"
    return f"{'log ' * (key[3] == 'density')}{key[1]}: coefficient of {powers}", str(value)


def _normal(key: Key, value: Any) -> tuple[str, Any]:
    """A coordinate of a joint Gaussian: what it shares with the others is a multiple of one t ~ N(0, 1)."""
    (mean, loading, variance), number = value, str(key[3] + 1) * bool(key[3])
    shared = f" + ({loading})·t" * bool(loading)
    return f"{key[2]}{number} under {key[1]}", f"N({mean}, {variance}){shared}"


_WRITTEN: dict[str, Callable[[Key, Any], tuple[str, Any]]] = {
    "number": lambda key, value: ("_".join((key[1].name, *map(str, key[2:]))), str(value)),
    "place": lambda key, value: (key[1], f"{key[2]}{value + 1}"),
    "joint": _joint,
    "beyond": lambda key, _: (f"outcomes of {_of(key[1])}", "[1, 2), [2, 4), …; the last: all beyond"),
    "volume": lambda key, value: (f"volume of an outcome of {_of(key[1])}", str(value)),
    "member": lambda key, value: (f"{key[1]}_{key[2]}", [str(Fraction(weight, sum(value))) for weight in value]),
    "normal": _normal,
    "gaussian": lambda key, value: (f"{key[1]}_{key[2]}", f"N({value[0]}, ({value[1]})²)"),
    "function": lambda key, value: (f"{key[1]}({', '.join(map(_argument, key[2]))})", str(value)),
    "coefficient": _coefficient,
}
