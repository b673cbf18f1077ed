"""A verdict for people, in about six lines of plain text: outcome, claim, then a witness a line."""

from __future__ import annotations

import textwrap

from ..verdict import Finding, Verdict
from .numbers import WIDEST_NUMBER, aligned, plain
from .output import WIDTH
from .words import (
    counterexample_words,
    evidence_rows,
    origin_words,
    resolution_words,
    sharpness_words,
    sorted_findings,
    value_words,
)

__all__ = ["verdict_text"]

_INDENT = "  "
_WIDEST_LABEL = 20
_NARROWEST_WORDS = 24


def verdict_text(verdict: Verdict, width: int = WIDTH, *, brief: bool = False) -> str:
    """Return the verdict as lines of at most `width` characters; with `brief`, without notes and origin.

    The same verdict always gives the same text: it does not depend on the terminal and holds no colour.
    """
    lines = _wrapped(f"{verdict.outcome.upper()}  ", plain(verdict.claim), width)
    for label, body, hang in _entries(verdict, width, brief):
        lines += _wrapped(label, body, width, hang)
    return "\n".join(lines)


def _finding(finding: Finding) -> str:
    """Return a finding as its code, its message and its resolution."""
    return f"[{plain(finding.code)}] {plain(finding.message)}{sharpness_words(finding)}"


def _entries(verdict: Verdict, width: int, brief: bool) -> list[tuple[str, str, int]]:
    """Return (label, text, depth of the hanging indent) for all that follows the first line."""
    findings = [found for found in sorted_findings(verdict) if not (brief and found.severity == "note")]
    names = [_indented(estimate.quantity, plain(estimate.witness)) for estimate in verdict.estimates]
    names += [plain(absent.witness) for absent in verdict.absences]
    names += [found.severity for found in findings] + ["resolution"]
    column = min(max(map(len, names)), _WIDEST_LABEL) + 2 * len(_INDENT)

    def entry(label: str, body: str, deeper: int = 0) -> tuple[str, str, int]:
        return f"{_INDENT}{label}{_INDENT}".ljust(column), body, column + deeper

    told = [entry("value", value_words(verdict.value))] if verdict.value is not None else []
    told += [entry(name, body, deeper) for name, body, deeper in _evidence(verdict, width - column)]
    told += [entry(plain(absent.witness), f"absent: {plain(absent.reason)}") for absent in verdict.absences]
    told += [entry(found.severity, _finding(found)) for found in findings]
    rest = (
        ("fails", counterexample_words(verdict)),
        ("missing", plain(verdict.missing)),
        ("resolution", resolution_words(verdict)),
        ("from", "" if brief else origin_words(verdict)),
    )
    return told + [entry(label, body) for label, body in rest if body]


def _evidence(verdict: Verdict, room: int) -> list[tuple[str, str, int]]:
    """Return (witness, its line, where its words begin), numbers in columns, and in short where the room ends."""
    rows = evidence_rows(verdict)
    values = aligned([row.value for row in rows], WIDEST_NUMBER)
    errors = [row.spread for row in rows]
    widest = max((len(error) for error in errors), default=0)
    told: list[tuple[str, str, int]] = []
    quantity = ""
    for row, value, error in zip(rows, values, errors, strict=True):
        if row.quantity != quantity:
            quantity = row.quantity
            told.append((quantity, "", 0))
        numbers = f"{value} {error.ljust(widest)}  "
        words = row.words if len(numbers + row.words) <= room else row.short
        below_words = room - len(numbers) >= _NARROWEST_WORDS
        told.append((_indented(quantity, row.witness), numbers + words, len(numbers) if below_words else len(_INDENT)))
    return told


def _indented(quantity: str, witness: str) -> str:
    """Set a witness below the quantity that it speaks of, where there are several."""
    return f"{_INDENT}{witness}" if quantity else witness


def _wrapped(label: str, body: str, width: int, hang: int | None = None) -> list[str]:
    """Break label + body into lines; the later ones hang below the body."""
    below = " " * (len(label) if hang is None else hang)
    return textwrap.wrap(label + body, width, subsequent_indent=below, break_on_hyphens=False)
