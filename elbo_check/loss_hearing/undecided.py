"""Verdicts that are left open: what is missing, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..diagnosis.decoders import is_square
from ..diagnosis.sizes import LAYOUTS, ROWS
from ..loss_verdict import Diagnosis
from ..verdict import Finding, Outcome
from ..witnesses.seeding import Seeds
from .channels import one_channel_words
from .counterexample import counterexample
from .decoders import fixed_spread
from .evidence import on_beta
from .heard import Heard
from .lengths import also_right_at
from .notes import on_roles, reading_words
from .rows import is_of_groups
from .steps import is_of_latents, steps_words
from .told import claim_of, recovered_words, told_of

__all__ = [
    "beside",
    "coarse",
    "maximised",
    "of_a_batch",
    "of_bits",
    "of_latents",
    "of_no_rows",
    "only_if",
    "rounded",
    "undecided",
]

_DIGITS = 9  # after the point: a right value of 0 is told as 0


def coarse(heard: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: in half precision a right loss and one that is wrong by a percent are the same."""
    size = heard.found.fit.departure if heard.found.fit else 0.0
    missing = (
        f"it agrees to {size:.0e}, which is what {heard.dtype} can tell: a coefficient off by as much would not "
        "be seen. Let it compute in float32 or float64"
    )
    return undecided(heard, missing, record, told_of(heard))


