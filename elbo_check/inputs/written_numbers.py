"""The whole numbers that a function's code holds: lengths that it may insist on. They are hints of what to try."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from .held import held_by, is_of

__all__ = ["short_reciprocals", "written_numbers"]

_MOST = 24
_SMALLEST, _LARGEST = 2, 1 << 24
_LEAST, _DIGITS = 1 / _LARGEST, 3


def written_numbers(fn: Any) -> tuple[int, ...]:
    """Return the whole numbers from 2 on in a function's code, its defaults, its closure and the globals it names.

    Of a method, or an object that can be called, the numbers that the object holds are among them. Nothing is called.

    >>> def loss(mu, batch_size=64):
    ...     return (mu.reshape(-1, 28 * 28) ** 2).sum() / batch_size
    >>> written_numbers(loss)
    (64, 784, 2)

    A number below 1 stands for the whole number that it is one over, as a compiler folds 1 / 784; a decimal of a few
    digits is a weight.

    >>> written_numbers(lambda kl: (1 / 784) * kl), written_numbers(lambda kl: 0.001 * kl)
    ((784,), ())
    """
    found = dict.fromkeys(number for number in _numbers(held_by(fn)) if _SMALLEST <= number <= _LARGEST)
    return tuple(found)[:_MOST]


def short_reciprocals(fn: Any) -> tuple[int, ...]:
    """Return the whole numbers that decimals of a few digits in a function's code are one over: 0.1 may be 1 / 10.

    >>> short_reciprocals(lambda q: q * np.log(0.1)), short_reciprocals(lambda kl: 0.3 * kl)
    ((10,), ())
    """
    found = dict.fromkeys(number for number in _reciprocals(held_by(fn)) if number >= _SMALLEST)
    return tuple(found)[:_MOST]


def _numbers(values: Iterable[Any]) -> Iterator[int]:
    """Yield what is a whole number among constants, or surely one over it: -784.0 is 784, and a shape holds several."""
    for value in values:
        if is_of(value, tuple):
            yield from _numbers(tuple.__iter__(value))
        elif type(value) is int or (type(value) is float and value.is_integer()):
            yield abs(int(value))
        else:
            yield from (whole for whole in _reciprocals([value]) if not _is_short(value))


def _reciprocals(values: Iterable[Any]) -> Iterator[int]:
    for value in values:
        if type(value) is float and _LEAST <= abs(value) < 1:
            whole = round(1 / abs(value))
            if 1 / whole == abs(value):
                yield whole


def _is_short(value: float) -> bool:
    """Whether a number is written with a few digits, as weights are."""
    return float(f"{value:.{_DIGITS}g}") == value
