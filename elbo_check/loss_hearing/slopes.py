"""Slopes of a black box by differences of its own values, each with its measured error."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.probing import Arrays
from ..errors import ElboCheckError, LossFunctionError
from ..inputs.failures import is_without_graph
from .calls import Asked

__all__ = [
    "DATA",
    "Slope",
    "direction_in",
    "gradient_of",
    "gradient_or_zeros",
    "is_differentiable",
    "is_real",
    "off_grid",
    "output_dtype",
    "slope",
    "tells_apart",
    "total_along",
]

FloatArray = NDArray[np.float64]

DATA = frozenset({"x", "noise"})
"""Roles that nothing is learnt through."""

_JITTER = 2.0**-8  # off the grid, where a clamp's bound may lie on a point
_STEPS = {"float64": (2.0**-6, 2.0**-10, 2.0**-14), "float32": (2.0**-3, 2.0**-5)}
_FINEST = {"float64": 2.0**-14, "float32": 2.0**-8}
_CAUTION = 20.0  # measured errors are the difference of two extrapolations; kinks make it large, never small
_COARSE = 0.05  # relative: an error above it tells nothing about a gradient
_NOTHING = 1e-3  # of the value: a derivative of this size counts as none


@dataclass(frozen=True, slots=True)
class Slope:
    """A derivative along a line, how far it may be off, and the size of what was differentiated."""

    value: float
    error: float
    size: float = 1.0

    @property
    def is_coarse(self) -> bool:
        """Whether its error hides a gradient that is wrong by a few per cent."""
        return self.error > max(_COARSE * abs(self.value), _NOTHING * self.size)

    def excludes(self, other: float) -> bool:
        """Whether another derivative is surely not this one.

        >>> Slope(2.0, 1e-9).excludes(2.1), Slope(2.0, 0.5).excludes(2.1)
        (True, False)
        """
        return abs(self.value - other) > max(self.error, 1e-6 * (abs(self.value) + abs(other)))


def slope(function: Callable[[float], float], dtype: str) -> Slope | None:
    """Return f'(0) by central differences at three steps, extrapolated twice; None where f has no finite values there.

    D(h) = (f(h) − f(−h))/(2h) has an error in even powers of h: Richardson's scheme takes off the first two.

    >>> found = slope(lambda t: np.exp(3 * t), "float64")
    >>> bool(abs(found.value - 3) <= found.error < 1e-6)
    True
    """
    found: Slope | None = None
    for step in _STEPS.get(dtype, _STEPS["float32"]):
        tried = _extrapolated(function, step, float(np.finfo(np.float64 if dtype == "float64" else np.float32).eps))
        if tried is not None and (found is None or tried.error < found.error):
            found = tried
        if found is not None and not found.is_coarse:
            return found
    return found


def tells_apart(function: Callable[[float], float], found: Slope, other: float, dtype: str) -> bool:
    """Whether the widest and the finest step both say that another derivative is not that of a function.

    Half precision inside makes a staircase, which is level at fine steps, and whose wide steps are those of the right
    derivative.

    >>> tells_apart(lambda t: 3 * t, Slope(3.0, 1e-9), 1.0, "float64")
    True
    >>> tells_apart(lambda t: float(np.floor(512 * t)) / 512, Slope(0.0, 0.0), 1.0, "float64")
    False
    """
    gap = abs(found.value - other)
    wide = _difference(function, _STEPS.get(dtype, _STEPS["float32"])[0])
    fine = _difference(function, _FINEST.get(dtype, _FINEST["float32"]))
    return abs(fine - found.value) <= gap / 4 and not abs(wide - other) <= gap / 4


def _difference(function: Callable[[float], float], step: float) -> float:
    try:
        return (function(step) - function(-step)) / (2 * step)
    except ElboCheckError:
        return np.nan


def _extrapolated(function: Callable[[float], float], step: float, epsilon: float) -> Slope | None:
    try:
        pairs = [(function(t), function(-t), t) for t in (step, step / 2, step / 4)]
        middle_value = function(0.0)
    except ElboCheckError:
        return None
    if not np.isfinite([*(each[:2] for each in pairs), (middle_value, 0.0)]).all():
        return None
    wide, middle, narrow = ((above - below) / (2 * t) for above, below, t in pairs)
    first, second = (4 * middle - wide) / 3, (4 * narrow - middle) / 3
    value = (16 * second - first) / 15
    size = max(abs(number) for each in pairs for number in each[:2])
    rounding = 64 * epsilon * size / step
    bends = [abs(above + below - 2 * middle_value) / t for above, below, t in pairs]
    kink = max(0.0, bends[2] - bends[0] / 2)  # a smooth bend is proportional to the step, a kink keeps its size
    return Slope(value, _CAUTION * abs(value - second) + kink + rounding, size)


def off_grid(arrays: Arrays, generator: np.random.Generator) -> dict[str, Any]:
    """Return arguments off the grid, as arrays still: a sum of arrays without axes is none."""
    return {
        role: np.asarray(array + generator.uniform(0.1, 1.0, np.shape(array)) * _JITTER)
        if is_real(array) and role not in DATA
        else array
        for role, array in arrays.items()
    }


def is_real(array: Any) -> bool:
    """Whether something is an array of floats."""
    return isinstance(array, np.ndarray) and array.dtype.kind == "f"


def is_differentiable(call: Asked, role: str, point: Arrays) -> bool:
    """Whether an argument holds this role, in floats, and something is learnt through it."""
    return role not in DATA and role in call.assignment.names and is_real(point[role])


def direction_in(role: str, point: Arrays, generator: np.random.Generator) -> FloatArray:
    """Return a direction that moves all of an argument by different lengths, and leaves no σ and no probability."""
    array, parts = np.asarray(point[role]), set(role.split("_"))
    room: Any = 1.0
    if "probabilities" in parts and "log" not in parts:
        room = np.minimum(array, 1 - array)
    elif parts & {"std", "variance"} and not parts & {"log", "softplus"}:
        room = np.minimum(array, 1.0)
    return np.asarray(generator.uniform(0.5, 1.0, array.shape) * room)


def gradient_of(
    call: Asked, point: Arrays, roles: Sequence[str], *, answers: bool = False
) -> dict[str, FloatArray] | None:
    """Return the gradient of the summed output by role, each in the shape of the point's arrays.

    Where the function `answers`, what it raises is not told from the want of a gradient.
    """
    names = call.assignment.arguments
    held = list(dict.fromkeys(names[role] for role in roles))
    found = call.function.gradient(call.arguments(point), call.output, held, answers=answers)
    if found is None:
        return None
    return {role: call.unlaid(role, found[names[role]], np.shape(point[role])) for role in roles}


def gradient_or_zeros(call: Asked, point: Arrays, roles: Sequence[str]) -> dict[str, FloatArray] | None:
    """Return the gradient as `gradient_of` does, which is 0 in all of these roles where none of them has one.

    That is for a function that has gradients elsewhere, or in other arguments: a cut one has none in torch.
    """
    try:
        return gradient_of(call, point, roles, answers=True)
    except LossFunctionError as error:
        if not is_without_graph(error):
            raise
        return {role: np.zeros(np.shape(point[role])) for role in roles}


def total_along(call: Asked, point: Arrays, role: str, direction: FloatArray) -> Callable[[float], float]:
    """Return the summed output along a line in one argument, as a function of the place on it."""
    return lambda t: float(np.sum(call({**point, role: np.asarray(point[role] + t * direction)})))


def output_dtype(call: Asked, point: Arrays) -> str:
    """Return the dtype of what comes out: a function may take float64 and reckon in float32."""
    return call.answer(point).dtypes[call.output]
