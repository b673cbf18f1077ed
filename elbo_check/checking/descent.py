"""Moves an assignment towards one that excludes an inequality: whichever draw brings both sides closer is changed.

Where to look is guessed; whether an assignment excludes the step is decided by reading it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

from .draws import Key, fits
from .reading import Reading

__all__ = ["descended", "neighbours"]

_MOST_TRIES = 200
_FACTORS = tuple(Fraction(*pair) for pair in ((2, 1), (1, 2), (5, 4), (4, 5), (17, 16), (16, 17), (-1, 1)))
_LARGEST_DENOMINATOR = 10_000
_LARGEST_WEIGHT = 12
_LEAST_GAIN = 1e-6

Attempt = Callable[[Mapping[Key, Any]], tuple[Reading, float] | None]


def descended(reading: Reading, gap: float, attempt: Attempt) -> Reading | None:
    """Return a reading whose gap is below 0, or None if none was found.

    `attempt` makes a reading with given draws, and says what its gap is; None where it has none.
    """
    tries, improved = 0, True
    while improved:
        improved = False
        for key in list(reading.draws.made):
            here = reading.draws.made
            best: tuple[Reading, float] = reading, gap * (1 - _LEAST_GAIN)
            for candidate in neighbours(key, here.get(key)):
                tries += 1
                if tries > _MOST_TRIES:
                    return None
                found = attempt({**here, key: candidate})
                if found is not None and found[1] < 0:
                    return found[0]
                best = best if found is None or found[1] >= best[1] else found
            if best[0] is not reading:
                (reading, gap), improved = best, True
    return None


def neighbours(key: Key, value: Any) -> Iterator[Any]:
    """Yield values for one draw that are near the given one."""
    if value is None:
        return  # it is drawn no longer
    if key[0] in ("joint", "member"):
        yield from _tables(value)
    elif key[0] == "number" and not key[1].is_integer:  # where a count is smallest, much is an equality
        yield from (number for number in _near(value) if fits(key[1], number))
    elif key[0] in ("coefficient", "function"):
        yield from _near(value)
    elif key[0] == "normal":
        mean, loading, variance = value
        yield from ((other, loading, variance) for other in _near(mean))
        yield from ((mean, other, variance) for other in _near(loading))
        yield from ((mean, loading, other) for other in _near(variance) if other > 0)
    elif key[0] == "gaussian":
        mean, scale = value
        yield from ((other, scale) for other in _near(mean))
        yield from ((mean, other) for other in _near(scale) if other > 0)


def _tables(weights: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    least = 0 if 0 in weights else 1
    for place, weight in enumerate(weights):
        for other in (weight + 1, weight - 1):
            table = (*weights[:place], other, *weights[place + 1 :])
            if least <= other <= _LARGEST_WEIGHT and any(table):
                yield table


def _near(number: Fraction) -> Iterator[Fraction]:
    for factor in _FACTORS:
        yield (Fraction(number) * factor).limit_denominator(_LARGEST_DENOMINATOR)
    yield from (number + 1, number - 1)
