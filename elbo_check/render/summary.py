"""The one screen that `elbo-check verify` ends with."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..verdict import SCHEMA_VERSION, Outcome, Verdict
from .json import json_text, verdict_dict
from .numbers import plain
from .output import WIDTH
from .text import verdict_text
from .words import duration_words

__all__ = ["Summary", "summary_dict", "summary_json", "summary_text", "worst"]

_BEST_FIRST = (Outcome.PROVED, Outcome.CONSISTENT, Outcome.UNDECIDED, Outcome.REFUTED)


@dataclass(frozen=True, slots=True)
class Summary:
    """What `verify` found: a verdict on each theorem by its name, and one on the numbers from `source`."""

    version: str
    theorems: Mapping[str, Verdict]
    source: str
    kl: Verdict

    @property
    def outcome(self) -> Outcome:
        """The worst of all outcomes."""
        return worst([*(verdict.outcome for verdict in self.theorems.values()), self.kl.outcome])


def worst(outcomes: list[Outcome]) -> Outcome:
    """Return the worst outcome: one refutation outweighs anything, and *don't know* outweighs a pass."""
    return max(outcomes, key=_BEST_FIRST.index)


def summary_text(summary: Summary, width: int = WIDTH) -> str:
    """Return a line a theorem, the verdict on the numbers, and the outcome of all; what is unproved is told in full."""
    verdicts = summary.theorems.values()
    unproved = [verdict for verdict in verdicts if verdict.outcome is not Outcome.PROVED]
    source = plain(summary.source)
    closing = (
        f"{summary.outcome.upper()}  {len(verdicts) - len(unproved)} of {len(verdicts)} theorems proved; "
        f"{source}: {summary.kl.outcome}"
    )
    parts = ["\n".join([f"elbo-check {summary.version}", *_theorem_lines(summary.theorems, width)])]
    parts += [_indented(verdict, width) for verdict in unproved]
    parts += [f"{source}\n{_indented(summary.kl, width)}", closing]
    return "\n\n".join(parts)


def summary_dict(summary: Summary) -> dict[str, Any]:
    """Return the summary as plain data, each verdict as `verdict_dict` gives it."""
    return {
        "schema_version": SCHEMA_VERSION,
        "version": summary.version,
        "outcome": str(summary.outcome),
        "theorems": {name: verdict_dict(verdict) for name, verdict in summary.theorems.items()},
        "source": summary.source,
        "kl": verdict_dict(summary.kl),
    }


def summary_json(summary: Summary, indent: int | None = None) -> str:
    """Return the summary as a JSON document."""
    return json_text(summary_dict(summary), indent)


def _theorem_lines(theorems: Mapping[str, Verdict], width: int) -> list[str]:
    """Return name, outcome, time and claim, a line each; a claim too long for it is cut."""
    column = max((len(plain(name)) for name in theorems), default=0)
    lines = []
    for name, verdict in theorems.items():
        seconds = duration_words(float(verdict.record.get("seconds", 0.0)))
        line = f"  {plain(name).ljust(column)}  {verdict.outcome.upper():10} {seconds:>6}  {plain(verdict.claim)}"
        lines.append(line if len(line) <= width else f"{line[: width - 1]}…")
    return lines


def _indented(verdict: Verdict, width: int) -> str:
    return textwrap.indent(verdict_text(verdict, width - 2, brief=True), "  ")
