"""The door for probabilities: floats and fractions, read exactly, in rows that sum to 1."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from ..arrays import reals
from ..errors import InputError, ShapeError, described
from .finite import held

__all__ = ["exact_numbers", "outcomes", "rows", "shared"]

SLACK = 4  # roundings of each float in a row that is said to sum to 1


def exact_numbers(argument: str, given: Any) -> tuple[Any, float]:
    """Return numbers ≥ 0 as an array of `Fraction`s, and the relative spacing of the dtype they came in (0: exact).

    Floats are the binary numbers that they are. Raises `InputError` for what is no number, or negative.
    """
    if any(isinstance(number, Fraction) for number in _leaves(given)):
        array = np.array(given, dtype=object)
        if not all(isinstance(number, Fraction | int) for number in array.flat):
            raise InputError(argument, given, "fractions and whole numbers only", "use one kind for all")
        epsilon = 0.0
    else:
        read = reals(argument, given)
        array, epsilon = read.values, read.epsilon
    exact = held([Fraction(number) for number in array.flat]).reshape(array.shape)
    for place, number in np.ndenumerate(exact):
        if number < 0:
            where = f"{argument}[{', '.join(map(str, place))}]"
            raise InputError(where, float(number), "≥ 0", "a probability is not negative")
    return exact, epsilon


def rows(argument: str, given: Any, *dimensions: int) -> Any:
    """Return rows of probabilities as `Fraction`s, the last axis their outcomes, each divided by its exact sum.

    Floats may miss 1 by their rounding, fractions by nothing. Raises `InputError` for a row that does not sum to 1 and
    `ShapeError` for an array whose number of axes is none of `dimensions`.
    """
    exact, epsilon = exact_numbers(argument, given)
    if exact.ndim not in dimensions:
        shown, expected = described(f"an array of shape {exact.shape}"), " or ".join(f"{n}" for n in dimensions)
        raise ShapeError(argument, shown, f"an array with {expected} axes", "outcomes lie along the last axis")
    for place in np.ndindex(exact.shape[:-1]):
        where = f"{argument}[{', '.join(map(str, place))}]" if place else argument
        exact[place] = shared(where, exact[place], epsilon)
    return exact


def shared(argument: str, row: Any, epsilon: float) -> Any:
    """Return numbers divided by their exact sum, which is 1 but for rounding; raises `InputError` otherwise."""
    total = sum(row.flat, start=Fraction(0))
    if abs(total - 1) > SLACK * row.size * Fraction(epsilon):
        shown = described(f"numbers with the sum {float(total)!r}")
        remedy = "divide them by their sum" if total else "one of them at least is positive"
        raise InputError(argument, shown, "probabilities: their sum is 1", remedy)
    return row / total


def outcomes(argument: str, given: Any, most: int, *, axes: int, remedy: str) -> Any:
    """Return whole numbers from 0 to most − 1 as an array of so many axes; raises `InputError` for anything else."""
    values = reals(argument, given).values
    if values.ndim != axes:
        shown = described(f"an array of shape {values.shape}")
        raise ShapeError(argument, shown, "one number" if not axes else "a sequence of numbers", remedy)
    for place, number in np.ndenumerate(values):
        if not (number.is_integer() and 0 <= number < most):
            where = f"{argument}[{', '.join(map(str, place))}]" if place else argument
            raise InputError(where, float(number), f"a whole number from 0 to {most - 1}", remedy)
    return values.astype(np.intp)


def _leaves(given: Any) -> Iterator[Any]:
    if isinstance(given, Fraction):
        yield given
    elif isinstance(given, np.ndarray) and given.dtype == object:
        yield from given.flat
    elif isinstance(given, list | tuple):
        for part in given:
            yield from _leaves(part)
