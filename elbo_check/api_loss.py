"""The verb for somebody's loss: from a function and what is said of it to a diagnosis."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

from .diagnosis.quantities import Options, quantity_for
from .diagnosis.roles import assigned, shared
from .errors import InputError
from .inputs.backends import backend_named
from .inputs.kept import as_it_was
from .inputs.loss_function import LossFunction
from .inputs.loss_options import batch_of, beta_of, output_of, outputs_of, prior_of, sizes_of
from .loss_hearing.calls import Case
from .loss_hearing.pair import verdict_on_outputs, verdict_on_pair
from .loss_verdict import Diagnosis
from .witnesses.seeding import Seeds

__all__ = ["verify_loss"]


def verify_loss(
    fn: Any,
    *,
    roles: Any = None,
    sampler: Any = None,
    quantity: str | None = None,
    prior: Any = None,
    beta: Any = 1,
    backend: str = "numpy",
    output: str | int | None = None,
    sizes: Any = None,
    batch: bool | None = None,
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
            "probabilities", "log_weights", "noise", … Without it roles are proposed from the arguments' names, which
            is noted, and what is right under another reading of them alone is UNDECIDED.
        sampler: the function that draws the latents of this KL, z = sampler(mean, second, noise); without an argument
            for the noise, its own draw is replaced. Both are judged, and that they read the second argument alike.
        quantity: the name of what it should compute, where the roles leave a choice.
        prior: (mean, standard deviation) of a fixed Gaussian prior; (0, 1) without it.
        beta: the declared weight of the KL in a whole objective.
        backend: "numpy", "torch" or "jax": whose tensors the function gets.
        output: the output to judge, where there are several: its name, or its position in a tuple; "0 + 1" for the sum
            of two.
        sizes: sizes that the function insists on, as {"d": 8}.
        batch: False for a function of one sample, which takes arrays of shape (d,) and no batches; True for one that is
            never meant so. Without it batches come first, and what is right of one sample only is UNDECIDED.
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
    options = Options(prior_of(prior), beta_of(beta))
    seeds, given = Seeds.of(rng), sizes_of(sizes)
    function = LossFunction.of(fn, backend=backend, seconds=seconds, parameters=parameters)
    started = time.perf_counter()  # the backend has been imported
    batches, alone = batch_of(batch)
    named = output_of(output)
    if outputs_of(named):
        function = function.adding(outputs_of(named))
        named = str(function.added)
    drawing = None if sampler is None else LossFunction.of(sampler, backend=backend, seconds=seconds)
    own, its = (roles, None) if drawing is None else shared(function.parameters, drawing.parameters, roles)
    held = assigned(function.parameters, function.optional, own)
    case = Case(function, held, quantity, options, given, named, batches, alone)
    _checked_beta(case)
    with as_it_was((fn, sampler), backend_named(backend)):
        if drawing is None:
            with function.quiet():
                told = verdict_on_outputs(case, seeds)
        else:
            held = assigned(drawing.parameters, drawing.optional, its)
            draw = Case(drawing, held, "sampler", options, given, None, batches, alone)
            told = verdict_on_pair(draw, case, seeds)
    for each in (function, *([] if drawing is None else [drawing])):
        each.refusals.unchanged()
    return _timed(told, started)


def _checked_beta(case: Case) -> None:
    """Refuse a weight of the KL where there is nothing that it could be weighed against."""
    weight = case.options.beta
    if weight != 1 and not quantity_for(frozenset(case.assignment.names), case.name, case.options).objective:
        remedy = "leave it out to judge the KL itself, or give the roles of the whole loss"
        raise InputError("beta", float(weight), "left out where there is no whole objective", remedy)


def _timed(told: Diagnosis, started: float) -> Diagnosis:
    """Return a diagnosis with the time of all that it took: a gradient may take longer than a value."""
    return replace(told, record={**told.record, "seconds": time.perf_counter() - started})
