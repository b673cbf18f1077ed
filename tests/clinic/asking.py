"""The one place that asks the package, and the tables of what it missed."""

from __future__ import annotations

import inspect
from collections.abc import Iterable
from typing import Any, NamedTuple

import elbo_check
from elbo_check.errors import ElboCheckError

from .case import Case
from .same_function import is_named_right


class Answered(NamedTuple):
    """A case and what was said about it."""

    case: Case
    diagnosis: Any

    @property
    def outcome(self) -> str:
        if isinstance(self.diagnosis, ElboCheckError):
            return type(self.diagnosis).__name__
        outcome = self.diagnosis.outcome
        return str(getattr(outcome, "value", outcome)).upper()

    @property
    def names(self) -> str:
        if isinstance(self.diagnosis, ElboCheckError):
            return str(self.diagnosis)
        return ", ".join("=".join((mistake.slug, *mistake.same_as)) for mistake in self.diagnosis.mistakes) or "none"

    @property
    def verdict_is_right(self) -> bool:
        if isinstance(self.diagnosis, ElboCheckError):
            return False
        if self.case.only_if:
            return self.outcome == "UNDECIDED" and f"equal, if {self.case.only_if} " in self.diagnosis.missing
        return (self.outcome == "REFUTED") == self.case.is_wrong

    @property
    def name_is_right(self) -> bool:
        if self.case.only_if:
            return self.verdict_is_right  # what is right where it is meant to be has no mistake to name
        return not isinstance(self.diagnosis, ElboCheckError) and is_named_right(self.case, self.diagnosis.mistakes)


def ask(case: Case) -> Answered:
    """Ask about a case with explicit roles."""
    parameters = inspect.signature(case.function).parameters
    roles = dict(zip(parameters, case.roles, strict=True))
    further = {"prior": case.prior, "beta": case.beta}
    given = {name: value for name, value in further.items() if value is not None}
    question = {"roles": roles, "quantity": case.quantity, "backend": case.backend, "batch": case.batch, **given}
    try:
        return Answered(case, elbo_check.verify_loss(case.function, **question))
    except ElboCheckError as refusal:
        return Answered(case, refusal)


def ask_all(cases: Iterable[Case]) -> list[Answered]:
    return [ask(case) for case in cases]


def table(answers: Iterable[Answered]) -> str:
    """One line for every case whose verdict or name is wrong."""
    lines = [
        f"{'verdict' if not answer.verdict_is_right else 'name':8}{answer.case.id:60} {answer.outcome:11}"
        f" said {answer.names}; is {', '.join(answer.case.expected) or 'right'}"
        for answer in answers
        if not (answer.verdict_is_right and answer.name_is_right)
    ]
    return "\n".join(lines)


def rate(right: Iterable[bool]) -> float:
    held = list(right)
    return sum(held) / len(held)
