"""What the judge counted, written down for people: findings, the counterexample, the claim in words."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..arrays import exact_sum
from ..judge.claims import Case, Tally, Wrong
from ..question import REDUCTIONS, Question, Settings
from ..verdict import Finding
from ..witnesses.seeding import Seeds
from .elements import Hearing
from .testimony import Testimony

__all__ = ["claim_in_words", "counterexample", "findings_on", "objection_findings", "rounding_finding", "wrong_claim"]


def findings_on(question: Question, settings: Settings, hearing: Hearing, case: Case, seeds: Seeds) -> list[Finding]:
    """Return the findings of a hearing, errors first."""
    found = [
        *_wrong(question, case),
        *objection_findings(settings, case),
        *_own(hearing),
        *rounding_finding(case.tally, question.claims, _dtype(question)),
    ]
    found += _coverage(question, hearing, case.tally)
    if question.q.size > 1:
        found.append(Finding("additivity", "sums use additivity over independent coordinates (theorem kl-additivity)"))
    if seeds.note:
        found.append(Finding("seeded-by-draws", seeds.note))
    return found


def claim_in_words(question: Question) -> str:
    """Say what is claimed, in one line."""
    if question.q.size == 1:
        left = f"KL({_normal(question, 'q')} ‖ {_normal(question, 'p')})"
        return left if question.claim is None else f"{left} = {float(question.claim.values.reshape(-1)[0])!r}"
    whose = "the package's own KL values" if question.claim is None else f"KL values ({question.claim.dtype})"
    shape = "×".join(map(str, question.shape))
    return f"{whose} for {shape} normals, {REDUCTIONS[question.reduction]}"


def counterexample(question: Question, hearing: Hearing, testimony: Testimony) -> Mapping[str, Any]:
    """Return the numbers of the worst refuted claim, or of the total that sampling excludes."""
    worst = hearing.tally.worst
    if worst is None:
        sampled = {} if testimony.sampled is None else {"sampled": float(testimony.sampled.value)}
        return {"total": exact_sum(np.array(hearing.claimed)) * question.divisor, **sampled}
    numbers = {
        "index": _place(question, worst.index),
        "claim": worst.claim,
        "truth": worst.truth,
        "error": worst.error,
        "factor": _factor(worst),
    }
    if question.width > 1:
        return numbers
    q, p = question.part(worst.index, worst.index + 1)
    parameters = {"mu": q.mu, "second": q.scale.values, "prior_mu": p.mu, "prior_second": p.scale.values}
    return numbers | {name: float(held[0]) for name, held in parameters.items()}


def wrong_claim(tally: Tally) -> list[Finding]:
    """Return the finding on a single claim that is refuted, if it is."""
    worst = tally.worst
    if worst is None:
        return []
    sharp = _sharpness(worst)
    message = f"the claim is wrong: {_numbers(worst)}"
    return [Finding("wrong-claims", message, "error", sharp, {"wrong": 1, "factor": _factor(worst)})]


def rounding_finding(tally: Tally, claims: int, dtype: str) -> list[Finding]:
    """Return the finding on claims that only their own rounding excuses, if there are any."""
    if not tally.unstable:
        return []
    few = "the claim is" if claims == 1 else f"{tally.unstable:,} of {claims:,} claims are"
    message = (
        f"{few} off by more than tol, but by no more than the textbook formula loses in {dtype} "
        f"(up to {tally.lost_digits:.1f} digits); rounding='strict' refuses this"
    )
    return [Finding("unstable-form", message, "warning", tally.resolution, {"lost_digits": tally.lost_digits})]


def objection_findings(settings: Settings, case: Case) -> list[Finding]:
    """Return what witnesses say against the claims, and against each other."""
    found = []
    if case.sample_objects:
        message = f"sampling excludes the total of the claims (level {settings.level:g})"
        found.append(Finding("sample-objects", message, "error"))
    for one, other in case.conflicts:
        found.append(Finding("witness-conflict", f"{one} and {other} exclude each other", "error"))
    for guess, proof in case.doubts:
        found.append(Finding("quadrature-objects", f"{guess} lies outside its error of what {proof} proves", "warning"))
    return found


def _wrong(question: Question, case: Case) -> list[Finding]:
    tally, worst = case.tally, case.tally.worst
    if worst is None or question.claims == 1:
        return wrong_claim(tally)
    least = "at least " if tally.decided < case.claims else ""
    place = _place(question, worst.index)
    verb = "is" if tally.wrong == 1 else "are"
    message = (
        f"{least}{tally.wrong:,} of {question.claims:,} claims {verb} wrong, the worst at {place}: {_numbers(worst)}"
    )
    details = {"wrong": tally.wrong, "first": [_place(question, i) for i in tally.wrong_at], "factor": _factor(worst)}
    sharp = _sharpness(worst)
    return [Finding("wrong-claims", message, "error", sharp, details)]


def _numbers(worst: Wrong) -> str:
    claim, truth = (f"{number:.9g}" for number in (worst.claim, worst.truth))
    if claim == truth:
        claim, truth = (repr(number) for number in (worst.claim, worst.truth))
    if math.isinf(worst.truth):
        return f"claimed {claim}, true beyond the largest float64"
    factor = _factor(worst)
    words = f"1 {'−' if factor < 1 else '+'} {abs(factor - 1):.3g}" if abs(factor - 1) < 1e-3 else f"{factor:.6g}"
    return f"claimed {claim}, true {truth}, a factor {words}"


def _own(hearing: Hearing) -> list[Finding]:
    if not hearing.own.wrong:
        return []
    message = f"the package's own closed form is off in {hearing.own.wrong:,} places: please report this"
    return [Finding("library-form-off", message, "error")]


def _coverage(question: Question, hearing: Hearing, tally: Tally) -> list[Finding]:
    found = []
    if tally.decided < question.claims:
        message = (
            f"{tally.decided:,} of {question.claims:,} claims were decided by enclosures; "
            "the rest is heuristic and sampled"
        )
        found.append(Finding("not-all-enclosed", message, "note", hearing.noticed))
    elif hearing.objecting and not tally.wrong:
        message = f"quadrature does not confirm {hearing.objecting:,} claims, which the enclosures prove right"
        found.append(Finding("quadrature-objects", message, "note", hearing.noticed))
    return found


def _normal(question: Question, name: str) -> str:
    density = question.q if name == "q" else question.p
    mean, held = float(density.mu[0]), float(density.scale.values[0])
    spread = {"sigma": f"{held!r}²", "variance": f"{held!r}", "log_sigma": f"e^(2·{held!r})"}
    return f"N({mean!r}, {spread.get(density.scale.kind, f'e^{held!r}')})"


def _place(question: Question, index: int) -> list[int]:
    return [int(i) for i in np.unravel_index(index, question.claimed_shape)] if question.claimed_shape else []


def _sharpness(worst: Wrong) -> float | None:
    return worst.error / worst.truth if 0 < worst.truth < math.inf else None


def _factor(worst: Wrong) -> float:
    return worst.claim / worst.truth if worst.truth else math.inf


def _dtype(question: Question) -> str:
    return "float64" if question.claim is None else question.claim.dtype
