"""Closed forms of normal-inverse-gamma densities, in any world of numbers, as terms to be added up."""

from __future__ import annotations

from typing import Any

from ..densities.normal_inverse_gamma import NormalInverseGamma
from ..densities.world import World

__all__ = ["cross", "entropy", "kl"]

Terms = tuple[Any, ...]


def entropy(q: NormalInverseGamma, world: World) -> Terms:
    """Return H[q] = ½ + ½ log 2π − ½ log κ + 3/2 log b + a + log Γ(a) − (a + 3/2) ψ(a) as terms."""
    half, log, a = world.half, world.log, q.shape
    normal = half, half * world.log_two_pi(), -half * log(q.kappa)
    return *normal, 3 * half * log(q.scale), a, world.log_gamma(a), -(a + 3 * half) * world.digamma(a)


def cross(q: NormalInverseGamma, p: NormalInverseGamma, world: World) -> Terms:
    """Return E_q log p as terms, from E log σ² = log bq − ψ(aq) and E (μ − mp)²/σ² = 1/κq + (mq − mp)² aq/bq."""
    half, log, apart = world.half, world.log, q.mean - p.mean
    normal = half * log(p.kappa), -half * world.log_two_pi(), -half * p.kappa / q.kappa
    far = -half * p.kappa * apart * apart * q.shape / q.scale
    inverse_gamma = p.shape * log(p.scale), -world.log_gamma(p.shape), -p.scale * q.shape / q.scale
    power = p.shape + 3 * half
    return *normal, far, *inverse_gamma, -power * log(q.scale), power * world.digamma(q.shape)


def kl(q: NormalInverseGamma, p: NormalInverseGamma, world: World) -> Terms:
    """Return KL(q‖p) = E KL(q(μ|σ²)‖p(μ|σ²)) + KL(q(σ²)‖p(σ²)) as terms.

    The first is ½ (log κq/κp + (κp − κq)/κq + κp (mq − mp)² aq/bq), the second
    (aq − ap) ψ(aq) − log Γ(aq) + log Γ(ap) + ap (log bq − log bp) + aq (bp − bq)/bq.

    Source: the chain rule of the divergence, and for example Penny (2001) for the parts.
    """
    half, log, log_gamma, apart = world.half, world.log, world.log_gamma, q.mean - p.mean
    spread = half * log(q.kappa), -half * log(p.kappa), half * (p.kappa - q.kappa) / q.kappa
    far = half * p.kappa * apart * apart * q.shape / q.scale
    shapes = (q.shape - p.shape) * world.digamma(q.shape), -log_gamma(q.shape), log_gamma(p.shape)
    scales = p.shape * log(q.scale), -p.shape * log(p.scale), q.shape * (p.scale - q.scale) / q.scale
    return *spread, far, *shapes, *scales
