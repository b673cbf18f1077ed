"""Who is asked about an ELBO: for each space of latents, the witnesses that see definitions, and what they see."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from ..densities.finite import Finite
from ..densities.spaces import HALF_PLANE, SIMPLEX, VECTORS, Space
from ..densities.world import World, ball_world, numpy_world
from ..errors import WitnessError
from ..estimators import eubo, importance, sgvb_a
from ..evidence import Absence, Estimate
from ..judge.bounds import ELBO, EUBO, EVIDENCE, GAP
from ..models.line import line
from ..models.points import point_at
from ..question import Settings
from ..witnesses import sigma_points
from ..witnesses.all_outcomes import Understood, enclose_outcomes
from ..witnesses.bayes import enclose_by_bayes, points_needed
from ..witnesses.line_enclosure import enclose_line
from ..witnesses.line_quadrature import integrate_line
from ..witnesses.regions import Integrand, enclose_half_plane_mean, enclose_simplex_mean
from ..witnesses.seeding import Seeds

__all__ = ["ElboCase", "Heard", "hear_witnesses", "understood"]

_MEANS: dict[Any, tuple[str, Callable[[Integrand, int], Estimate]]] = {
    VECTORS: (sigma_points.NAME, sigma_points.enclose_mean),
    SIMPLEX: ("enclosure", enclose_simplex_mean),
    HALF_PLANE: ("enclosure", enclose_half_plane_mean),
}

Measured = Iterable[Estimate | Absence | None]
"""Answers on the ELBO, log p(x), the EUBO and the gap, in this order; None where the witness does not speak of it."""


@dataclass(frozen=True, slots=True)
class ElboCase:
    """One model, its data as it reads them, and q; `q_in` gives q with its numbers in a world."""

    model: Any
    x: Any
    q: Any
    q_in: Callable[[Any], Any]
    settings: Settings
    seeds: Seeds
    infinite: frozenset[str] = frozenset()

    def with_infinite(self, names: frozenset[str]) -> ElboCase:
        """Return the same case, where these quantities are known to be infinite."""
        return replace(self, infinite=names)


@dataclass(slots=True)
class Heard:
    """What the witnesses said, and who stayed silent."""

    estimates: list[Estimate] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)

    def ask(self, name: str, witness: Callable[[], Measured], infinite: frozenset[str]) -> None:
        """Keep a witness's answers, quantity by quantity; a refusal becomes an absence with its reason."""
        started = time.perf_counter()
        try:
            answers = list(witness())
        except (WitnessError, ArithmeticError) as refusal:
            self.absences.append(Absence(name, str(refusal), time.perf_counter() - started))
            return
        for quantity, answer in zip((ELBO, EVIDENCE, EUBO, GAP), answers, strict=False):
            if answer is None or quantity in infinite:
                continue
            if isinstance(answer, Absence):
                self.absences.append(answer)
            else:
                self.estimates.append(replace(answer, quantity=quantity))


def hear_witnesses(case: ElboCase) -> Heard:
    """Ask every witness that the latents of this model have."""
    heard = Heard()
    for name, witness in _witnesses(case):
        heard.ask(name, witness, case.infinite)
    return heard


def _witnesses(case: ElboCase) -> Iterator[tuple[str, Callable[[], Measured]]]:
    if isinstance(case.q.space, Finite):
        yield "enumeration", partial(_enumerated, case)
    else:
        yield "Bayes' rule", partial(_by_bayes, case)
    if case.q.space in _MEANS:
        name, enclose = _MEANS[case.q.space]
        yield name, partial(_means, case, lambda integrand: enclose(integrand, case.settings.digits))
    if case.q.space is VECTORS:
        yield sigma_points.IN_FLOATS, partial(_means, case, sigma_points.sigma_point_mean)
    if isinstance(case.q.space, Space):
        yield "enclosure", partial(_enclosed_line, case)
        yield "tanh-sinh", partial(_measured_line, case)
    yield "SGVB A", partial(_sampled, case, sgvb_a.estimate, 0)
    yield "importance", partial(_sampled, case, importance.estimate, 1)
    yield "EUBO, sampled", partial(_sampled, case, eubo.estimate, 2)


def _sampled(case: ElboCase, estimate: Callable[..., Estimate], place: int) -> Measured:
    """Ask an estimator that speaks of the quantity at this place."""
    settings = case.settings
    seeds = case.seeds.children()
    known = {"draws": settings.draws, "level": settings.level}
    for _ in range(place):
        next(seeds)
    found: list[Estimate | Absence | None] = [None] * place
    return [*found, estimate(case.model, case.x, case.q, rng=next(seeds), **known)]


def _enumerated(case: ElboCase) -> Measured:
    told = enclose_outcomes(partial(understood, case), case.settings.digits)
    return [told[name] for name in ("elbo", "log_evidence", "eubo", "kl")]


def understood(case: ElboCase, world: World) -> Understood:
    """Return what a witness of discrete latents is shown, in a world."""
    model, x = case.model, case.x
    return Understood(model.prior(x, world), lambda z: model.log_likelihood(x, z, world), case.q_in(world))


def _by_bayes(case: ElboCase) -> Measured:
    """Ask Bayes' rule for the evidence, at draws from the posterior of the model."""
    import flint

    model, x = case.model, case.x
    posterior = model.posterior(x, numpy_world())
    count = points_needed(getattr(posterior, "dimension", 1))
    draws = posterior.draw(np.random.default_rng(0), count)
    with flint.ctx.workprec(64 + 4 * case.settings.digits):
        prior, exact = model.prior(x, ball_world()), model.posterior(x, ball_world())

        def log_ratio(z: Any) -> tuple[Any, ...]:
            joint = *prior.log_density(z, ball_world()), *model.log_likelihood(x, z, ball_world())
            return *joint, *(-term for term in exact.log_density(z, ball_world()))

        points = [point_at(draws, k, count, ball_world()) for k in range(count)]
        return [None, enclose_by_bayes(log_ratio, points)]


def _means(case: ElboCase, mean: Callable[[Integrand], Estimate]) -> Measured:
    """Ask a witness of means about the ELBO, under q, and the EUBO, under the posterior."""
    model, x = case.model, case.x

    def integrand(world: World, under: Callable[[World], Any]) -> Any:
        prior, q = model.prior(x, world), own(world)

        def terms(z: Any) -> tuple[Any, ...]:
            joint = *prior.log_density(z, world), *model.log_likelihood(x, z, world)
            return *joint, *(-term for term in q.log_density(z, world))

        return under(world), terms

    def own(world: World) -> Any:
        return case.q if world is numpy_world() else case.q_in(world)

    return [mean(partial(integrand, under=own)), None, mean(partial(integrand, under=partial(model.posterior, x)))]


def _enclosed_line(case: ElboCase) -> Measured:
    import flint

    with flint.ctx.workprec(64 + 8 * case.settings.digits):  # finer than the integral needs: its numbers may be balls
        return enclose_line(line(case.model, case.x, case.q_in(ball_world()), ball_world()), case.settings.digits)


def _measured_line(case: ElboCase) -> Measured:
    return integrate_line(line(case.model, case.x, case.q, numpy_world()))
