"""What the witnesses said, as estimates in the order in which a reader wants them, and who stayed silent, and why."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from ..arrays import exact_sum
from ..errors import WitnessError
from ..evidence import Absence, Basis, Estimate
from ..question import Question, Settings
from ..witnesses.monte_carlo import sample_total
from ..witnesses.seeding import Seeds
from .chosen import CHOSEN, INTEGRALS, chosen_elements, integrals, moments_of, tanh_sinh_estimate, theorem_in_balls
from .elements import Hearing, Progress

__all__ = ["Testimony", "take_testimony"]


@dataclass(slots=True)
class Testimony:
    """Estimates to show, estimates only to hold against the others, and absences."""

    estimates: list[Estimate] = field(default_factory=list)
    cross_checks: list[Estimate] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)

    def add(self, witness: str, ask: Callable[[], Estimate | None]) -> None:
        """Keep an answer; a refusal, or arithmetic that left its range, becomes an absence with its reason."""
        started = time.perf_counter()
        try:
            estimate = ask()
        except (WitnessError, ArithmeticError) as refusal:
            self.absences.append(Absence(witness, str(refusal), time.perf_counter() - started))
            return
        if estimate is not None:
            self.estimates.append(estimate)

    def cross_check(self, ask: Callable[[], Estimate]) -> None:
        """Keep an answer that is only held against the others."""
        with contextlib.suppress(WitnessError, ArithmeticError):
            self.cross_checks.append(ask())

    @property
    def sampled(self) -> Estimate | None:
        """The estimate by sampling, if there is one."""
        return next((estimate for estimate in self.estimates if estimate.basis is Basis.SAMPLED), None)


def take_testimony(
    question: Question, settings: Settings, seeds: Seeds, hearing: Hearing, progress: Progress, *, with_theorem: bool
) -> Testimony:
    """Ask the slower witnesses about chosen elements and the total, beside the totals of the elementwise ones."""
    testimony = Testimony()
    few = chosen_elements(question, INTEGRALS)
    if with_theorem:
        testimony.add("theorem", lambda: theorem_in_balls(question, settings, few))
    progress("integrals", 0, len(few))
    testimony.add("enclosure", lambda: integrals(question, settings, few))
    if hearing.enclosed > len(few):
        testimony.add("moment balls", lambda: _moment_total(question, hearing))
    else:
        testimony.add("moment balls", lambda: moments_of(question, settings, few))
    for count in (INTEGRALS, CHOSEN):  # what the slower witnesses looked at, so that each meets a proof of the same
        if hearing.enclosed > count:
            index = chosen_elements(question, count)
            testimony.cross_check(partial(moments_of, question, settings, index))
    testimony.add("gauss-hermite", lambda: _hermite_total(question, hearing))
    testimony.add("tanh-sinh", lambda: tanh_sinh_estimate(question, testimony.absences))
    testimony.add("monte carlo", partial(_sampled, question, settings, seeds, progress))
    return testimony


def _sampled(question: Question, settings: Settings, seeds: Seeds, progress: Progress) -> Estimate:
    watch = partial(progress, "draws")
    return sample_total(question.q, question.p, draws=settings.draws, seeds=seeds, level=settings.level, watch=watch)


def _moment_total(question: Question, hearing: Hearing) -> Estimate:
    size = question.q.size
    value, error = _totals(hearing.balls, question)
    # fsum rounds once; the products with the divisor and the radii round once each
    error = error * (1 + 2.0**-50) + abs(value) * 2.0**-50
    scope = f"each of {hearing.enclosed:,}{'' if hearing.enclosed == size else f' of {size:,}'} elements, and their sum"
    seconds = hearing.seconds["moment balls"]
    subject = "all" if hearing.enclosed == size else f"{hearing.enclosed} enclosed"
    count = hearing.enclosed
    return Estimate(
        "moment balls", value, error, Basis.ENCLOSED, scope=scope, count=count, subject=subject, seconds=seconds
    )


def _hermite_total(question: Question, hearing: Hearing) -> Estimate:
    size = question.q.size
    if hearing.unanswered:
        raise WitnessError(f"{hearing.unanswered:,} of {size:,} elements leave the range of float64")
    value, error = _totals(hearing.guesses, question)
    scope = f"each of {size:,} elements, and their sum" if size > 1 else ""
    seconds = hearing.seconds["gauss-hermite"]
    return Estimate("gauss-hermite", value, error, Basis.HEURISTIC, scope=scope, count=size, seconds=seconds)


def _totals(pairs: list[tuple[float, float]], question: Question) -> tuple[float, float]:
    value, error = (exact_sum(np.array(column)) for column in zip(*pairs, strict=True))
    return value * question.divisor, error * question.divisor
