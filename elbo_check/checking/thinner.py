"""Worlds with thinner outcomes: what no real line would say is told apart.

An outcome is a number, as in E[z²], and a part of the line around it, as in H[q]. Together both are true only of parts
as thin as one likes: a side that changes with their volume says nothing there. The same holds of a side that changes
with the part which stands for all that are beyond (`checking/spaces`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..errors import WitnessError
from .continuum import measured_spaces
from .places import as_number
from .reading import Reading
from .spaces import Spaces

__all__ = ["require_unchanged"]

_BEYOND = ((1, 0), (1, 2), (2, 1))
_FACTORS = (Fraction(1, 7), Fraction(1, 1009))  # with prime denominators: nothing cancels by chance


def require_unchanged(
    reading: Reading, spaces: Spaces, make: Callable[[Mapping[Any, Any]], Reading], expressions: Sequence[Any]
) -> None:
    """Require that expressions keep their values where outcomes are thinner, if any averages the numbers of a space.

    `make` makes the world in which some draws are others. Raises `WitnessError` otherwise.
    """
    meanings = [meaning for _, meaning in reading.outline.where]
    found: set[str] = set().union(*map(measured_spaces, (*expressions, *meanings)))
    measured = set(map(reading.outline.name_of, found))
    volumes = {space: spaces.volume(space) for space in measured if not spaces.whole(space)}
    changes = [{("volume", space): volume * factor for space, volume in volumes.items()} for factor in _FACTORS]
    doubled = list(filter(spaces.doubles, reading.outline.doubled))
    deeper = [{("beyond", space): beyond for space in doubled} for beyond in _BEYOND]
    for changed in [*(changes if volumes else ()), *(deeper if doubled else ())]:
        other = make(changed)
        for expression in expressions:
            change = as_number(reading.read(expression)) - as_number(other.read(expression))
            if change.is_zero() is False:
                raise WitnessError("it depends on how much of the line an outcome is, or on which part of it")
