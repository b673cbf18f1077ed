"""Names the reading under which a refuted claim would be right: another parameter or reduction, q and p exchanged.

A reading is named only if it reproduces every claim looked at, within the tolerance and the rounding of the claim's
own dtype. It explains; it never changes the outcome.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .. import closed_forms
from ..arrays import Reals
from ..densities.normal import Normal
from ..densities.scale import KINDS
from ..question import Question, Settings
from ..verdict import Finding

__all__ = ["Reading", "explain", "reproduces"]

FloatArray = NDArray[np.float64]

LOOKED_AT = 4096
BLOCK = 2**16
NEAR = 1e-9
ROUNDING_UNITS = 4.0

SLIPS = {
    2.0: "the factor ½ is missing",
    0.5: "a factor ½ too many",
    -1.0: "the sign is reversed",
    -2.0: "the sign is reversed and the factor ½ is missing",
    1 / math.log(2): "it is in bits, not in nats",
}
WORDS = {
    "sigma": "the standard deviation σ",
    "variance": "the variance σ²",
    "log_sigma": "the log standard deviation log σ",
    "log_variance": "the log variance log σ²",
}


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """Densities that the claim may be about instead, with a code and half a sentence that says how they differ."""

    code: str
    words: str
    q: Normal
    p: Normal


@dataclass(frozen=True, slots=True, eq=False)
class _Look:
    """The claims that are looked at: a question, positions, their numbers and how exactly they are to be met."""

    question: Question
    index: NDArray[np.intp]
    values: FloatArray
    epsilon: float
    tol: float

    @staticmethod
    def at(question: Question, claim: Reals, settings: Settings) -> _Look:
        index = np.unique(np.linspace(0, question.claims - 1, min(question.claims, LOOKED_AT)).astype(np.intp))
        return _Look(question, index, claim.values.reshape(-1)[index], claim.epsilon, max(settings.tol, NEAR))

    def met_by(self, value: FloatArray, size: FloatArray) -> bool:
        with np.errstate(all="ignore"):
            allowed = np.maximum(self.tol * np.abs(value), ROUNDING_UNITS * self.epsilon * size)
            return bool((np.abs(self.values - value) <= allowed).all())

    def met_in_print(self) -> bool:
        """Return whether every claim, read from text, may be the truth as it was rounded for printing."""
        printed = None if self.question.claim is None else self.question.claim.printed
        if printed is None:
            return False
        value, _ = self.as_said()
        slack = np.broadcast_to(printed, self.question.claimed_shape).reshape(-1)[self.index]
        return bool((np.abs(self.values - value) <= slack * (1 + NEAR)).all())

    def as_said(self) -> tuple[FloatArray, FloatArray]:
        """Return value and size of the question as it was asked."""
        sums, sizes = self.sums(_as_given(self.question))
        return sums / self.question.divisor, sizes / self.question.divisor

    def sums(self, reading: Reading) -> tuple[FloatArray, FloatArray]:
        """Return the closed form and C = Σ|terms| of the reading, summed over the elements of each claim looked at."""
        width = self.question.width
        if self.question.claims == 1:
            return _whole(reading)
        elements = (self.index[:, None] * width + np.arange(width)).reshape(-1)
        value, size = _both(reading.q.take(elements), reading.p.take(elements))
        return value.reshape(-1, width).sum(axis=1), size.reshape(-1, width).sum(axis=1)


def explain(question: Question, settings: Settings) -> tuple[Finding, ...]:
    """Return findings for the simplest readings under which the claim would be right (none if there is none)."""
    if question.claim is None:
        return ()
    look = _Look.at(question, question.claim, settings)
    if look.met_by(*look.as_said()):
        return ()  # wrong by less than readings differ from each other: no reading explains that
    if look.met_in_print():
        message = "the claims are right to the digits that were printed: pass a `tol` as coarse as the print"
        return (Finding("rounded-claim", message, "note"),)
    for readings in (iter([_as_given(question)]), _others(question)):
        found = tuple(finding for reading in readings for finding in _matches(look, reading))
        if found:
            return found
    return _constant_factor(look)


def reproduces(question: Question, claim: Reals, settings: Settings) -> bool:
    """Return whether the question's own densities and reduction reproduce `claim`."""
    look = _Look.at(question, claim, settings)
    return look.met_by(*look.as_said())


def _as_given(question: Question) -> Reading:
    return Reading("", "", question.q, question.p)


