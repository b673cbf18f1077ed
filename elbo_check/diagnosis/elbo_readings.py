"""What a number that is not the ELBO may be: the ELBO with one well-known slip.

A slip is named only if it gives the claimed number within what tolerance and rounding allow, and if that is fine enough
that chance would hardly do so.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from ..closed_forms import latents
from ..densities.world import World, numpy_world
from ..errors import WitnessError
from ..verdict import Finding

__all__ = ["explain_elbo"]

COARSEST = 1e-4  # of the claim's size: what matches more loosely may match by chance


@dataclass(frozen=True, slots=True)
class _Read:
    """A model, data and q, and the parts that ELBOs are made of, in float64."""

    model: Any
    x: Any
    q: Any
    world: World

    @property
    def prior(self) -> Any:
        return self.model.prior(self.x, self.world)

    def likelihood(self, under: Any) -> float:
        return math.fsum(self.model.expected_log_likelihood(self.x, under, self.world))

    def fit(self) -> float:
        return self.likelihood(self.q)

    def divergence(self) -> float:
        return math.fsum(latents.kl(self.q, self.prior, self.world))

    def upper_divergence(self) -> float:
        return math.fsum(latents.kl(self.model.posterior(self.x, self.world), self.q, self.world))

    def entropy(self) -> float:
        return math.fsum(latents.entropy(self.q, self.world))

    def energy(self) -> float:
        return self.fit() + math.fsum(latents.cross(self.q, self.prior, self.world))

    def elbo(self) -> float:
        return self.fit() - self.divergence()

    def evidence(self) -> float:
        return math.fsum(self.model.log_evidence(self.x, self.world))

    def at_mean(self) -> float:
        return math.fsum(self.model.log_likelihood(self.x, _mean_point(self.q), self.world))

    def constant(self, terms_at: Callable[[Any, World], tuple[Any, ...]]) -> float:
        return _constant(lambda z: terms_at(z, self.world), self.q)


class _Slip(NamedTuple):
    code: str
    words: str
    value: Callable[[_Read], float]


_SLIPS = (
    _Slip("wrong-sign", "with the opposite sign: it is −ELBO, a loss to be minimised", lambda r: -r.elbo()),
    _Slip("entropy-sign", "with the opposite sign of the entropy: ELBO = E log p(x, z) + H[q]",
          lambda r: r.energy() - r.entropy()),
    _Slip("missing-kl-term", "without the KL to the prior: it is E_q log p(x|z)", _Read.fit),
    _Slip("kl-counted-twice", "with the KL to the prior counted twice", lambda r: r.fit() - 2 * r.divergence()),
    _Slip("kl-sign", "with the KL to the prior added, not subtracted", lambda r: r.fit() + r.divergence()),
    _Slip("missing-entropy", "without the entropy: it is E_q log p(x, z)", _Read.energy),
    _Slip("evidence-for-elbo", "for log p(x), which the ELBO only bounds", _Read.evidence),
    _Slip("eubo-for-elbo", "for the upper bound: the expectation was taken under the posterior, not under q",
          lambda r: r.evidence() + r.upper_divergence()),
    _Slip("prior-for-q", "for q = prior: the expectation was taken under the prior", lambda r: r.likelihood(r.prior)),
    _Slip("prior-for-posterior", "for log p(x) − KL(q‖prior): the gap is the KL to the posterior",
          lambda r: r.evidence() - r.divergence()),
    _Slip("point-estimate", "for log p(x|z) at the mean of q, not on average over q",
          lambda r: r.at_mean() - r.divergence()),
    _Slip("wrong-log-base", "in bits, not in nats", lambda r: r.elbo() / math.log(2)),
    _Slip("missing-constant", "without the terms of log p(x|z) that do not depend on z",
          lambda r: r.elbo() - r.constant(lambda z, world: r.model.log_likelihood(r.x, z, world))),
    _Slip("missing-normaliser", "with q not normalised: the terms of log q that do not depend on z are missing",
          lambda r: r.elbo() + r.constant(r.q.log_density)),
    _Slip("missing-normaliser", "with the prior not normalised: its terms that do not depend on z are missing",
          lambda r: r.elbo() - r.constant(r.prior.log_density)),
)  # fmt: skip


def explain_elbo(model: Any, x: Any, q: Any, claim: float, allowed: float) -> tuple[Finding, ...]:
    """Return the slips that give the claimed number within `allowed`, as findings; all numbers are float64, nats."""
    if not allowed <= COARSEST * max(abs(claim), 1e-300):
        return ()
    found, read = [], _Read(model, x, q, numpy_world())
    for slip in _SLIPS:
        try:
            with np.errstate(all="ignore"):
                value = slip.value(read)
        except (WitnessError, ArithmeticError):
            continue
        if abs(value - claim) <= allowed:
            found.append(Finding(slip.code, f"the claim would be right {slip.words}", "error"))
    return tuple(found)


def _mean_point(q: Any) -> Any:
    """Return the mean of a Gaussian as a point."""
    if not hasattr(q, "place"):
        raise WitnessError("the mean is no point of this space that all agree on")
    return q.place(0.0 if q.dimension == 1 else np.zeros(q.dimension), numpy_world())


def _constant(terms_at: Callable[[Any], tuple[Any, ...]], q: Any) -> float:
    """Return the sum of the terms that are the same at every point: seen at a few draws of q."""
    points = q.draw(np.random.default_rng(0), 8)
    constant = 0.0
    for term in terms_at(points):
        values = np.ravel(np.asarray(term, dtype=np.float64))
        if (values == values[0]).all():
            constant += float(values[0])
    if not constant:
        raise WitnessError("there are no such terms")
    return constant
