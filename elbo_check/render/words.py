"""The phrases that all scribes share. Every text that may come from a user is made plain here or escaped there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from ..evidence import Basis, Estimate, as_float
from ..verdict import Finding, Verdict
from .numbers import interval_text, lower_bound_text, number_text, plain, rough_text

__all__ = [
    "Row",
    "basis_words",
    "counterexample_words",
    "duration_words",
    "evidence_rows",
    "origin_words",
    "resolution_words",
    "sharpness_words",
    "sorted_findings",
    "value_words",
]

_SEVERITIES = ("error", "warning", "note")
_UNITS = (("s", 1.0), ("ms", 1e-3))
_LONGEST_LIST = 4
AT_LEAST = "≥"


class Row(NamedTuple):
    """An estimate in words: of what, who, the numbers, and on what they rest, in full and as short as can be.

    A bound with one side has a value that says so, and no error.
    """

    quantity: str
    witness: str
    value: str
    error: str
    words: str
    short: str

    @property
    def spread(self) -> str:
        """What stands beside the value."""
        return f"± {self.error}" if self.error else "" if self.value.startswith(AT_LEAST) else "exactly"


def evidence_rows(verdict: Verdict) -> list[Row]:
    """Return a row an estimate, with no more digits than were asked for; an exact one has no error."""
    digits = verdict.record.get("digits")
    elements = int(verdict.record.get("elements", 1))
    return [
        Row(
            plain(estimate.quantity),
            plain(estimate.witness),
            *_numbers(estimate, digits),
            basis_words(estimate, estimate.scope),
            basis_words(estimate, f"{estimate.count:,} of {elements:,}" if estimate.count < elements else ""),
        )
        for estimate in verdict.estimates
    ]


def _numbers(estimate: Estimate, digits: int | None) -> tuple[str, str]:
    if estimate.one_sided:
        return f"{AT_LEAST} {lower_bound_text(Fraction(estimate.value) - Fraction(estimate.error))}", ""
    return interval_text(estimate.value, estimate.error, digits)


def basis_words(estimate: Estimate, scope: str) -> str:
    """Say on what an estimate rests, what it cost, and over what it was taken."""
    basis = str(estimate.basis)
    if estimate.basis is Basis.SAMPLED:
        basis += f" at level {number_text(estimate.level)}"
    if estimate.one_sided:
        scope = f"estimate {_with_standard_error(estimate)}" + f", {scope}" * bool(scope)
    known = ", ".join(part for part in (basis, duration_words(estimate.seconds)) if part)
    return "; ".join(plain(part) for part in (known, scope, estimate.note) if part)


def _with_standard_error(estimate: Estimate) -> str:
    value = as_float(estimate.value)
    if not estimate.standard_error:
        return rough_text(value, 6)
    return ", standard error ".join(interval_text(value, estimate.standard_error))


def duration_words(seconds: float) -> str:
    """Return a time with two digits, or nothing where none was measured.

    >>> duration_words(0.0134), duration_words(83.0)
    ('13 ms', '83 s')
    """
    if seconds <= 0:
        return ""
    unit, size = next(((unit, size) for unit, size in _UNITS if seconds >= 0.995 * size), ("µs", 1e-6))
    count = seconds / size
    return f"{count:.1f} {unit}" if count < 9.95 else f"{count:.0f} {unit}"


def value_words(value: Any) -> str:
    """Return the answer itself, in nats; an array by its shape, range and total."""
    if getattr(value, "ndim", 0) == 0:
        return f"{number_text(value)} nats"
    with np.errstate(over="ignore"):
        low, high, total = (rough_text(x, 7) for x in (value.min(), value.max(), value.sum()))
    return f"{number_text(value.size)} values of shape {tuple(value.shape)}, {low} to {high}, total {total} nats"


def sorted_findings(verdict: Verdict) -> list[Finding]:
    """Return the findings, errors first and notes last."""
    return sorted(verdict.findings, key=lambda finding: _SEVERITIES.index(finding.severity))


def sharpness_words(finding: Finding) -> str:
    """Say, in brackets, how sharp the eye was that found this."""
    return "" if finding.resolution is None else f" (resolution {rough_text(finding.resolution)})"


def counterexample_words(verdict: Verdict) -> str:
    """Say where a claim fails, with everything needed to see it by hand."""
    case = verdict.counterexample or {}
    parts = [f"at {_place(case['index'])}" if case.get("index") else ""]
    if "claim" in case and "truth" in case:
        parts.append(f"claim {_listed(case['claim'])}, truth {_truth(case)}")
        parts.append(f"claim / truth = {_quotient(case['factor'])}" if case.get("factor") is not None else "")
    rest = {key: held for key, held in case.items() if key not in _TOLD_APART}
    parts.append(", ".join(f"{_named(key, verdict.record)} {_listed(held)}" for key, held in rest.items()))
    return "; ".join(part for part in parts if part)


_TOLD_APART = frozenset({"index", "claim", "truth", "error", "factor"})


def _place(index: Any) -> str:
    return plain(index) if isinstance(index, str) else f"[{', '.join(map(str, index))}]"


def _truth(case: Mapping[str, Any]) -> str:
    if case["truth"] == math.inf:
        return "beyond the largest float64"
    value, error = interval_text(case["truth"], case.get("error", 0.0))
    return f"{value} ± {error}" if error else value


def _quotient(factor: float) -> str:
    """Show a factor, and the little that it may differ from 1 by."""
    excess = abs(factor - 1)
    return f"1 {'+' if factor > 1 else '-'} {rough_text(excess)}" if 0 < excess < 0.01 else rough_text(factor, 4)


def _named(key: str, record: Mapping[str, Any]) -> str:
    """Call the second parameter by what it holds."""
    if key == "second":
        return plain(str(record.get("second", "second")))
    if key == "prior_second":
        return plain(f"prior_{record.get('prior_second', 'second')}")
    return plain(key)


def _listed(held: Any) -> str:
    """Show a number, or the first few of a list."""
    items = held.tolist() if hasattr(held, "tolist") else held
    if not isinstance(items, list | tuple):
        return number_text(items)
    shown = [_listed(item) for item in items[:_LONGEST_LIST]]
    return f"[{', '.join(shown)}{', …' if len(items) > _LONGEST_LIST else ''}]"


def resolution_words(verdict: Verdict) -> str:
    """Say how small an error would have been noticed."""
    if verdict.resolution is None:
        return ""
    size = "any error" if verdict.resolution == 0 else f"a relative error of {rough_text(verdict.resolution)}"
    return f"{size} in the claim would have been noticed"


def _source(record: Mapping[str, Any]) -> str:
    """Say which files the numbers came from, and under which names they stood there."""
    if not record.get("source"):
        return ""
    keys = [(str(key), _named(role, record)) for role, key in record.get("keys", {}).items()]
    told = [key if key == name else f"{key} as {name}" for key, name in keys]
    ignored = ", ".join(map(str, record.get("ignored", ())))
    return ", ".join(map(str, record["source"])) + f" ({', '.join(told)}{'; not ' * bool(ignored)}{ignored})"


def _seed(held: Any) -> str:
    """Show a seed, or what a `SeedSequence` is made from again."""
    if not isinstance(held, Mapping):
        return str(held)
    key = held.get("spawn_key") or ()
    return str(held.get("entropy")) + (f", spawn key {tuple(key)}" if key else "")


def origin_words(verdict: Verdict) -> str:
    """Say where the numbers came from, on what theorems the verdict stands, and what a rerun needs."""
    record = verdict.record
    theorems = ", ".join(verdict.theorems)
    noun = "theorem" if len(verdict.theorems) == 1 else "theorems"
    parts = [_source(record), f"{noun} {theorems}" if theorems else ""]
    parts.append(f"{number_text(record['draws'])} draws" if record.get("draws") is not None else "")
    parts.append(f"seed {_seed(record['seed'])}" if record.get("seed") is not None else "")
    parts.append(duration_words(float(record.get("seconds", 0.0))))
    return "; ".join(plain(part) for part in parts if part)
