"""From a question about normals to a verdict: the witnesses are heard, the judge decides, the findings are written."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from ..arrays import exact_sum
from ..diagnosis.readings import explain
from ..judge.claims import Case, conflicts, decide, doubts, sample_excludes
from ..question import Question, Settings
from ..verdict import Outcome, Verdict
from ..witnesses.seeding import Seeds
from .elements import Hearing, Progress, hear, silent
from .findings import claim_in_words, counterexample, findings_on
from .record import record_of, unproved
from .testimony import Testimony, take_testimony

__all__ = ["verdict_on"]

THEOREMS = ("gaussian-kl", "kl-additivity")


def verdict_on(question: Question, settings: Settings, seeds: Seeds, progress: Progress = silent) -> Verdict:
    """Return the verdict on a question about normals, with its evidence."""
    started = time.perf_counter()
    theorems = THEOREMS[:1] if question.q.size == 1 else THEOREMS
    failed = unproved(theorems)
    hearing = hear(question, settings, progress)
    testimony = take_testimony(question, settings, seeds, hearing, progress, with_theorem=not failed)
    case = _case(question, hearing, testimony, failed)
    outcome, missing = decide(case)
    refuted = outcome is Outcome.REFUTED
    named = explain(question, settings) if refuted or case.objecting else ()
    return Verdict(
        outcome,
        claim_in_words(question),
        value=hearing.value.reshape(question.claimed_shape)[()],
        estimates=tuple(testimony.estimates),
        absences=tuple(testimony.absences),
        findings=(*named, *findings_on(question, settings, hearing, case, seeds)),
        resolution=(hearing.tally.resolution if hearing.tally.decided == question.claims else hearing.noticed) or None,
        counterexample=counterexample(question, hearing, testimony) if refuted else None,
        missing=missing,
        theorems=theorems,
        record=_about(question, hearing) | record_of(settings, seeds, time.perf_counter() - started),
    )


def _about(question: Question, hearing: Hearing) -> dict[str, Any]:
    return {
        "question": "KL(q‖p)",
        "shape": list(question.shape),
        "elements": question.q.size,
        "claims": question.claims,
        "wrong": hearing.tally.wrong,
        "enclosed": hearing.enclosed,
        "reduction": question.reduction,
        "second": question.q.scale.kind,
        "prior_second": question.p.scale.kind,
    }


def _case(question: Question, hearing: Hearing, testimony: Testimony, failed: str) -> Case:
    claimed = exact_sum(np.array(hearing.claimed)) * question.divisor
    excused = exact_sum(np.array(hearing.excused)) * question.divisor
    sampled = testimony.sampled
    objects = sampled is not None and sample_excludes(claimed, excused, sampled)
    heard = [*testimony.estimates, *testimony.cross_checks]
    doubted = tuple(doubts(heard))
    agreeing = [
        hearing.objecting == 0 and hearing.unanswered == 0 and not doubted,
        sampled is not None and not objects,
        hearing.tally.right + hearing.tally.unstable > 0,
    ]
    return Case(
        question.claims,
        hearing.tally,
        objecting=hearing.objecting,
        agreeing=sum(agreeing),
        sample_objects=objects,
        conflicts=tuple(conflicts(heard)),
        doubts=doubted,
        unproved_theorem=failed,
    )
