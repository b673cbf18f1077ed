"""The quantities that a loss may be, one a file, all with one silhouette: roles, points, terms, the right value, slips.

`quantity_for` finds the one that goes with the roles of a function's arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from ...errors import InputError, described
from ..quantity import Quantity
from .categorical_kl import categorical_kl
from .categorical_kl_pair import categorical_kl_pair
from .categories import CATEGORIES
from .gaussian_edges import moved_edges, noise_edges, spread_edges
from .gaussian_entropy import gaussian_entropy
from .gaussian_kl import gaussian_kl
from .gaussian_kl_pair import gaussian_kl_pair
from .gaussian_kl_residual import RESIDUAL_ROLES, gaussian_kl_residual
from .gaussian_nll import gaussian_nll
from .gaussian_terms import AXES
from .iwae import iwae
from .minibatch import minibatch
from .sampled_kl import sampled_kl
from .sampler import ignoring_noise, sampler
from .seconds import SECONDS
from .vae_loss import DECODERS, latent_kls, vae_loss

__all__ = ["QUANTITIES", "Options", "quantity_for"]


@dataclass(frozen=True, slots=True)
class Options:
    """What is known beside the roles: the prior's mean and standard deviation, and the weight of the KL."""

    prior: tuple[Fraction, Fraction] = (Fraction(0), Fraction(1))
    beta: Fraction = Fraction(1)


_MOST = 64  # that are kept: what is made of one is kept as well

Builder = Callable[[frozenset[str], Options], Quantity | None]
"""Builds a quantity if the roles are its own, and None if not."""


def _gaussian_kl(roles: frozenset[str], options: Options) -> Quantity | None:
    beside_noise = _second_beside_noise(roles)
    if beside_noise:
        return ignoring_noise(gaussian_kl(beside_noise, options.prior), beside_noise)
    seconds = roles & SECONDS.keys()
    if roles == {"mean"} | seconds and len(seconds) == 1:
        return gaussian_kl(next(iter(seconds)), options.prior)
    return None


def _gaussian_kl_pair(roles: frozenset[str], options: Options) -> Quantity | None:  # noqa: ARG001
    seconds = _sided(roles, SECONDS)
    if seconds and roles == {"mean_q", "mean_p", *seconds}:
        return gaussian_kl_pair(*seconds)
    return None


def _gaussian_kl_residual(roles: frozenset[str], options: Options) -> Quantity | None:  # noqa: ARG001
    return gaussian_kl_residual(roles) if roles - {"mean_p"} == RESIDUAL_ROLES else None


def _categorical_kl(roles: frozenset[str], options: Options) -> Quantity | None:  # noqa: ARG001
    return categorical_kl(next(iter(roles))) if len(roles) == 1 and roles <= CATEGORIES.keys() else None


def _categorical_kl_pair(roles: frozenset[str], options: Options) -> Quantity | None:  # noqa: ARG001
    held = _sided(roles, CATEGORIES)
    return categorical_kl_pair(*held) if held and roles == set(held) else None


def _sided(roles: frozenset[str], kinds: Collection[str]) -> tuple[str, str] | None:
    """Return the role of q and that of p among roles of these kinds, if there is one of each."""
    found = [[f"{kind}_{side}" for kind in kinds if f"{kind}_{side}" in roles] for side in "qp"]
    return (found[0][0], found[1][0]) if [len(each) for each in found] == [1, 1] else None


def _sampler(roles: frozenset[str], options: Options) -> Quantity | None:  # noqa: ARG001 - a silhouette
    role = _second_beside_noise(roles)
    return sampler(role) if role else None


def _sampled_kl(roles: frozenset[str], options: Options) -> Quantity | None:
    role = _second_beside_noise(roles)
    if not role:
        return None
    moved = (*moved_edges(("mean",), options.prior, AXES), *noise_edges())
    return replace(sampled_kl(role, options.prior), edges=(*spread_edges(role, options.prior, AXES), *moved))


def _second_beside_noise(roles: frozenset[str]) -> str | None:
    seconds = roles & SECONDS.keys()
    return next(iter(seconds)) if roles == {"mean", "noise"} | seconds and len(seconds) == 1 else None


def _iwae(roles: frozenset[str], options: Options) -> Quantity | None:  # noqa: ARG001 - a silhouette
    return iwae() if roles == {"log_weights"} else None


