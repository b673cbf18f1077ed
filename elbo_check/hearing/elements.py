"""Hears the witnesses on a question about normals, block by block, and lets the judge compare each block.

Every element gets Gauss–Hermite; up to `ENCLOSE_ALL` elements are enclosed one by one, beyond that an even sample
and every claim that quadrature objects to. Nothing of the size of the input is held besides the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..arrays import exact_sum
from ..evidence import Basis, Elementwise
from ..judge.claims import Claims, Tally, compare, objections
from ..question import Question, Settings
from ..witnesses.moment_balls import enclose_elements
from ..witnesses.quadrature import gauss_hermite
from .folding import Folded

__all__ = ["Hearing", "Progress", "hear", "silent"]

Progress = Callable[[str, int, int], None]
Indices = NDArray[np.intp]

BLOCK = 2**15
FLOAT64 = 2.0**-52
ENCLOSE_ALL = 200_000
SAMPLE = 100_000
MOST_FOR_ONE = 600_000
# an enclosure this much finer than the tolerance leaves no claim in its radius but by intent
FINER = 2.0**-6


def silent(_stage: str, _done: int, _total: int) -> None:
    """Report no progress."""


@dataclass(slots=True)
class Hearing:
    """What was said about the claims: the answer, the judge's tallies, totals, and who objected where."""

    value: NDArray[np.float64]
    tally: Tally = field(default_factory=Tally)
    own: Tally = field(default_factory=Tally)
    objecting: int = 0
    objected: list[Indices] = field(default_factory=list)
    claimed: list[float] = field(default_factory=list)
    excused: list[float] = field(default_factory=list)
    guesses: list[tuple[float, float]] = field(default_factory=list)
    balls: list[tuple[float, float]] = field(default_factory=list)
    enclosed: int = 0
    noticed: float = 0.0
    unanswered: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def spend(self, answer: Elementwise) -> Elementwise:
        """Note the time that an answer took, and hand the answer on."""
        self.seconds[answer.witness] = self.seconds.get(answer.witness, 0.0) + answer.seconds
        return answer


def hear(question: Question, settings: Settings, progress: Progress) -> Hearing:
    """Ask the elementwise witnesses about every element they can afford, and count how the claims fare."""
    every = question.q.size <= ENCLOSE_ALL
    hearing = _go_through(question, settings, progress, every)
    if question.claims == 1 and not every and hearing.objecting and question.q.size <= MOST_FOR_ONE:
        return _go_through(question, settings, progress, every=True)  # one claim, and it is doubted
    if not every and question.claims > 1:
        _enclose_some(question, settings, hearing, progress)
    progress("elements", question.q.size, question.q.size)
    return hearing


