"""The verbs. Each is short: it turns arguments into a question, and hands it on."""

from __future__ import annotations

from typing import Any

from .densities.multivariate_normal import MultivariateNormal
from .densities.normal import Normal
from .errors import InputError, described
from .hearing.elbo import verdict_on_elbo
from .hearing.elements import Progress, silent
from .hearing.misreading import Given, misread
from .hearing.multivariate import verdict_on_multivariate
from .hearing.normals import verdict_on
from .question import Question, Settings
from .verdict import Verdict
from .witnesses.seeding import Seeds

__all__ = ["verify_divergence", "verify_elbo", "verify_kl"]


def verify_kl(
    mu: Any,
    sigma: Any,
    prior_mu: Any = 0.0,
    prior_sigma: Any = 1.0,
    *,
    claim: Any = None,
    reduction: str | None = None,
    second: str = "sigma",
    prior_second: str = "sigma",
    tol: float = 1e-9,
    rounding: str = "floating",
    level: float = 1e-9,
    rng: Any = None,
    digits: int = 30,
    draws: int = 200_000,
    progress: Progress = silent,
) -> Verdict:
    """Judge KL values of normals with independent evidence: proved, consistent, refuted or undecided.

    KL(N(mu, sigma²) ‖ N(prior_mu, prior_sigma²)) = log(σp/σq) + (σq² + (μq − μp)²)/(2σp²) − ½, in nats.

    Args:
        mu: locations of q, of shape (…, J), latents along the last axis; NumPy, torch and JAX arrays as they come.
        sigma: standard deviations of q, or what `second` says; broadcasts with `mu`.
        prior_mu: locations of p.
        prior_sigma: standard deviations of p, or what `prior_second` says.
        claim: your own KL values. Without them the values of `gaussian_kl` are judged.
        reduction: what a claim holds: "none" (a number a coordinate), "latent" (summed over the last axis), "sum", or
            "mean" (over samples, of those sums). Without it the claim's shape decides, if it can.
        second: what `sigma` holds: "sigma", "variance", "log_sigma" or "log_variance". It is judged as it is.
        prior_second: the same for `prior_sigma`.
        tol: tolerance relative to the true value.
        rounding: "floating" excuses what the textbook formula loses in the claim's own dtype; "strict" does not.
        level: the probability that the sampled bound errs.
        rng: a seed or a numpy.random generator (SPEC 7).
        digits: proved decimal digits wanted of a single divergence.
        draws: Monte Carlo draws, in all.
        progress: called as progress(stage, done, total).

    Returns:
        A `Verdict`; `.value` is the answer in nats, in the shape that `reduction` gives.

    Raises:
        InputError: for numbers that cannot be what they are said to be.
        ShapeError: for shapes that do not fit, or a claim whose shape has two meanings.

    >>> print(verify_kl(0.5, 0.7, claim=0.1, rng=0).outcome)
    refuted

    Source: proofs `gaussian-kl` and `kl-additivity`; Odaibo (2019), arXiv 1907.08956.
    """
    settings = Settings(tol, rounding, level, digits, draws)
    seeds = Seeds.of(rng)
    given = Given(mu, sigma, prior_mu, prior_sigma, second, prior_second)
    try:
        q, p = given.densities(second, prior_second)
    except InputError as refusal:
        return misread(given, claim, reduction, settings, seeds, refusal)
    return verdict_on(Question.of(q, p, claim, reduction), settings, seeds, progress)


def verify_divergence(
    q: Normal | MultivariateNormal,
    p: Normal | MultivariateNormal,
    *,
    claim: Any = None,
    reduction: str | None = None,
    tol: float = 1e-9,
    rounding: str = "floating",
    level: float = 1e-9,
    rng: Any = None,
    digits: int = 30,
    draws: int = 200_000,
    progress: Progress = silent,
) -> Verdict:
    """Judge KL(q‖p) of two densities of the same family, in nats: the general door behind `verify_kl`.

    Keywords are those of `verify_kl`. Two `MultivariateNormal`s have one divergence, so that `reduction` has no
    meaning for them.

    >>> from elbo_check import Normal
    >>> print(verify_divergence(Normal(0.5, 0.7), Normal(0.0, 1.0), rng=0).outcome)
    proved

    Raises `InputError` if the densities are not of one family.
    """
    settings = Settings(tol, rounding, level, digits, draws)
    seeds = Seeds.of(rng)
    if isinstance(q, Normal) and isinstance(p, Normal):
        return verdict_on(Question.of(q, p, claim, reduction), settings, seeds, progress)
    if isinstance(q, MultivariateNormal) and isinstance(p, MultivariateNormal):
        if reduction is not None:
            raise InputError("reduction", reduction, "None for full covariances", "a joint divergence is one number")
        return verdict_on_multivariate(q, p, claim, settings, seeds)
    shown = described(f"a {type(q).__name__} and a {type(p).__name__}")
    raise InputError("q, p", shown, "two Normal or two MultivariateNormal densities", "convert one of them")


def verify_elbo(
    model: Any,
    x: Any,
    q: Any = None,
    *,
    claim: Any = None,
    tol: float = 1e-9,
    rounding: str = "floating",
    level: float = 1e-9,
    rng: Any = None,
    digits: int = 30,
    draws: int = 200_000,
) -> Verdict:
    """Establish ELBO ≤ log p(x) ≤ EUBO on a model whose log p(x) is known, and judge an ELBO that you computed.

    ELBO = E_q[log p(x, z) − log q(z)], EUBO = E_{p(z|x)}[log p(x, z) − log q(z)], in nats; log p(x) − ELBO is
    KL(q‖p(z|x)) and EUBO − log p(x) is KL(p(z|x)‖q). Each is computed by closed forms in balls, and measured from its
    definition: by enclosure, enumeration or quadrature where the latents allow, and by Monte Carlo.

    Args:
        model: a tractable model, such as those of `elbo_check.models`.
        x: its data, as the model reads it.
        q: a density of its latents; or "posterior" (also without q), where all three touch; or "prior".
        claim: your own ELBO. It is equal, off by so much, or impossible: above log p(x).
        tol: tolerance relative to the true value.
        rounding: "floating" excuses what rounding does to the terms of the ELBO in the claim's dtype; "strict" not.
        level: the probability that a sampled bound errs.
        rng: a seed or a numpy.random generator (SPEC 7).
        digits: decimal digits to work with in balls.
        draws: Monte Carlo draws.

    Returns:
        A `Verdict`; `.value` is the ELBO, `.record["quantities"]` holds the rest.

    Raises:
        InputError: for data outside the support, or a q of another family or dimension.

    >>> from elbo_check.models import BetaBinomial
    >>> from elbo_check.densities import Beta
    >>> verdict = verify_elbo(BetaBinomial(2.0, 3.0, trials=10), 7, Beta(6.0, 4.0), claim=-2.5783524786759, rng=0)
    >>> bool(verdict), round(verdict.record["quantities"]["log_evidence"], 6)
    (True, -2.526728)

    Source: proofs `elbo` and `eubo`.
    """
    settings = Settings(tol, rounding, level, digits, draws)
    return verdict_on_elbo(model, x, q, claim, settings, Seeds.of(rng))
