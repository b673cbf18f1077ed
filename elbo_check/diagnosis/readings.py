"""Names the reading under which a refuted claim would be right: another parameter or reduction, q and p exchanged.

A reading is named only if it reproduces every claim looked at, within the tolerance and the rounding of the claim's
own dtype, and if those are fine enough that chance would not. It explains; it never changes the outcome.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from ..densities.normal import Normal
from ..densities.scale import KINDS
from ..question import Question, Settings
from ..verdict import Finding
from .look import FloatArray, Look, Reading
from .reductions import candidates

__all__ = ["WORDS", "explain", "readings_of"]

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
EXCHANGED = "with q and p exchanged: it is KL(p‖q), not KL(q‖p)"
# a factor must hold this much closer than a reading, for any number is some factor times the truth
FACTOR_UNITS = 16.0


def explain(question: Question, settings: Settings) -> tuple[Finding, ...]:
    """Return findings for the simplest readings under which the claim would be right (none if there is none)."""
    if question.claim is None:
        return ()
    look = Look.at(question, question.claim, settings)
    if look.met_by(*look.as_said()):
        return ()  # wrong by less than readings differ from each other: no reading explains that
    if look.met_in_print():
        message = "the claims are right to the digits that were printed: pass a `tol` as coarse as the print"
        return (Finding("rounded-claim", message, "note"),)
    for readings in (iter([look.as_given]), _of_q(question), _of_p(question), _of_both(question)):
        found = tuple(finding for reading in readings for finding in readings_of(look, reading))
        if found:
            return found
    return _constant_factor(look)


def readings_of(look: Look, reading: Reading) -> Iterator[Finding]:
    """Yield a finding for every reduction under which `reading` reproduces the claims."""
    for reduction, value, size in candidates(look, reading):
        if (reduction or reading.code) and look.told_by(value, size):
            yield _named(look, reading, reduction)


def _of_q(question: Question) -> Iterator[Reading]:
    """Another kind of q's second parameter; a kind fed into a formula for σ; q and p exchanged."""
    q, p = question.q, question.p
    for kind, other in _kinds(q):
        words = f"if the second parameter were {WORDS[kind]}, not {WORDS[q.scale.kind]}"
        yield Reading("other-reading", words, other, p)
    for kind, fed in _fed(q):
        words = f"if {WORDS[kind]} were fed into a formula that expects {WORDS['sigma']}"
        yield Reading("other-reading", words, Normal(q.mu, fed), p)
    yield Reading("exchanged", EXCHANGED, p, q)


def _of_p(question: Question) -> Iterator[Reading]:
    """Another kind of the prior's second parameter, alone or with the same kind for q."""
    q, p = question.q, question.p
    if not np.ptp(p.scale.values) and p.scale.values[0] == 1.0:
        return  # the standard prior: nobody misreads a 1
    others = dict(_kinds(q))
    for kind, prior in _kinds(p):
        words = f"the prior's second parameter were {WORDS[kind]}, not {WORDS[p.scale.kind]}"
        yield Reading("other-reading", f"if {words}", q, prior)
        if kind in others:
            both = f"if both second parameters were {WORDS[kind]}, not {WORDS[q.scale.kind]}"
            yield Reading("other-reading", both, others[kind], prior)


def _of_both(question: Question) -> Iterator[Reading]:
    """Exchanged densities with another kind of both second parameters."""
    priors = dict(_kinds(question.p))
    for kind, other in _kinds(question.q):
        if kind in priors:
            words = f"if both second parameters were {WORDS[kind]}, {EXCHANGED}"
            yield Reading("exchanged", words, priors[kind], other)


def _kinds(density: Normal) -> Iterator[tuple[str, Normal]]:
    """Yield the same numbers as every other kind that they can be."""
    values = density.scale.values
    for kind, (is_log, _) in KINDS.items():
        if kind != density.scale.kind and (is_log or bool((values > 0).all())):
            yield kind, Normal(density.mu, values, second=kind)


def _fed(density: Normal) -> Iterator[tuple[str, FloatArray]]:
    """Yield each other parameter's numbers as somebody would feed them for σ (squares and logs forgive the sign)."""
    sigma = density.scale.sigma_float()
    for kind in ("variance", "log_sigma", "log_variance"):
        is_log, power = KINDS[kind]
        with np.errstate(all="ignore"):
            fed = np.abs(power * np.log(sigma) if is_log else sigma**power)
        if kind == density.scale.kind:
            fed = np.abs(density.scale.values)
        if bool((np.isfinite(fed) & (fed > 0)).all()):
            yield kind, fed


def _named(look: Look, reading: Reading, reduction: str) -> Finding:
    parts = [part for part in (reading.words, reduction and f"if it were {reduction}") if part]
    count = look.question.claims
    covered = f" ({len(look.index):,} of {count:,} claims looked at agree)" if count > 1 else ""
    details = {"reduction": reduction, "reading": reading.words}
    message = f"the claim would be right {' and '.join(parts)}{covered}"
    return Finding(reading.code or "other-reduction", message, "error", details=details)


def _constant_factor(look: Look) -> tuple[Finding, ...]:
    """Name a factor that all claims share; for a single number only one that is known to be a slip."""
    value, _ = look.as_said()
    largest = int(np.argmax(np.abs(value)))
    if value[largest] == 0 or not np.isfinite(value).all():
        return ()
    with np.errstate(all="ignore"):
        factor = float(look.values[largest] / value[largest])
        allowed = max(look.tol, FACTOR_UNITS * look.epsilon) * np.abs(look.values)
        shared = bool((np.abs(look.values - factor * value) <= allowed).all())
    words = next((f": {name}" for slip, name in SLIPS.items() if abs(factor - slip) < 1e-3 * abs(slip)), "")
    fine = max(look.tol, FACTOR_UNITS * look.epsilon) <= 1e-3
    if not (shared and fine) or abs(factor) < 1e-12 or abs(factor - 1) < 1e-3 or (len(look.values) == 1 and not words):
        return ()
    message = f"{'the claim' if look.question.claims == 1 else 'every claim'} is {factor:.6g} times the truth{words}"
    return (Finding("constant-factor", message, "error", details={"factor": factor}),)
