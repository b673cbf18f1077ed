"""Tries a model of one's own: is it what `Model` asks for, and do its formulas fit together?

The formulas are read in float64 and in balls, at points that are drawn; what is drawn is held against what is computed.
Nothing is proved for all data, so that the best outcome is CONSISTENT.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..closed_forms.latents import cross, entropy, kl
from ..densities.world import World, ball_world, numpy_world
from ..errors import ElboCheckError, InputError, WitnessError
from ..verdict import Finding, Outcome, Verdict
from ..witnesses.quadrature import ROUNDING_FLOOR
from .points import point_at, read_terms, total

__all__ = ["conformance"]

BITS = 256
POINTS, AMONG = 8, 997  # points looked at, of so many drawn: a number that no dimension of a latent has
DRAWS = 20_000
FROM_THE_MODEL = 20  # data sets that the model draws
SHARP = 1e-25  # relative to Σ|terms|: two balls that meet are this small, or the meeting says little
SIGMAS = 10.0  # standard errors


@dataclass(frozen=True, slots=True)
class Trial:
    """A model with data and a q that it has let in."""

    model: Any
    x: Any
    q: Any
    generator: np.random.Generator

    def densities(self, world: World) -> dict[str, Any]:
        """Return prior, posterior (where there is one) and q in a world."""
        held = {"the prior": self.model.prior(self.x, world), "q": self.q.read(world)}
        try:
            return {**held, "the posterior": self.model.posterior(self.x, world)}
        except WitnessError:
            return held

    def infinite(self) -> bool:
        """Whether q is positive where the posterior is 0, so that the ELBO is −∞."""
        posterior: Any = self.densities(numpy_world()).get("the posterior")
        return hasattr(posterior, "covers") and not posterior.covers(self.q)


def conformance(model: Any, x: Any = None, q: Any = None, *, draws: int = DRAWS, rng: Any = 0) -> Verdict:
    """Return CONSISTENT if a model (a class or an instance) passes every trial, REFUTED with the reasons if not.

    The trials: data and densities are let in and refused as they should be, and what the model draws is let in;
    log p(z) + log p(x|z) − log p(z|x) is log p(x) at every point (balls); log p(x) − ELBO is KL(q‖posterior) (balls);
    float64 agrees with balls within 16·eps·Σ|terms|; means over `draws` draws agree with log p(x|z)'s expectation and
    with the entropies within 10 standard errors. What has no closed form is noted and left out.

    `x` and `q` default to those of `model.example()`. Raises `InputError` where the model refuses them.

    >>> from elbo_check.models import BetaBinomial
    >>> conformance(BetaBinomial).outcome
    <Outcome.CONSISTENT: 'consistent'>
    """
    started = time.perf_counter()
    if isinstance(model, type) or x is None or q is None:
        example = model.example()
        model = example[0] if isinstance(model, type) else model
        x, q = (given if given is not None else own for given, own in zip((x, q), example[1:], strict=True))
    trial = Trial(model, model.data(x), model.density(q), np.random.default_rng(rng))
    findings = list(_findings(trial, draws))
    wrong = any(found.severity == "error" for found in findings)
    record = {"draws": draws, "rng": rng, "seconds": time.perf_counter() - started}
    return Verdict(
        Outcome.REFUTED if wrong else Outcome.CONSISTENT,
        f"the model {model.name} is what it says, as far as it was tried",
        findings=tuple(findings),
        record=record,
    )


def _findings(trial: Trial, draws: int) -> Iterator[Finding]:
    trials: list[Callable[[], Iterator[str]]] = [
        lambda: _doors(trial),
        lambda: _bayes(trial),
        lambda: _sandwich(trial),
        lambda: _floats(trial),
        lambda: _means(trial, draws),
    ]
    for name, attempt in zip(("door", "bayes", "sandwich", "rounding", "draws"), trials, strict=True):
        try:
            yield from (Finding(f"model-{name}", message, "error") for message in attempt())
        except WitnessError as refusal:
            yield Finding(f"model-{name}-absent", f"not tried: {refusal}")
        except (ArithmeticError, AttributeError, IndexError, TypeError, ValueError) as failure:
            yield Finding(f"model-{name}", f"{type(failure).__name__}: {failure}", "error")


def _doors(trial: Trial) -> Iterator[str]:
    """Text is no data and no density; what the model draws is data."""
    for door in ("data", "density"):
        try:
            getattr(trial.model, door)("neither data nor a density")
            yield f"{door}() lets text in: it raises InputError for what is not its own"
        except InputError:
            pass
    for _ in range(FROM_THE_MODEL):
        drawn = trial.model.draw(trial.generator)
        try:
            trial.model.data(drawn)
        except ElboCheckError as refusal:
            yield f"draw() gives what data() refuses: {refusal}"
            return


def _bayes(trial: Trial) -> Iterator[str]:
    """Log p(z) + log p(x|z) − log p(z|x) is log p(x), whatever z is."""
    import flint

    floats = trial.densities(numpy_world())
    _require_posterior(floats)
    with flint.ctx.workprec(BITS):
        world = ball_world()
        read = trial.densities(world)
        evidence = read_terms("log_evidence", trial.model.log_evidence(trial.x, world))
        for name in ("the prior", "the posterior", "q"):
            drawn = floats[name].draw(trial.generator, AMONG)
            for place in range(POINTS):
                z = point_at(drawn, place, AMONG, world)
                likelihood = read_terms("log_likelihood", trial.model.log_likelihood(trial.x, z, world))
                joint = (*read["the prior"].log_density(z, world), *likelihood)
                posterior = read["the posterior"].log_density(z, world)
                if not _same(joint, (*posterior, *evidence)):
                    yield f"log p(z) + log p(x|z) − log p(z|x) is not log_evidence at a z drawn from {name}"
                    return


def _require_posterior(densities: dict[str, Any]) -> None:
    if "the posterior" not in densities:
        raise WitnessError("there is no posterior in closed form")


def _same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether two sums in balls agree; a −inf among the terms of one is one among those of the other."""
    (first, size), (second, other_size) = total(one), total(other)
    if first is None or second is None:
        return first is second
    difference = first - second
    return bool(difference.contains(0)) and bool(difference.rad() <= SHARP * (1 + size + other_size))


