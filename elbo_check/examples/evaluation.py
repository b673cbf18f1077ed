"""One epoch before the judge: the numbers that the float64 formulas report, against balls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..verdict import Outcome
from .enclosure import BITS, Enclosed, enclosed
from .linear_vae import Data, LinearVAE, Value, divergence, elbo, log_evidence
from .stochastic import estimate

__all__ = ["Check", "Epoch", "Judged", "Reported", "checks", "evaluated", "outcome_of"]

EPSILON = 2.0**-52
FLOOR_UNITS = 16
TOUCHING = 1e-30  # a ball around a difference that contains 0 says equal if it is no wider than this


class Reported(NamedTuple):
    """What an epoch reports, in nats per datum; the gap is log p(x) − ELBO, the divergence has a formula of its own."""

    elbo: Value
    log_evidence: Value
    divergence: Value

    @property
    def gap(self) -> Value:
        """The difference of two of the numbers, and the sizes of the terms of both."""
        return Value(self.log_evidence.value - self.elbo.value, self.log_evidence.size + self.elbo.size)

    @staticmethod
    def of(model: LinearVAE, data: Data) -> Reported:
        """Evaluate the float64 formulas."""
        return Reported(elbo(model, data), log_evidence(model, data), divergence(model, data))


class Check(NamedTuple):
    """One thing that must hold of an epoch: true, false, or None where the balls are too wide to say."""

    code: str
    words: str
    holds: bool | None


@dataclass(frozen=True, slots=True)
class Epoch:
    """One epoch, in nats per datum; `steps` are gradient steps, or sweeps of the ascent.

    `gap` is log p(x) − ELBO, `divergence` is KL(q(z | x) ‖ p(z | x)) by its own formula, `shortfall` is the optimum
    less the ELBO; `estimate` is the ELBO by sampling, with its standard error. `failed` lists what does not hold.
    """

    number: int
    phase: str
    steps: int
    elbo: float
    log_evidence: float
    gap: float
    divergence: float
    shortfall: float
    estimate: float
    standard_error: float
    outcome: Outcome
    failed: tuple[str, ...] = ()


class Judged(NamedTuple):
    """An epoch with the balls that it was judged by, and what was checked."""

    epoch: Epoch
    balls: Enclosed
    checks: list[Check]


def evaluated(
    place: tuple[int, str, int], model: LinearVAE, data: Data, optimum: Any, rng: np.random.Generator
) -> Judged:
    """Report an epoch's numbers, estimate its ELBO by sampling, and judge it."""
    reported, balls = Reported.of(model, data), enclosed(model, data)
    found = checks(reported, balls, optimum)
    numbers = (reported.elbo.value, reported.log_evidence.value, reported.gap.value, reported.divergence.value)
    failed = tuple(check.words for check in found if not check.holds)
    shortfall = float(optimum) - reported.elbo.value
    epoch = Epoch(*place, *numbers, shortfall, *estimate(model, data, rng), outcome_of(found), failed)
    return Judged(epoch, balls, found)


def checks(reported: Reported, balls: Enclosed, optimum: Any) -> list[Check]:
    """Return what must hold, and whether it does.

    A reported number is right if it lies within 16·eps·Σ|terms| of the truth: that is what summing the terms of its
    formula may cost, since each is accurate to a few units and none is larger than the sum of their sizes.
    """
    import flint

    with flint.ctx.workprec(BITS):
        gap = balls.log_evidence - balls.elbo
        return [
            Check("elbo-value", "the reported ELBO is the ELBO", _right(reported.elbo, balls.elbo)),
            Check(
                "evidence-value", "the reported log p(x) is log p(x)", _right(reported.log_evidence, balls.log_evidence)
            ),
            Check("gap-value", "the reported gap is log p(x) − ELBO", _right(reported.gap, gap)),
            Check("divergence-value", "the reported divergence is it", _right(reported.divergence, balls.divergence)),
            Check("lower-bound", "ELBO ≤ log p(x)", _at_least(gap)),
            Check("gap-is-divergence", "log p(x) − ELBO = KL(q ‖ posterior)", _zero(gap - balls.divergence)),
            Check("optimum", "log p(x) ≤ the pPCA optimum", _at_least(optimum - balls.log_evidence)),
        ]


def outcome_of(found: list[Check]) -> Outcome:
    """Return the outcome of a list of checks: one that fails refutes, one that cannot be told leaves it open."""
    if any(check.holds is False for check in found):
        return Outcome.REFUTED
    return Outcome.PROVED if all(check.holds for check in found) else Outcome.UNDECIDED


def _right(reported: Value, ball: Any) -> bool | None:
    distance, floor = abs(ball - reported.value), FLOOR_UNITS * EPSILON * reported.size
    return True if distance <= floor else False if distance > floor else None


def _at_least(difference: Any) -> bool | None:
    """Whether a difference is not negative."""
    if difference >= 0:
        return True
    if difference < 0:
        return False
    return _touches(difference)


def _zero(difference: Any) -> bool | None:
    return _touches(difference) if 0 in difference else False if difference != 0 else None


def _touches(difference: Any) -> bool | None:
    return True if difference.is_finite() and difference.rad() <= TOUCHING else None
