"""Tractable models: their evidence and posterior are known exactly, so that a bound on them can be seen to hold."""

from .beta_binomial import BetaBinomial
from .finite_joint import FiniteJoint
from .gaussian_mixture import GaussianMixture
from .hidden_markov import HiddenMarkovModel
from .model import Model

__all__ = ["MODELS", "BetaBinomial", "FiniteJoint", "GaussianMixture", "HiddenMarkovModel", "Model"]

_KINDS: tuple[type[Model], ...] = (BetaBinomial, FiniteJoint, GaussianMixture, HiddenMarkovModel)

MODELS: dict[str, type[Model]] = {kind.name: kind for kind in _KINDS}
