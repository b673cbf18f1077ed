"""From what was recovered to a verdict: the outcome, the relation in words, the mistakes by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..diagnosis.decoders import decoder_deviation
from ..diagnosis.formula import law
from ..diagnosis.probing import Kind
from ..diagnosis.wording import expression_of, formula_text, law_text, symbols_for
from ..loss_verdict import Diagnosis
from ..verdict import Finding, Outcome
from ..witnesses.seeding import Seeds
from .loss_as_test import failing_test
from .loss_counterexample import counterexample
from .loss_decoders import UNKNOWN, lacks_a_known_decoder
from .loss_edges import edge_findings
from .loss_evidence import differences, mistakes_of, on_beta
from .loss_excuses import is_excuse
from .loss_heard import HALF, Heard
from .loss_notes import on_decoder, on_reading, on_recovery, on_roles, on_shift, on_sizes, on_tolerance, reading_words
from .loss_spots import Spot, wrong_spot

__all__ = ["concluded"]

_FLOOR = 1e-15
_NEAR = 5e-3  # relative: half precision inside, an epsilon, or a rounding of digits may do as much


def concluded(heard: Heard, others: Sequence[Heard], seeds: Seeds, seconds: float) -> Diagnosis:
    """Return the diagnosis; `others` are other readings of arguments whose roles were only proposed."""
    record = {
        "seed": seeds.record["entropy"],
        "seconds": seconds,
        "roles": dict(heard.call.assignment.roles),
        "proposed": heard.call.assignment.proposed,
        "backend": heard.call.function.backend,
        "dtype": heard.dtype,
        "sizes": [dict(sample.sizes) for sample in heard.samples],
        "layout": heard.call.layout.words,
    }
    if heard.recovery is not None and heard.recovery.fit is not None:
        record["departure"] = heard.recovery.fit.departure
    others = [other for other in others if not other.is_right or is_excuse(other, heard, seeds)]
    rights = [other for other in others if other.is_right]
    if rights:
        return _only_if(heard, rights, record)
    if heard.trouble:
        notes = (*on_roles(heard), *heard.notes)
        return Diagnosis(Outcome.UNDECIDED, _claim(heard), missing=heard.trouble, findings=notes, record=record)
    nearest = min([heard, *others], key=lambda each: each.slips)
    if not nearest.is_right:
        return _wrong(nearest, heard, record)
    if nearest.dtype in HALF:
        return _coarse(nearest, record)
    fit = nearest.found.fit
    spot = wrong_spot(nearest.call, nearest.found, fit, nearest.samples) if fit else None
    return _right(nearest, record) if spot is None else _wrong_there(nearest, spot, record)


def _right(heard: Heard, record: Mapping[str, Any]) -> Diagnosis:
    recovery = heard.found
    relation = recovery.relation
    findings = [*on_roles(heard), *on_tolerance(heard), *on_sizes(heard)]
    findings += edge_findings(heard.call, recovery, heard.dtype)
    if heard.call.quantity.only_at:
        words = f"right where {heard.call.quantity.only_at}; elsewhere it was not read"
        findings.append(Finding("points", words, "note"))
    if relation.name == "proportional" and relation.factor is not None:
        told = law_text(relation.factor)
        bits = " (1/log 2: bits instead of nats)" if "/log 2" in told or "·log 2)" in told else ""
        words = f"it is {told} of the objective{bits}: the minimisers are the same, a learning rate is not"
        findings.append(Finding("global-scale-only", words, "note"))
    if heard.call.negated:
        findings.append(Finding("elbo", "it is the ELBO itself: maximise it, or minimise its negative", "note"))
    if relation.right is not None and relation.right.note[0]:
        findings.append(Finding(*relation.right.note, "note"))
    return Diagnosis(
        Outcome.CONSISTENT,
        _claim(heard),
        findings=tuple(findings),
        resolution=max(recovery.fit.departure if recovery.fit else 0.0, _FLOOR),
        theorems=heard.call.quantity.theorems,
        record=record,
        **_told(heard),
    )


def _wrong_there(heard: Heard, spot: Spot, record: Mapping[str, Any]) -> Diagnosis:
    """Return a verdict on a function that is right at random points, and not at one spot."""
    place = f" where {spot.where}" if spot.where else ""
    told = {**_told(heard), "relation": "different", "factor": "", "differs": ""}
    if spot.case is None:
        missing = f"it computes this at random points, and gives {spot.yours}{place or ' at simple ones'}"
        notes = tuple(on_roles(heard))
        return Diagnosis(Outcome.UNDECIDED, _claim(heard), missing=missing, findings=notes, record=record, **told)
    words = (
        f"it computes this at other sizes, and another value{place}: a branch, a squeeze or a broadcast?"
        if place
        else "it computes this at random points, and another value at simple ones: free bits, a threshold or a branch?"
    )
    return Diagnosis(
        Outcome.REFUTED,
        _claim(heard),
        findings=(*on_roles(heard), Finding("wrong-spot", words, "error", details={"where": spot.where})),
        counterexample=spot.case.numbers,
        theorems=heard.call.quantity.theorems,
        record=record,
        test=failing_test(spot.call, spot.case, heard.dtype),
        **told,
    )


def _wrong(heard: Heard, asked: Heard, record: Mapping[str, Any]) -> Diagnosis:
    recovery = heard.found
    case = counterexample(heard.call, recovery, heard.samples, heard.dtype)
    if recovery.fit is None and (case is None or recovery.apart <= _NEAR):
        return _nearly(heard, record)
    deviation = decoder_deviation(heard.samples, heard.call.quantity) if recovery.fit is None else None
    if deviation is not None:
        missing = f"equal, if the decoder is a Gaussian with the fixed standard deviation {deviation:.10g}"
        return _undecided(heard, missing, record, _told(heard), on_decoder())
    if recovery.fit is None and lacks_a_known_decoder(heard):
        return _undecided(heard, UNKNOWN, record, _told(heard), on_decoder())
    if heard.is_right_but_for_epsilon and recovery.fit is not None and recovery.fit.shift is not None:
        told = {**_told(heard), "relation": "different", "factor": ""}
        return _undecided(heard, on_shift(recovery.fit.shift), record, told)
    findings = [*on_roles(heard), *on_tolerance(heard), *on_sizes(heard), *on_beta(heard.call, recovery)]
    findings += [*on_reading(heard, asked), *on_recovery(heard)]
    named = mistakes_of(heard.call, recovery, heard.samples)
    return Diagnosis(
        Outcome.REFUTED,
        _claim(heard),
        findings=tuple(findings),
        counterexample=case.numbers if case else None,
        theorems=heard.call.quantity.theorems,
        record=record,
        mistakes=named[0] if named else (),
        alternatives=tuple(tuple(mistake.slug for mistake in each) for each in named[1:]),
        test=failing_test(heard.call, case, heard.dtype) if case else "",
        **_told(heard),
    )


def _coarse(heard: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: in half precision a right loss and one that is wrong by a percent are the same."""
    size = heard.found.fit.departure if heard.found.fit else 0.0
    missing = (
        f"it agrees to {size:.0e}, which is what {heard.dtype} can tell: a coefficient off by as much would not "
        "be seen. Let it compute in float32 or float64"
    )
    return _undecided(heard, missing, record, _told(heard))


