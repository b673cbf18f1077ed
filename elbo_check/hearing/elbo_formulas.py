"""What the closed forms of a model say, read in FLINT balls: claims of the model, to be held against the witnesses."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ..closed_forms import latents
from ..densities.world import World, ball_world
from ..errors import WitnessError
from ..evidence import Absence, Basis, Estimate
from ..judge.bounds import ELBO, EUBO, EVIDENCE, GAP, UPPER_GAP
from ..witnesses.enclosure import exact_fraction

__all__ = ["Formulas", "elbo_terms", "formulas_of"]

Terms = tuple[Any, ...]

FIRST_BITS = 64
LAST_BITS = 1 << 12


@dataclass(slots=True)
class Formulas:
    """Estimates by formulas, the size Σ|terms| of the ELBO, and the formulas that a model does not have."""

    estimates: list[Estimate] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    size: Fraction = Fraction(1)


def elbo_terms(model: Any, x: Any, q: Any, world: World) -> Terms:
    """Return the terms of E_q log p(x|z) − KL(q‖prior), with the numbers of q in `world`."""
    divergence = latents.kl(q, model.prior(x, world), world)
    return *model.expected_log_likelihood(x, q, world), *(-term for term in divergence)


def formulas_of(model: Any, x: Any, q: Callable[[World], Any], digits: int, infinite: frozenset[str]) -> Formulas:
    """Evaluate every closed form of the model to `digits` digits; what is infinite is not asked for.

    Numbers that spread over many magnitudes (the states of an explosive chain) cancel to few digits: the precision is
    doubled until the digits come, or until 4096 bits do not bring them.
    """
    bits = FIRST_BITS + 4 * digits
    while True:
        said = _evaluated(model, x, q, bits, infinite)
        if 2 * bits > LAST_BITS or all(_sharp(estimate, digits) for estimate in said.estimates):
            return said
        bits *= 2


def _sharp(estimate: Estimate, digits: int) -> bool:
    return bool(Fraction(estimate.error) * 10**digits <= max(1, abs(Fraction(estimate.value))))


def _evaluated(model: Any, x: Any, q: Callable[[World], Any], bits: int, infinite: frozenset[str]) -> Formulas:
    import flint

    said = Formulas()
    with flint.ctx.workprec(bits):
        world = ball_world()
        asked = _Asked(model, x, q(world), world)
        rows: list[tuple[str, str, Callable[[], Terms]]] = [
            (ELBO, "fit − KL(q‖prior)", asked.elbo),
            (ELBO, "energy + entropy", asked.energy_entropy),
            (EVIDENCE, "closed form", asked.evidence),
            (GAP, "difference", asked.gap),
            (GAP, "closed form", asked.divergence),
            (EUBO, "E under posterior", asked.eubo),
            (EUBO, "log p(x) + KL", asked.eubo_by_divergence),
            (UPPER_GAP, "difference", asked.upper_gap),
            (UPPER_GAP, "closed form", asked.upper_divergence),
        ]
        for quantity, name, terms in rows:
            if quantity not in infinite:
                _add(said, quantity, name, terms)
    return said


def _add(said: Formulas, quantity: str, name: str, terms: Callable[[], Terms]) -> None:
    started = time.perf_counter()
    try:
        found = terms()
        ball: Any = sum(found)
        value, error = exact_fraction(ball.mid()), exact_fraction(ball.rad())
        size = sum((abs(exact_fraction(term.mid())) for term in found), start=Fraction(0))
    except (WitnessError, ArithmeticError) as refusal:
        if str(refusal) not in {absence.reason for absence in said.absences}:  # several formulas may lack the same part
            said.absences.append(Absence("closed form", str(refusal)))
        return
    said.size = max(said.size, size)
    seconds = time.perf_counter() - started
    said.estimates.append(
        Estimate(name, value, error, Basis.ENCLOSED, quantity=quantity, seconds=seconds, scope="formula in balls")
    )


class _Asked:
    """The closed forms for one model, x and q, as terms in one world."""

    def __init__(self, model: Any, x: Any, q: Any, world: World) -> None:
        self.model, self.x, self.q, self.world = model, x, q, world

    @property
    def prior(self) -> Any:
        return self.model.prior(self.x, self.world)

    @property
    def posterior(self) -> Any:
        return self.model.posterior(self.x, self.world)

    def elbo(self) -> Terms:
        return elbo_terms(self.model, self.x, self.q, self.world)

    def energy_entropy(self) -> Terms:
        likelihood = self.model.expected_log_likelihood(self.x, self.q, self.world)
        prior = latents.cross(self.q, self.prior, self.world)
        return *likelihood, *prior, *latents.entropy(self.q, self.world)

    def evidence(self) -> Terms:
        terms: Terms = self.model.log_evidence(self.x, self.world)
        return terms

    def gap(self) -> Terms:
        return *self.evidence(), *_negated(self.elbo())

    def divergence(self) -> Terms:
        return latents.kl(self.q, self.posterior, self.world)

    def eubo(self) -> Terms:
        posterior, world = self.posterior, self.world
        likelihood = self.model.expected_log_likelihood(self.x, posterior, world)
        prior = latents.cross(posterior, self.prior, world)
        return *likelihood, *prior, *_negated(latents.cross(posterior, self.q, world))

    def upper_divergence(self) -> Terms:
        return latents.kl(self.posterior, self.q, self.world)

    def eubo_by_divergence(self) -> Terms:
        return *self.evidence(), *self.upper_divergence()

    def upper_gap(self) -> Terms:
        return *self.eubo(), *_negated(self.evidence())


def _negated(terms: Terms) -> Terms:
    return tuple(-term for term in terms)
