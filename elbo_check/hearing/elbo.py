"""From a tractable model, data and q to a verdict: is ELBO ≤ log p(x) ≤ EUBO, and are the gaps what they must be?"""

from __future__ import annotations

import math
import time
from fractions import Fraction
from typing import Any

from ..arrays import Reals, reals
from ..densities.world import numpy_world
from ..diagnosis.elbo_readings import explain_elbo
from ..errors import InputError, ShapeError, described
from ..evidence import Estimate, as_float
from ..judge.bounds import ELBO, EUBO, EVIDENCE, GAP, UPPER_GAP, Bounds, compare_signed, decide_bounds
from ..judge.claims import Tally
from ..question import Settings
from ..verdict import Finding, Outcome, Verdict
from ..witnesses.seeding import Seeds
from .elbo_exact import exact_findings
from .elbo_findings import elbo_findings, shown
from .elbo_formulas import Formulas, formulas_of
from .elbo_witnesses import ElboCase, hear_witnesses
from .record import record_of, unproved

__all__ = ["verdict_on_elbo"]

THEOREMS = ("elbo", "eubo")


def verdict_on_elbo(model: Any, x: Any, q: Any, claim: Any, settings: Settings, seeds: Seeds) -> Verdict:
    """Return the verdict on the bounds of log p(x), with its evidence."""
    started = time.perf_counter()
    case = _case(model, x, q, settings, seeds)
    held = _claim(claim)
    formulas = formulas_of(model, case.x, case.q_in, settings.digits, case.infinite)
    heard = hear_witnesses(case)
    bounds = Bounds(
        tuple(formulas.estimates),
        tuple(heard.estimates),
        formulas.size,
        case.infinite,
        unproved_theorem=unproved(THEOREMS),
    )
    if held is not None:
        bounds = _with_claim(bounds, held, settings)
    exact = exact_findings(case)
    bounds = bounds.refuted_exactly(any(finding.severity == "error" for finding in exact))
    outcome, missing = decide_bounds(bounds)
    value = _value(bounds)
    return Verdict(
        outcome,
        _statement(case, held),
        value=value,
        estimates=bounds.estimates,
        absences=(*formulas.absences, *heard.absences),
        findings=(*_named(case, bounds, held, formulas, settings), *elbo_findings(case, bounds, held), *exact),
        resolution=bounds.claim.resolution or None if bounds.claim else None,
        counterexample=_counterexample(bounds, held) if outcome is Outcome.REFUTED else None,
        missing=missing,
        theorems=THEOREMS,
        record={"question": "ELBO ≤ log p(x) ≤ EUBO", "model": model.name, "quantities": _quantities(bounds)}
        | record_of(settings, seeds, time.perf_counter() - started),
    )


def _case(model: Any, x: Any, q: Any, settings: Settings, seeds: Seeds) -> ElboCase:
    """Read the data and q as the model does; q may be named: "posterior" or "prior"."""
    data, floats = model.data(x), numpy_world()
    if isinstance(q, str) or q is None:
        named = {"posterior": model.posterior, "prior": model.prior, None: model.posterior}.get(q)
        if named is None:
            raise InputError("q", q, '"posterior", "prior", or a density', "pass the density whose ELBO is in question")
        return _infinities(ElboCase(model, data, named(data, floats), lambda w: named(data, w), settings, seeds))
    density = model.density(q)
    return _infinities(ElboCase(model, data, density, density.read, settings, seeds))


def _infinities(case: ElboCase) -> ElboCase:
    """Say which quantities are infinite: one density is positive where the other vanishes."""
    covers = getattr(case.q, "covers", None)
    if covers is None:
        return case
    posterior = case.model.posterior(case.x, numpy_world())
    infinite = set() if posterior.covers(case.q) else {ELBO, GAP}
    infinite |= set() if covers(posterior) else {EUBO, UPPER_GAP}
    return case.with_infinite(frozenset(infinite))


def _claim(claim: Any) -> Reals | None:
    if claim is None:
        return None
    held = reals("claim", claim)
    if held.values.shape != ():
        raise ShapeError("claim", described(f"an array of shape {held.values.shape}"), "one number", "it is one ELBO")
    return held


def _with_claim(bounds: Bounds, held: Reals, settings: Settings) -> Bounds:
    number, best = float(held.values), bounds.best(ELBO)
    if ELBO in bounds.infinite:
        return bounds.judged(Tally(wrong=1))
    if best is None or not best.basis.proves:
        return bounds.judged(Tally(undecided=1))
    return bounds.judged(compare_signed(number, as_float(bounds.size), held.epsilon, best, settings))


def _named(
    case: ElboCase, bounds: Bounds, held: Reals | None, formulas: Formulas, settings: Settings
) -> tuple[Finding, ...]:
    """Look for the slip behind a refuted claim."""
    if held is None or not (bounds.claim and bounds.claim.wrong):
        return ()
    number = float(held.values)
    allowed = max(settings.tol * abs(number), 16 * held.epsilon * as_float(formulas.size))
    return explain_elbo(case.model, case.x, case.q, number, allowed)


def _value(bounds: Bounds) -> float | None:
    if ELBO in bounds.infinite:
        return -math.inf
    best = bounds.best(ELBO)
    return None if best is None else as_float(Fraction(best.value))


def _quantities(bounds: Bounds) -> dict[str, Any]:
    """Return the best value of each quantity, for programs."""
    keys = {"elbo": ELBO, "log_evidence": EVIDENCE, "gap": GAP, "eubo": EUBO, "upper_gap": UPPER_GAP}
    return {key: _number(bounds.best(name), name, bounds) for key, name in keys.items()}


def _number(best: Estimate | None, name: str, bounds: Bounds) -> float | None:
    if name in bounds.infinite:
        return -math.inf if name == ELBO else math.inf
    return None if best is None else as_float(Fraction(best.value))


def _statement(case: ElboCase, held: Reals | None) -> str:
    setting = f"{shown(case.model)} at x = {shown(case.x)}, q = {shown(case.q)}"
    if held is not None:
        return f"the ELBO is {float(held.values)!r} for {setting}"
    return f"ELBO ≤ log p(x) ≤ EUBO for {setting}"


def _counterexample(bounds: Bounds, held: Reals | None) -> dict[str, Any] | None:
    if held is None or not (bounds.claim and bounds.claim.wrong):
        return None
    truth, claim = _value(bounds), float(held.values)
    known = {"claim": claim, "truth": truth}
    return known | ({"factor": claim / truth} if truth and math.isfinite(truth) else {})
