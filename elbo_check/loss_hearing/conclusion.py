"""From what was recovered to a verdict: the outcome, the relation in words, the mistakes by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..diagnosis.wording import law_text
from ..loss_verdict import Diagnosis
from ..verdict import Finding, Outcome
from ..witnesses.seeding import Seeds
from .as_test import failing_test
from .batches import on_batches
from .beyond import spot_of
from .cards import mistake_of
from .counterexample import counterexample
from .decoders import fixed_spread, missing_decoder
from .edges import edge_findings
from .evidence import mistakes_of, on_beta
from .excuses import is_excuse
from .heard import HALF, Heard
from .hidden_parts import on_small_part, with_hidden_parts
from .idle import on_ignored
from .inactive import inactive_spot_of_near
from .latent_images import on_latent_images
from .layouts import on_images
from .likelihood import beside_its_likelihood
from .mixing import mixing_words
from .notes import (
    on_branch,
    on_decoder,
    on_nearness,
    on_reading,
    on_recovery,
    on_roles,
    on_shift,
    on_sizes,
    on_tolerance,
)
from .priors import missing_prior
from .rounding import off_the_grid
from .rows import on_groups
from .signs import is_maximised, may_have_its_sign, words_of_sign
from .spots import Spot, far_off_spot
from .step_weights import step_words
from .steps import is_of_latents, on_sequences
from .told import claim_of, told_of
from .two_parts import is_of_likelihood, is_said_to_be_added
from .undecided import (
    beside,
    coarse,
    maximised,
    of_a_batch,
    of_bits,
    of_latents,
    of_no_rows,
    only_if,
    rounded,
    undecided,
)
from .undecided_parts import by_the_caller, composed, summed, weighed

__all__ = ["concluded"]

_FLOOR = 1e-15
_NEAR = 5e-3  # relative: half precision inside, an epsilon, or a rounding of digits may do as much


def concluded(heard: Heard, others: Sequence[Heard], seeds: Seeds) -> Diagnosis:
    """Return the diagnosis; `others` are other readings of arguments whose roles were only proposed."""
    record = {
        "seed": seeds.record["entropy"],
        "roles": dict(heard.call.assignment.roles),
        "proposed": heard.call.assignment.proposed,
        "backend": heard.call.function.backend,
        "dtype": heard.dtype,
        "sizes": [dict(sample.sizes) for sample in heard.samples],
        "layout": heard.call.layout.words,
    }
    if heard.recovery is not None and heard.recovery.fit is not None:
        record["departure"] = heard.recovery.fit.departure
    rights = [other for other in others if other.may_be_meant_beside(heard) and is_excuse(other, heard, seeds)]
    others = [other for other in others if not other.is_right]
    if rights:
        return only_if(heard, rights, record, seeds)
    if heard.trouble:
        notes = (*on_roles(heard), *heard.notes)
        return Diagnosis(Outcome.UNDECIDED, claim_of(heard), missing=heard.trouble, findings=notes, record=record)
    nearest = min([heard, *others], key=lambda each: each.slips)
    as_parts = _as_parts(nearest, record)
    if as_parts is not None:
        return as_parts
    if not nearest.is_right:
        return _wrong(nearest, heard, record)
    if nearest.dtype in HALF:
        return coarse(nearest, record)
    between = off_the_grid(nearest)
    if between is not None:
        return rounded(nearest, between, record)
    doubt = next((other for other in others if heard.is_right and _is_doubt(other)), None)
    return _right_at_random(nearest, doubt, record)


def _is_doubt(other: Heard) -> bool:
    """Whether a right function that is wrong in this layout may be meant for it."""
    return other.call.layout.of_sequences or other.call.layout.in_a_row


def _as_parts(heard: Heard, record: Mapping[str, Any]) -> Diagnosis | None:
    """Return UNDECIDED for two outputs that are right as parts: only the caller puts them together."""
    added = heard.call.function.added
    if not added or heard.is_declared_sum:
        return None
    if is_of_likelihood(heard):
        return composed(heard, record)
    if heard.is_unweighed:
        return weighed(heard, record)
    return summed(heard, record) if heard.is_right and not is_said_to_be_added(heard) else None


def _right_at_random(heard: Heard, doubt: Heard | None, record: Mapping[str, Any]) -> Diagnosis:
    """Return a verdict on a function that is right at random points: at simple ones, or in rows, it may not be."""
    spot, binary = spot_of(heard), of_bits(heard, record)
    if spot is not None:
        return _wrong_there(heard, spot, record)
    if binary is not None:
        return binary
    if doubt is not None and is_of_latents(heard, doubt):
        return of_latents(heard, doubt, record)
    if doubt is not None:
        return (of_no_rows if doubt.call.layout.in_a_row else of_a_batch)(heard, doubt, record)
    if heard.instead_of:
        return beside(heard, record)
    is_untold = heard.call.negated and not may_have_its_sign(heard.call)
    return maximised(heard, record) if is_untold else _right(heard, record)


def _right(heard: Heard, record: Mapping[str, Any]) -> Diagnosis:
    recovery = heard.found
    relation = recovery.relation
    edges = edge_findings(heard.call, recovery, heard.dtype)
    harmful = any(edge.details.get("usual") for edge in edges)
    findings = [*on_roles(heard), *on_tolerance(heard, harmful=harmful), *on_sizes(heard), *edges]
    findings += [*(on_images(heard) or on_latent_images(heard)), *on_sequences(heard), *on_groups(heard)]
    findings += on_batches(heard.call, recovery, recovery.fit) if recovery.fit else []
    findings += [Finding("refuses", words, "note") for words in heard.call.function.refusals.at_spots[:1]]
    if heard.call.quantity.only_at:
        words = f"right where {heard.call.quantity.only_at}; elsewhere it fails, or is another function"
        findings.append(Finding("points", words, "note"))
    if relation.name == "proportional" and relation.factor is not None:
        told = law_text(relation.factor)
        bits = " (1/log 2: bits instead of nats)" if "/log 2" in told or "·log 2)" in told else ""
        words = f"it is {told} times the objective{bits}: the minimisers are the same, a learning rate is not"
        findings.append(Finding("global-scale-only", words, "note"))
    if heard.call.negated:
        findings.append(Finding("elbo", words_of_sign(heard.call), "note"))
    elif heard.call.quantity.objective and is_maximised(heard.call):
        findings.append(Finding("elbo", "it is −ELBO, a loss to minimise, whatever its name says", "note"))
    if relation.right is not None and relation.right.note[0]:
        findings.append(Finding(*relation.right.note, "note"))
    return Diagnosis(
        Outcome.CONSISTENT,
        claim_of(heard),
        findings=tuple(findings),
        resolution=max(recovery.fit.departure if recovery.fit else 0.0, _FLOOR),
        theorems=heard.call.quantity.theorems,
        record=record,
        **told_of(heard),
    )


def _wrong_there(heard: Heard, spot: Spot, record: Mapping[str, Any]) -> Diagnosis:
    """Return a verdict on a function that is right at random points, and not at one spot."""
    place = f" where {spot.where}" if spot.where else ""
    told = {**told_of(heard), "relation": "different", "factor": "", "differs": ""}
    if spot.case is None:
        missing = f"it computes this at random points, and gives {spot.yours}{place or ' at simple ones'}"
        notes = tuple(on_roles(heard))
        return Diagnosis(Outcome.UNDECIDED, claim_of(heard), missing=missing, findings=notes, record=record, **told)
    words = spot.words or (
        f"it computes this at other sizes, and another value{place}: a branch, a squeeze or a broadcast?"
        if place
        else "it computes this at random points, and another value at simple ones: free bits, a threshold or a branch?"
    )
    return Diagnosis(
        Outcome.REFUTED,
        claim_of(heard),
        findings=(*on_roles(heard), Finding("wrong-spot", words, "error", details={"where": spot.where})),
        counterexample=spot.case.numbers,
        theorems=heard.call.quantity.theorems,
        record=record,
        mistakes=(mistake_of(spot.slug, words),) if spot.slug else (),
        test=failing_test(spot.call, spot.case, heard.dtype),
        **told,
    )


def _wrong(heard: Heard, asked: Heard, record: Mapping[str, Any]) -> Diagnosis:
    heard, hidden = with_hidden_parts(beside_its_likelihood(heard))
    recovery = heard.found
    prior = missing_prior(heard)
    if prior:
        return undecided(heard, prior, record, told_of(heard))
    case = counterexample(heard.call, recovery, heard.samples, heard.dtype)
    if recovery.fit is None and (case is None or recovery.apart <= _NEAR) and not fixed_spread(heard):
        return _nearly(heard, record)
    mixed = mixing_words(heard) if recovery.fit is None and case is not None else ""
    decoder = "" if mixed else missing_decoder(heard)
    steps = step_words(heard) if decoder and recovery.fit is None else ""
    if decoder and not steps:
        return undecided(heard, decoder + by_the_caller(heard), record, told_of(heard), on_decoder())
    if heard.is_right_but_for_epsilon and recovery.fit is not None and recovery.fit.shift is not None:
        told = {**told_of(heard), "relation": "different", "factor": ""}
        return undecided(heard, on_shift(recovery.fit.shift), record, told)
    findings = [*on_roles(heard), *on_tolerance(heard), *on_sizes(heard), *on_beta(heard.call, recovery)]
    findings += [*on_reading(heard, asked), *on_recovery(heard)]
    findings += hidden or on_branch(recovery, case)
    findings += on_small_part(heard)
    findings += on_ignored(heard.call, heard.samples[0].arrays) if recovery.fit is None and heard.samples else []
    findings += [Finding("weighed-data", steps, "error")] if steps else []
    named = mistakes_of(heard.call, recovery, heard.samples)
    return Diagnosis(
        Outcome.REFUTED,
        claim_of(heard),
        findings=tuple(findings),
        counterexample=case.numbers if case else None,
        theorems=heard.call.quantity.theorems,
        record=record,
        mistakes=(mistake_of("mixed-samples", mixed),) if mixed else named[0] if named else (),
        alternatives=tuple(tuple(mistake.slug for mistake in each) for each in named[1:]),
        test=failing_test(heard.call, case, heard.dtype) if case else "",
        **told_of(heard),
    )


def _nearly(heard: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: no formula was recognised, and the values are too near to right ones, at simple numbers too."""
    call, recovery, samples, dtype = heard.call, heard.found, heard.samples, heard.dtype
    spot = None if dtype in HALF else far_off_spot(call, recovery, samples)
    spot = spot or inactive_spot_of_near(call, recovery, samples[0], dtype)
    if spot is not None:
        return _wrong_there(heard, spot, record)
    return undecided(heard, on_nearness(heard), record, told_of(heard))