def _kls_beside(roles: frozenset[str], options: Options) -> Sequence[Quantity]:
    """Return the KLs with these roles that a likelihood may stand beside: to a fixed prior, or to a learned one."""
    pair = _gaussian_kl_pair(roles, options)
    if pair is not None:
        return [pair]
    (role, *others) = (roles & SECONDS.keys()) or ("",)
    is_one = roles - {"noise"} == {"mean", role} and not others
    return latent_kls(role, options.prior, noise="noise" in roles) if is_one else []


def _vae_loss(likelihood: str) -> Builder:
    def built(roles: frozenset[str], options: Options) -> Quantity | None:
        decoded = roles & ({"logits", "probabilities", "reconstruction"} - _FOREIGN[likelihood])
        decoders = roles & set(DECODERS)
        kls = _kls_beside(roles - {"x"} - decoded - decoders, options) if "x" in roles and len(decoded) == 1 else []
        if not kls or len(decoders) > 1 or (decoders and (likelihood == "bernoulli" or decoded != {"reconstruction"})):
            return None
        (held,) = decoded
        kind = likelihood or ("bernoulli" if held == "probabilities" else "")
        return vae_loss(kind, held, kls, next(iter(decoders), None), options.beta)

    return built


_FOREIGN: Mapping[str, frozenset[str]] = {
    "": frozenset(),
    "bernoulli": frozenset(),
    "gaussian": frozenset({"probabilities"}),
}


def _gaussian_nll(roles: frozenset[str], options: Options) -> Quantity | None:  # noqa: ARG001
    seconds, means = roles & SECONDS.keys(), roles & {"mean", "x_mean", "reconstruction"}
    if roles == {"x"} | means | seconds and len(means) == len(seconds) == 1:
        return gaussian_nll(next(iter(means)), next(iter(seconds)))
    return None


def _gaussian_entropy(roles: frozenset[str], options: Options) -> Quantity | None:  # noqa: ARG001
    return gaussian_entropy(next(iter(roles))) if len(roles) == 1 and roles <= SECONDS.keys() else None


def _minibatch(roles: frozenset[str], options: Options) -> Quantity | None:  # noqa: ARG001
    return minibatch() if roles == {"nll", "kl", "dataset_size"} else None


QUANTITIES: Mapping[str, Builder] = {
    "sampler": _sampler,
    "sampled-kl": _sampled_kl,
    "gaussian-kl": _gaussian_kl,
    "gaussian-kl-pair": _gaussian_kl_pair,
    "gaussian-kl-residual": _gaussian_kl_residual,
    "categorical-kl": _categorical_kl,
    "categorical-kl-pair": _categorical_kl_pair,
    "iwae": _iwae,
    "vae-loss": _vae_loss(""),
    "bernoulli-vae-loss": _vae_loss("bernoulli"),
    "gaussian-vae-loss": _vae_loss("gaussian"),
    "gaussian-negative-log-likelihood": _gaussian_nll,
    "gaussian-entropy": _gaussian_entropy,
    "minibatch-loss": _minibatch,
}


def quantity_for(roles: frozenset[str], name: str | None, options: Options) -> Quantity:
    """Return the quantity of a name with these roles; without a name, the first that these roles are for.

    Raises `InputError` if there is none, with what is there.
    """
    if name is not None and name not in QUANTITIES:
        raise InputError("quantity", name, f"one of {', '.join(QUANTITIES)}", "leave it out to go by the roles")
    found = kept_quantity(roles, name, options)
    if found is not None:
        return found
    shown = described(", ".join(sorted(roles)))
    expected = "those of a known quantity" if name is None else f"those of {name}"
    remedy = (
        "a Gaussian KL takes mean and std, variance, log_variance, log_std or softplus_std, with _q and _p if it is of "
        "two; a whole loss these beside x and reconstruction, probabilities or logits; see the docs of verify_loss"
    )
    raise InputError("roles", shown, expected, remedy)


@lru_cache(maxsize=_MOST)
def kept_quantity(roles: frozenset[str], name: str | None, options: Options) -> Quantity | None:
    """Return the same quantity for the same question, so that what is made of it is kept too; None if there is none."""
    built = (builder(roles, options) for known, builder in QUANTITIES.items() if name in (None, known))
    return next((quantity for quantity in built if quantity is not None), None)
