"""A mask that is bound to a loss: where all is kept it shows its slip, or that it is right but for the mask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..loss_verdict import Diagnosis
from ..verdict import Finding, Outcome
from ..witnesses.seeding import Seeds
from .calls import Case

__all__ = ["with_all_kept"]

_Judge = Callable[[Case, Seeds], Diagnosis]


def with_all_kept(told: Diagnosis, case: Case, seeds: Seeds, judge: _Judge) -> Diagnosis:
    """Return the verdict on the function with ones for its masks, where it was not recognised with them.

    Right with ones it is UNDECIDED: which steps or pixels count, and that they are the same in every part, is not seen.
    """
    if told.outcome is not Outcome.REFUTED or told.mistakes:
        return told
    names, function = case.function.unmasked()
    if not names:
        return told
    other = judge(replace(case, function=function), seeds)
    masks = " and ".join(map(repr, names))
    if other.outcome is Outcome.REFUTED and other.mistakes:
        words = f"judged with ones for {masks}: as it stands, an array of zeros and ones hides what it computes"
        return replace(other, findings=(*other.findings, Finding("all-kept", words, "note")), test="")
    if other.outcome is not Outcome.CONSISTENT:
        return told
    missing = (
        f"equal, if all that {masks} leaves out is to be left out of every part: with ones for it the function is "
        "right. What is kept, and what the total is divided by, is not judged"
    )
    return replace(other, outcome=Outcome.UNDECIDED, missing=missing, resolution=None)
