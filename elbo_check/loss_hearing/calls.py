"""Calling somebody's loss as the quantity wants it: arguments by role, laid out as the function takes them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..diagnosis.probing import CALLS, Arrays, Sample, sampled
from ..diagnosis.quantities import Options
from ..diagnosis.quantity import Quantity
from ..diagnosis.roles import Assignment
from ..diagnosis.sizes import CHOICES, CLASSES, LAYOUTS, Layout, Sizes, sizes_for
from ..errors import InputError, LossFunctionError, WitnessError
from ..inputs.loss_function import Answer, LossFunction
from .insisted import images_to_try, last_to_try, lengths_to_try, others_near
from .laying import beside, laid, unlaid

__all__ = ["KLS", "MAIN", "MANY", "Asked", "Case", "asked", "main_output", "samples_of", "takes"]

FloatArray = NDArray[np.float64]

_LAYOUT_MATTERS = frozenset({"raises", "shape"})
MANY = 8
"""From here on a number is a length; a smaller one may as well be a factor."""
_PROBES = 3
KLS = ("kl", "kld", "kl_loss", "kl_div")
MAIN = ("loss", "total", "total_loss", "vae_loss", "negative_elbo", "neg_elbo", "nelbo", "elbo", "objective")


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
        """The layouts to try: all, or the one without a batch."""
        return (*LAYOUTS, *CLASSES) if self.batch else [layout for layout in LAYOUTS if not layout.batch]


@dataclass(frozen=True, slots=True)
class Asked:
    """A function with the roles of its arguments and the layout that it takes: one of its outputs as a call by role.

    `given` are lengths of axes, `choices` all that an axis may be; `negated` says that the output's negative is judged.
    """

    function: LossFunction
    assignment: Assignment
    quantity: Quantity
    layout: Layout
    given: Sizes
    output: str = ""
    choices: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    negated: bool = False

    def arguments(self, arrays: Arrays) -> dict[str, Any]:
        """Return the arrays by the names of the arguments, in the shapes that the function takes."""
        found: dict[str, Any] = {}
        for name, roles in self.assignment.held.items():
            parts = [laid(arrays[role], self.quantity.axes[role], self.layout, self.sizes()) for role in roles]
            found[name] = parts[0] if len(parts) == 1 else np.concatenate(parts, self._beside(roles[0]))
        return found

    def unlaid(self, role: str, array: Any, shape: tuple[int, ...]) -> Any:
        """Return an array in the shape of an argument as one over the axes of a role that it holds."""
        roles = self.assignment.held[self.assignment.arguments[role]]
        parts = [array] if len(roles) == 1 else np.split(array, len(roles), self._beside(role))
        return unlaid(parts[roles.index(role)], self.layout, shape)

    def _beside(self, role: str) -> int:
        return beside(self.quantity.axes[role], self.layout)

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
        """Yield the choices of sizes to try it at."""
        names = frozenset(axis for axes in self.quantity.axes.values() for axis in axes)
        return sizes_for(names | self.quantity.numbers, self.layout, self.given, self.choices)


def asked(case: Case, assignment: Assignment, quantity: Quantity) -> tuple[Asked, Answer]:
    """Return the function with the layout that it takes, and a first answer; raises its refusal if it takes none.

    Lengths that it takes for some batches and not for others are not what it means: two halves make a whole.
    """
    refusals: list[LossFunctionError] = []
    now_and_then: list[tuple[Asked, Answer]] = []
    for trial in _trials(case, assignment, quantity):
        try:
            answer = _first(trial)
        except LossFunctionError as error:
            if error.kind not in _LAYOUT_MATTERS:
                raise
            refusals.append(error)
            continue
        except InputError:  # a length that the quantity has no meaning at
            if trial.given == case.given:
                raise
            continue
        if answer is not None and (trial.given == case.given or takes(trial)):
            return _of_output(_widened(trial, case.given), answer, case.output), answer
        now_and_then += [(trial, answer)] if answer is not None else []
    for trial, answer in now_and_then:
        return _of_output(_widened(trial, case.given), answer, case.output), answer
    raise refusals[0]


def _trials(case: Case, assignment: Assignment, quantity: Quantity) -> Iterator[Asked]:
    """Yield the plain layout, the same with lengths that a function may insist on, other layouts."""
    axes = {axis for held in quantity.axes.values() for axis in held}
    plain, *others = case.layouts
    call = Asked(case.function, assignment, quantity, plain, case.given)
    written = case.function.written_numbers
    free = [name for name in ("d", "D", "K", "G", "B") if name in axes and name not in case.given]
    free = free if case.batch else [name for name in free if name != "B"]
    if not plain.has(case.given):  # lengths of images were given: images are meant
        yield from (replace(call, layout=each) for each in others if each.has(case.given) and each.axes.keys() <= axes)
    yield call
    yield from (replace(call, given={**case.given, **lengths}) for lengths in lengths_to_try(written, free))
    for layout in others:
        if layout.axes.keys() <= axes and (layout.batch or "B" in axes):
            yield replace(call, layout=layout)
    for layout, lengths in images_to_try(written) if case.batch else ():
        if layout.axes.keys() <= axes:
            yield replace(call, layout=layout, given={**case.given, **lengths})
    yield from (replace(call, given={**case.given, **lengths}) for lengths in last_to_try(written, free))


def _first(trial: Asked) -> Answer | None:
    """Return a first answer; None where no arrays have such lengths in such a layout."""
    sizes = next(trial.sizes(), None)
    return None if sizes is None else trial.answer(trial.quantity.draw(np.random.default_rng(0), sizes))


def _widened(trial: Asked, given: Sizes) -> Asked:
    """Return the call with all lengths of an axis that a function was found to take, where it is not one alone.

    Multiples are left out where the length is a long one: `view(-1, 784)` takes them, and takes them for more samples.
    """
    choices: dict[str, tuple[int, ...]] = {}
    for name in (name for name in trial.given if name not in given and name in CHOICES):
        length = trial.given[name]
        taken = [n for n in others_near(length) if takes(trial, **{name: n})]
        if length < MANY or any(n % length for n in taken):
            choices[name] = (length, *dict.fromkeys(taken))
    several = {name: lengths for name, lengths in choices.items() if len(lengths) > 1}
    kept = {name: length for name, length in trial.given.items() if name not in several}
    return replace(trial, given=kept, choices=several)


def takes(trial: Asked, **lengths: int) -> bool:
    """Whether a function takes lengths at several sizes of all else: two samples of three are three of two."""
    call = replace(trial, given={**trial.given, **lengths})
    try:
        for sizes in itertools.islice(call.sizes(), _PROBES):
            call.answer(call.quantity.draw(np.random.default_rng(0), sizes))
    except (LossFunctionError, InputError):  # a length may have no meaning
        return False
    return True


def _of_output(trial: Asked, answer: Answer, output: str | None) -> Asked:
    names = list(answer.outputs)
    if output is not None and output not in names:
        raise InputError(
            "output", output, f"one of {', '.join(map(repr, names))}", "outputs of a tuple are '0', '1', …"
        )
    if output is None and names[:1] == [""] and len(names) > 1 and _keeps_its_length(trial, len(names)):
        names = names[1:]  # a list of several outputs, and no array
    chosen = output if output is not None else main_output(names, trial.quantity)
    return replace(trial, output=chosen)


def _keeps_its_length(trial: Asked, length: int) -> bool:
    """Whether a list of numbers is as long at every other choice of sizes: then its entries are no samples."""
    lengths = []
    for sizes in trial.sizes():
        with suppress(LossFunctionError):
            lengths.append(len(trial.answer(trial.quantity.draw(np.random.default_rng(0), sizes)).outputs))
    return len(lengths) > 1 and set(lengths) == {length}


def main_output(names: Sequence[str], quantity: Quantity) -> str:
    """Return the output that is the answer: the one called loss, or kl where a KL is asked for; else the first."""
    wanted = MAIN if quantity.objective else (*KLS, *MAIN)
    return next((name for word in wanted for name in names if name.lower() == word), names[0])


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
            if error.kind not in _LAYOUT_MATTERS:
                raise
            refusal = error
    if not found and refusal is not None:
        raise refusal
    first = found[0].kind
    if any(sample.kind != first for sample in found):
        raise WitnessError("what a number of the output stands for changes with the sizes: " + _kinds(found))
    return found


def _kinds(samples: list[Sample]) -> str:
    told: Mapping[str, str] = {sample.kind.words: str(dict(sample.sizes)) for sample in samples}
    return "; ".join(f"{words} at {sizes}" for words, sizes in told.items())
