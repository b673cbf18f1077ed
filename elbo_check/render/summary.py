"""The one screen that `elbo-check verify` ends with."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """What `verify` found: verdicts on theorems, models and losses by their names, one on the numbers from `source`."""

    version: str
    theorems: Mapping[str, Verdict]
    source: str
    kl: Verdict
    models: Mapping[str, Verdict] = field(default_factory=dict)
    losses: Mapping[str, Verdict] = field(default_factory=dict)

    @property
    def outcome(self) -> Outcome:
        """The worst of all outcomes."""
        heard = [*self.theorems.values(), *self.models.values(), *self.losses.values(), self.kl]
        return worst([verdict.outcome for verdict in heard])


def worst(outcomes: list[Outcome]) -> Outcome:
    """Return the worst outcome: one refutation outweighs anything, and *don't know* outweighs a pass."""
    return max(outcomes, key=_BEST_FIRST.index)


def summary_text(summary: Summary, width: int = WIDTH) -> str:
    """Return a line a theorem and a model, the verdict on the numbers, and the outcome of all.

    What is neither proved nor, for a model, consistent, is told in full.
    """
    unproved = [verdict for verdict in summary.theorems.values() if verdict.outcome is not Outcome.PROVED]
    doubtful = [v for v in summary.models.values() if v.outcome in (Outcome.REFUTED, Outcome.UNDECIDED)]
    source = plain(summary.source)
    parts = ["\n".join([f"elbo-check {summary.version}", *_lines(summary.theorems, width)])]
    parts += [_indented(verdict, width) for verdict in unproved]
    if summary.models:
        parts.append("\n".join(["the bounds on models whose log p(x) is known", *_lines(summary.models, width)]))
    parts += [_indented(verdict, width) for verdict in doubtful]
    if summary.losses:
        parts.append("\n".join(["losses, right and wrong", *_lines(summary.losses, width)]))
    parts += [f"{source}\n{_indented(summary.kl, width)}", _closing(summary, source)]
    return "\n\n".join(parts)


def _closing(summary: Summary, source: str) -> str:
    """Count the outcomes."""
    proved = sum(verdict.outcome is Outcome.PROVED for verdict in summary.theorems.values())
    told = [f"{proved} of {len(summary.theorems)} theorems proved"]
    if summary.models:
        counts = Counter(str(verdict.outcome) for verdict in summary.models.values())
        counted = ", ".join(f"{count} {outcome}" for outcome, count in counts.items())
        told.append(f"{len(summary.models)} models: {counted}")
    if summary.losses:
        known = sum(bool(verdict) for verdict in summary.losses.values())
        told.append(f"{known} of {len(summary.losses)} losses recognised")
    return f"{summary.outcome.upper()}  {'; '.join([*told, f'{source}: {summary.kl.outcome}'])}"


def summary_dict(summary: Summary) -> dict[str, Any]:
    """Return the summary as plain data, each verdict as `verdict_dict` gives it."""
    return {
        "schema_version": SCHEMA_VERSION,
        "version": summary.version,
        "outcome": str(summary.outcome),
        "theorems": {name: verdict_dict(verdict) for name, verdict in summary.theorems.items()},
        "models": {name: verdict_dict(verdict) for name, verdict in summary.models.items()},
        "losses": {name: verdict_dict(verdict) for name, verdict in summary.losses.items()},
        "source": summary.source,
        "kl": verdict_dict(summary.kl),
    }


def summary_json(summary: Summary, indent: int | None = None) -> str:
    """Return the summary as a JSON document."""
    return json_text(summary_dict(summary), indent)


def _lines(verdicts: Mapping[str, Verdict], width: int) -> list[str]:
    """Return name, outcome, time and claim, a line each; a claim too long for it is cut."""
    column = max((len(plain(name)) for name in verdicts), default=0)
    lines = []
    for name, verdict in verdicts.items():
        seconds = duration_words(float(verdict.record.get("seconds", 0.0)))
        line = f"  {plain(name).ljust(column)}  {verdict.outcome.upper():10} {seconds:>6}  {plain(verdict.claim)}"
        lines.append(line if len(line) <= width else f"{line[: width - 1]}…")
    return lines


def _indented(verdict: Verdict, width: int) -> str:
    return textwrap.indent(verdict_text(verdict, width - 2, brief=True), "  ")
