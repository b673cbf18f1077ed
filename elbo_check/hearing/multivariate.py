"""From two full Gaussians to a verdict: one divergence, heard in balls, along principal axes, and by sampling."""

from __future__ import annotations

import math
import time
from fractions import Fraction
from typing import Any

import numpy as np

from .. import closed_forms
from ..arrays import Reals, exact_sum, reals
from ..densities.multivariate_normal import MultivariateNormal
from ..diagnosis.joint import explain_joint
from ..errors import ShapeError, WitnessError, described
from ..evidence import Basis, Elementwise, Estimate
from ..judge.claims import Case, Claims, Tally, compare, conflicts, decide, doubts, objections, sample_excludes
from ..question import Settings
from ..verdict import Finding, Outcome, Verdict
from ..witnesses.moment_balls import enclose_multivariate
from ..witnesses.monte_carlo import sample_total
from ..witnesses.quadrature import gauss_hermite
from ..witnesses.seeding import Seeds
from .findings import objection_findings, rounding_finding, wrong_claim
from .record import record_of, unproved
from .testimony import Testimony

__all__ = ["verdict_on_multivariate"]

EXPLICIT = 3
LARGEST_ENCLOSED = 64
FINER = 2.0**-6
FLOAT64 = 2.0**-52


def verdict_on_multivariate(
    q: MultivariateNormal, p: MultivariateNormal, claim: Any, settings: Settings, seeds: Seeds
) -> Verdict:
    """Return the verdict on KL(q‖p) of two full Gaussians, with its evidence."""
    started = time.perf_counter()
    own, held = closed_forms.multivariate_normal_kl(q, p), _claim(claim)
    # explicit proofs reach J = 3; beyond, the diagonalised form rests on the scalar theorem and additivity
    theorems = ("gaussian-kl-full",) if q.dimension <= EXPLICIT else ("gaussian-kl", "kl-additivity")
    testimony, balls = _testimony(q, p, settings, seeds)
    size = np.array([closed_forms.multivariate_magnitude(q, p)])
    number, epsilon = (own, FLOAT64) if held is None else (float(held.values), held.epsilon)
    claims = Claims(np.array([number]), size, epsilon)
    case = _case(claims, settings, testimony, balls, unproved(theorems))
    outcome, missing = decide(case)
    named = explain_joint(q, p, claims, own, settings) if outcome is Outcome.REFUTED and held is not None else ()
    answer = f"KL of {q.dimension}-dimensional Gaussians with full covariance"
    return Verdict(
        outcome,
        answer if held is None else f"{answer} = {number!r}",
        value=own,
        estimates=tuple(testimony.estimates),
        absences=tuple(testimony.absences),
        findings=(*named, *_findings(q, case, settings, seeds, "float64" if held is None else held.dtype)),
        resolution=_resolution(case, testimony),
        counterexample={"claim": number, "truth": own, "factor": number / own if own else math.inf}
        if outcome is Outcome.REFUTED
        else None,
        missing=missing,
        theorems=theorems,
        record={"question": "KL(q‖p)", "shape": [q.dimension], "elements": 1, "claims": 1, "wrong": case.tally.wrong}
        | record_of(settings, seeds, time.perf_counter() - started),
    )


def _claim(claim: Any) -> Reals | None:
    if claim is None:
        return None
    held = reals("claim", claim)
    if held.values.shape != ():
        shown = described(f"an array of shape {held.values.shape}")
        raise ShapeError("claim", shown, "one number", "the divergence of two joint Gaussians is a single number")
    return held


def _testimony(
    q: MultivariateNormal, p: MultivariateNormal, settings: Settings, seeds: Seeds
) -> tuple[Testimony, Elementwise | None]:
    testimony = Testimony()
    balls = None if q.dimension > LARGEST_ENCLOSED else enclose_multivariate(q, p, settings.tol * FINER)
    testimony.add("moment balls", lambda: _enclosed(q, balls))
    testimony.add("gauss-hermite", lambda: _along_axes(q, p))
    testimony.add("monte carlo", lambda: sample_total(q, p, draws=settings.draws, seeds=seeds, level=settings.level))
    return testimony, balls


def _enclosed(q: MultivariateNormal, balls: Elementwise | None) -> Estimate:
    if balls is None:
        raise WitnessError(f"balls reach dimension {LARGEST_ENCLOSED}; here it is {q.dimension}")
    value, error = float(balls.value[0]), float(balls.error[0])
    if math.isinf(value):
        raise WitnessError("the divergence lies beyond the largest float64")
    if math.isnan(value):
        raise WitnessError("the covariances are too ill-conditioned for the precision of the balls")
    exact = Fraction(value), Fraction(error)
    return Estimate("moment balls", *exact, Basis.ENCLOSED, scope="in J dimensions", seconds=balls.seconds)


def _along_axes(q: MultivariateNormal, p: MultivariateNormal) -> Estimate:
    answer = gauss_hermite(p.principal_axes(q))
    value, error = exact_sum(answer.value), exact_sum(answer.error)
    scope = "the sum over the axes that diagonalise both"
    return Estimate(answer.witness, value, error, Basis.HEURISTIC, scope=scope, seconds=answer.seconds)


def _case(claims: Claims, settings: Settings, testimony: Testimony, balls: Elementwise | None, failed: str) -> Case:
    by_name = {estimate.witness: estimate for estimate in testimony.estimates}
    axes, sampled = by_name.get("gauss-hermite"), testimony.sampled
    heard = balls is not None and not math.isnan(float(balls.value[0]))
    tally = compare(claims, balls, settings) if balls is not None and heard else Tally()
    agrees = axes is not None and not objections(claims, _elementwise(axes), settings)[0]
    _, allowed = claims.allowance(np.abs(claims.value), settings)
    objects = sampled is not None and sample_excludes(float(claims.value[0]), float(allowed[0]), sampled)
    return Case(
        1,
        tally,
        objecting=int(not agrees),
        agreeing=int(agrees) + int(sampled is not None and not objects),
        sample_objects=objects,
        conflicts=tuple(conflicts(testimony.estimates)),
        doubts=tuple(doubts(testimony.estimates)),
        unproved_theorem=failed,
    )


def _elementwise(estimate: Estimate) -> Elementwise:
    value, error = np.array([float(estimate.value)]), np.array([float(estimate.error)])
    return Elementwise(estimate.witness, value, error, estimate.basis)


def _findings(q: MultivariateNormal, case: Case, settings: Settings, seeds: Seeds, dtype: str) -> tuple[Finding, ...]:
    found = [*wrong_claim(case.tally), *rounding_finding(case.tally, 1, dtype)]
    found += objection_findings(settings, case)
    if q.dimension > EXPLICIT:
        message = "the sum over principal axes uses invariance under linear maps and additivity (theorem kl-additivity)"
        found.append(Finding("additivity", message))
    if seeds.note:
        found.append(Finding("seeded-by-draws", seeds.note))
    return tuple(found)


def _resolution(case: Case, testimony: Testimony) -> float | None:
    if case.tally.decided:
        return case.tally.resolution or None
    sampled = testimony.sampled
    return float(sampled.error) / abs(float(sampled.value)) if sampled and sampled.value else None
