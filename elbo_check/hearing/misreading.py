"""A standard deviation that is not positive, with a claim beside it: often the log variance was passed as sigma.

If the claim is right under a logarithmic reading of the same numbers, that is the answer: the claim, as it stands, is
refuted (no such normal exists), and the reading is named. Otherwise the refusal of the numbers stands.
"""

from __future__ import annotations

import contextlib
import time
from typing import Any

import numpy as np

from ..arrays import reals
from ..densities.normal import Normal
from ..densities.scale import KINDS
from ..diagnosis.readings import WORDS, reproduces
from ..errors import InputError
from ..question import Question, Settings
from ..verdict import Finding, Outcome, Verdict
from ..witnesses.seeding import Seeds
from .record import record_of

__all__ = ["misread"]


def misread(
    mu: Any,
    sigma: Any,
    p: Normal,
    claim: Any,
    reduction: str | None,
    second: str,
    settings: Settings,
    seeds: Seeds,
    refusal: InputError,
) -> Verdict:
    """Return a refutation that names the logarithm the numbers hold, or raise `refusal` again."""
    started = time.perf_counter()
    for kind in (name for name, (is_log, _) in KINDS.items() if is_log):
        with contextlib.suppress(InputError):
            question = Question.of(Normal(mu, sigma, second=kind), p, claim, reduction)
            if question.claim is not None and reproduces(question, question.claim, settings):
                return _refuted(question, refusal, second, settings, seeds, started)
    raise refusal


def _refuted(
    question: Question, refusal: InputError, second: str, settings: Settings, seeds: Seeds, started: float
) -> Verdict:
    kind = question.q.scale.kind
    impossible = f"{refusal.argument}={refusal.value!r} cannot be {WORDS[second]}"
    message = (
        f"the claim would be right if the second parameter were {WORDS[kind]}, not {WORDS[second]} (second='{kind}')"
    )
    held = reals("sigma", question.q.scale.values).values
    count = int(np.count_nonzero(held <= 0))
    return Verdict(
        Outcome.REFUTED,
        f"KL values of shape {question.claimed_shape} for normals whose second parameter is {WORDS[second]}",
        findings=(
            Finding("other-reading", message, "error", settings.tol, {"reading": kind}),
            Finding("impossible-scale", f"{impossible}; {count:,} of {held.size:,} numbers are not positive", "error"),
        ),
        resolution=settings.tol,
        counterexample={"index": refusal.argument, "second": refusal.value},
        record={"question": "KL(q‖p)", "shape": list(question.shape), "elements": question.q.size, "second": second}
        | {"claims": question.claims, "wrong": question.claims, "reduction": question.reduction}
        | record_of(settings, seeds, time.perf_counter() - started),
    )
