"""What all epochs together say: the verdict, with the last epoch's enclosures as its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from ..evidence import Basis, Estimate
from ..hearing.record import unproved
from ..verdict import Finding, Outcome, Verdict
from ..witnesses.enclosure import exact_fraction
from .enclosure import BITS
from .evaluation import Check, Judged, outcome_of

__all__ = ["GOAL", "THEOREMS", "concluded"]

GOAL = 1e-3
OBJECTION = 6.0  # standard errors
CLAIM = (
    "at each of {} epochs ELBO ≤ log p(x) ≤ the pPCA optimum and log p(x) − ELBO = KL(q ‖ posterior); "
    "the last ELBO is within {} of the optimum (nats per datum)"
)
THEOREMS = ("elbo", "vae-loss", "reparameterization", "gaussian-decoder", "ppca", "linear-vae")


def concluded(judged: Sequence[Judged], optimum: Any, record: Mapping[str, Any]) -> Verdict:
    """Return the verdict: refuted if one epoch is or the end is too far off, undecided if something is left open."""
    end, missing = judged[-1], unproved(THEOREMS)
    arrival = _arrival(end, optimum)
    theorems = Check("theorems", f"the theorem {missing} is proved", None if missing else True)
    checks = [arrival, theorems, *(check for each in judged for check in each.checks)]
    outcome = outcome_of(checks)
    wrong = next((each for each in judged if each.epoch.outcome is Outcome.REFUTED), end)
    return Verdict(
        outcome,
        CLAIM.format(len(judged), GOAL),
        value=end.epoch.elbo,
        estimates=tuple(_estimates(end, optimum)),
        findings=(*_failures(judged, arrival), *_notes(judged)),
        counterexample=_counterexample(wrong, arrival) if outcome is Outcome.REFUTED else None,
        missing="; ".join(sorted({check.words for check in checks if check.holds is None})),
        theorems=THEOREMS,
        record=dict(record),
    )


def _arrival(end: Judged, optimum: Any) -> Check:
    """Whether the end is within the goal of the optimum."""
    import flint

    with flint.ctx.workprec(BITS):
        short = optimum - end.balls.elbo
        holds = True if short <= GOAL else False if short > GOAL else None
    return Check("arrival", f"the last ELBO is within {GOAL} of the optimum", holds)


def _estimates(end: Judged, optimum: Any) -> Iterator[Estimate]:
    """Yield the last epoch's numbers and the optimum, enclosed, and its ELBO by sampling."""
    named = zip(("ELBO", "log p(x)", "KL(q ‖ posterior)"), end.balls, strict=True)
    for name, ball in (*named, ("optimum", optimum)):
        yield Estimate(name, *_rational(ball), Basis.ENCLOSED, subject=name)
    epoch = end.epoch
    note = f"{OBJECTION:g} standard errors"
    error = OBJECTION * epoch.standard_error
    yield Estimate(
        "sampled ELBO", epoch.estimate, error, Basis.HEURISTIC, standard_error=epoch.standard_error, note=note
    )


def _rational(ball: Any) -> tuple[Fraction, Fraction]:
    return exact_fraction(ball.mid()), exact_fraction(ball.rad())


def _failures(judged: Sequence[Judged], arrival: Check) -> Iterator[Finding]:
    """Yield what does not hold, or is not known to hold, once for each thing."""
    if not arrival.holds:
        yield _finding(arrival, f"{arrival.words}, short by {judged[-1].epoch.shortfall:.2g}")
    for kind in zip(*(each.checks for each in judged), strict=True):
        numbers = [each.epoch.number for each, check in zip(judged, kind, strict=True) if not check.holds]
        if numbers:
            worst = min(kind, key=lambda check: (check.holds is not False, check.holds is not None))
            yield _finding(worst, f"{worst.words}, at epoch {', '.join(map(str, numbers))}")


def _finding(check: Check, words: str) -> Finding:
    if check.holds is False:
        return Finding(check.code, f"false: {words}", "error")
    return Finding(check.code, f"not settled: {words}", "warning")


def _notes(judged: Sequence[Judged]) -> Iterator[Finding]:
    """Yield how the gap shrank, how far the two ways to it agree, and what sampling says."""
    epochs = [each.epoch for each in judged]
    largest = max(epochs, key=lambda epoch: epoch.gap)
    yield Finding("gap", f"the gap shrinks from {largest.gap:.2g} (epoch {largest.number}) to {epochs[-1].gap:.2g}")
    apart = [(each.epoch.estimate - each.epoch.elbo) / each.epoch.standard_error for each in judged]
    worst = max(map(abs, apart))
    words = f"the sampled ELBO lies within {worst:.1f} standard errors of the exact one at every epoch"
    yield Finding("sampled", words, "note" if worst <= OBJECTION else "warning", details={"worst": worst})


def _counterexample(wrong: Judged, arrival: Check) -> dict[str, Any]:
    """Return the numbers of the epoch that fails."""
    epoch = wrong.epoch
    numbers = {"ELBO": epoch.elbo, "log p(x)": epoch.log_evidence, "shortfall": epoch.shortfall}
    return {"epoch": epoch.number, "fails": "; ".join(epoch.failed) or arrival.words, **numbers}
