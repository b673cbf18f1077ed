"""In which layout, and of which lengths, a function takes its arrays: trials, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..diagnosis.quantity import Quantity
from ..diagnosis.roles import Assignment
from ..diagnosis.sizes import CHOICES, Layout, Sizes
from ..errors import InputError, LossFunctionError
from ..inputs.loss_function import Answer
from .calls import LAYOUT_MATTERS, MANY, Asked, Case, main_output, takes
from .first_answers import first_answer, questions, without_many_large
from .insisted import (
    axes_held,
    images_to_try,
    last_to_try,
    lengths_of,
    lengths_to_try,
    numbers_of,
    others_near,
)

__all__ = ["asked"]

_BESIDE = 3  # lengths of latents, beside images or sequences that are held


def asked(case: Case, assignment: Assignment, quantity: Quantity) -> tuple[Asked, Answer]:
    """Return the function with the layout that it takes, and a first answer; raises its refusal if it takes none.

    Lengths that it takes for some batches and not for others are not what it means: two halves make a whole.
    """
    refused: list[LossFunctionError] = []  # the first alone: each holds the arrays that it was given
    now_and_then: list[tuple[Asked, Answer]] = []
    refusals, questioned = case.function.refusals, questions(quantity)
    for trial in without_many_large(_trials(case, assignment, quantity)):
        try:
            answer = first_answer(trial, case.given)
        except LossFunctionError as error:
            if error.kind not in LAYOUT_MATTERS:
                raise
            refused = refused or [error]
            if refusals.are_all_like(error, *questioned):
                break
            continue
        if answer is not None and (trial.given == case.given or takes(trial)):
            return _of_output(_widened(trial, case.given), answer, case.output), answer
        now_and_then += [(trial, answer)] if answer is not None else []
    for trial, answer in now_and_then:
        return _of_output(_widened(trial, case.given), answer, case.output), answer
    refusals.close(*questioned)
    raise refused[0]


def _trials(case: Case, assignment: Assignment, quantity: Quantity) -> Iterator[Asked]:
    """Yield the plain layout, the same with lengths that a function may insist on, other layouts.

    What stands in arrays that it holds comes first: they are broadcast to much that they are not meant for.
    """
    axes = {axis for held in quantity.axes.values() for axis in held}
    plain, *others = case.layouts
    call = Asked(case.function, assignment, quantity, plain, case.given)
    written = numbers_of(case.function.written_numbers, case.function.held_shapes)
    free = [name for name in ("d", "D", "K", "G", "B") if name in axes and name not in case.given]
    free = free if case.batch else [name for name in free if name != "B"]
    if not plain.has(case.given):  # lengths of images were given: images are meant
        yield from (replace(call, layout=each) for each in others if each.has(case.given) and each.axes.keys() <= axes)
    yield from _by_what_is_held(call, quantity, free)
    yield call
    yield from (replace(call, given={**case.given, **lengths}) for lengths in lengths_to_try(written, free))
    of_batches = [
        replace(call, given={**case.given, "B": n}) for n in lengths_of(case.function.held_shapes) if "B" in free
    ]
    yield from (trial for trial in of_batches if _insists(trial, ["B"]))
    for layout in others:
        if layout.axes.keys() <= axes and (layout.batch or "B" in axes):
            yield replace(call, layout=layout)
            yield from (
                replace(call, layout=layout, given={**case.given, **lengths})
                for lengths in _last(layout, free, written)
            )
    for layout, lengths in images_to_try(written) if case.batch else ():
        if layout.axes.keys() <= axes:
            yield replace(call, layout=layout, given={**case.given, **lengths})
    yield from (replace(call, given={**case.given, **lengths}) for lengths in last_to_try(written, free))


def _last(layout: Layout, free: Sequence[str], written: Sequence[int]) -> Iterator[Sizes]:
    """Yield lengths of last axes, to which a prior of 20 latents is broadcast: beside images, or along sequences."""
    whole = [name for name in free if name != "B" and name not in layout.axes]
    steps = [names[-1] for names in layout.axes.values() if len(names) == 2 and names[-1] in "Ll"]
    yield from ({name: n} for name in (*whole, *steps) for n in written if layout.axes)


def _by_what_is_held(call: Asked, quantity: Quantity, free: Sequence[str]) -> Iterator[Asked]:
    """Yield calls with lengths of arrays that a function holds, where it insists on them and others would do as well.

    An array of shape (1, 8, 1, 1) makes images of what has two axes; one of three, and 3 are the first latents asked.
    """
    shapes, axes = call.function.held_shapes, {axis for held in quantity.axes.values() for axis in held}
    trials = [(layout, lengths) for layout, lengths in axes_held(shapes) if layout.axes.keys() <= axes]
    if not call.layout.batch or not shapes:
        trials = []
    lengths, first = lengths_of(shapes), next(call.sizes(), {})
    trials += [
        (layout, {**added, name: n})  # a mask of images beside a prior of all latents
        for layout, added in trials
        for name in free
        if name != "B" and name not in layout.axes
        for n in lengths[:_BESIDE]
    ]
    same = {name: first[name] for name in free if first.get(name) in lengths}
    trials += [(call.layout, each) for each in (same, *({name: n} for name, n in same.items())) if each]
    for layout, added in trials:
        trial = replace(call, layout=layout, given={**added, **call.given})
        asked_for = [name for name in added if name not in call.given]
        if asked_for and _insists(trial, asked_for):
            yield trial


def _insists(trial: Asked, names: Sequence[str]) -> bool:
    """Whether a function takes these lengths, and none beside any of them."""
    try:
        answer = first_answer(trial)
    except LossFunctionError as error:
        if error.kind not in LAYOUT_MATTERS:
            raise
        return False
    beside = ({name: trial.given[name] + 1} for name in names)
    return answer is not None and takes(trial) and not any(takes(trial, **lengths) for lengths in beside)


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
    ones = tuple(name for name, length in kept.items() if length == 1 and name in CHOICES and name not in given)
    return replace(trial, given=kept, choices=several, ones=ones)


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
