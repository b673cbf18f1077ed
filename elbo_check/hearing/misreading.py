"""A standard deviation that is not positive, with a claim beside it: often a log variance was passed as sigma.

If the claim is right under a logarithmic reading of the same numbers, that is the answer: the claim, as it stands, is
refuted (no such normal exists), and the reading is named. Otherwise the refusal of the numbers stands.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..arrays import reals
from ..densities.normal import Normal
from ..densities.scale import KINDS
from ..diagnosis.look import Look, Reading
from ..diagnosis.readings import WORDS, readings_of
from ..errors import InputError
from ..question import Question, Settings
from ..verdict import Finding, Outcome, Verdict
from ..witnesses.seeding import Seeds
from .record import record_of

__all__ = ["Given", "misread"]

LOGS = tuple(kind for kind, (is_log, _) in KINDS.items() if is_log)


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """The arguments as they were given, before any of them was understood."""

    mu: Any
    sigma: Any
    prior_mu: Any
    prior_sigma: Any
    second: str
    prior_second: str

    def densities(self, second: str, prior_second: str) -> tuple[Normal, Normal]:
        """Return q and p with the second parameters read as said."""
        names = ("prior_mu", "prior_sigma", "prior_second")
        q = Normal(self.mu, self.sigma, second=second)
        return q, Normal(self.prior_mu, self.prior_sigma, second=prior_second, names=names)


def misread(
    given: Given, claim: Any, reduction: str | None, settings: Settings, seeds: Seeds, refusal: InputError
) -> Verdict:
    """Return a refutation that names the logarithm the numbers hold, or raise `refusal` again."""
    started = time.perf_counter()
    if claim is None or refusal.argument.partition("[")[0] not in ("sigma", "prior_sigma"):
        raise refusal
    held = reals("claim", claim)
    for words, second, prior_second in _other_kinds(given):
        with contextlib.suppress(InputError):
            question = Question.of(*given.densities(second, prior_second), held, reduction)
            look = Look.at(question, held, settings)
            found = tuple(readings_of(look, Reading("other-reading", words, question.q, question.p)))
            if found:
                return _refuted(question, refusal, found, settings, seeds, started)
    raise refusal


def _other_kinds(given: Given) -> Iterator[tuple[str, str, str]]:
    """Yield (words, second, prior_second): one of the two as a logarithm, then both."""
    for kind in LOGS:
        as_said = f"{WORDS[kind]}, not {WORDS[given.second]} (second='{kind}')"
        yield f"if the second parameter were {as_said}", kind, given.prior_second
        yield f"if the prior's second parameter were {WORDS[kind]} (prior_second='{kind}')", given.second, kind
        yield f"if both second parameters were {as_said}", kind, kind


def _refuted(
    question: Question,
    refusal: InputError,
    found: tuple[Finding, ...],
    settings: Settings,
    seeds: Seeds,
    started: float,
) -> Verdict:
    impossible = f"{refusal.argument}={refusal.value!r} cannot be {WORDS['sigma']}: {refusal.expectation} is expected"
    return Verdict(
        Outcome.REFUTED,
        f"KL values of shape {question.claimed_shape} for normals one of which is impossible",
        findings=(*found, Finding("impossible-scale", impossible, "error")),
        resolution=settings.tol,
        counterexample={"index": refusal.argument, "second": refusal.value},
        record={
            "question": "KL(q‖p)",
            "shape": list(question.shape),
            "elements": question.q.size,
            "claims": question.claims,
            "wrong": question.claims,
            "reduction": question.reduction,
            "second": "sigma",
            "prior_second": "sigma",
        }
        | record_of(settings, seeds, time.perf_counter() - started),
    )
