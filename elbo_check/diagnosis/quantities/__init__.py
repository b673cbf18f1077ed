"""The quantities that a loss may be, one a file, all with one silhouette: roles, points, terms, the right value, slips.

`quantity_for` finds the one that goes with the roles of a function's arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from ...errors import InputError, described
from ..quantity import Quantity
from .gaussian_kl import gaussian_kl
from .iwae import iwae
from .sampled_kl import sampled_kl
from .sampler import ignoring_noise, sampler
from .seconds import SECONDS

__all__ = ["QUANTITIES", "Options", "quantity_for"]


@dataclass(frozen=True, slots=True)
class Options:
    """What is known beside the roles: the prior's mean and standard deviation, and the weight of the KL."""

    prior: tuple[Fraction, Fraction] = (Fraction(0), Fraction(1))
    beta: Fraction = Fraction(1)


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


def _sampler(roles: frozenset[str], options: Options) -> Quantity | None:  # noqa: ARG001 - a silhouette
    role = _second_beside_noise(roles)
    return sampler(role) if role else None


def _sampled_kl(roles: frozenset[str], options: Options) -> Quantity | None:
    role = _second_beside_noise(roles)
    return sampled_kl(role, options.prior) if role else None


def _second_beside_noise(roles: frozenset[str]) -> str | None:
    seconds = roles & SECONDS.keys()
    return next(iter(seconds)) if roles == {"mean", "noise"} | seconds and len(seconds) == 1 else None


def _iwae(roles: frozenset[str], options: Options) -> Quantity | None:  # noqa: ARG001 - a silhouette
    return iwae() if roles == {"log_weights"} else None


QUANTITIES: Mapping[str, Builder] = {
    "sampler": _sampler,
    "sampled-kl": _sampled_kl,
    "gaussian-kl": _gaussian_kl,
    "iwae": _iwae,
}


def quantity_for(roles: frozenset[str], name: str | None, options: Options) -> Quantity:
    """Return the quantity of a name with these roles; without a name, the first that these roles are for.

    Raises `InputError` if there is none, with what is there.
    """
    if name is not None and name not in QUANTITIES:
        raise InputError("quantity", name, f"one of {', '.join(QUANTITIES)}", "leave it out to go by the roles")
    for known, builder in QUANTITIES.items():
        found = builder(roles, options) if name in (None, known) else None
        if found is not None:
            return found
    shown = described(", ".join(sorted(roles)))
    expected = "those of a known quantity" if name is None else f"those of {name}"
    remedy = (
        "a Gaussian KL takes mean and std, variance, log_variance, log_std or softplus_std; see the docs of verify_loss"
    )
    raise InputError("roles", shown, expected, remedy)