def _others(question: Question) -> Iterator[Reading]:
    """Every other reading of the numbers: each kind of second parameter, a kind fed into a formula for σ, exchange."""
    q, p = question.q, question.p
    values = q.scale.values
    for kind in KINDS:
        if kind != q.scale.kind and (KINDS[kind][0] or bool((values > 0).all())):
            words = f"if the second parameter were {WORDS[kind]}, not {WORDS[q.scale.kind]}"
            yield Reading("other-reading", words, Normal(q.mu, values, second=kind), p)
    sigma = q.scale.sigma_float()
    for kind in ("variance", "log_sigma", "log_variance"):
        with np.errstate(all="ignore"):
            fed = np.abs(_converted(sigma, kind))
        if kind != q.scale.kind and bool((np.isfinite(fed) & (fed > 0)).all()):
            words = f"if {WORDS[kind]} were fed into a formula that expects {WORDS['sigma']}"
            yield Reading("other-reading", words, Normal(q.mu, fed), p)
    yield Reading("exchanged", "with q and p exchanged: it is KL(p‖q), not KL(q‖p)", p, q)


def _converted(sigma: FloatArray, kind: str) -> FloatArray:
    is_log, power = KINDS[kind]
    return np.asarray(power * np.log(sigma) if is_log else sigma**power)


def _matches(look: _Look, reading: Reading) -> Iterator[Finding]:
    sums, sizes = look.sums(reading)
    for divisor, reduction in _reductions(look.question).items():
        as_said = divisor == look.question.divisor
        if not (as_said and not reading.code) and look.met_by(sums / divisor, sizes / divisor):
            yield _named(look, reading, "" if as_said else reduction)


def _reductions(question: Question) -> dict[int, str]:
    """Divisors of the sum that a claimed number may hold, with their names; the first name of a divisor stays."""
    latents, samples, size = question.latents, question.samples, question.q.size
    if question.reduction == "latent":
        named = [(1, "summed over the latents"), (latents, "averaged over the latents, not summed")]
        named += [(samples, "divided by the number of samples"), (size, "divided by the number of elements")]
    elif question.reduction == "none":
        named = [(1, "one number a coordinate"), (latents, "divided by the number of latents")]
        named += [(samples, "divided by the number of samples"), (size, "divided by the number of elements")]
    else:
        named = [(1, "summed over everything (reduction='sum')")]
        named += [(samples, "averaged over the samples and summed over the latents (reduction='mean')")]
        named += [(size, "averaged over everything, latents included")]
        named += [(latents, "averaged over the latents and summed over the samples")]
    return dict(reversed(named))


def _named(look: _Look, reading: Reading, reduction: str) -> Finding:
    parts = [part for part in (reading.words, reduction and f"if it were {reduction}") if part]
    count = look.question.claims
    covered = f" ({len(look.index):,} of {count:,} claims looked at agree)" if count > 1 else ""
    details = {"reduction": reduction, "reading": reading.words}
    message = f"the claim would be right {' and '.join(parts)}{covered}"
    return Finding(reading.code or "other-reduction", message, "error", details=details)


def _whole(reading: Reading) -> tuple[FloatArray, FloatArray]:
    blocks = [slice(start, start + BLOCK) for start in range(0, reading.q.size, BLOCK)]
    parts = [_both(reading.q.take(block), reading.p.take(block)) for block in blocks]
    value, size = (np.array([math.fsum(float(part[k].sum()) for part in parts)]) for k in (0, 1))
    return value, size


def _both(q: Normal, p: Normal) -> tuple[FloatArray, FloatArray]:
    return closed_forms.normal_kl(q, p), closed_forms.textbook_magnitude(q, p)


def _constant_factor(look: _Look) -> tuple[Finding, ...]:
    """Name a factor that all claims share; for a single number only one that is known to be a slip."""
    value, size = look.as_said()
    largest = int(np.argmax(np.abs(value)))
    if value[largest] == 0 or not np.isfinite(value).all():
        return ()
    factor = float(look.values[largest] / value[largest])
    words = next((f": {name}" for slip, name in SLIPS.items() if abs(factor - slip) < 1e-6), "")
    alone = len(look.values) == 1 and not words
    if alone or not look.met_by(factor * value, abs(factor) * size):
        return ()
    message = f"{'the claim' if look.question.claims == 1 else 'every claim'} is {factor:.6g} times the truth{words}"
    return (Finding("constant-factor", message, "error", details={"factor": factor}),)
