"""Quantities that must be in order: ELBO ≤ log p(x) ≤ EUBO, with gaps that are divergences.

Each quantity has estimates by *formulas*, which are claims of the model, and by *witnesses*, who see definitions. Two
formulas for one quantity must agree with each other and with every witness. A formula that a deciding witness excludes
is refuted; two witnesses that exclude each other decide nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from ..evidence import Basis, Elementwise, Estimate, as_float
from ..question import Settings
from ..verdict import Outcome
from .claims import Claims, Tally, compare, conflicts, doubts

__all__ = ["ELBO", "EUBO", "EVIDENCE", "GAP", "UPPER_GAP", "Bounds", "compare_signed", "decide_bounds"]

ELBO, EVIDENCE, EUBO = "ELBO", "log p(x)", "EUBO"
GAP, UPPER_GAP = "gap = KL(q‖posterior)", "EUBO − log p(x) = KL(posterior‖q)"
_ENDS = {GAP: (EVIDENCE, ELBO), UPPER_GAP: (EUBO, EVIDENCE)}
QUANTITIES = (ELBO, EVIDENCE, GAP, EUBO, UPPER_GAP)

# where both sides touch no ball can tell them apart: the size below which a gap is taken for one that may be 0
TOUCHING = Fraction(1, 10**28)


@dataclass(frozen=True, slots=True)
class Bounds:
    """All that was said about one model, x and q; `size` is Σ|terms| of the formulas, `infinite` needs no estimate."""

    formulas: tuple[Estimate, ...]
    witnesses: tuple[Estimate, ...]
    size: Fraction = Fraction(1)
    infinite: frozenset[str] = frozenset()
    claim: Tally | None = None
    unproved_theorem: str = ""
    exactly_false: bool = False

    @property
    def estimates(self) -> tuple[Estimate, ...]:
        """Everything, quantity by quantity, formulas first."""
        return tuple(e for name in QUANTITIES for e in (*self.formulas, *self.witnesses) if e.quantity == name)

    def judged(self, claim: Tally) -> Bounds:
        """Return the same with what became of a claim about the ELBO."""
        return replace(self, claim=claim)

    def refuted_exactly(self, false: bool) -> Bounds:
        """Return the same with what exact arithmetic found."""
        return replace(self, exactly_false=false)

    def best(self, quantity: str) -> Estimate | None:
        """Return the narrowest enclosure of a quantity, or what else there is: sampled before guessed."""
        found = [estimate for estimate in self.estimates if estimate.quantity == quantity]
        found = found or self._difference(quantity)
        return min(found, key=lambda e: (not e.basis.proves, not e.basis.refutes, e.error), default=None)

    def _difference(self, quantity: str) -> list[Estimate]:
        """Return a gap that nobody spoke of, from the enclosures of its two ends."""
        if quantity not in _ENDS:
            return []
        upper, lower = (self.best(end) for end in _ENDS[quantity])
        if upper is None or lower is None or not (upper.basis.proves and lower.basis.proves):
            return []
        value, error = Fraction(upper.value) - Fraction(lower.value), Fraction(upper.error) + Fraction(lower.error)
        return [Estimate("difference", value, error, Basis.ENCLOSED, quantity=quantity)]

    def proved(self, quantity: str) -> bool:
        """Whether a witness who sees the definition encloses the quantity."""
        return any(estimate.quantity == quantity and estimate.basis.proves for estimate in self.witnesses)

    def heard(self, quantity: str) -> int:
        """How many estimates of the quantity there are, if at least one is a witness's."""
        said = [estimate for estimate in self.estimates if estimate.quantity == quantity]
        return len(said) if any(estimate in self.witnesses for estimate in said) else 0

    @property
    def conflicts(self) -> list[tuple[str, str]]:
        """Deciding witnesses that exclude each other."""
        return conflicts(self.witnesses)

    @property
    def broken(self) -> list[tuple[str, str, str]]:
        """(quantity, formula, who excludes it): formulas against witnesses that can decide, and against each other."""
        return [
            (one.quantity, one.witness, other.witness)
            for k, one in enumerate(self.formulas)
            for other in (*self.witnesses, *self.formulas[k + 1 :])
            if other.basis.refutes and one.about == other.about and other.excludes(one.value, one.error)
        ]

    @property
    def doubts(self) -> list[tuple[str, str]]:
        """Guesses that lie outside a proof."""
        return doubts(self.estimates)

    @property
    def disordered(self) -> list[str]:
        """The gaps that are certainly negative: then a formula or a witness is wrong."""
        gaps = [estimate for estimate in self.estimates if estimate.quantity in (GAP, UPPER_GAP)]
        return [f"{e.quantity} by {e.witness}" for e in gaps if e.basis.proves and e.value + e.error < 0]

    def order(self, quantity: str) -> str:
        """Return how a gap stands: "positive", "touching", "infinite", or "unknown"."""
        if quantity in self.infinite:
            return "infinite"
        gap = self.best(quantity)
        if gap is None or not gap.basis.proves:
            return "unknown"
        if gap.value - gap.error > 0:
            return "positive"
        return "touching" if gap.error <= TOUCHING * max(Fraction(1), self.size) else "unknown"


def decide_bounds(case: Bounds) -> tuple[Outcome, str]:
    """Return the outcome, and what is missing if it is UNDECIDED. The order of the questions is the rule."""
    if case.unproved_theorem:
        return Outcome.UNDECIDED, f"the theorem {case.unproved_theorem} did not pass its own check"
    if case.conflicts:
        one, other = case.conflicts[0]
        return Outcome.UNDECIDED, f"{one} and {other} exclude each other: one of the witnesses is broken"
    if case.exactly_false or case.broken or case.disordered or (case.claim and case.claim.wrong):
        return Outcome.REFUTED, ""
    if case.claim and case.claim.undecided:
        return Outcome.UNDECIDED, "the claim lies within the radius of what is known of the ELBO: ask for more digits"
    needed = [name for name in (ELBO, EVIDENCE) if name not in case.infinite]
    unheard = [name for name in needed if case.heard(name) < 2]
    if unheard:
        return Outcome.UNDECIDED, f"fewer than two independent estimates of {' and '.join(unheard)}"
    proved = all(map(case.proved, needed)) and case.order(GAP) != "unknown"
    return (Outcome.PROVED if proved and _claim_proved(case) else Outcome.CONSISTENT), ""


def compare_signed(claim: float, size: float, epsilon: float, truth: Estimate, settings: Settings) -> Tally:
    """Compare a claim with an enclosure of either sign; `size` is Σ|terms| of the formula, which rounding reaches."""
    sign = -1.0 if truth.value < 0 else 1.0
    value = as_float(abs(Fraction(truth.value)))
    radius = as_float(Fraction(truth.error)) + np.spacing(value)  # the float of the middle is not the middle
    claims = Claims(np.array([sign * claim]), np.array([size]), epsilon)
    return compare(claims, Elementwise(truth.witness, np.array([value]), np.array([radius]), truth.basis), settings)


def _claim_proved(case: Bounds) -> bool:
    return case.claim is None or case.claim.decided == 1
