"""Closed forms of Dirichlet densities, in any world of numbers, as terms to be added up."""

from __future__ import annotations

from typing import Any

from ..densities.dirichlet import Dirichlet
from ..densities.world import World

__all__ = ["cross", "entropy", "kl"]

Terms = tuple[Any, ...]


def _log_beta(q: Dirichlet, world: World) -> Terms:
    return *(world.log_gamma(a) for a in q.concentration), -world.log_gamma(q.total)


def entropy(q: Dirichlet, world: World) -> Terms:
    """Return H[q] = log B(α) + (A − K) ψ(A) − Σₖ (αₖ − 1) ψ(αₖ), A = Σₖ αₖ, as terms."""
    psi = world.digamma
    own = (-(a - 1) * psi(a) for a in q.concentration)
    return *_log_beta(q, world), *own, (q.total - len(q.concentration)) * psi(q.total)


def cross(q: Dirichlet, p: Dirichlet, world: World) -> Terms:
    """Return E_q log p = Σₖ (αpₖ − 1) (ψ(αqₖ) − ψ(Aq)) − log B(αp) as terms."""
    psi, common = world.digamma, world.digamma(q.total)
    pairs = zip(q.concentration, p.concentration, strict=True)
    logs = (term for a, b in pairs for term in ((b - 1) * psi(a), -(b - 1) * common))
    return *logs, *(-term for term in _log_beta(p, world))


def kl(q: Dirichlet, p: Dirichlet, world: World) -> Terms:
    """Return KL(q‖p) = log B(αp)/B(αq) + Σₖ (αqₖ − αpₖ) (ψ(αqₖ) − ψ(Aq)) as terms.

    Source: for example Penny (2001), KL-divergences of Normal, Gamma, Dirichlet and Wishart densities.
    """
    psi, common = world.digamma, world.digamma(q.total)
    pairs = zip(q.concentration, p.concentration, strict=True)
    logs = (term for a, b in pairs for term in ((a - b) * psi(a), -(a - b) * common))
    return *_log_beta(p, world), *(-term for term in _log_beta(q, world)), *logs
