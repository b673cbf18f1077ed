"""Calling somebody's loss as the quantity wants it: arguments by role, laid out as the function takes them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.probing import CALLS, Arrays, Kind, Sample, sampled
from ..diagnosis.quantities import Options
from ..diagnosis.quantity import Quantity
from ..diagnosis.roles import Assignment
from ..diagnosis.sizes import CLASSES, LAYOUTS, Layout, Sizes, sizes_for
from ..errors import InputError, LossFunctionError, WitnessError
from ..inputs.loss_function import Answer, LossFunction
from .laying import beside, laid, unlaid

__all__ = ["LAYOUT_MATTERS", "Asked", "Case", "samples_of", "takes"]

FloatArray = NDArray[np.float64]

LAYOUT_MATTERS = frozenset({"raises", "shape"})
_PROBES = 3


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked of a function: the roles of its arguments, and what is known beside them.

    `batch` says whether it takes batches, `alone` whether it may be one of single samples all the same.
    """

    function: LossFunction
    assignment: Assignment
    name: str | None
    options: Options
    given: Sizes
    output: str | None
    batch: bool = True
    alone: bool = True

    @property
    def layouts(self) -> Sequence[Layout]:
        """The layouts to try: all, those with a batch, or the one without."""
        if not self.batch:
            return [layout for layout in LAYOUTS if not layout.batch]
        return [layout for layout in (*LAYOUTS, *CLASSES) if layout.batch or self.alone]


@dataclass(frozen=True, slots=True)
class Asked:
    """A function with the roles of its arguments and the layout that it takes: one of its outputs as a call by role.

    `given` are lengths of axes, `choices` all that an axis may be; `negated` says that the output's negative is judged.
    `ones` are axes that it takes with a length of one alone, which nobody gave: what it is at others cannot be seen.
    `halves_last` says that two arrays in one argument stand side by side along its last axis, as channels may do.
    """

    function: LossFunction
    assignment: Assignment
    quantity: Quantity
    layout: Layout
    given: Sizes
    output: str = ""
    choices: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    negated: bool = False
    ones: tuple[str, ...] = ()
    halves_last: bool = False

    def arguments(self, arrays: Arrays) -> dict[str, Any]:
        """Return the arrays by the names of the arguments, in the shapes that the function takes."""
        found: dict[str, Any] = {}
        for name, roles in self.assignment.held.items():
            parts = [laid(arrays[role], self.quantity.axes[role], self.layout, self.sizes) for role in roles]
            found[name] = parts[0] if len(parts) == 1 else np.concatenate(parts, self._beside(roles[0]))
        return found

    def unlaid(self, role: str, array: Any, shape: tuple[int, ...]) -> Any:
        """Return an array in the shape of an argument as one over the axes of a role that it holds."""
        roles = self.assignment.held[self.assignment.arguments[role]]
        parts = [array] if len(roles) == 1 else np.split(array, len(roles), self._beside(role))
        return unlaid(parts[roles.index(role)], self.layout, shape)

    def _beside(self, role: str) -> int:
        return -1 if self.halves_last else beside(self.quantity.axes[role], self.layout)

    def answer(self, arrays: Arrays) -> Answer:
        """Call the function and return all that comes out."""
        return self.function(self.arguments(arrays))

    def __call__(self, arrays: Arrays) -> FloatArray:
        """Call the function and return the output that is judged."""
        outputs = self.answer(arrays).outputs
        if self.output not in outputs:
            raise WitnessError(f"the outputs change from call to call: {self.output!r} is missing")
        return -np.asarray(outputs[self.output]) if self.negated else np.asarray(outputs[self.output])

    def sizes(self) -> Iterator[Sizes]:
        """Yield the choices of sizes to try it at; a length that is given is the only one."""
        names = frozenset(axis for axes in self.quantity.axes.values() for axis in axes)
        choices = {name: lengths for name, lengths in self.choices.items() if name not in self.given}
        return sizes_for(names | self.quantity.numbers, self.layout, self.given, choices)


def pixel_axes(call: Asked) -> frozenset[str]:
    """Return the axes along which the pixels lie, and all of them together."""
    return frozenset(("D", *call.layout.concrete(("D",))))


def takes(trial: Asked, **lengths: int) -> bool:
    """Whether a function takes lengths at several sizes of all else: two samples of three are three of two."""
    call = replace(trial, given={**trial.given, **lengths})
    every = list(itertools.islice(call.sizes(), _PROBES))
    try:
        for sizes in every:
            call.answer(call.quantity.draw(np.random.default_rng(0), sizes))
    except (LossFunctionError, InputError):  # a length may have no meaning
        return False
    return bool(every)


def samples_of(
    call: Asked, generator: np.random.Generator, calls: int = CALLS, most: int | None = None
) -> list[Sample]:
    """Call the function at every choice of sizes that it takes, or the first of them, and leave out the others."""
    found: list[Sample] = []
    refusal: LossFunctionError | None = None
    for sizes in call.sizes():
        if len(found) == most:
            break
        try:
            found.append(sampled(call, call.quantity.draw, call.quantity.axes, sizes, call.layout, generator, calls))
        except LossFunctionError as error:
            if error.kind not in LAYOUT_MATTERS:
                raise
            refusal = error
    if not found:
        raise refusal or WitnessError("no choice of sizes has the lengths that were given")
    first = found[0].kind
    if any(sample.kind != first for sample in found):
        raise WitnessError("what a number of the output stands for changes with the sizes: " + _kinds(found))
    return found


def _kinds(samples: list[Sample]) -> str:
    told: Mapping[str, str] = {_seen(sample.kind): str(dict(sample.sizes)) for sample in samples}
    return "; ".join(f"{words} at {sizes}" for words, sizes in told.items())


def _seen(kind: Kind) -> str:
    """Say what a number of the output stands for; what depends on other samples at some sizes alone is no total."""
    return replace(kind, spread=False).words + (", which depends on other samples too," if kind.spread else "")
