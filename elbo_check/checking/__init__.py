"""Checks a derivation twice: every step by its law, and independently by its meaning.

A step is proved only if its law leads from the left side to the right *and* both sides agree wherever they are read.
A step that some assignment excludes is refuted by it; where one side is not defined, nothing is excluded. If law and
meaning contradict each other, one of the checks is broken, and nothing is decided.
"""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import flint
import sympy

from .. import laws, proofs
from ..deadline import deadline
from ..derivation import Chain, Derivation, Statement, Step
from ..errors import InputError, TimeLimitError
from ..proofs import evaluate
from ..verdict import Finding, Outcome, Verdict
from . import by_meaning
from .cited_under import PINNED, is_pinned
from .defined import doubt_of, granted_to
from .granted import NOTHING, Granted

__all__ = ["SECONDS", "Ruling", "check", "check_step", "checked", "evaluate", "last_checked"]

SECONDS = 60.0
_STOPPED: dict[Derivation, Verdict] = {}  # the verdicts of checks that were not finished
_MOST_STOPPED = 16

State = Literal["proved", "refuted", "undecided", "undefined", "conflict"]


@dataclass(frozen=True, slots=True)
class Ruling:
    """The state of one step, in words, with a counterexample if it is refuted, or where one side has no value."""

    step: Step
    state: State
    reason: str
    counterexample: Mapping[str, Any] = field(default_factory=dict)
    exhibit: Mapping[str, Any] = field(default_factory=dict)
    unfinished: bool = False
    is_whole: bool = False
    granted: Granted = NOTHING

    @property
    def finding(self) -> Finding:
        """The ruling as a finding of a verdict."""
        code, severity = _CODES[self.state]
        step, law = self.step, self.step.law
        message = f"{step.name}{'' if self.is_whole else f', by {law.name}'}: {self.reason}"
        details: dict[str, Any] = {"step": step.name, "label": step.label, "law": law.name, "state": self.state}
        details |= self.granted.details
        if self.counterexample:
            details["counterexample"] = self.counterexample
        if self.exhibit:
            details["exhibit"] = self.exhibit
        return Finding(code, message, severity, details=details)


_CODES: dict[State, tuple[str, Literal["error", "warning", "note"]]] = {
    "proved": ("step-proved", "note"),
    "refuted": ("step-refuted", "error"),
    "undecided": ("step-undecided", "warning"),
    "undefined": ("undefined-side", "error"),
    "conflict": ("witness-conflict", "error"),
}


def check_step(
    step: Step, chain: Chain, readings: list[Any], hypothesis: Statement | None = None, *, shrink: bool = True
) -> Ruling:
    """Rule on one step of a chain, by its law and by meaning."""
    objection = _objection(step, chain, hypothesis)
    meaning = by_meaning.meaning_of(step, readings, shrink)
    certain = meaning.certainly_undefined(step.relation, not objection)
    if objection and meaning.agrees is not False and not certain:
        meaning = by_meaning.searched(step, readings, shrink) or meaning
        certain = meaning.certainly_undefined(step.relation, licensed=False)
    if meaning.agrees is False:
        state: State = "refuted" if objection else "conflict"
        reason = objection or "the law licenses it, and yet it is false"
        return Ruling(step, state, f"{meaning.reason}; {reason}", meaning.counterexample)
    if certain:
        reason = f"not well-defined under its assumptions: {certain}; add an assumption that excludes it"
        return Ruling(step, "undefined", reason, exhibit=certain.exhibit)
    if objection or not meaning.agrees:
        return Ruling(step, "undecided", "; ".join(filter(None, (objection, "" if meaning.agrees else meaning.reason))))
    doubt = doubt_of(step, chain)
    if doubt:
        return Ruling(step, "undecided", doubt)
    return Ruling(step, "proved", meaning.reason, granted=_granted(step, chain))


def check(derivation: Derivation, seconds: float = SECONDS) -> Verdict:
    """Check a derivation; the verdict has one finding a step, and is PROVED only if every step is proved.

    Where the time is over before all steps were tried, the verdict is UNDECIDED and names the step.

    >>> check(proofs.theorem("gaussian-kl")).outcome
    <Outcome.PROVED: 'proved'>
    """
    _require_input(derivation, seconds)
    try:
        with deadline(seconds), sympy.evaluate(True):  # it may be asked for within author_form()
            verdict = _complete(derivation)
    except _UnfinishedError as stopped:
        _STOPPED[derivation] = stopped.verdict
        if len(_STOPPED) > _MOST_STOPPED:
            _STOPPED.pop(next(iter(_STOPPED)))
        return stopped.verdict
    _STOPPED.pop(derivation, None)
    return verdict


def last_checked(derivation: Derivation) -> Verdict:
    """Return what the last check came to, also where its time was over: what is shown need not wait for another one."""
    return _STOPPED[derivation] if derivation in _STOPPED else check(derivation)


