"""A mask of two axes says how many samples there are and how many steps, to a function that insists on both."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ..diagnosis.quantities import quantity_for
from ..diagnosis.sizes import SEQUENCES, Sizes
from .asking import insists
from .calls import Asked, Case

__all__ = ["Shapes", "along_steps", "is_among", "is_broadcast"]

Shapes = Mapping[str, tuple[int, ...]]

_OF_STEPS = frozenset("BTlL")


def along_steps(case: Case, shapes: Shapes) -> Case | None:
    """Return the case with as many samples and steps as a mask has, if the function takes sequences of these alone.

    Nothing where both were given, or others, or lengths that are none of sequences.
    """
    quantity = quantity_for(frozenset(case.assignment.names), case.name, case.options)
    axes = {axis for held in quantity.axes.values() for axis in held}
    layouts = [layout for layout in SEQUENCES if layout in case.layouts and layout.axes.keys() <= axes]
    is_told = {"B", "T"} <= case.given.keys() or not case.given.keys() <= _OF_STEPS
    for samples, steps in () if is_told else _of_two(shapes):
        lengths = {"B": samples, "T": steps, **case.given}
        for layout in layouts if lengths["B"] == samples and lengths["T"] == steps else ():
            if insists(Asked(case.function, case.assignment, quantity, layout, lengths), ["B", "T"]):
                return replace(case, given=lengths)
    return None


def _of_two(shapes: Shapes) -> Iterator[tuple[int, ...]]:
    """Yield the shapes of masks of two axes, of both of which there are several; one of a single number may follow."""
    for shape in shapes.values():
        if len(shape) >= 2 and min(shape[:2]) > 1 and math.prod(shape[2:]) == 1:
            yield shape[:2]


def is_broadcast(call: Asked, shapes: Shapes) -> bool:
    """Whether one of these masks, of several axes, stands beside none of the same lengths as the function is asked.

    They are neighbours in the shape of an argument, or one axis all together.
    """
    sizes = next(call.sizes())
    names = map(call.layout.concrete, call.quantity.axes.values())
    arguments = [tuple(sizes[name] for name in each if name in sizes) for each in names]  # no B without a batch
    lengths = [tuple(n for n in shape if n > 1) for shape in shapes.values()]
    return any(len(each) > 1 and not any(_stands(each, argument) for argument in arguments) for each in lengths)


def is_among(shape: Sequence[int], sizes: Sizes) -> bool:
    """Whether a mask has lengths of axes at these sizes, or one axis of all of them.

    >>> is_among((6, 1), {"B": 6, "d": 3}), is_among((4,), {"B": 6, "d": 3}), is_among((1,), {"B": 6, "d": 3})
    (True, False, False)
    """
    lengths = [n for n in shape if n > 1]
    return bool(lengths) and ({*lengths} <= {*sizes.values()} or math.prod(lengths) in sizes.values())


def _stands(lengths: tuple[int, ...], argument: Sequence[int]) -> bool:
    runs = (tuple(argument[place : place + len(lengths)]) for place in range(len(argument)))
    return lengths in runs or math.prod(lengths) in argument