def _nearly(heard: Heard, record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: no formula was recognised, and the values are too near to right ones to be called wrong."""
    missing = (
        f"it is within {heard.found.apart:.0e} of the right value, relative to its largest part, and no formula of its "
        "own was recognised: half precision, an epsilon or a rounding inside? Let it compute in float64, without them"
    )
    return _undecided(heard, missing, record, _told(heard))


def _only_if(heard: Heard, rights: Sequence[Heard], record: Mapping[str, Any]) -> Diagnosis:
    """Return UNDECIDED: the function is right if an argument holds something else than its name or shape suggests."""
    right = rights[0]
    if right.call.given != heard.call.given:
        missing = _at_lengths(heard, [other for other in rights if other.call.given != heard.call.given])
    elif right.call.layout.axes != heard.call.layout.axes:
        steps = ", the steps after what is one step's" if right.call.layout.of_sequences else ""
        words = f"equal, if its arguments hold {right.call.layout.words}{steps}"
        missing = f"{words}; else it is {_recovered(heard)}"
    elif right.call.layout.batch:
        missing = f"equal, if {reading_words(right, heard)}; say what the arguments hold with roles"
    else:
        missing = f"equal, if its arguments are single samples (batch=False); of a batch it is {_recovered(heard)}"
    return _undecided(heard, missing, record, _told(right))


def _at_lengths(heard: Heard, rights: Sequence[Heard]) -> str:
    """Say at which lengths a function is right, and what it is elsewhere."""
    known = heard.call.given
    lengths = [{name: n for name, n in right.call.given.items() if known.get(name) != n} for right in rights]
    told = ", or if ".join(" and ".join(f"{name} = {n}" for name, n in each.items()) for each in lengths)
    beta = "" if heard.trouble else next((found.message for found in on_beta(heard.call, heard.found)), "")
    elsewhere = f"{_recovered(heard)} ({beta})" if beta else _recovered(heard)
    return f"equal, if {told} (say so: sizes={lengths[0]}); at other lengths it is {elsewhere}"


def _undecided(
    heard: Heard, missing: str, record: Mapping[str, Any], told: Mapping[str, Any], *more: Finding
) -> Diagnosis:
    theorems = heard.call.quantity.theorems
    notes = (*on_roles(heard), *more)
    return Diagnosis(
        Outcome.UNDECIDED, _claim(heard), missing=missing, findings=notes, theorems=theorems, record=record, **told
    )


def _recovered(heard: Heard) -> str:
    return f"not read ({heard.trouble})" if heard.trouble else str(_told(heard).get("recovered", "something else"))


def _told(heard: Heard) -> dict[str, Any]:
    """Return what is known of the function in words."""
    recovery, call = heard.found, heard.call
    symbols = symbols_for(call.assignment.names, call.quantity.axes)
    kept = () if recovery.kind.spread else recovery.kind.kept
    told: dict[str, Any] = {"kind": recovery.kind.words, "readings": dict(call.assignment.roles)}
    right = recovery.relation.right or recovery.rights[0]
    true = call.quantity.rights(Kind(recovery.kind.kept), call.layout)[0] if recovery.kind.spread else right
    told["right"] = formula_text(true.formula, symbols, recovery.kind.kept, call.layout)
    told["right_expression"] = expression_of(true.formula, symbols, recovery.kind.kept, call.layout)
    if recovery.fit is None:
        return told
    relation, sign = recovery.relation, law(-1 if call.negated else 1)
    told |= {
        "relation": "different" if recovery.kind.spread else relation.name,
        "reduction": right.reduction,
        "recovered": formula_text(recovery.fit.formula.scaled(sign), symbols, kept, call.layout, recovery.fixed)
        + recovery.fit.remark,
        "differs": differences(recovery, symbols, call),
        "expression": expression_of(recovery.fit.computed.scaled(sign), symbols, kept, call.layout, recovery.fixed),
        "factor": law_text(relation.factor) if relation.factor is not None else "",
    }
    if relation.offset is not None:
        told["offset"] = formula_text(relation.offset, symbols, kept, call.layout)
    return told


def _claim(heard: Heard) -> str:
    call = heard.call
    names = ", ".join(call.function.parameters)
    negative = "the negative of " if call.negated else ""
    return f"{call.function.name}({names}) is {negative}{call.quantity.said(call.assignment.names)}"