def _require_input(derivation: object, seconds: object) -> None:
    if not isinstance(derivation, Derivation):
        remedy = "take one of derive(NAME), or build it with elbo_check.language"
        raise InputError("derivation", derivation, "a Derivation", remedy)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or math.isnan(seconds):
        raise InputError("seconds", seconds, "a number of seconds", "leave it out for 60 s")


class _UnfinishedError(TimeLimitError):
    """The time was over; carries the verdict on what was done."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(verdict.missing)
        self.verdict = verdict


@functools.lru_cache(maxsize=256)  # what was not finished is not remembered: exceptions are not
def _complete(derivation: Derivation) -> Verdict:
    started = time.perf_counter()
    rulings: list[Ruling] = []
    for number, chain in enumerate(derivation.chains):
        hypothesis = derivation.induction[1] if derivation.induction and number == 1 else None
        rulings.extend(_rulings(chain, hypothesis))
    verdict = _verdict(derivation, rulings, time.perf_counter() - started)
    if any(ruling.unfinished for ruling in rulings):
        raise _UnfinishedError(verdict)
    return verdict


def _rulings(chain: Chain, hypothesis: Statement | None) -> Iterator[Ruling]:
    """Rule on one step after the other; a step for which there is no time, or that is too deep, is undecided.

    Where all are proved, the statement is read as well, from its first side to its last. Assignments are looked for
    once: that none satisfies what the chain assumes is so for all of its steps.
    """
    readings: list[Any] | None = None
    proved = True
    for step in chain.steps:
        try:
            if readings is None:
                readings = by_meaning.readings_for(chain)
            ruling = check_step(step, chain, readings, hypothesis)
        except TimeLimitError as reason:
            ruling = Ruling(step, "undecided", str(reason), unfinished=True)
        except RecursionError:
            ruling = Ruling(step, "undecided", "its expressions are nested too deeply: name parts of them in where")
        proved = proved and ruling.state == "proved"
        yield ruling
    if proved and readings and len(chain.steps) > 1:
        yield from _objections_to_all(chain, readings)


def _objections_to_all(chain: Chain, readings: list[Any]) -> Iterator[Ruling]:
    """Object to a chain that does not lead to its statement: a side in between has no value where that is false.

    Each step speaks of where both of its sides are defined, and that is not the same for all.
    """
    statement = chain.statement
    everywhere = any(step.full_support for step in chain.steps)
    law = laws.multiply_and_divide if everywhere else laws.algebra
    whole = Step("all steps together", statement.left, statement.right, law, statement.relation)
    try:
        meaning = by_meaning.meaning_of(whole, readings)
    except TimeLimitError as stopped:
        yield Ruling(whole, "undecided", str(stopped), unfinished=True, is_whole=True)
        return
    if meaning.agrees is False:
        reason = f"{meaning.reason}, although every step is licensed: a side in between has no value there"
        yield Ruling(whole, "conflict", reason, meaning.counterexample, is_whole=True)


def checked(name: str) -> Verdict:
    """Return the verdict on a theorem of the project, checked once a process."""
    return check(proofs.theorem(name))


def _objection(step: Step, chain: Chain, hypothesis: Statement | None) -> str:
    """Return why the law does not lead from left to right, or "": a theorem that is cited must itself be proved."""
    if step.cites is not None:
        cited = _complete(step.cites.theorem)
        if cited.outcome is not Outcome.PROVED:
            return f"the theorem {step.cites.theorem.name} it cites is {cited.outcome}"
        if is_pinned(step, step.cites.theorem, chain):
            return PINNED
    return step.law.objection(step.left, step.right, chain.context(step, hypothesis))


def _granted(step: Step, chain: Chain) -> Granted:
    """Return what is granted to a step that is proved, and to the steps of the theorem it cites."""
    own = granted_to(step, chain)
    if step.cites is None or step.law.rests_on:
        return own
    return own.with_those_of(_complete(step.cites.theorem).findings)


def _verdict(derivation: Derivation, rulings: list[Ruling], seconds: float) -> Verdict:
    states = {ruling.state for ruling in rulings}
    refuted = next((ruling for ruling in rulings if ruling.state == "refuted"), None)
    open_steps = [ruling.finding.message for ruling in rulings if ruling.state not in ("proved", "refuted")]
    if states == {"proved"}:
        outcome = Outcome.PROVED
    else:
        outcome = Outcome.REFUTED if refuted and "conflict" not in states else Outcome.UNDECIDED
    return Verdict(
        outcome,
        derivation.words,
        findings=tuple(ruling.finding for ruling in rulings),
        counterexample=refuted.counterexample if outcome is Outcome.REFUTED and refuted else None,
        missing="; ".join(open_steps) if outcome is Outcome.UNDECIDED else "",
        theorems=(derivation.name,),
        record={
            "seconds": seconds,
            "steps": len(rulings),
            "seeds": {"Gaussians": by_meaning.GAUSSIANS, "finite worlds": by_meaning.WORLDS},
            "bits": by_meaning.PRECISION,
            "versions": {"sympy": sympy.__version__, "python-flint": flint.__version__},
        },
    )