def _sandwich(trial: Trial) -> Iterator[str]:
    """Log p(x) − ELBO is KL(q‖posterior), and E log prior + H[q] is −KL(q‖prior)."""
    import flint

    if trial.infinite():
        raise WitnessError("the ELBO is −∞ here: q is positive where the posterior is 0")
    with flint.ctx.workprec(BITS):
        world = ball_world()
        read = trial.densities(world)
        q, prior = read["q"], read["the prior"]
        fit = read_terms("expected_log_likelihood", trial.model.expected_log_likelihood(trial.x, q, world))
        divergence = kl(q, prior, world)
        if not _same((), (*divergence, *cross(q, prior, world), *entropy(q, world))):
            yield "KL(q‖prior) is not −E_q log prior − H[q]: the closed forms of the family disagree"
        _require_posterior(read)
        evidence = trial.model.log_evidence(trial.x, world)
        if not _same((*evidence, *divergence), (*fit, *kl(q, read["the posterior"], world))):
            yield "log_evidence − (expected_log_likelihood − KL(q‖prior)) is not KL(q‖posterior)"


def _floats(trial: Trial) -> Iterator[str]:
    """What floats give lies in the balls, but for 16·eps·Σ|terms|."""
    import flint

    def values(world: World) -> Iterator[tuple[str, tuple[Any, ...]]]:
        yield "log_evidence", trial.model.log_evidence(trial.x, world)
        if not trial.infinite():
            q = trial.q.read(world)
            yield "expected_log_likelihood", trial.model.expected_log_likelihood(trial.x, q, world)

    with flint.ctx.workprec(BITS):
        for (name, floats), (_, balls) in zip(values(numpy_world()), values(ball_world()), strict=True):
            numbers = read_terms(name, floats)
            size, exact = sum(map(abs, numbers)), total(balls)[0]
            rounded = sum((flint.arb(float(number)) for number in numbers), start=flint.arb(0))
            if not abs(rounded - exact).lower() <= ROUNDING_FLOOR * float(size):
                yield f"{name} in float64 is {float(rounded)!r}, in balls {float(exact)!r}: off by more than rounding"


def _means(trial: Trial, draws: int) -> Iterator[str]:
    """Means over draws: of −log density against the entropy, of log p(x|z) against its expectation."""
    world = numpy_world()
    for name, density in trial.densities(world).items():
        points = density.draw(trial.generator, draws)
        sample = -_sampled(density.log_density(points, world), draws)
        yield from _far(f"−log density over draws from {name}", sample, sum(entropy(density, world)), "its entropy")
    if not trial.infinite():
        q = trial.q.read(world)
        sample = _sampled(trial.model.log_likelihood(trial.x, q.draw(trial.generator, draws), world), draws)
        computed = sum(trial.model.expected_log_likelihood(trial.x, q, world))
        yield from _far("log_likelihood over draws from q", sample, computed, "expected_log_likelihood")


def _sampled(terms: tuple[Any, ...], draws: int) -> Any:
    return sum((np.broadcast_to(term, draws) for term in terms), start=np.zeros(draws))


def _far(what: str, sample: Any, computed: float, name: str) -> Iterator[str]:
    mean, error = float(np.mean(sample)), float(np.std(sample)) / len(sample) ** 0.5
    slack = SIGMAS * error + ROUNDING_FLOOR * (abs(mean) + float(np.max(np.abs(sample))))
    if not abs(mean - computed) <= slack:
        yield f"the mean of {what} is {mean:.6g} ± {error:.2g}, {name} {float(computed):.6g}"