def rounded(heard: Heard, size: float, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: it is right at numbers of few binary digits, and not at others between them."""
    missing = (
        f"it is right at multiples of 1/64, and off by {size:.0e} at numbers between them, relative to the largest "
        "part: half precision or a rounding inside? Let it compute in float32 or float64"
    )
    return undecided(heard, missing, record, told_of(heard))


def beside(heard: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: of two outputs one is right, and whether it is the one that is meant only the caller knows."""
    own, other = heard.call.output, heard.instead_of
    why = "comes first" if heard.outputs.index(other) < heard.outputs.index(own) else "has as good a name"
    missing = (
        f"equal, if its output {own!r} is what is meant (say so: output={own!r}); {other!r}, which {why}, "
        f"is something else (output={other!r} says what)"
    )
    return undecided(heard, missing, record, told_of(heard))


def maximised(heard: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: it is an ELBO with its own sign, and no name says that it is one."""
    name = next(filter(None, heard.call.function.called), "it")
    missing = (
        f"equal, if {name} is to be maximised: it is the ELBO itself, and neither its name nor anything else says so. "
        f"Call it elbo; or, if it is minimised, say so with quantity={heard.call.quantity.name!r}"
    )
    return undecided(heard, missing, record, told_of(heard))


def only_if(heard: Heard, rights: Sequence[Heard], record: Mapping[str, Any], seeds: Seeds) -> Diagnosis:
    """Return UNDECIDED: the function is right if an argument holds something else than its name or shape suggests."""
    right = rights[0]
    told = told_of(right)
    if is_of_latents(right, heard):
        return of_latents(right, heard, record)
    if not right.call.layout.batch:
        missing = f"equal, if its arguments are single samples (batch=False); of a batch it is {_of_batches(heard)}"
    elif heard.is_right and right.call.layout.in_a_row:
        ways = f"{_other_than_rows(heard)}, or if its arguments hold {right.call.layout.words}"
        missing = f"equal, if {ways}; of rows (B, G·K), which it divides itself as well, it is not"
    elif _is_of_three_axes(right, heard):
        shape = f"three axes, (B, G, K){_with_lengths(heard, right)}"
        missing = f"equal, if its arguments have {shape}; of rows (B, G·K) it is not"
    elif _is_laid_otherwise(right, heard):
        share = f"{fixed_spread(right)}, and" if right.is_of_another_spread else "equal, if"
        missing = f"{share} its arguments hold {_laid_out(heard, right)}; else it is {recovered_words(heard)}"
        record = {**record, "right_layout": right.call.layout.words}
    elif right.call.given != heard.call.given:
        missing = _at_lengths(heard, [other for other in rights if other.call.given != heard.call.given], seeds)
        told |= {"recovered": f"{recovered_words(right)}, at {_lengths_words(_new(heard, right))}"}
    else:
        missing = f"equal, if {reading_words(right, heard)}; say what the arguments hold with roles"
    return undecided(heard, missing, record, told)


def _is_of_three_axes(right: Heard, heard: Heard) -> bool:
    """Whether a function is right of arrays (B, G, K) that was heard of one categorical a sample."""
    several = is_of_groups(right.call.quantity) and not is_of_groups(heard.call.quantity)
    return several and right.call.layout == heard.call.layout


def _is_laid_otherwise(right: Heard, heard: Heard) -> bool:
    """Whether another layout makes a function right; rows of categoricals are told by their lengths alone."""
    is_in_rows = right.call.layout == ROWS[0] and bool(_new(heard, right))
    return right.call.layout.words != heard.call.layout.words and not is_in_rows


def of_a_batch(heard: Heard, along_steps: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: an array inside is as long as a batch in which the function is right, or as many steps."""
    length, call = heard.call.given["B"], along_steps.call
    parts = {name: along_steps.samples[0].sizes[name] for names in call.layout.axes.values() for name in names}
    missing = (
        f"equal, if the {length} numbers of an array that it holds are one a sample (say so: sizes={{'B': {length}}}); "
        f"if they are one a step, its arguments hold {call.layout.words}, and it is {recovered_words(along_steps)} "
        f"(say so: sizes={parts})"
    )
    return undecided(heard, missing, record, told_of(heard))


def of_latents(right: Heard, wrong: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: sequences with latents of each step, and with latents of the whole, of which one is right."""
    missing = (
        f"equal, if its arguments hold {steps_words(right)}; if they hold {steps_words(wrong)}, it is "
        f"{recovered_words(wrong)}{_named(wrong)}"
    )
    return undecided(right, missing, record, told_of(right))


def of_no_rows(heard: Heard, rows: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: right of one categorical or of three axes, and wrong of the rows that the function divides."""
    missing = (
        f"equal, if {_other_than_rows(heard)}; of several categoricals in a row, (B, G·K), which it divides itself, it "
        f"is {recovered_words(rows)}{_named(rows)}{_apart(rows)}"
    )
    return undecided(heard, missing, record, told_of(heard))


def _other_than_rows(heard: Heard) -> str:
    """Say of which arrays a function is right that is wrong of rows, and what is to be done."""
    sizes = heard.samples[0].sizes
    if "G" in sizes:
        return (
            f"its arguments have three axes, (B, G, K), with G = {sizes['G']} and K = {sizes['K']} (assert that they "
            "do, or divide the row before anything else)"
        )
    return f"a sample is one categorical (say so: sizes={ {'G': 1, 'K': sizes['K']} })"


def _apart(rows: Heard) -> str:
    """Say by how much a function is wrong of rows."""
    case = counterexample(rows.call, rows.found, rows.samples, rows.dtype)
    if case is None:
        return ""
    yours, truth = (round(float(case.numbers[name]), _DIGITS) + 0.0 for name in ("claim", "truth"))  # no −0
    sizes = case.sample.sizes
    return f"; it gives {yours:.6g} where {truth:.6g} is right, at G = {sizes['G']} and K = {sizes['K']}"


def _of_batches(heard: Heard) -> str:
    """Say what a function is of batches, and which mistake that is."""
    named = _named(heard)
    return f"{recovered_words(heard)}{f'{named} (batch=True says that it takes batches)' if named else ''}"


def _named(heard: Heard) -> str:
    """Name the mistakes that explain a function."""
    explanations = heard.recovery.explanations if heard.recovery else ()
    return f": {' and '.join(dict.fromkeys(names[0] for names in explanations[0].slips))}" if explanations else ""


def _laid_out(heard: Heard, right: Heard) -> str:
    """Say in which layout a function is right, with the lengths that were needed for that, and how to say so."""
    layout, sizes = right.call.layout, right.samples[0].sizes
    words = layout.words or "one axis beside the batch"
    if layout not in LAYOUTS:
        steps = ", the steps after what is one step's" if layout.of_sequences else ""
        return f"{words}{steps}{_with_lengths(heard, right)}"
    parts = {name: sizes[name] for names in layout.axes.values() for name in names}
    return f"{words}{_with_lengths(heard, right)} (say so: sizes={parts | _new(heard, right)})"


def _with_lengths(heard: Heard, right: Heard) -> str:
    """Say which lengths were needed for a function to be right."""
    new = _new(heard, right)
    return f", with {_lengths_words(new)}" if new else ""


def _new(heard: Heard, right: Heard) -> dict[str, int]:
    return {name: n for name, n in right.call.given.items() if heard.call.given.get(name) != n}


def _at_lengths(heard: Heard, rights: Sequence[Heard], seeds: Seeds) -> str:
    """Say at which lengths a function is right, and what it is elsewhere."""
    lengths = [_new(heard, right) for right in rights]
    lengths = [each for place, each in enumerate(lengths) if each not in lengths[:place]]
    told = ", or if ".join(_lengths_words(each) + one_channel_words(each) for each in lengths)
    start, name = f"equal, if {_order_of(rights[0], heard)}{told} (say so: sizes={lengths[0]})", next(iter(lengths[0]))
    also = [n for n in also_right_at(heard, lengths[0], seeds) if {name: n} not in lengths]
    if also:
        more = " and ".join(f"{name} = {n}" for n in also)
        return f"{start}; it is right at {more} as well: at some lengths, and not at others"
    beta = "" if heard.trouble else next((found.message for found in on_beta(heard.call, heard.found)), "")
    elsewhere = f"{recovered_words(heard)} ({beta})" if beta else recovered_words(heard)
    return f"{start}; at other lengths it is {elsewhere}"


def _order_of(right: Heard, heard: Heard) -> str:
    """Say the order of the axes, if it is another one."""
    axes, names, former = right.call.quantity.axes, right.call.assignment.names, heard.call.quantity.axes
    moved = (role for role in axes if axes[role] != former[role] and set(axes[role]) == set(former[role]))
    return "".join(f"{names[role]} is of shape ({', '.join(axes[role])}), and " for role in moved)


def _lengths_words(lengths: Mapping[str, int]) -> str:
    return " and ".join(f"{name} = {n}" for name, n in lengths.items())


def of_bits(heard: Heard, record: Mapping[str, Any]) -> Diagnosis | None:
    """Return UNDECIDED for a squared error that is one of data of 0 and 1 alone; None for a Bernoulli's likelihood.

    A Bernoulli's data are 0 and 1. Those of a Gaussian need not be: x² and a threshold are what they are there.
    """
    quantity, right = heard.call.quantity, heard.found.relation.right
    if not quantity.only_at or right is None or not any(is_square(term) for term in right.formula.terms):
        return None
    missing = f"equal, if {quantity.only_at}: elsewhere it fails, or is another function"
    return undecided(heard, missing, record, told_of(heard))


def undecided(
    heard: Heard, missing: str, record: Mapping[str, Any], told: Mapping[str, Any], *more: Finding
) -> Diagnosis:
    """Return UNDECIDED, with what is missing."""
    theorems = heard.call.quantity.theorems
    notes = (*on_roles(heard), *more)
    return Diagnosis(
        Outcome.UNDECIDED, claim_of(heard), missing=missing, findings=notes, theorems=theorems, record=record, **told
    )
