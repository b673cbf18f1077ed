"""What has no value where it is read, and how certain that is."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ..errors import WitnessError

__all__ = [
    "DivergenceError",
    "DivisionByZeroError",
    "LogOfZeroError",
    "NoValueError",
    "UndefinedError",
    "all_defined",
    "unabsorbed",
]


T = TypeVar("T")


class UndefinedError(WitnessError):
    """What was read is not defined there; some convention may still give it a value, as it gives 0 to 0·log 0.

    `absorbed` says whether 0 times it is 0: not where an exponential or a quotient was taken of it.
    """

    absorbed = True


class NoValueError(UndefinedError):
    """What was read has no value by any convention: the logarithm of a negative number, the third of two draws."""

    absorbed = False


class DivergenceError(UndefinedError):
    """An expectation diverges; where its integrand is not negative, it may be said to be +∞."""


class LogOfZeroError(UndefinedError):
    """The logarithm of what is 0 whatever the densities are; some would say that it is −∞."""


class DivisionByZeroError(UndefinedError):
    """Something was divided by 0: not even 0 times it has a meaning."""

    absorbed = False


@contextlib.contextmanager
def unabsorbed() -> Iterator[None]:
    """Mark what is not defined within: e to it, one over it and a function of it are not 0 times 0."""
    try:
        yield
    except UndefinedError as reason:
        reason.absorbed = False
        raise


def all_defined(parts: Iterable[Callable[[], T]]) -> Iterator[T]:
    """Yield the value of each part; where one has none, what certainly has none among the others is told first."""
    undefined: UndefinedError | None = None
    for part in parts:
        try:
            value = part()
        except NoValueError:
            raise
        except UndefinedError as reason:
            undefined = undefined or reason
            continue
        yield value
    if undefined is not None:
        raise undefined
