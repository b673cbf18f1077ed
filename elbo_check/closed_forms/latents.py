"""Closed forms of the densities of latents: entropy, E_q log p and KL(q‖p), by family, as terms to be added up."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ..densities.beta import Beta
from ..densities.categorical import Categorical
from ..densities.markov_chain import MarkovChain
from ..densities.world import World
from . import beta, categorical, markov_chain

__all__ = ["Terms", "cross", "entropy", "kl"]

Terms = tuple[Any, ...]

_FAMILIES: dict[type, ModuleType] = {Beta: beta, Categorical: categorical, MarkovChain: markov_chain}


def entropy(q: Any, world: World) -> Terms:
    """Return the terms of H[q] = −E_q log q."""
    terms: Terms = _FAMILIES[type(q)].entropy(q, world)
    return terms


def cross(q: Any, p: Any, world: World) -> Terms:
    """Return the terms of E_q log p."""
    terms: Terms = _FAMILIES[type(q)].cross(q, p, world)
    return terms


def kl(q: Any, p: Any, world: World) -> Terms:
    """Return the terms of KL(q‖p), typed by itself: it is not the difference of the two above."""
    terms: Terms = _FAMILIES[type(q)].kl(q, p, world)
    return terms
