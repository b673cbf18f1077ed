"""Losses as they are found in public code, right and wrong, and whether each is recognised for what it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from ..api_loss import verify_loss
from ..loss_verdict import Diagnosis
from ..verdict import Outcome, Verdict

__all__ = ["LOSSES", "Loss", "recognised"]


class Loss(NamedTuple):
    """A loss, what its arguments hold, and the mistakes in it; none if it is right."""

    function: Callable[..., Any]
    roles: tuple[str, ...]
    mistakes: tuple[str, ...] = ()


def _cross_entropy(x: Any, r: Any) -> Any:
    return -(x * np.log(r) + (1 - x) * np.log(1 - r))


def _kl(mu: Any, logvar: Any) -> Any:
    return -0.5 * np.sum(1 + logvar - mu**2 - np.exp(logvar), axis=-1)


_KL = ("mean", "log_variance")
_VAE = ("reconstruction", "x", "mean", "log_variance")

LOSSES: dict[str, Loss] = {
    "kl": Loss(lambda mu, logvar: np.mean(_kl(mu, logvar)), _KL),
    "kl, averaged over latents": Loss(
        lambda mu, logvar: -0.5 * np.mean(1 + logvar - mu**2 - np.exp(logvar)), _KL, ("mean-over-latent",)
    ),
    "kl, without its half": Loss(lambda mu, logvar: 2 * _kl(mu, logvar), _KL, ("doubled",)),
    "kl, given σ for log σ²": Loss(_kl, ("mean", "std"), ("sigma-as-logvar",)),
    "kl, sign of μ²": Loss(
        lambda mu, logvar: -0.5 * np.sum(1 + logvar + mu**2 - np.exp(logvar), axis=-1), _KL, ("wrong-sign",)
    ),
    "sampler": Loss(lambda mu, logvar, eps: mu + np.exp(logvar / 2) * eps, (*_KL, "noise")),
    "sampler, variance for σ": Loss(
        lambda mu, logvar, eps: mu + np.exp(logvar) * eps, (*_KL, "noise"), ("var-as-std-in-reparam",)
    ),
    "vae": Loss(lambda r, x, mu, logvar: np.mean(np.sum(_cross_entropy(x, r), axis=-1) + _kl(mu, logvar)), _VAE),
    "vae, mean of pixels": Loss(
        lambda r, x, mu, logvar: np.mean(np.mean(_cross_entropy(x, r), axis=-1) + _kl(mu, logvar)),
        _VAE,
        ("bce-mean-vs-kl-sum",),
    ),
}
"""Losses by what they are."""


def recognised(rng: Any = None) -> Iterator[tuple[str, Verdict]]:
    """Yield for each loss whether it was recognised: CONSISTENT if the diagnosis is what it should be, else REFUTED."""
    for name, loss in LOSSES.items():
        yield name, _judged(loss, verify_loss(loss.function, roles=loss.roles, rng=rng))


def _judged(loss: Loss, found: Diagnosis) -> Verdict:
    named = [{mistake.slug, *mistake.same_as} for mistake in found.mistakes]
    right = (
        bool(loss.mistakes) == (found.outcome is Outcome.REFUTED)
        and len(named) == len(loss.mistakes)
        and all(slug in group for slug, group in zip(loss.mistakes, named, strict=True))
    )
    told = ", ".join(f"{mistake.code} {mistake.slug}" for mistake in found.mistakes)
    outcome = Outcome.CONSISTENT if right else Outcome.REFUTED
    claim = f"recognised: {told or 'right'}" if right else f"not recognised: {told or found.outcome}"
    return Verdict(outcome, claim, record={"seconds": found.record["seconds"]})
