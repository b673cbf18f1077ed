"""Tractable models: their evidence and posterior are known exactly, so that a bound on them can be seen to hold."""

from typing import Any

from .beta_binomial import BetaBinomial
from .dirichlet_multinomial import DirichletMultinomial
from .gamma_poisson import GammaPoisson
from .linear_gaussian import LinearGaussian
from .model import Model
from .normal_inverse_gamma import NormalUnknownMeanVariance
from .normal_normal import NormalNormal
from .ppca import ProbabilisticPCA
from .state_space import StateSpace

__all__ = [
    "MODELS",
    "BetaBinomial",
    "DirichletMultinomial",
    "GammaPoisson",
    "LinearGaussian",
    "Model",
    "NormalNormal",
    "NormalUnknownMeanVariance",
    "ProbabilisticPCA",
    "StateSpace",
]

_KINDS: tuple[type[Any], ...] = (
    BetaBinomial,
    GammaPoisson,
    DirichletMultinomial,
    NormalNormal,
    NormalUnknownMeanVariance,
    LinearGaussian,
    ProbabilisticPCA,
    StateSpace,
)
MODELS: dict[str, type[Any]] = {kind.name: kind for kind in _KINDS}
