"""A diagnosis for a terminal and for programs: what a function computes, what is right, the mistakes, the cure."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from ..diagnosis.telling_apart import digits_apart
from ..loss_verdict import Diagnosis
from ..verdict import Finding, Outcome
from .json import json_text, plain_data, verdict_dict
from .numbers import number_text, plain, rough_text
from .words import duration_words, sorted_findings

__all__ = ["case_words", "claim_words", "diagnosis_dict", "diagnosis_json", "diagnosis_lines", "diagnosis_text"]

_WIDTH = 100
_COLUMN = 16  # where the words begin; the name of a mistake runs over it
_INDENT = "  "
_MANY, _FEW = 24, 3  # entries of an array, and of those the exceptions that are told one by one
_MOST, _FIRST = 60, 6  # entries that are told in full, and how many of more
_SPOT = "wrong-spot"


def diagnosis_text(diagnosis: Diagnosis, width: int = _WIDTH) -> str:
    """Return a diagnosis as lines of text."""
    head = f"{diagnosis.outcome.upper()}{_INDENT}{claim_words(diagnosis)}"
    lines = textwrap.wrap(head, width, subsequent_indent=" " * 4, break_on_hyphens=False)
    for label, body in diagnosis_lines(diagnosis):
        first = f"{_INDENT}{label}{_INDENT}".ljust(_COLUMN)
        lines += textwrap.wrap(first + body, width, subsequent_indent=" " * _COLUMN, break_on_hyphens=False)
    return "\n".join(lines)


def claim_words(diagnosis: Diagnosis) -> str:
    """Return the claim as it stands after the verdict: is, is not, or whether it is."""
    subject, _, quantity = plain(diagnosis.claim).partition(") is ")
    spot = _spot(diagnosis)
    if spot is not None:
        return f"{subject}) is not {quantity} {_place(spot)}"
    if diagnosis.outcome is Outcome.REFUTED and diagnosis.relation == "equal":
        return f"{subject}) has the value of {quantity}, and another gradient"
    if diagnosis.outcome is Outcome.REFUTED:
        return f"{subject}) is not {quantity}, under any reduction"
    if diagnosis.outcome is Outcome.CONSISTENT and diagnosis.relation == "proportional":
        return f"{subject}) has the minimisers of {quantity}"
    if diagnosis.outcome is Outcome.CONSISTENT:
        return f"{subject}) is {quantity}, {diagnosis.reduction}"
    return f"whether {plain(diagnosis.claim)}"


def _spot(diagnosis: Diagnosis) -> Finding | None:
    return next((found for found in diagnosis.findings if found.code == _SPOT), None)


def _place(spot: Finding) -> str:
    where = (spot.details or {}).get("where")
    return f"where {where}" if where else "at simple numbers"


def diagnosis_lines(diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    """Yield (label, text) for all that follows the first line."""
    spot = _spot(diagnosis)
    if spot is None:
        yield from _formulas(diagnosis)
    else:  # the cause first: the formula is that of everywhere else
        yield _finding_line(spot)
        if diagnosis.recovered:
            yield "elsewhere", f"{plain(diagnosis.recovered)}, {diagnosis.kind}{_fitted(diagnosis)}"
        else:
            yield from _formulas(diagnosis)
    yield from _named(diagnosis)
    if diagnosis.counterexample:
        yield "fails", case_words(diagnosis.counterexample)
    for mistake in diagnosis.mistakes:
        yield "fix", f"{plain(mistake.cure)}{_INDENT}(elbo-check explain {mistake.code})"
    yield from _rest(diagnosis)


def _formulas(diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    if diagnosis.recovered:
        yield "it computes", f"{plain(diagnosis.recovered)}, {diagnosis.kind}{_fitted(diagnosis)}"
    if diagnosis.right and diagnosis.outcome is not Outcome.CONSISTENT:
        yield "right is", f"{plain(diagnosis.right)}{_proved(diagnosis)}"
    if diagnosis.outcome is Outcome.REFUTED and diagnosis.differs:
        yield "it has", plain(diagnosis.differs)
    if diagnosis.weights:
        yield "weights", ", ".join(f"{name} {law}" for name, law in diagnosis.weights.items())


def _named(diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    for mistake in diagnosis.mistakes:
        same = f" (the same function here: {', '.join(mistake.same_as)})" if mistake.same_as else ""
        told = "; ".join(part for part in (mistake.title, mistake.evidence) if part)
        yield f"{mistake.code} {mistake.slug}", plain(f"{told}{same}")
    if diagnosis.alternatives:
        yield "or", "; or ".join(" with ".join(each) for each in diagnosis.alternatives)


def _rest(diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    yield from (_finding_line(found) for found in sorted_findings(diagnosis) if found.code != _SPOT)
    if diagnosis.missing:
        yield "missing", plain(diagnosis.missing)
    if diagnosis.resolution is not None:
        size = rough_text(diagnosis.resolution)
        yield (
            "resolution",
            f"a black box, called at chosen points: a departure of {size} relative would have been noticed",
        )
    record = diagnosis.record
    told = [f"seed {record['seed']}" if "seed" in record else "", duration_words(float(record.get("seconds", 0.0)))]
    told.insert(0, f"{record['backend']}, {record['dtype']}" if "backend" in record else "")
    yield "from", "; ".join(part for part in told if part)


def _finding_line(found: Finding) -> tuple[str, str]:
    return found.severity, f"[{plain(found.code)}] {plain(found.message)}"


def _fitted(diagnosis: Diagnosis) -> str:
    departure = diagnosis.record.get("departure")
    return "" if departure is None else f"  [recovered; fresh points agree to {rough_text(departure)}]"


def _proved(diagnosis: Diagnosis) -> str:
    return f"  [theorem {', '.join(diagnosis.theorems)}]" if diagnosis.theorems else ""


def case_words(case: Mapping[str, Any]) -> str:
    """Say where a function is wrong: the arguments, what it gives, and what is right."""
    told = {key: held for key, held in case.items() if key not in ("index", "claim", "truth")}
    arguments = ", ".join(f"{plain(name)} = {_simple(held)}" for name, held in told.items())
    place = f" at {case['index']}" if case.get("index") else ""
    yours, right = case["claim"], case["truth"]
    digits = digits_apart(yours, right, 6)
    return f"at {arguments}: yours{place} is {_exact(yours, digits)}, right is {_exact(right, digits)}"


def _simple(held: Any) -> str:
    """Show an array whose entries are all the same as that number, a large one by its exceptions, or in part."""
    array = np.asarray(held)
    values, counts = np.unique(array, return_counts=True)
    if len(values) == 1:
        return number_text(array.flat[0])
    usual = values[np.argmax(counts)]
    places = np.argwhere(array != usual)
    shape = " × ".join(map(str, array.shape))
    if array.size > _MANY and len(places) <= _FEW:
        others = ", ".join(f"{number_text(array[tuple(place)])} at {place.tolist()}" for place in places)
        return f"{number_text(usual)} but {others} (shape {shape})"
    if array.size > _MOST:
        return f"[{', '.join(map(number_text, array.flat[:_FIRST]))}, …] (shape {shape})"
    return _nested(array.tolist())


def _nested(held: Any) -> str:
    return f"[{', '.join(map(_nested, held))}]" if isinstance(held, list) else number_text(held)


def _exact(number: float, digits: int) -> str:
    """Show a number as a small fraction where it is one."""
    if not math.isfinite(number):
        return rough_text(number)
    near = Fraction(number).limit_denominator(60)
    if near and near.denominator > 1 and abs(float(near) - number) <= 1e-13 * abs(number):
        return f"{near.numerator}/{near.denominator}".replace("-", "−")
    return rough_text(number, digits)


def diagnosis_dict(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return the diagnosis as plain data."""
    own = {
        name: plain_data(getattr(diagnosis, name))
        for name in ("relation", "factor", "offset", "reduction", "kind", "readings", "recovered", "right", "differs",
                     "weights", "alternatives", "test")
    }  # fmt: skip
    mistakes = [
        {name: plain_data(getattr(each, name)) for name in each.__dataclass_fields__} for each in diagnosis.mistakes
    ]
    return verdict_dict(diagnosis) | own | {"expression": str(diagnosis.expression or ""), "mistakes": mistakes}


def diagnosis_json(diagnosis: Diagnosis, indent: int | None = None) -> str:
    """Return the diagnosis as a JSON document."""
    return json_text(diagnosis_dict(diagnosis), indent)
