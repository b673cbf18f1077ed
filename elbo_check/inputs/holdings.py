"""What a function holds that tells of its arguments: lengths that it may insist on, and masks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

from numpy.typing import NDArray

from .held_shapes import held_shapes
from .masks import held_masks
from .written_numbers import short_reciprocals, written_numbers

__all__ = ["Holdings"]


class Holdings:
    """The numbers and arrays that a function holds; `array` makes one of NumPy from one of its framework.

    >>> Holdings(lambda mu: mu.reshape(-1, 784), lambda held: held).numbers
    (784,)
    """

    def __init__(self, fn: Any, array: Callable[[Any], NDArray[Any]]) -> None:
        self._fn, self._array = fn, array

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """The whole numbers in its code: lengths that it may insist on."""
        return written_numbers(self._fn)

    @cached_property
    def short_reciprocals(self) -> tuple[int, ...]:
        """The whole numbers that decimals in its code may be one over: 10 of 0.1, which may be a weight as well."""
        return short_reciprocals(self._fn)

    @cached_property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of the arrays that it holds: their lengths are such as well."""
        return held_shapes(self._fn)

    @property
    def masks(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of its arrays of zeros and ones, as they are now."""
        return held_masks(self._fn, self._array)
