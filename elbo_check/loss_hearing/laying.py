"""Arrays over axes as a function takes them: as images or sequences, the categories where they belong, two in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from ..diagnosis.sizes import Layout, Sizes

__all__ = ["beside", "laid", "unlaid"]

_HALVED = ("d", "C", "L", "D", "c", "l")


def laid(array: Any, axes: Sequence[str], layout: Layout, choices: Callable[[], Iterable[Sizes]]) -> Any:
    """Return an array over axes in the shape that a function takes; `choices` gives the sizes that it may have.

    >>> laid(
    ...     np.zeros((2, 20, 3)),
    ...     "BGK",
    ...     Layout({"G": ("H", "W")}, classes_first=True),
    ...     lambda: [{"B": 2, "G": 20, "H": 4, "W": 5, "K": 3}],
    ... ).shape
    (2, 3, 4, 5)
    >>> laid(np.zeros((2, 20, 3)), "BGK", Layout({}, in_a_row=True), lambda: []).shape
    (2, 60)
    """
    if "G" in axes and not layout.axes:
        return _grouped(array, layout)
    held = _held(axes, layout) if layout.axes else []
    if not held:
        return array
    if all(len(layout.concrete((axis,))) == 1 for axis in held):
        return np.array(array)
    sizes = next(each for each in choices() if tuple(each[axis] for axis in held) == np.shape(array))
    made = np.array(array).reshape([sizes[name] for name in layout.concrete(held)])
    return np.moveaxis(made, -1, held.index("G")) if layout.classes_first else made


def _grouped(array: Any, layout: Layout) -> Any:
    """Return an array over (B, G, K) with the categories before their categoricals, or both along one axis."""
    made = np.array(np.moveaxis(array, -1, 1)) if layout.classes_first else array
    return np.reshape(made, (len(made), -1)) if layout.in_a_row else made


def unlaid(array: Any, layout: Layout, shape: tuple[int, ...]) -> Any:
    """Return an array in the shape that a function takes as one of this shape over its axes."""
    if layout.in_a_row and layout.classes_first:
        batch, groups, classes = shape
        array = np.reshape(array, (batch, classes, groups))
    return np.reshape(np.moveaxis(array, 1, -1) if layout.classes_first else array, shape)


def beside(axes: Sequence[str], layout: Layout) -> int:
    """Return the axis along which one argument holds two arrays over axes: that of the numbers, or of their channels.

    >>> beside("Bd", Layout({"d": ("C", "H", "W")})), beside("Bd", Layout({}))
    (1, 1)
    """
    names = layout.concrete(_held(axes, layout))
    return next(place for place, name in enumerate(names) if name in _HALVED)


def _held(axes: Sequence[str], layout: Layout) -> list[str]:
    return [axis for axis in axes if layout.batch or axis != "B"]
