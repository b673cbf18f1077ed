"""What a number that is not the ELBO may be: the ELBO with one well-known slip.

A slip is named only if it gives the claimed number within what tolerance and rounding allow, and if that is fine enough
that chance would hardly do so.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..closed_forms import latents
from ..densities.world import numpy_world
from ..errors import WitnessError
from ..verdict import Finding

__all__ = ["explain_elbo"]

COARSEST = 1e-4  # of the claim's size: what matches more loosely may match by chance


class _Slip(NamedTuple):
    code: str
    words: str
    value: Callable[[], float]


def explain_elbo(model: Any, x: Any, q: Any, claim: float, allowed: float) -> tuple[Finding, ...]:
    """Return the slips that give the claimed number within `allowed`, as findings; all numbers are float64, nats."""
    if not allowed <= COARSEST * max(abs(claim), 1e-300):
        return ()
    found = []
    for slip in _slips(model, x, q):
        try:
            with np.errstate(all="ignore"):
                value = slip.value()
        except (WitnessError, ArithmeticError):
            continue
        if abs(value - claim) <= allowed:
            found.append(Finding(slip.code, f"the claim would be right {slip.words}", "error"))
    return tuple(found)


def _slips(model: Any, x: Any, q: Any) -> Iterator[_Slip]:
    """Yield every slip that is known, with the number that it gives."""
    world = numpy_world()
    prior = model.prior(x, world)

    def likelihood(under: Any = q) -> float:
        return math.fsum(model.expected_log_likelihood(x, under, world))

    def divergence() -> float:
        return math.fsum(latents.kl(q, prior, world))

    def entropy() -> float:
        return math.fsum(latents.entropy(q, world))

    def cross() -> float:
        return math.fsum(latents.cross(q, prior, world))

    def elbo() -> float:
        return likelihood() - divergence()

    def evidence() -> float:
        return math.fsum(model.log_evidence(x, world))

    yield _Slip("wrong-sign", "with the opposite sign: it is −ELBO, a loss to be minimised", lambda: -elbo())
    yield _Slip("entropy-sign", "with the opposite sign of the entropy: ELBO = E log p(x, z) + H[q]",
                lambda: likelihood() + cross() - entropy())  # fmt: skip
    yield _Slip("missing-kl-term", "without the KL to the prior: it is E_q log p(x|z)", likelihood)
    yield _Slip("kl-counted-twice", "with the KL to the prior counted twice", lambda: likelihood() - 2 * divergence())
    yield _Slip("kl-sign", "with the KL to the prior added, not subtracted", lambda: likelihood() + divergence())
    yield _Slip("missing-entropy", "without the entropy: it is E_q log p(x, z)", lambda: likelihood() + cross())
    yield _Slip("evidence-for-elbo", "for log p(x), which the ELBO only bounds", evidence)
    yield _Slip("eubo-for-elbo", "for the upper bound: the expectation was taken under the posterior, not under q",
                lambda: evidence() + math.fsum(latents.kl(model.posterior(x, world), q, world)))  # fmt: skip
    yield _Slip("prior-for-q", "for q = prior: the expectation was taken under the prior", lambda: likelihood(prior))
    yield _Slip("prior-for-posterior", "for log p(x) − KL(q‖prior): the gap is the KL to the posterior",
                lambda: evidence() - divergence())  # fmt: skip
    yield _Slip("point-estimate", "for log p(x|z) at the mean of q, not on average over q",
                lambda: math.fsum(model.log_likelihood(x, _mean_point(q), world)) - divergence())  # fmt: skip
    yield _Slip("wrong-log-base", "in bits, not in nats", lambda: elbo() / math.log(2))
    yield _Slip("missing-constant", "without the terms of log p(x|z) that do not depend on z",
                lambda: elbo() - _constant(model.log_likelihood, x, q))  # fmt: skip
    yield _Slip("missing-normaliser", "with q not normalised: the terms of log q that do not depend on z are missing",
                lambda: elbo() + _constant(lambda _, z, w: q.log_density(z, w), x, q))  # fmt: skip
    yield _Slip("missing-normaliser", "with the prior not normalised: its terms that do not depend on z are missing",
                lambda: elbo() - _constant(lambda _, z, w: prior.log_density(z, w), x, q))  # fmt: skip


def _mean_point(q: Any) -> Any:
    """Return the mean of a Gaussian as a point."""
    if not hasattr(q, "place"):
        raise WitnessError("the mean is no point of this space that all agree on")
    return q.place(0.0 if q.dimension == 1 else np.zeros(q.dimension), numpy_world())


def _constant(terms_at: Callable[[Any, Any, Any], tuple[Any, ...]], x: Any, q: Any) -> float:
    """Return the sum of the terms that are the same at every point: seen at a few draws of q."""
    points = q.draw(np.random.default_rng(0), 8)
    constant = 0.0
    for term in terms_at(x, points, numpy_world()):
        values = np.ravel(np.asarray(term, dtype=np.float64))
        if (values == values[0]).all():
            constant += float(values[0])
    if not constant:
        raise WitnessError("there are no such terms")
    return constant
