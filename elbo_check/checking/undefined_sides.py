"""A side without a value: where it certainly has none, the step does not say what its assumptions let it speak of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import WitnessError
from .counterexamples import assignment
from .reading import Reading
from .undefined import DivergenceError, LogOfZeroError, NoValueError, UndefinedError

__all__ = ["OneSidedError"]


class OneSidedError(WitnessError):
    """One side is defined at an assignment, and the other is not: that refutes nothing, and it is told."""

    def __init__(self, reading: Reading, side: str, cause: UndefinedError) -> None:
        self.reading, self.side, self.cause = reading, side, cause
        at = ", ".join(f"{name} = {value}" for name, value in assignment(reading).items())
        super().__init__(f"the {side} side is not defined at a {reading.kind}{' with ' * bool(at)}{at}: {cause}")

    def certain(self, relation: str, licensed: bool) -> bool:
        """Whether the side has no value by anybody's convention, or none that its law would give it.

        A mean that diverges may be +∞, which an inequality may speak of, and a law may assume that it does not. Log
        of an empty sum is no number; only a law may say that it is −∞.
        """
        if isinstance(self.cause, LogOfZeroError):
            return not licensed
        return isinstance(self.cause, NoValueError) or (
            isinstance(self.cause, DivergenceError) and relation == "=" and not licensed
        )

    def certainty(self, relation: str) -> int:
        """Return how certain it is that the side has no value: 2 whatever the law, 1 without one that licenses it."""
        return sum(self.certain(relation, licensed) for licensed in (True, False))

    def like(self, other: OneSidedError) -> bool:
        """Whether both say the same, at two assignments."""
        return self.side == other.side and type(self.cause) is type(other.cause)

    @property
    def exhibit(self) -> Mapping[str, Any]:
        """The assignment, the side, and what has no value there."""
        return {**assignment(self.reading), "side": self.side, "undefined": str(self.cause)}
