"""A function that changes from call to call, as one that counts its steps, has no one value to be judged."""

from __future__ import annotations

from ..errors import LossFunctionError
from ..inputs.loss_function import LossFunction
from ..inputs.repeating import differ_in
from ..loss_verdict import Diagnosis
from ..verdict import Outcome
from .heard import Heard
from .notes import on_roles

__all__ = ["as_steady", "has_changed"]

_CHANGED = (
    "its first arguments have another value by now: it changes from call to call (a step that it counts, a warm-up, a "
    "draw); give it what changes as an argument, or judge it with that held fixed"
)


def as_steady(told: Diagnosis, heard: Heard) -> Diagnosis:
    """Return a diagnosis as it is, if the function still gives its first answer; else UNDECIDED."""
    if not has_changed(heard.call.function, heard.call.output):
        return told
    notes = tuple(on_roles(heard))
    return Diagnosis(
        Outcome.UNDECIDED, told.claim, missing=_CHANGED, findings=notes, theorems=told.theorems, record=told.record
    )


def has_changed(function: LossFunction, output: str) -> bool:
    """Whether the first question of all has another answer by now, in the output that is judged."""
    if function.first is None:
        return False
    arguments, answer = function.first
    try:
        return differ_in(answer, function(arguments), output)
    except LossFunctionError:
        return True
