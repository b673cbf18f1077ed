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
_NOT_JUDGED = "What is kept, and what the total is divided by, is not judged"


def with_all_kept(told: Diagnosis, case: Case, seeds: Seeds, judge: _Judge) -> Diagnosis:
    """Return the verdict on the function with ones, or zeros, for its masks, where it is not right with them.

    Right with these it is UNDECIDED: which steps or pixels count, and that they are the same in every part, is not
    seen. Its mistakes are those that it makes there: a mask on one part looks like a part that is missing.
    """
    if not _may_be_of_a_mask(told) or not case.function.filled({})[0]:
        return told
    kept = kept_by(case)
    if not kept:
        return told
    other = judge(replace(case, function=case.function.filled(kept)[1]), seeds)
    return _accused(told, other, kept) if other.outcome is Outcome.REFUTED else _left_open(other, kept)


def _may_be_of_a_mask(told: Diagnosis) -> bool:
    """Whether a verdict accuses a function, or does not know one of its parts: a mask alone may do that."""
    return told.outcome is Outcome.REFUTED or told.finding("unknown-decoder") is not None


def _accused(told: Diagnosis, other: Diagnosis, kept: Mapping[str, bool]) -> Diagnosis:
    """Return the verdict with all kept, where it names other mistakes than the one on the function as it stands."""
    if [mistake.slug for mistake in other.mistakes] == [mistake.slug for mistake in told.mistakes]:
        return told
    words = (
        f"judged with {_filled(kept)}, and what is told as its value is that one: as it stands, an array of zeros "
        "and ones hides what it computes"
    )
    return replace(other, findings=(*other.findings, Finding("all-kept", words, "note")), test="")


def _left_open(other: Diagnosis, kept: Mapping[str, bool]) -> Diagnosis:
    """Return UNDECIDED, with what is missing with all kept, if anything, and the condition on the mask."""
    left_out = f"all that {' and '.join(map(repr, kept))} leaves out is to be left out of every part"
    if other.outcome is Outcome.UNDECIDED:
        missing = f"{other.missing}; this is said with {_filled(kept)}, and holds if {left_out}. {_NOT_JUDGED}"
    else:
        missing = f"equal, if {left_out}: with {_filled(kept)} the function is right. {_NOT_JUDGED}"
    return replace(other, outcome=Outcome.UNDECIDED, missing=missing, resolution=None)


def _filled(kept: Mapping[str, bool]) -> str:
    """Say what stands for which masks: ones for 'mask' and zeros for 'pad'."""
    ones, zeros = (" and ".join(repr(name) for name in kept if kept[name] is is_one) for is_one in (True, False))
    return " and ".join(f"{word} for {names}" for word, names in (("ones", ones), ("zeros", zeros)) if names)
