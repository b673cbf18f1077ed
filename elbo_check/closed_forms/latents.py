"""Closed forms of the densities of latents: entropy, E_q log p and KL(q‖p), by family, as terms to be added up."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from ..densities.beta import Beta
from ..densities.categorical import Categorical
from ..densities.dirichlet import Dirichlet
from ..densities.gamma import Gamma
from ..densities.gaussian import Gaussian
from ..densities.markov_chain import MarkovChain
from ..densities.normal_inverse_gamma import NormalInverseGamma
from ..densities.world import World
from . import beta, categorical, dirichlet, gamma, gaussian, markov_chain, normal_inverse_gamma

__all__ = ["Terms", "cross", "entropy", "kl"]

Terms = tuple[Any, ...]

_FAMILIES: dict[type, ModuleType] = {
    Beta: beta,
    Categorical: categorical,
    Dirichlet: dirichlet,
    Gamma: gamma,
    Gaussian: gaussian,
    MarkovChain: markov_chain,
    NormalInverseGamma: normal_inverse_gamma,
}


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
