"""One child of a `SeedSequence` a chunk, whatever the user passed as `rng` (SPEC 7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError

__all__ = ["Seeds"]

WORDS = 4
POOL = np.random.SeedSequence(0).pool_size


@dataclass(frozen=True, slots=True)
class Seeds:
    """A root from which every chunk gets its own child, and a note if the root had to be made from draws."""

    root: np.random.SeedSequence
    note: str = ""

    @staticmethod
    def of(rng: Any) -> Seeds:
        """Accept None, an int or a sequence of ints, a SeedSequence, a BitGenerator or a Generator.

        A generator that can spawn gives a fresh child each time it is passed, as SPEC 7 expects; one that cannot
        is asked for four 32-bit words, and the note says so.
        """
        if issubclass(type(rng), Seeds):
            known: Seeds = rng
            return known
        if rng is None or _seed(rng):
            return Seeds(np.random.SeedSequence(None if rng is None else int(rng)))
        if issubclass(type(rng), list | tuple | np.ndarray) and getattr(rng, "ndim", 1) == 1 and all(map(_seed, rng)):
            return Seeds(np.random.SeedSequence([int(word) for word in rng]))
        if issubclass(type(rng), np.random.SeedSequence):
            return Seeds(rng)
        if issubclass(type(rng), np.random.BitGenerator):
            rng = np.random.Generator(rng)
        if issubclass(type(rng), np.random.Generator):
            return Seeds._from_generator(rng)
        expected = "None, non-negative integers, or a numpy.random Generator, BitGenerator or SeedSequence"
        raise InputError("rng", rng, expected, "pass for example rng=0 or rng=numpy.random.default_rng(0)")

    @staticmethod
    def _from_generator(generator: np.random.Generator) -> Seeds:
        sequence = getattr(generator.bit_generator, "seed_seq", None)
        if isinstance(sequence, np.random.SeedSequence):
            return Seeds(sequence.spawn(1)[0])
        words = generator.integers(0, 2**32, size=WORDS, dtype=np.uint32)
        kind = type(generator.bit_generator).__name__
        note = f"the generator passed ({kind}) cannot spawn: seeded from four words drawn from it"
        return Seeds(np.random.SeedSequence(words.tolist()), note)

    def children(self) -> Iterator[np.random.SeedSequence]:
        """Yield children without end; the k-th is the same whoever consumes it, and the root is left unchanged."""
        position = 0
        while True:
            key = (*self.root.spawn_key, position)
            yield np.random.SeedSequence(self.root.entropy, spawn_key=key, pool_size=self.root.pool_size)
            position += 1

    @property
    def record(self) -> dict[str, Any]:
        """What a rerun needs: pass numpy.random.SeedSequence(**record) as `rng`."""
        pool = {"pool_size": self.root.pool_size} if self.root.pool_size != POOL else {}
        return {"entropy": self.root.entropy, "spawn_key": list(self.root.spawn_key)} | pool


def _seed(number: Any) -> bool:
    odd = type(number) in (bool, np.timedelta64)  # integers to Python and to NumPy, and no seeds
    return issubclass(type(number), int | np.integer) and not odd and bool(number >= 0)
