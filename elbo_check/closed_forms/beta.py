"""Closed forms of beta densities, in any world of numbers, as terms to be added up."""

from __future__ import annotations

from typing import Any

from ..densities.beta import Beta
from ..densities.world import World

__all__ = ["cross", "entropy", "kl"]

Terms = tuple[Any, ...]


def _log_beta(q: Beta, world: World) -> Terms:
    return world.log_gamma(q.alpha), world.log_gamma(q.beta), -world.log_gamma(q.alpha + q.beta)


def entropy(q: Beta, world: World) -> Terms:
    """Return H[q] = log B(α, β) − (α − 1) ψ(α) − (β − 1) ψ(β) + (α + β − 2) ψ(α + β) as terms."""
    a, b, psi = q.alpha, q.beta, world.digamma
    return *_log_beta(q, world), -(a - 1) * psi(a), -(b - 1) * psi(b), (a + b - 2) * psi(a + b)


def cross(q: Beta, p: Beta, world: World) -> Terms:
    """Return E_q log p = (αp − 1) E_q log θ + (βp − 1) E_q log(1 − θ) − log B(αp, βp) as terms."""
    psi, both = world.digamma, world.digamma(q.alpha + q.beta)
    a, b = p.alpha - 1, p.beta - 1
    logs = a * psi(q.alpha), -a * both, b * psi(q.beta), -b * both
    return *logs, *(-term for term in _log_beta(p, world))


def kl(q: Beta, p: Beta, world: World) -> Terms:
    """Return KL(q‖p) = log B(p)/B(q) + (αq − αp) ψ(αq) + (βq − βp) ψ(βq) − (αq − αp + βq − βp) ψ(αq + βq).

    Source: for example Penny (2001), KL-divergences of Normal, Gamma, Dirichlet and Wishart densities.
    """
    a, b, psi = q.alpha - p.alpha, q.beta - p.beta, world.digamma
    parts = *_log_beta(p, world), *(-term for term in _log_beta(q, world))
    return *parts, a * psi(q.alpha), b * psi(q.beta), -(a + b) * psi(q.alpha + q.beta)
