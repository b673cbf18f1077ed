"""In which layout, and of which lengths, a function takes its arrays: trials, the likeliest first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

import numpy as np

from ..diagnosis.quantity import Quantity
from ..diagnosis.roles import Assignment
from ..diagnosis.sizes import CHOICES, MANY, Sizes
from ..errors import InputError, LossFunctionError
from ..inputs.loss_function import Answer
from .bystanders import handed_on
from .calls import LAYOUT_MATTERS, Asked, Case, takes
from .first_answers import first_answer, questions, without_many_large
from .insisted import others_near
from .output_names import first_named, main_output
from .ways import WAYS, Known

__all__ = ["asked", "insists"]


def asked(case: Case, assignment: Assignment, quantity: Quantity) -> tuple[Asked, Answer]:
    """Return the function with the layout that it takes, and a first answer; raises its refusal if it takes none.

    Lengths that it takes for some batches and not for others are not what it means: two halves make a whole.
    """
    refused: list[LossFunctionError] = []  # the first alone: each holds the arrays that it was given
    now_and_then: list[tuple[Asked, Answer]] = []
    refusals, questioned = case.function.refusals, questions(quantity)
    for trial in _trials(case, assignment, quantity):
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
            return _judged(trial, answer, case)
        now_and_then += [(trial, answer)] if answer is not None else []
    for trial, answer in now_and_then:
        return _judged(trial, answer, case)
    refusals.close(*questioned)
    raise refused[0]


def _trials(case: Case, assignment: Assignment, quantity: Quantity) -> Iterator[Asked]:
    """Yield calls as the table has them, with large arrays the first few alone; what was given stays."""
    known = Known.of(case, quantity)
    call = Asked(case.function, assignment, quantity, known.plain, case.given)
    every = ((way.insisted, layout, lengths) for way in WAYS for layout, lengths in way.trials(known))
    trials = ((insisted, replace(call, layout=layout, given={**n, **case.given})) for insisted, layout, n in every)
    for insisted, trial in without_many_large(trials):
        if not insisted or insists(trial, [name for name in trial.given if name not in case.given]):
            yield trial
            if _may_hold_halves_last(trial, case):
                yield replace(trial, halves_last=True)


def _may_hold_halves_last(trial: Asked, case: Case) -> bool:
    """Whether an argument holds two images, which stand side by side along the channels: these may be its last axis.

    A function that divides the last axis refuses a width that is odd, where they are along the first.
    """
    is_packed = any(len(roles) > 1 for roles in trial.assignment.held.values())
    return is_packed and trial.given == case.given and "C" in trial.layout.axes.get("d", ())


def insists(trial: Asked, names: Sequence[str]) -> bool:
    """Whether a function takes these lengths, and none beside any of them; nobody insists on nothing.

    What only wants two of them to be equal, as a sum of two terms does, takes both when they are moved together.
    """
    if not names:
        return False
    try:
        answer = first_answer(trial, {})
    except LossFunctionError as error:
        if error.kind not in LAYOUT_MATTERS:
            raise
        return False
    alike = ([name for name in names if trial.given[name] == length] for length in {trial.given[n] for n in names})
    moved = [*([name] for name in names), *(several for several in alike if len(several) > 1)]
    beside = ({name: trial.given[name] + 1 for name in several} for several in moved)
    return answer is not None and takes(trial) and not any(takes(trial, **lengths) for lengths in beside)


def _widened(trial: Asked, given: Sizes) -> Asked:
    """Return the call with all lengths of an axis that a function was found to take, where it is not one alone.

    Multiples are left out where the length is a long one: `view(-1, 784)` takes them, and takes them for more samples.
    More samples are more parts of a batch.
    """
    choices: dict[str, tuple[int, ...]] = {}
    for name in (name for name in trial.given if name not in given and name in CHOICES):
        length = trial.given[name]
        taken = [n for n in others_near(length) if takes(trial, **{name: n})]
        if name == "B" or length < MANY or any(n % length for n in taken):
            choices[name] = (length, *dict.fromkeys(taken))
    several = {name: lengths for name, lengths in choices.items() if len(lengths) > 1}
    kept = {name: length for name, length in trial.given.items() if name not in several}
    ones = tuple(name for name, length in kept.items() if length == 1 and name in CHOICES and name not in given)
    return replace(trial, given=kept, choices=several, ones=ones)


def _judged(trial: Asked, answer: Answer, case: Case) -> tuple[Asked, Answer]:
    """Return the call of the output that is judged: of several, none that is handed on, but as it was asked for."""
    known = replace(answer, handed_on=handed_on(trial, answer))
    return _of_output(_widened(trial, case.given), known, case.output), known


def _of_output(trial: Asked, answer: Answer, output: str | None) -> Asked:
    names = list(answer.outputs)
    if output is not None and output not in names:
        raise InputError("output", output, f"one of {', '.join(map(repr, names))}", _remedy(output))
    if output is None and names[:1] == [""] and len(names) > 1 and _keeps_its_length(trial, len(names)):
        names = names[1:]  # a list of several outputs, and no array
    own = [name for name in names if name in answer.own] or names
    if output is None:
        _require_read(trial, answer, own)
    chosen = output if output is not None else main_output(own, trial.quantity.objective)
    return replace(trial, output=chosen)


def _require_read(trial: Asked, answer: Answer, own: Sequence[str]) -> None:
    """Refuse to judge another output where the one called the loss cannot be read, or the first, which may be one."""
    named = first_named([*own, *answer.unread], trial.quantity.objective)
    first = next((name for name in answer.names if name in own or name in answer.opaque), "")
    meant, words = (
        (named, "the loss by its name") if named else (first, "the first of its outputs, and may be the loss")
    )
    if meant in answer.unread:
        happened = f"{trial.function.name} returned as its output {meant!r} what cannot be read: {answer.unread[meant]}"
        remedy = f"it is {words}: return it as a real number or array, or name another, output={own[0]!r}"
        raise LossFunctionError("not-a-number", happened, remedy)


def _remedy(output: str) -> str:
    """Say how outputs are named, and how a difference is, which a hyphen in a name is not."""
    return "outputs of a tuple are '0', '1', …" + ("; a difference is '1 - 0', with spaces" if "-" in output else "")


def _keeps_its_length(trial: Asked, length: int) -> bool:
    """Whether a list of numbers is as long at every other choice of sizes: then its entries are no samples."""
    lengths = []
    for sizes in trial.sizes():
        with suppress(LossFunctionError):
            lengths.append(len(trial.answer(trial.quantity.draw(np.random.default_rng(0), sizes)).outputs))
    return len(lengths) > 1 and set(lengths) == {length}
