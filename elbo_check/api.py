"""The verbs. Each is short: it turns arguments into a question, and hands it on."""

from __future__ import annotations

from typing import Any

from .densities.multivariate_normal import MultivariateNormal
from .densities.normal import Normal
from .diagnosis.quantities import Options
from .diagnosis.roles import assigned
from .errors import InputError, described
from .hearing.elbo import verdict_on_elbo
from .hearing.elements import Progress, silent
from .hearing.loss_calls import Case
from .hearing.loss_pair import verdict_on_outputs
from .hearing.misreading import Given, misread
from .hearing.multivariate import verdict_on_multivariate
from .hearing.normals import verdict_on
from .inputs.loss_function import LossFunction
from .inputs.loss_options import beta_of, prior_of, sizes_of
from .loss_verdict import Diagnosis
from .question import Question, Settings
from .verdict import Verdict
from .witnesses.seeding import Seeds

__all__ = ["verify_divergence", "verify_elbo", "verify_kl", "verify_loss"]


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


def verify_loss(
    fn: Any,
    *,
    roles: Any = None,
    quantity: str | None = None,
    prior: Any = None,
    beta: Any = 1,
    backend: str = "numpy",
    output: str | None = None,
    sizes: Any = None,
    batch: bool = True,
    parameters: Any = None,
    seconds: float = 10.0,
    rng: Any = None,
) -> Diagnosis:
    """Judge whether a loss function computes what it should; if not, say what it computes and name the mistake.

    The function is called at designed points, with sizes that all differ. From the answers its formula is recovered,
    with exact coefficients, and set beside the right one: KL(N(μ, σ²) ‖ N(0, I)) = ½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²)
    in any reduction over the batch, a whole VAE loss, … in nats. A black box is CONSISTENT at best.

    Args:
        fn: the function, of arrays of shape (B, d) (a batch of B, d latents); images and single vectors are tried, too.
        roles: what each argument holds, by name or in order: "mean", "std", "variance", "log_variance", "log_std",
            "softplus_std", the same with _q and _p for two Gaussians, "x", "reconstruction", "logits",
            "probabilities", "log_weights", "noise", … Without it roles are proposed from the arguments' names, and an
            answer that depends on the proposal is UNDECIDED.
        quantity: the name of what it should compute, where the roles leave a choice.
        prior: (mean, standard deviation) of a fixed Gaussian prior; (0, 1) without it.
        beta: the declared weight of the KL in a whole objective.
        backend: "numpy", "torch" or "jax": whose tensors the function gets.
        output: the name or position of the output to judge, where there are several.
        sizes: sizes that the function insists on, as {"d": 8}.
        batch: False for a function of one sample, which takes arrays of shape (d,) and no batches.
        parameters: names of the arguments, where the function's signature does not tell.
        seconds: time limit of a call.
        rng: a seed or a numpy.random generator (SPEC 7).

    Returns:
        A `Diagnosis`, a `Verdict` with `relation`, `reduction`, `recovered`, `mistakes`, and `as_test()`.

    Raises:
        InputError: for roles that are unknown or go with no quantity.
        LossFunctionError: for a function that fails, changes its input, or returns no numbers.

    >>> import numpy as np
    >>> def kl_loss(mu, logvar):
    ...     return -0.5 * np.mean(1 + logvar - mu**2 - np.exp(logvar), axis=-1)
    >>> diagnosis = verify_loss(kl_loss, roles=("mean", "log_variance"), rng=0)
    >>> str(diagnosis.outcome), diagnosis.factor, [mistake.slug for mistake in diagnosis.mistakes]
    ('refuted', '1/d', ['mean-over-latent'])

    Source: proofs `gaussian-kl-diagonal` and `vae-loss`.
    """
    function = LossFunction.of(fn, backend=backend, seconds=seconds, parameters=parameters)
    assignment = assigned(function.parameters, function.optional, roles)
    options = Options(prior_of(prior), beta_of(beta))
    case = Case(function, assignment, quantity, options, sizes_of(sizes), output, batch)
    return verdict_on_outputs(case, Seeds.of(rng))
