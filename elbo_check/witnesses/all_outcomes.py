"""ELBO, log p(x), KL(q‖posterior) and EUBO from their definitions: sums over every outcome of discrete latents.

What is read is the prior's and q's log-density and log p(x|z), point by point: no closed form, and no posterior but
p(x, z)/p(x).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from ..densities.finite import FinitePoint
from ..densities.world import World, ball_world
from ..errors import WitnessError
from ..evidence import Absence, Basis, Estimate
from .enclosure import exact_fraction
from .rational import rational_world

__all__ = ["LARGEST", "Sums", "Understood", "enclose_outcomes", "sum_exactly"]

NAME = "enumeration"
LARGEST = 20_000  # outcomes
GUARD_BITS = 64


class Understood(NamedTuple):
    """A question in one world: two densities of discrete latents, and the terms of log p(x|z) at a point."""

    prior: Any
    log_likelihood: Callable[[FinitePoint], Iterable[Any]]
    q: Any


Read = Callable[[World], Understood]


class Sums(NamedTuple):
    """The four values as numbers of one world; None where a value is infinite.

    The ELBO is −∞, and the KL +∞, where q is positive and p(x, z) is 0; the EUBO is +∞ in the other case.
    """

    elbo: Any
    log_evidence: Any
    kl: Any
    eubo: Any


def sum_exactly(read: Read) -> Sums:
    """Return the four values as `LogSum`s, where all probabilities are rational.

    Raises `WitnessError` where they are not, where there are more than 20,000 outcomes, or where p(x) is 0.
    """
    return _sums(read, rational_world())


def enclose_outcomes(read: Read, digits: int = 30) -> dict[str, Estimate | Absence]:
    """Enclose the four values, by name, to about so many digits after the point.

    A value that is infinite, or asks for more than 20,000 outcomes, is an `Absence` that says so.
    """
    import flint

    started = time.perf_counter()
    with flint.ctx.workprec(math.ceil(digits * math.log2(10)) + GUARD_BITS):
        try:
            sums = _sums(read, ball_world())
        except WitnessError as refusal:
            return {name: Absence(NAME, str(refusal), time.perf_counter() - started) for name in Sums._fields}
        seconds = time.perf_counter() - started
        return {name: _told(value, seconds) for name, value in sums._asdict().items()}


def _told(ball: Any, seconds: float) -> Estimate | Absence:
    if ball is None:
        return Absence(NAME, "the value is infinite: a density is positive where another is 0", seconds)
    value, error = exact_fraction(ball.mid()), exact_fraction(ball.rad())
    return Estimate(NAME, value, error, Basis.ENCLOSED, scope="the sum over every outcome", seconds=seconds)


def _sums(read: Read, world: World) -> Sums:
    outcomes = list(_outcomes(read, world))
    joint = [(world.exp(log_joint), log_joint, log_q) for log_joint, log_q in outcomes if log_joint is not None]
    if not joint:
        raise WitnessError("p(x) is 0: no outcome has a positive probability")
    zero = world.exact(0.0)
    evidence = sum((mass for mass, _, _ in joint), start=zero)
    log_evidence = world.log(evidence)
    elbo = kl = eubo = None
    if all(log_joint is not None for log_joint, log_q in outcomes if log_q is not None):
        own = [(world.exp(log_q), log_q, log_joint) for log_joint, log_q in outcomes if log_q is not None]
        elbo = sum((mass * (log_joint - log_q) for mass, log_q, log_joint in own), start=zero)
        kl = sum((mass * (log_q - (log_joint - log_evidence)) for mass, log_q, log_joint in own), start=zero)
    if all(log_q is not None for _, _, log_q in joint):
        eubo = sum((mass / evidence * (log_joint - log_q) for mass, log_joint, log_q in joint), start=zero)
    return Sums(elbo, log_evidence, kl, eubo)


def _outcomes(read: Read, world: World) -> Iterator[tuple[Any, Any]]:
    """Yield (log p(x, z), log q(z)) for every point z, None for the logarithm of 0."""
    prior, log_likelihood, q = read(world)
    if q.space.size > LARGEST:
        raise WitnessError(f"{q.space.size} outcomes are more than the {LARGEST} that are gone through one by one")
    for z in q.space.points():
        yield _log([*prior.log_density(z, world), *log_likelihood(z)]), _log(q.log_density(z, world))


def _log(terms: Iterable[Any]) -> Any:
    """Return a sum of logarithms, None where one of them is −inf."""
    total: Any = None
    for term in terms:
        if isinstance(term, float) and term == -math.inf:
            return None
        total = term if total is None else total + term
    return total
