"""Where the formulas of a Gaussian KL suffer: at the prior, and at extreme scales and means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...closed_forms import normal_kl
from ...densities.normal import Normal
from ..quantity import Edge
from .gaussian_terms import AXES, Prior

__all__ = ["FAR_APART", "holding", "kl_edges", "moved_edges", "near_prior", "noise_edges", "spread_edges"]

_APART = (3.0, 8.0, 30.0, 100.0)
FAR_APART = tuple(pair for size in _APART for far in (size, -size) for pair in ((0.0, far), (far, 0.0)))
"""Two numbers whose difference is far from those that are drawn: of each sign, whichever of the two is far out."""

_KINDS = {"std": "sigma", "variance": "variance", "log_std": "log_sigma", "log_variance": "log_variance"}
_NOISES = (3.0, 4.0, 10.0, 100.0, 1000.0)
_MEANS = (4.0, 10.0, 100.0, 1000.0)
_FAR = (4.0, 1e1, 1e2, 1e3, 1e6, 1e12, 1e18)
_EXTREMES = (3.0, 4.0, 6.0, 12.0, 25.0, 50.0, 100.0, 200.0, 400.0, 600.0)  # of |log σ²|
_ORDINARY = 4.0  # σ of a prior beside its mean, or |log σ²|, that any posterior may have


def kl_edges(role: str, prior: Prior) -> tuple[Edge, ...]:
    """Return the edges for a second argument with this role; of a softplus those beside the recovered formula alone."""
    if role not in _KINDS:
        return (*spread_edges(role, prior, AXES), *moved_edges(("mean",), prior, AXES))
    centre, scale = float(prior[0]), float(prior[1])

    def reference(arrays: Mapping[str, Any]) -> Any:
        q = Normal(arrays["mean"], arrays[role], second=_KINDS[role])
        return normal_kl(q, Normal(centre, scale * scale if role.endswith("variance") else scale, second=_held(role)))

    lines = [[{"mean": centre, role: holding(role, prior, sign * size)} for size in _EXTREMES] for sign in (-1, 1)]
    far = [
        [{"mean": centre + sign * scale * size, role: holding(role, prior, 0.0)} for size in _FAR] for sign in (1, -1)
    ]
    return (
        Edge(reference, AXES, near_prior(role, prior), near=True),
        *(Edge(reference, AXES, line, ordinary=_ordinary(_EXTREMES)) for line in lines),
        *(Edge(reference, AXES, line, ordinary=_ordinary(_FAR)) for line in far),
    )


def near_prior(role: str, prior: Prior) -> list[Mapping[str, float]]:
    """Return points that lead to the prior."""
    centre, scale = float(prior[0]), float(prior[1])
    return [{"mean": centre + 10.0**-k * scale, role: holding(role, prior, 10.0**-k)} for k in range(1, 13)]


def spread_edges(role: str, prior: Prior, axes: tuple[str, ...], **fixed: float) -> tuple[Edge, ...]:
    """Return the lines to extreme scales alone, beside the formula that was recovered.

    The role may be that of a decoder's spread, or of one of two densities. Other arguments are as they are drawn, or
    `fixed`.
    """
    second = role.removeprefix("decoder_").removeprefix("delta_").removesuffix("_q").removesuffix("_p")
    lines = [[{role: holding(second, prior, sign * size), **fixed} for size in _EXTREMES] for sign in (-1, 1)]
    return tuple(Edge(None, axes, line, ordinary=_ordinary(_EXTREMES, axes)) for line in lines)


def moved_edges(roles: tuple[str, ...], prior: Prior, axes: tuple[str, ...], **fixed: float) -> tuple[Edge, ...]:
    """Return the lines to extreme means, the second of them half a prior's σ beside the first.

    They are held beside the formula that was recovered.
    """
    centre, scale = float(prior[0]), float(prior[1])
    places = [centre + sign * scale * size for sign in (1, -1) for size in _MEANS]
    points = [{role: place + scale * k / 2 for k, role in enumerate(roles)} | fixed for place in places]
    count = _ordinary(_MEANS, axes)
    return tuple(Edge(None, axes, points[start : start + len(_MEANS)], ordinary=count) for start in (0, len(_MEANS)))


def noise_edges() -> tuple[Edge, ...]:
    """Return the lines to extreme noise, beside the formula that was recovered."""
    lines = [[{"noise": sign * size} for size in _NOISES] for sign in (1, -1)]
    return tuple(Edge(None, AXES, line, ordinary=_ordinary(_NOISES)) for line in lines)


def _ordinary(sizes: Sequence[float], axes: tuple[str, ...] = AXES) -> int:
    """Return how many places of a line are ordinary ones of latents; none of data, which may be bound."""
    return sum(size <= _ORDINARY for size in sizes) if axes == AXES else 0


def _held(role: str) -> str:
    return "variance" if role.endswith("variance") else "sigma"


def holding(role: str, prior: Prior, log_variance: float) -> float:
    """Return the number that a second argument with this role holds where log(σ²/b²) is this."""
    log_prior = 2 * float(np.log(float(prior[1])))
    total = log_variance + log_prior
    deviation = np.exp(total / 2)
    made = {"log_variance": total, "log_std": total / 2, "variance": np.exp(total), "std": deviation}
    return float(deviation + np.log(-np.expm1(-deviation)) if role == "softplus_std" else made[role])
