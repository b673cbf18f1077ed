"""The first answer of a function to arrays of some lengths, or its refusal, which is remembered.

A module of many layers holds many lengths, and may refuse them all: of large arrays it is asked 128 times at most.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Iterator

import numpy as np

from ..diagnosis.quantity import Quantity
from ..diagnosis.sizes import CHOICES, Sizes
from ..errors import InputError, LossFunctionError
from ..inputs.loss_function import Answer
from .calls import LAYOUT_MATTERS, Asked

__all__ = ["first_answer", "questions", "without_many_large"]

_LARGE = 1 << 16  # numbers of one array
_MOST_LARGE = 128


def without_many_large(trials: Iterable[tuple[bool, Asked]]) -> Iterator[tuple[bool, Asked]]:
    """Yield trials, each with whether a function must insist on it, and of those with large arrays the first ones."""
    large = 0
    for insisted, trial in trials:
        sizes = next(trial.sizes(), {})
        axes = trial.quantity.axes.values()
        is_large = max(math.prod(sizes.get(axis, 1) for axis in held) for held in axes) >= _LARGE
        large += is_large
        if not is_large or large <= _MOST_LARGE:
            yield insisted, trial


def first_answer(trial: Asked, given: Sizes | None = None) -> Answer | None:
    """Return a first answer; None where no arrays have such lengths in such a layout, or these have no meaning.

    A refusal that is known is raised without a call where other lengths are asked than are `given`. One that is raised
    while noise is replaced may be of that noise, and is not remembered.
    """
    sizes, refusals = next(trial.sizes(), None), trial.function.refusals
    if sizes is None:
        return None
    again, shapes = given is None or trial.given == given, _shapes(trial, sizes)
    refusal = None if again else refusals.known(shapes)
    if refusal is not None:
        raise refusal
    try:
        return trial.answer(trial.quantity.draw(np.random.default_rng(0), sizes))
    except LossFunctionError as error:
        if error.kind in LAYOUT_MATTERS and not trial.function.own_noise:
            refusals.add(shapes, error)
        raise
    except InputError:
        if again:
            raise
        return None


def questions(quantity: Quantity) -> tuple[Hashable, Hashable]:
    """Return over which axes a quantity's arrays are, and which numbers they hold, but those of its noise."""
    axes = frozenset(axis for held in quantity.axes.values() for axis in held)
    drawn = quantity.draw(np.random.default_rng(0), {name: lengths[0] for name, lengths in CHOICES.items()})
    return axes, tuple((role, np.asarray(array).tobytes()) for role, array in drawn.items() if role != "noise")


def _shapes(trial: Asked, sizes: Sizes) -> Hashable:
    """Return the shapes of what a function is given, by argument; none of the noise that it draws."""
    axes, layout = trial.quantity.axes, trial.layout
    held = ((name, roles) for name, roles in trial.assignment.held.items() if name != trial.function.own_noise)
    shapes = tuple(
        (name, *(tuple(map(sizes.get, layout.concrete(axes[role]))) for role in roles)) for name, roles in held
    )
    return layout.classes_first, layout.in_a_row, shapes
