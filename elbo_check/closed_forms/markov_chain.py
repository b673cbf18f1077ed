"""Closed forms of chains of discrete latents: the chain rule, in any world of numbers, as terms to be added up."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from ..densities.markov_chain import MarkovChain
from ..densities.world import World
from .categorical import require_comparable

__all__ = ["cross", "entropy", "kl"]

Terms = tuple[Any, ...]


def entropy(q: MarkovChain, world: World) -> Terms:
    """Return H[q] = H[z₁] + Σₜ E H[zₜ₊₁|zₜ] as terms."""
    return tuple(-(weight * own) for weight, own, _ in _steps(q, q))


def cross(q: MarkovChain, p: MarkovChain, world: World) -> Terms:
    """Return E_q log p = E log p(z₁) + Σₜ E log p(zₜ₊₁|zₜ) as terms; raises `WitnessError` where it is −∞."""
    require_comparable(q, p)
    return tuple(weight * other for weight, _, other in _steps(q, p))


def kl(q: MarkovChain, p: MarkovChain, world: World) -> Terms:
    """Return KL(q‖p) = KL of the first latents + Σₜ E_q KL of the steps, as terms; `WitnessError` where infinite.

    Source: for example Cover & Thomas (2006), Elements of Information Theory, theorem 2.5.3.
    """
    require_comparable(q, p)
    terms: list[Any] = []
    for weight, own, other in _steps(q, p):
        terms += (weight * own, -weight * other)
    return tuple(terms)


def _steps(q: MarkovChain, p: MarkovChain) -> Iterator[tuple[Any, Any, Any]]:
    """Yield (probability under q, log q, log p) of every start and every step that q can take."""
    first, reached, marginals = q.initial.support, q.reached, q.marginals()
    yield from zip(q.initial.probabilities[first], q.initial.logs[first], p.initial.logs[first], strict=True)
    own, other = q.transitions, p.transitions
    for place in map(tuple, np.argwhere(reached[:-1, :, None] & own.support)):
        yield marginals[place[:2]] * own.probabilities[place], own.logs[place], other.logs[place]
