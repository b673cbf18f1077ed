"""Tractable models: their evidence and posterior are known exactly, so that a bound on them can be seen to hold."""

from typing import Any

from .beta_binomial import BetaBinomial
from .dirichlet_multinomial import DirichletMultinomial
from .finite_joint import FiniteJoint
from .gamma_poisson import GammaPoisson
from .gaussian_mixture import GaussianMixture
from .hidden_markov import HiddenMarkovModel
from .linear_gaussian import LinearGaussian
from .logistic_normal import LogisticNormal
from .model import Model
from .normal_inverse_gamma import NormalUnknownMeanVariance
from .normal_normal import NormalNormal
from .ppca import ProbabilisticPCA
from .state_space import StateSpace

__all__ = [
    "MODELS",
    "BetaBinomial",
    "DirichletMultinomial",
    "FiniteJoint",
    "GammaPoisson",
    "GaussianMixture",
    "HiddenMarkovModel",
    "LinearGaussian",
    "LogisticNormal",
    "Model",
    "NormalNormal",
    "NormalUnknownMeanVariance",
    "ProbabilisticPCA",
    "StateSpace",
]

_KINDS: tuple[type[Any], ...] = (
    FiniteJoint,
    BetaBinomial,
    GammaPoisson,
    DirichletMultinomial,
    NormalNormal,
    NormalUnknownMeanVariance,
    LinearGaussian,
    ProbabilisticPCA,
    GaussianMixture,
    HiddenMarkovModel,
    StateSpace,
    LogisticNormal,
)

MODELS: dict[str, type[Any]] = {kind.name: kind for kind in _KINDS}
