"""What the judge hands down: plain data for people and programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

from .errors import RefutedError, UndecidedError
from .evidence import Absence, Estimate

__all__ = ["Finding", "Outcome", "Verdict"]

SCHEMA_VERSION = 1


class Outcome(StrEnum):
    """The four answers. `UNDECIDED` is an answer too, and it is never a pass."""

    PROVED = "proved"
    CONSISTENT = "consistent"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the judge noticed: a stable `code`, a sentence, and how sharp the eye was.

    `resolution` is the smallest relative error that would have been noticed at this place (None where the
    finding is no measurement); `details` holds the numbers for programs.
    """

    code: str
    message: str
    severity: Literal["error", "warning", "note"] = "note"
    resolution: float | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer to one question, with its evidence.

    `value` is the answer itself (float or array, nats). `resolution` is the smallest relative error of the claim
    that the deciding evidence would have noticed. `counterexample` is given on refutation, `missing` says what
    UNDECIDED lacks, `record` holds what a rerun needs (settings, seed, versions) and what it cost.

    Truth value: true for PROVED and CONSISTENT, false for REFUTED; UNDECIDED raises `UndecidedError`, so that
    `assert verify_kl(...)` cannot turn *don't know* into *fine*.
    """

    outcome: Outcome
    claim: str
    value: Any = None
    estimates: tuple[Estimate, ...] = ()
    absences: tuple[Absence, ...] = ()
    findings: tuple[Finding, ...] = ()
    resolution: float | None = None
    counterexample: Mapping[str, Any] | None = None
    missing: str = ""
    theorems: tuple[str, ...] = ()
    record: Mapping[str, Any] = field(default_factory=dict)

    def __bool__(self) -> bool:
        if self.outcome is Outcome.UNDECIDED:
            raise UndecidedError(self)
        return self.outcome is not Outcome.REFUTED

    def require(self) -> Verdict:
        """Return the verdict itself if it is PROVED or CONSISTENT; otherwise raise with the whole story.

        Raises `RefutedError` (an AssertionError) or `UndecidedError`.
        """
        if not self:
            raise RefutedError(self)
        return self

    def finding(self, code: str) -> Finding | None:
        """Return the finding with this code, or None."""
        return next((found for found in self.findings if found.code == code), None)

    # Hooks for people. They import the roof when called: the one named exception to the floors.

    def __str__(self) -> str:
        from .render.text import verdict_text

        return verdict_text(self)

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain data that JSON can carry, with its `schema_version`."""
        from .render.json import verdict_dict

        return verdict_dict(self)

    def to_json(self, indent: int | None = None) -> str:
        """Return `to_dict` as a JSON document (no NaN, no Infinity: valid for every reader)."""
        from .render.json import verdict_json

        return verdict_json(self, indent=indent)

    def _repr_html_(self) -> str:
        from .render.html import verdict_html

        return verdict_html(self)

    def _repr_latex_(self) -> str:
        from .render.latex import verdict_latex

        return verdict_latex(self)
