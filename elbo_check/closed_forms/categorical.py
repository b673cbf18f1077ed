"""Closed forms of discrete latents, in any world of numbers, as terms to be added up; 0 log 0 = 0."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..densities.categorical import Categorical
from ..densities.world import World
from ..errors import ShapeError, WitnessError, described

__all__ = ["cross", "entropy", "kl", "require_comparable"]

Terms = tuple[Any, ...]


def entropy(q: Categorical, world: World) -> Terms:
    """Return H[q] = −Σ q log q as terms."""
    return tuple(-(q.probabilities[q.support] * q.logs[q.support]))


def cross(q: Categorical, p: Categorical, world: World) -> Terms:
    """Return E_q log p = Σ q log p as terms; raises `WitnessError` where it is −∞."""
    require_comparable(q, p)
    return tuple(q.probabilities[q.support] * p.logs[q.support])


def kl(q: Categorical, p: Categorical, world: World) -> Terms:
    """Return KL(q‖p) = Σ q log q/p as terms; raises `WitnessError` where it is infinite.

    Source: for example Cover & Thomas (2006), Elements of Information Theory, (2.26).
    """
    require_comparable(q, p)
    positive = np.argwhere(q.support)
    pairs = [(q.probabilities[place], q.logs[place], p.logs[place]) for place in map(tuple, positive)]
    return *(weight * own for weight, own, _ in pairs), *(-weight * other for weight, _, other in pairs)


def require_comparable(q: Any, p: Any) -> None:
    """Raise `ShapeError` for densities of different latents, `WitnessError` where q is positive and p is 0."""
    if q.shape != p.shape:
        shown = described(f"a density of shape {q.shape}")
        raise ShapeError("q", shown, f"of shape {p.shape}", "its last axis holds outcomes, the one before latents")
    if not p.covers(q):
        raise WitnessError("KL(q‖p) is infinite: q is positive where p is 0")
