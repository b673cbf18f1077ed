"""The doors of the models: whole numbers, tables, and densities of the right family."""

from __future__ import annotations

from typing import Any, TypeVar

from ..arrays import reals
from ..errors import InputError, ShapeError, described

__all__ = ["family", "whole", "wholes"]

Density = TypeVar("Density")


def whole(argument: str, given: Any, *, least: int = 0, most: int | None = None, remedy: str = "it is a count") -> int:
    """Return `given` as a whole number from `least` to `most`; raises `InputError` for anything else."""
    values = reals(argument, given).values
    if values.shape != ():
        raise ShapeError(argument, described(f"an array of shape {values.shape}"), "one number", remedy)
    number = float(values)
    if not (number.is_integer() and least <= number and (most is None or number <= most)):
        expected = f"a whole number from {least}" + (f" to {most}" if most is not None else " on")
        raise InputError(argument, number, expected, remedy)
    return int(number)


def wholes(argument: str, given: Any, length: int, *, remedy: str) -> tuple[int, ...]:
    """Return `given` as `length` whole numbers, of which one may come alone; raises `InputError` otherwise."""
    values = reals(argument, given).values
    if values.shape != (length,) and not (length == 1 and values.shape == ()):
        shown = described(f"an array of shape {values.shape}")
        raise ShapeError(argument, shown, f"of shape ({length},)", remedy)
    return tuple(whole(argument, number, remedy=remedy) for number in values.reshape(-1))


def family(argument: str, given: Any, kind: type[Density], remedy: str) -> Density:
    """Return `given` if it is a density of this family; raises `InputError` otherwise."""
    if not isinstance(given, kind):
        shown = described(f"a {type(given).__name__}")
        raise InputError(argument, shown, f"a {kind.__name__}", remedy)
    return given
