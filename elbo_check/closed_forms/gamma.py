"""Closed forms of gamma densities, in any world of numbers, as terms to be added up."""

from __future__ import annotations

from typing import Any

from ..densities.gamma import Gamma
from ..densities.world import World

__all__ = ["cross", "entropy", "kl"]

Terms = tuple[Any, ...]


def entropy(q: Gamma, world: World) -> Terms:
    """Return H[q] = a − log b + log Γ(a) − (a − 1) ψ(a) as terms."""
    a = q.shape
    return a, -world.log(q.rate), world.log_gamma(a), -(a - 1) * world.digamma(a)


def cross(q: Gamma, p: Gamma, world: World) -> Terms:
    """Return E_q log p = ap log bp − log Γ(ap) + (ap − 1) (ψ(aq) − log bq) − bp aq/bq as terms."""
    log, power = world.log, p.shape - 1
    mean_log = power * world.digamma(q.shape), -power * log(q.rate)
    return p.shape * log(p.rate), -world.log_gamma(p.shape), *mean_log, -p.rate * q.shape / q.rate


def kl(q: Gamma, p: Gamma, world: World) -> Terms:
    """Return KL(q‖p) = (aq − ap) ψ(aq) − log Γ(aq) + log Γ(ap) + ap (log bq − log bp) + aq (bp − bq)/bq as terms.

    Source: for example Penny (2001), KL-divergences of Normal, Gamma, Dirichlet and Wishart densities.
    """
    log, log_gamma = world.log, world.log_gamma
    shapes = (q.shape - p.shape) * world.digamma(q.shape), -log_gamma(q.shape), log_gamma(p.shape)
    return *shapes, p.shape * log(q.rate), -p.shape * log(p.rate), q.shape * (p.rate - q.rate) / q.rate
