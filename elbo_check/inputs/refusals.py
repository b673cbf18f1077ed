"""What a function refused to take, so that what refuses every length is not asked each of them again.

It is read several times over: with its noise replaced, as one of sequences, at other points of its quantity. Whoever
asks may go on after a refusal; that an argument was changed in place is told in the end all the same.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from ..errors import LossFunctionError
from .failures import said

__all__ = ["Refusals"]


class Refusals:
    """The refusals of one function, by what it was asked with.

    >>> refusals = Refusals()
    >>> refusals.add((2, 3), LossFunctionError("shape", "f(x of shape (2, 3)) raised ValueError: wrong shape", ""))
    >>> refusals.known((2, 3)).kind, refusals.known((2, 4))
    ('shape', None)

    `changes` are changes of an argument in place; `at_spots` tell what a right function refused when it was last asked,
    and `slow` holds the lengths at which it did not return in time.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, LossFunctionError] = {}
        self._ways: set[str] = set()
        self._alike: dict[Hashable, str] = {}
        self._in_vain: set[str] = set()
        self.changes: list[LossFunctionError] = []
        self.at_spots: list[str] = []
        self.slow: list[Mapping[str, int]] = []

    def note(self, error: BaseException) -> None:
        """Remember the first change of an argument in place, and not the arrays that it was raised with."""
        if isinstance(error, LossFunctionError) and error.kind == "mutates" and not self.changes:
            self.changes.append(LossFunctionError(error.kind, error.happened, error.remedy))

    def unchanged(self) -> None:
        """Raise `LossFunctionError` (mutates) if any call changed an argument, though whoever asked went on."""
        for error in self.changes:
            raise error

    def known(self, asked: Hashable) -> LossFunctionError | None:
        """Return the refusal of what was asked before, if it was one of shapes: any other may be of numbers."""
        return self._known.get(asked)

    def add(self, asked: Hashable, refusal: LossFunctionError) -> None:
        """Remember a refusal, and not the arrays that it was raised with."""
        self._ways.add(said(refusal))
        if refusal.kind == "shape":
            self._known[asked] = LossFunctionError(refusal.kind, refusal.happened, refusal.remedy)

    def close(self, axes: Hashable, points: Hashable) -> None:
        """Remember that all that can be asked with arrays over these axes was refused, if it was so in one way.

        `points` say which numbers these arrays held.
        """
        if len(self._ways) == 1:
            (way,) = self._ways
            self._alike |= {axes: way, (axes, points): way}

    def are_all_like(self, refusal: LossFunctionError, axes: Hashable, points: Hashable) -> bool:
        """Whether all that can be asked with such arrays was refused before, in just this way.

        What says nothing of shapes may hang on the numbers in these arrays.
        """
        asked = axes if refusal.kind == "shape" else (axes, points)
        return self._alike.get(asked) == said(refusal)

    def add_narrower(self, wide: LossFunctionError, narrow: LossFunctionError) -> None:
        """Remember that a narrower dtype was refused as a wide one had been."""
        if _way(wide) == _way(narrow):
            self._in_vain.add(_way(wide))

    def is_in_vain(self, wide: LossFunctionError) -> bool:
        """Whether a narrower dtype did not help once where a wide one was refused in this way."""
        return _way(wide) in self._in_vain


def _way(refusal: LossFunctionError) -> str:
    """Return what a function said; of shapes it says another thing at every length."""
    return refusal.kind if refusal.kind == "shape" else said(refusal)
