"""A mask that is bound to a loss: where all is kept it shows its slip, or that it is right but for the mask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from ..diagnosis.sizes import Sizes
from ..errors import LossFunctionError
from ..loss_verdict import Diagnosis
from ..verdict import Finding, Outcome
from ..witnesses.seeding import Seeds
from .calls import Case
from .kept import as_called, kept_by, masked_parts
from .mask_axes import Shapes, along_steps, is_among, is_broadcast

__all__ = ["verdict_with_masks"]

_Judge = Callable[[Case, Seeds], Diagnosis]
_NOT_JUDGED = "What is kept, and what the total is divided by, is not judged"


def verdict_with_masks(case: Case, seeds: Seeds, judge: _Judge) -> Diagnosis:
    """Judge a function, with all kept where masks that are bound to it hide what it computes.

    A mask of samples and steps has sequences asked, of as many; where a mask is broadcast to arguments of other
    lengths, nobody is accused.
    """
    shapes, _ = case.function.filled({})
    if not shapes:
        return _beside_held(case, judge(case, seeds))
    along = along_steps(case, shapes)
    if along is None:
        told = _with_all_kept(case, seeds, judge)
        is_open = told.outcome is not Outcome.REFUTED or case.given or not kept_by(case)
        return told if is_open or not is_broadcast(as_called(case), shapes) else _without_lengths(told, shapes)
    told = _with_all_kept(along, seeds, judge)
    words = f"asked with sizes={dict(along.given)}, which a mask that is bound to it has"
    told = replace(told, findings=(*told.findings, Finding("mask-of-steps", words, "note")))
    with suppress(LossFunctionError):
        if not is_broadcast(as_called(case), shapes):
            return _of_both(told, _with_all_kept(case, seeds, judge))
    return told


def _beside_held(case: Case, told: Diagnosis) -> Diagnosis:
    """Return UNDECIDED instead of an accusation of what was not recognised, if it holds what may be a mask.

    Where it is asked with other lengths as well it does not stand beside the arguments.
    """
    sizes: list[Sizes] = told.record.get("sizes", [])
    if told.outcome is not Outcome.REFUTED or told.mistakes or told.recovered or not sizes:
        return told
    shape = next((shape for shape in case.function.holds.masks if all(is_among(shape, each) for each in sizes)), None)
    if shape is None:
        return told
    missing = (
        f"it holds an array of zeros and ones of shape {shape}, and if that is a mask, it hides what the loss "
        "computes; make it an argument, bound with functools.partial, to have the loss judged with all kept"
    )
    return Diagnosis(Outcome.UNDECIDED, told.claim, missing=missing, theorems=told.theorems, record=told.record)


def _with_all_kept(case: Case, seeds: Seeds, judge: _Judge) -> Diagnosis:
    """Return the verdict on the function, with ones, or zeros, for its masks, where it is not right with them.

    Right with these it is UNDECIDED: which steps or pixels count, and that they are the same in every part, is not
    seen. Its mistakes are those that it makes there: a mask on one part looks like a part that is missing.
    """
    told = judge(case, seeds)
    kept = kept_by(case) if _may_be_of_a_mask(told) else {}
    if not kept:
        return told
    other = judge(replace(case, function=case.function.filled(kept)[1]), seeds)
    return _accused(told, other, kept) if other.outcome is Outcome.REFUTED else _left_open(case, other, kept)


def _without_lengths(told: Diagnosis, shapes: Shapes) -> Diagnosis:
    """Return UNDECIDED instead of an accusation at lengths to which a mask is broadcast."""
    masks = " and ".join(f"{name!r} of shape {shape}" for name, shape in shapes.items())
    missing = (
        f"it takes no lengths of all axes at which {masks} has those of its own, and is broadcast to others; say with "
        "sizes how many samples, steps or pixels there are"
    )
    return Diagnosis(Outcome.UNDECIDED, told.claim, missing=missing, theorems=told.theorems, record=told.record)


def _of_both(one: Diagnosis, other: Diagnosis) -> Diagnosis:
    """Return the first verdict, unless the second, on arrays of other lengths, is the contrary: then UNDECIDED."""
    accusing = [told for told in (one, other) if told.outcome is Outcome.REFUTED]
    if len(accusing) != 1:
        return one
    open_one = other if one is accusing[0] else one
    ways = [f"sizes={next(iter(told.record['sizes']), {})}" for told in (open_one, accusing[0])]
    missing = f"{open_one.missing or 'equal'}; this is said at {ways[0]}, and at {ways[1]} it is wrong: say which"
    return replace(open_one, outcome=Outcome.UNDECIDED, missing=missing, resolution=None)


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


def _left_open(case: Case, other: Diagnosis, kept: Mapping[str, bool]) -> Diagnosis:
    """Return UNDECIDED, with what is missing with all kept, if anything, and the condition on the mask."""
    names = " and ".join(map(repr, kept))
    left_out = f"all that {names} leaves out is to be left out of {masked_parts(case, kept)}"
    if other.outcome is Outcome.UNDECIDED:
        missing = f"{other.missing}; this is said with {_filled(kept)}, and holds if {left_out}. {_NOT_JUDGED}"
    else:
        missing = f"equal, if {left_out}: with {_filled(kept)} the function is right. {_NOT_JUDGED}"
    return replace(other, outcome=Outcome.UNDECIDED, missing=missing, resolution=None)


def _filled(kept: Mapping[str, bool]) -> str:
    """Say what stands for which masks: ones for 'mask' and zeros for 'pad'."""
    ones, zeros = (" and ".join(repr(name) for name in kept if kept[name] is is_one) for is_one in (True, False))
    return " and ".join(f"{word} for {names}" for word, names in (("ones", ones), ("zeros", zeros)) if names)
