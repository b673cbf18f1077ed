"""The whole numbers that a function's code holds: lengths that it may insist on. They are hints of what to try."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .held import held_by, is_of

__all__ = ["written_numbers"]

_MOST = 24
_SMALLEST, _LARGEST = 2, 1 << 24


def written_numbers(fn: Any) -> tuple[int, ...]:
    """Return the whole numbers from 2 on in a function's code, its defaults, its closure and the globals it names.

    Of a method, or an object that can be called, the numbers that the object holds are among them. Nothing is called.

    >>> def loss(mu, batch_size=64):
    ...     return (mu.reshape(-1, 28 * 28) ** 2).sum() / batch_size
    >>> written_numbers(loss)
    (64, 784, 2)
    """
    found = dict.fromkeys(number for number in _numbers(held_by(fn)) if _SMALLEST <= number <= _LARGEST)
    return tuple(found)[:_MOST]


def _numbers(values: Iterable[Any]) -> Iterator[int]:
    """Yield what is a whole number among constants: -784.0 is 784, and a shape holds several."""
    for value in values:
        if is_of(value, tuple):
            yield from _numbers(tuple.__iter__(value))
        elif type(value) is int or (type(value) is float and value.is_integer()):
            yield abs(int(value))
