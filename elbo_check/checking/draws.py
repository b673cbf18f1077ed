"""Small rational numbers for symbols, drawn from a seed, or fixed; and simpler ones to shrink a counterexample to."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any

import sympy

from ..errors import WitnessError
from ..symbols import Bit, Unit

__all__ = ["Draws", "Key", "draw", "fits", "simpler_number", "unusual"]

Key = tuple[Any, ...]

_TRIES = 40
_COUNTS = (1, 2) * 6 + (3, 4, 5)  # mostly few: every outcome of a block of so many is listed
_SIZES = (Fraction(1),) * 6 + (Fraction(20), Fraction(1, 20))
_UNUSUAL = 101  # a prime: a polynomial that vanishes at all ±1/101 … ±400/101 has a degree of 800
_PATTERNS = ((0, 0, 1), (0, 1, 0), (1, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0))
_SIMPLE = tuple(Fraction(*pair) for pair in ((0, 1), (1, 1), (2, 1), (1, 2), (-1, 1), (3, 1), (-2, 1), (1, 3)))


class Draws:
    """What one reading has drawn, by key. What is `fixed` is taken as given; all else follows from the seed."""

    def __init__(self, seed: int, fixed: Mapping[Key, Any] | None = None) -> None:
        self.seed = seed
        self.fixed = fixed or {}
        self.made: dict[Key, Any] = {}

    def get(self, key: Key, make: Callable[[Random], Any]) -> Any:
        """Return what stands under the key, drawn when first asked for."""
        if key not in self.made:
            self.made[key] = self.fixed[key] if key in self.fixed else make(Random(f"{self.seed} {key}"))
        return self.made[key]

    def number(self, symbol: Any, *indices: int, beyond: int = 0, wide: bool = False) -> Fraction:
        """Return the number that a symbol, or an entry of a sequence, is.

        A bit is 0 at one and 1 at another of any three seeds in a row: what is false at one of them is seen.
        """
        key = ("number", symbol, *indices)
        if isinstance(symbol, Bit):
            pattern = Random(str(key)).choice(_PATTERNS)
            return Fraction(self.get(key, lambda _: Fraction(pattern[self.seed % len(pattern)])))
        return Fraction(self.get(key, lambda rng: draw(symbol, rng, beyond, wide=wide)))


def draw(symbol: Any, rng: Random, beyond: int = 0, *, wide: bool = False) -> Fraction:
    """Return a small rational number that has every property the symbol is assumed to have.

    A count is larger than `beyond`, if that is given; other numbers are unusual ones, if they are to be `wide`.

    >>> draw(sympy.Symbol("J", integer=True, positive=True), Random(0)) in range(1, 6)
    True

    Raises `WitnessError` where none of the numbers tried has them all.
    """
    fitting = next((number for number in _candidates(symbol, rng, beyond, wide) if fits(symbol, number)), None)
    if fitting is None:
        raise WitnessError(f"no number was found that is what {symbol} is assumed to be")
    return fitting


def _candidates(symbol: Any, rng: Random, beyond: int, wide: bool) -> Iterator[Fraction]:
    """Yield numbers that may be what a symbol is; each is drawn when the ones before it did not fit."""
    if isinstance(symbol, Unit):
        below = _UNUSUAL if wide else rng.randint(2, 7)
        yield Fraction(rng.randint(1, below - 1), below)
    elif symbol.is_integer:
        first = beyond + rng.randint(1, 3) if beyond else rng.choice(_COUNTS)
        yield from (Fraction(n) for n in (first, *rng.sample((1, 2), 2), 0, -1, -2, 3))
    else:
        yield from (unusual(rng) if wide else _real(rng) for _ in range(_TRIES))


def unusual(rng: Random) -> Fraction:
    """Return one of so many numbers that no product of differences which one can write vanishes at all of them."""
    return Fraction(rng.choice((1, -1)) * rng.randint(1, 400), _UNUSUAL)


def _real(rng: Random) -> Fraction:
    """Return a number of about 1; now and then large or tiny, for a constant hides what is off by less."""
    number = rng.choice((1, -1)) * Fraction(rng.randint(1, 9), rng.randint(1, 5))
    return number * rng.choice(_SIZES)


def simpler_number(symbol: Any, number: Fraction) -> Iterator[Fraction]:
    """Yield numbers that are simpler than the given one and have the symbol's properties, the simplest first."""
    for candidate in (*_SIMPLE, Fraction(number.numerator // number.denominator)):
        if _size(candidate) < _size(number) and (symbol is None or fits(symbol, candidate)):
            yield candidate


def fits(symbol: Any, candidate: Fraction) -> bool:
    """Whether a number has every property that a symbol is assumed to have."""
    if isinstance(symbol, Unit):
        return 0 < candidate < 1
    if isinstance(symbol, Bit):
        return candidate in (0, 1)
    return _has(frozenset(symbol.assumptions0.items()), candidate)


@functools.lru_cache(maxsize=1024)
def _has(assumed: frozenset[tuple[str, bool]], candidate: Fraction) -> bool:
    number = sympy.Rational(candidate.numerator, candidate.denominator)
    return all(getattr(number, f"is_{name}") == value for name, value in assumed)


def _size(number: Fraction) -> tuple[int, int]:
    """Order numbers by how simple they look: 0, 1, 2, 1/2, −1, …."""
    place = _SIMPLE.index(number) if number in _SIMPLE else len(_SIMPLE)
    return place, abs(number.numerator) + number.denominator