def _go_through(question: Question, settings: Settings, progress: Progress, every: bool) -> Hearing:
    """Answer and judge block by block; `every` element is enclosed, or none."""
    hearing = Hearing(np.empty(question.claims))
    parts = []
    for start, stop in _blocks(question):
        progress("elements", start, question.q.size)
        folded = _answers(question, settings, hearing, (start, stop), every)
        if question.claims > 1:
            _compare(question, settings, hearing, folded, start // question.width)
        else:
            parts.append(folded)
    if parts:
        _compare(question, settings, hearing, Folded.total(parts), 0)
    return hearing


def _blocks(question: Question) -> Iterator[tuple[int, int]]:
    """Cut the elements into blocks of whole claims, or of any length where all elements make one claim."""
    size, width = question.q.size, question.width if question.claims > 1 else 1
    step = max(width, BLOCK // width * width)
    for start in range(0, size, step):
        yield start, min(start + step, size)


def _answers(question: Question, settings: Settings, hearing: Hearing, span: tuple[int, int], every: bool) -> Folded:
    q, p = question.part(*span)
    guess = hearing.spend(gauss_hermite(p.seen_from(q)))
    enclosed = None
    if every:
        enclosed = hearing.spend(enclose_elements(q, p, np.arange(q.size), settings.tol * FINER))
        hearing.enclosed += q.size
    hearing.unanswered += int(np.isnan(guess.value).sum())
    if question.claims == 1:
        return Folded.part(q, p, guess, enclosed, question.divisor)
    return Folded.of(q, p, guess, enclosed, question.width)


def _compare(question: Question, settings: Settings, hearing: Hearing, folded: Folded, first: int) -> None:
    """Let the judge compare a run of claims; keep the answer, the totals, and where quadrature objects."""
    part = slice(first, first + len(folded.own))
    claims = _claims(question, folded, part)
    hearing.value[part] = folded.own
    _tally(hearing, claims, folded, settings, part)
    value, error = folded.guess
    object_at = np.flatnonzero(objections(claims, Elementwise("quadrature", value, error, Basis.HEURISTIC), settings))
    hearing.objecting += len(object_at)
    hearing.objected.append(object_at + first)
    answered = ~np.isnan(value)
    hearing.guesses.append((exact_sum(value[answered]), exact_sum(error[answered])))
    _, allowed = claims.allowance(np.abs(folded.own), settings)
    with np.errstate(all="ignore"):
        relative = (allowed + error) / np.abs(folded.own)
    hearing.noticed = max(hearing.noticed, float(np.nanmax(relative[np.isfinite(relative)], initial=0.0)))
    hearing.claimed.append(exact_sum(claims.value))
    hearing.excused.append(exact_sum(allowed))


def _claims(question: Question, folded: Folded, part: slice | Indices) -> Claims:
    """The user's numbers, or without any the package's own: they are claims like all others."""
    if question.claim is None:
        return Claims(folded.own, folded.size, FLOAT64)
    return Claims(question.claim.values.reshape(-1)[part], folded.size, question.claim.epsilon)


def _tally(hearing: Hearing, claims: Claims, folded: Folded, settings: Settings, part: slice | Indices) -> None:
    """Let the judge hold the claims, and our own closed form, against the enclosures of the same part, if there are."""
    if folded.enclosed is None:
        return
    truth = Elementwise("moment balls", *folded.enclosed, Basis.ENCLOSED)
    places = np.arange(part.start, part.stop) if isinstance(part, slice) else part
    hearing.tally += compare(claims, truth, settings).at(places)
    own = compare(Claims(folded.own, folded.size, FLOAT64), truth, settings)
    if own.wrong:
        hearing.value[part] = truth.value  # an answer that was just refuted is not handed out
    hearing.own += own
    hearing.balls.append((exact_sum(truth.value), exact_sum(truth.error)))


def _enclose_some(question: Question, settings: Settings, hearing: Hearing, progress: Progress) -> None:
    """Enclose an even sample of the claims and, as far as the same budget again goes, those objected to."""
    width = question.width
    budget = SAMPLE // width
    if budget == 0:
        return
    even = np.unique(np.linspace(0, question.claims - 1, budget).astype(np.intp))
    doubted = np.concatenate(hearing.objected)[:budget]
    chosen = np.union1d(even, doubted)
    step = max(1, BLOCK // width)
    for start in range(0, len(chosen), step):
        progress("enclosures", start, len(chosen))
        _enclose_claims(question, settings, hearing, chosen[start : start + step])
    hearing.objecting -= int(np.isin(np.concatenate(hearing.objected), chosen).sum())


def _enclose_claims(question: Question, settings: Settings, hearing: Hearing, chosen: Indices) -> None:
    width = question.width
    elements = (chosen[:, None] * width + np.arange(width)).reshape(-1)
    q, p = question.q.take(elements), question.p.take(elements)
    enclosed = hearing.spend(enclose_elements(q, p, np.arange(q.size), settings.tol * FINER))
    folded = Folded.of(q, p, gauss_hermite(p.seen_from(q)), enclosed, width)
    _tally(hearing, _claims(question, folded, chosen), folded, settings, chosen)
    hearing.enclosed += q.size
