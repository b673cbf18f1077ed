"""The slower witnesses, on chosen elements (extremes included), and the theorem itself, evaluated in balls."""

from __future__ import annotations

import time
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import checking
from ..arrays import exact_sum
from ..densities.normal import Normal
from ..densities.world import ball_world
from ..errors import WitnessError
from ..evidence import Absence, Basis, Estimate
from ..question import Question, Settings
from ..witnesses.enclosure import enclose_integral, exact_fraction
from ..witnesses.moment_balls import enclose_elements
from ..witnesses.quadrature import tanh_sinh

__all__ = ["chosen_elements", "integrals", "moments_of", "tanh_sinh_estimate", "theorem_in_balls"]

Indices = NDArray[np.intp]

CHOSEN = 1_000
INTEGRALS = 6
DIGITS_FOR_MANY = 15
THEOREM = "gaussian-kl"


def chosen_elements(question: Question, count: int) -> Indices:
    """Return at most `count` flat positions: where a parameter is least and greatest first, then an even spread."""
    size = question.q.size
    if size <= count:
        return np.arange(size)
    columns = (question.q.mu, question.q.scale.values, question.p.mu, question.p.scale.values)
    extremes = [int(pick(column)) for column in columns for pick in (np.argmin, np.argmax)]
    even = np.linspace(0, size - 1, count).astype(np.intp).tolist()
    return np.array(list(dict.fromkeys(extremes + even))[:count], dtype=np.intp)


def tanh_sinh_estimate(question: Question, absences: list[Absence]) -> Estimate | None:
    """Let tanh–sinh look at up to 1,000 elements; where it does not converge it has said nothing, and that is noted."""
    index = chosen_elements(question, CHOSEN)
    q, p = question.q.take(index), question.p.take(index)
    answer = tanh_sinh(p.seen_from(q), np.arange(len(index)))
    answered = ~np.isnan(answer.value)
    count = int(answered.sum())
    if count < len(index):
        reason = f"did not converge in float64 on {len(index) - count:,} of {len(index):,} elements"
        absences.append(Absence(answer.witness, reason, answer.seconds))
    if count == 0:
        return None
    value, error = (exact_sum(column[answered]) for column in (answer.value, answer.error))
    return Estimate(
        answer.witness,
        value,
        error,
        Basis.HEURISTIC,
        scope=_scope(count, question),
        count=count,
        subject=_subject(index, question) if count == len(index) else f"{count} answered",
        seconds=answer.seconds,
    )


def integrals(question: Question, settings: Settings, index: Indices) -> Estimate:
    """Enclose the defining integral of the elements in `index`, with its tails, and add the balls up."""
    digits = settings.digits if len(index) == 1 else DIGITS_FOR_MANY
    started = time.perf_counter()
    answers = [enclose_integral(question.q, question.p, digits, int(i)) for i in index]
    return _summed("enclosure", ((a.value, a.error) for a in answers), index, question, started)


def moments_of(question: Question, settings: Settings, index: Indices) -> Estimate:
    """Enclose the same elements by moment balls, so that the two proofs can be held against each other."""
    started = time.perf_counter()
    answer = enclose_elements(question.q, question.p, index, settings.tol)
    if not np.isfinite(answer.value).all():
        raise WitnessError("the divergence of an element lies beyond the largest float64")
    pairs = zip(answer.value.tolist(), answer.error.tolist(), strict=True)
    return _summed("moment balls", ((Fraction(v), Fraction(e)) for v, e in pairs), index, question, started)


def theorem_in_balls(question: Question, settings: Settings, index: Indices) -> Estimate:
    """Evaluate the proved right-hand side at the elements in `index`, in balls: the claim that the witnesses judge."""
    import flint

    started = time.perf_counter()
    bits = 64 + 4 * settings.digits
    with flint.ctx.workprec(bits):
        balls = [checking.evaluate(THEOREM, _named(question.q, question.p, int(i)), ball_world()) for i in index]
        pairs = [(exact_fraction(ball.mid()), exact_fraction(ball.rad())) for ball in balls]
    return _summed("theorem", pairs, index, question, started)


def _named(q: Normal, p: Normal, position: int) -> dict[str, Any]:
    """Return the theorem's parameters for one element, exactly."""
    world = ball_world()
    named = {}
    for name, density in (("q", q), ("p", p)):
        named[f"mu_{name}"] = world.exact(density.mu[position])
        named[f"sigma_{name}"] = density.scale.sigma(world.exact(density.scale.values[position]), world)
    return named


def _summed(
    witness: str, pairs: Iterable[tuple[Any, Any]], index: Indices, question: Question, started: float
) -> Estimate:
    values, errors = zip(*pairs, strict=True)
    return Estimate(
        witness,
        sum(values, start=Fraction(0)),
        sum(errors, start=Fraction(0)),
        Basis.ENCLOSED,
        scope=_scope(len(index), question),
        count=len(index),
        subject=_subject(index, question),
        seconds=time.perf_counter() - started,
    )


def _subject(index: Indices, question: Question) -> str:
    return "all" if len(index) == question.q.size else f"{len(index)} chosen"


def _scope(count: int, question: Question) -> str:
    size = question.q.size
    if size == 1:
        return ""
    return f"the sum over {f'all {size:,}' if count == size else f'{count:,} of {size:,}'} elements"
