"""A mask that is bound to a loss: where all is kept it shows its slip, or that it is right but for the mask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..loss_verdict import Diagnosis
from ..verdict import Finding, Outcome
from ..witnesses.seeding import Seeds
from .calls import Case
from .kept import kept_by

__all__ = ["with_all_kept"]

_Judge = Callable[[Case, Seeds], Diagnosis]


def with_all_kept(told: Diagnosis, case: Case, seeds: Seeds, judge: _Judge) -> Diagnosis:
    """Return the verdict on the function with ones, or zeros, for its masks, where it was not recognised with them.

    Right with these it is UNDECIDED: which steps or pixels count, and that they are the same in every part, is not
    seen.
    """
    if told.outcome is not Outcome.REFUTED or told.mistakes or not case.function.filled({})[0]:
        return told
    kept = kept_by(case)
    if not kept:
        return told
    other = judge(replace(case, function=case.function.filled(kept)[1]), seeds)
    if other.outcome is Outcome.REFUTED and other.mistakes:
        words = (
            f"judged with {_filled(kept)}, and what is told as its value is that one: as it stands, an array of zeros "
            "and ones hides what it computes"
        )
        return replace(other, findings=(*other.findings, Finding("all-kept", words, "note")), test="")
    if other.outcome is not Outcome.CONSISTENT:
        return told
    missing = (
        f"equal, if all that {' and '.join(map(repr, kept))} leaves out is to be left out of every part: with "
        f"{_filled(kept)} the function is right. What is kept, and what the total is divided by, is not judged"
    )
    return replace(other, outcome=Outcome.UNDECIDED, missing=missing, resolution=None)


def _filled(kept: Mapping[str, bool]) -> str:
    """Say what stands for which masks: ones for 'mask' and zeros for 'pad'."""
    ones, zeros = (" and ".join(repr(name) for name in kept if kept[name] is is_one) for is_one in (True, False))
    return " and ".join(f"{word} for {names}" for word, names in (("ones", ones), ("zeros", zeros)) if names)
