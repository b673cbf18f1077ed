"""The assignments at which a chain is read: finite worlds, rational numbers, and worlds of Gaussians."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import flint
import sympy

from ..derivation import Chain
from ..errors import InputError, WitnessError
from .draws import Draws
from .finite_worlds import FiniteReading
from .gaussian_worlds import GaussianWorld
from .gaussians import PRECISION, GaussianReading
from .outline import Outline, outline_of
from .reading import Reading

__all__ = ["GAUSSIANS", "WORLDS", "Make", "Reader", "counted_in", "readings_for"]

GAUSSIANS = 3
WORLDS = 12  # every other one with densities that vanish here and there
_TRIED = 4000
_FIRST_OWN = 100_000

Make = Callable[[Draws], Reading]


@dataclass(frozen=True, slots=True)
class Reader:
    """A reading, and how to make another one of its kind.

    Its `own` numbers are those of one chain alone. A mean that diverges there may not elsewhere, and is no matter.
    """

    reading: Reading
    make: Make
    own: bool = False


def readings_for(chain: Chain) -> list[Reader]:
    """Return the assignments at which a chain is read: finite worlds where densities are arbitrary, and Gaussians."""
    outline = outline_of(chain)
    makers: list[Make] = []
    if outline.finite:
        makers += [_finite(outline, zeros) for zeros in ((False, True) if outline.abstract else (False,))]
    makers.append(lambda draws: GaussianReading(draws, outline))
    tries = [WORLDS // 2] * (len(makers) - 1) + [GAUSSIANS]
    if outline.forms:
        makers.append(lambda draws: GaussianWorld(draws, outline))
        tries.append(GAUSSIANS)
    own = _own_seed(chain)
    found = [reader for make, number in zip(makers, tries, strict=True) for reader in _some(make, number, outline)]
    found += [reader for make in makers for reader in _some(make, 1, outline, own)]
    return sorted(found, key=lambda reader: counted_in(reader.reading))


def _finite(outline: Outline, zeros: bool) -> Make:
    return lambda draws: FiniteReading(draws, outline, zeros)


def _own_seed(chain: Chain) -> int:
    """Return a seed that follows from all that a chain says: numbers that are known beforehand may be roots in it."""
    sides = dict.fromkeys(side for step in chain.steps for side in (step.left, step.right))
    nodes = (node for side in sides for node in sympy.preorder_traversal(side))
    words = " ".join(type(node).__name__ if node.args else str(node) for node in nodes)
    return _FIRST_OWN + zlib.crc32(words.encode())


def _some(make: Make, number: int, outline: Outline, first: int = 0) -> Iterator[Reader]:
    """Yield up to `number` readings that satisfy what the chain assumes; a bounded number of seeds is tried."""
    for seed in range(first, first + (_TRIED if outline.assuming else number)):
        with flint.ctx.workprec(PRECISION), contextlib.suppress(WitnessError, InputError, ZeroDivisionError):
            reading = make(Draws(seed))
            if reading.satisfies_assumptions():
                yield Reader(reading, make, own=bool(first))
                number -= 1
        if not number:
            return


def counted_in(reading: Reading) -> int:
    """Return how many all counts of a reading are together."""
    made = reading.draws.made.items()
    return int(sum(abs(number) for key, number in made if key[0] == "number" and key[1].is_integer))
