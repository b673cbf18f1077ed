"""What a page about a derivation says, before any script writes it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...boxes.expressions import layout
from ...boxes.layout import Layout
from ...checking.granted import granted_lines
from ...derivation import Chain, Derivation, Step
from ...laws import Law
from ...verdict import Outcome, Verdict
from .kinds import kinds_said
from .points import points_said

__all__ = ["Part", "Reason", "StepRow", "Story", "counterexample_words", "failure_words", "story_of"]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a step holds: its name, the law, the theorem it cites, a remark, and its label in the literature list."""

    name: str
    law: Law
    theorem: str
    remark: str
    label: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One row: the relation, what it leads to, the reason, and the state of the step."""

    relation: str
    right: Layout
    reason: Reason
    state: str
    message: str


@dataclass(frozen=True, slots=True)
class Part:
    """One chain: its claim, its abbreviations and assumptions, and its rows from the left side on.

    `points` says for each assumption at which points it is made, "" where it is about none.
    """

    title: str
    claim: tuple[Layout, str, Layout]
    where: tuple[tuple[Layout, Layout], ...]
    assuming: tuple[tuple[Layout, str, Layout], ...]
    points: tuple[str, ...]
    start: Layout
    rows: tuple[StepRow, ...]

    @property
    def at(self) -> str:
        """At which points something is assumed, with a comma before it."""
        return "".join(f", {point}" for point in dict.fromkeys(self.points) if point)


@dataclass(frozen=True, slots=True)
class Story:
    """A derivation as it is told: the theorem first, then its parts, the verdict, and where to read on."""

    title: str
    heading: str
    words: str
    assumptions: tuple[str, ...]
    parts: tuple[Part, ...]
    argument: str
    verdict: str
    failure: str
    ledger: tuple[str, ...]
    laws: tuple[Law, ...]
    sources: tuple[str, ...]


def story_of(derivation: Derivation, verdict: Verdict) -> Story:
    """Return the story of a checked derivation."""
    findings = iter(verdict.findings)
    parts = tuple(_part(chain, findings) for chain in derivation.chains)
    laws = tuple(dict.fromkeys(step.law for step in derivation.steps))
    failure = ""
    if verdict.counterexample:
        failure = f"Counterexample: {counterexample_words(verdict.counterexample)}."
    return Story(
        derivation.title,
        "Theorem" if verdict.outcome is Outcome.PROVED else "Statement",
        derivation.words,
        tuple(dict.fromkeys((*derivation.assumptions, *kinds_said(derivation)))),
        parts,
        "Proof" if verdict.outcome is Outcome.PROVED else "Attempted proof",
        _verdict_words(derivation, verdict),
        failure,
        tuple(dict.fromkeys((*derivation.assumptions, *_grounds(derivation, verdict)))),
        laws,
        derivation.sources,
    )


def _grounds(derivation: Derivation, verdict: Verdict) -> Iterator[str]:
    """Yield what is assumed on the way, law by law, and what was granted to the steps."""
    for step in derivation.steps:
        yield from step.grounds
    yield from granted_lines(verdict.findings, derivation.assumptions)


def _part(chain: Chain, findings: Iterator[Any]) -> Part:
    statement = chain.statement
    return Part(
        chain.title,
        (layout(statement.left), statement.relation, layout(statement.right)),
        tuple((layout(symbol), layout(meaning)) for symbol, meaning in chain.where),
        tuple((layout(s.left), s.relation, layout(s.right)) for s in chain.assuming),
        tuple(map(points_said, chain.assuming)),
        layout(statement.left),
        tuple(_row(step, next(findings)) for step in chain.steps),
    )


def _row(step: Step, finding: Any) -> StepRow:
    theorem = step.cites.theorem.title if step.cites is not None else ""
    reason = Reason(step.name, step.law, theorem, step.words, step.label)
    return StepRow(step.relation, layout(step.right), reason, finding.details["state"], finding.message)


def _verdict_words(derivation: Derivation, verdict: Verdict) -> str:
    number = len(derivation.steps)
    if verdict.outcome is Outcome.PROVED:
        each = "The step is" if number == 1 else f"Each of the {number} steps is"
        return f"PROVED. {each} licensed by its law, and agrees with it wherever both sides were computed."
    return f"{verdict.outcome.upper()}. {' '.join(failure_words(verdict))}"


def failure_words(verdict: Verdict) -> Iterator[str]:
    """Yield in sentences which steps are not proved, and why; those that fail for the same reason together."""
    steps: dict[str, list[str]] = {}
    for finding in verdict.findings:
        if finding.details["state"] != "proved":
            steps.setdefault(_reason_of(finding), []).append(f"“{finding.details['step']}”")
    for reason, names in steps.items():
        shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        which = f"The step {shown} is" if len(names) == 1 else f"The steps {shown} are"
        yield f"{which} {reason}."


def _reason_of(finding: Any) -> str:
    step, law = finding.details["step"], finding.details["law"]
    if finding.details["state"] == "refuted":
        return "false: there is a counterexample"
    reason = finding.message.removeprefix(f"{step}, by {law}: ")
    return f"not licensed by {law}: {reason[6:]}" if reason.startswith("by it ") else f"not proved: {reason}"


def counterexample_words(found: Mapping[str, Any]) -> str:
    """Return a counterexample in words: the assignment, and what the two sides are worth there.

    >>> counterexample_words(
    ...     {"x": "1", "left": 1.0, "right": 2.0, "left_exact": "1", "right_exact": "2", "relation": "="}
    ... )
    'x = 1; there the left side is 1, and the right side is 2'
    """
    told = ("left", "right", "left_exact", "right_exact", "relation")
    shown = [f"{name} = {_value(value)}" for name, value in found.items() if name not in told]
    sides = [f"the {side} side is {_side(found[f'{side}_exact'], found[side])}" for side in ("left", "right")]
    return f"{', '.join(shown)}; there {', and '.join(sides)}"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + "; ".join(f"{outcome}: {mass}" for outcome, mass in value.items()) + "}"
    return "(" + ", ".join(value) + ")" if isinstance(value, list) else str(value)


def _side(exact: str, number: Any) -> str:
    if isinstance(number, str) or exact == f"{number:g}":
        return str(exact)
    return f"{number:.6g}" if exact.startswith("[") else f"{exact} ≈ {number:.6g}"
