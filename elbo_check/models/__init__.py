"""Tractable models: their evidence and posterior are known exactly, so that a bound on them can be seen to hold."""

from .beta_binomial import BetaBinomial
from .linear_gaussian import LinearGaussian
from .logistic_normal import LogisticNormal
from .model import Model
from .normal_normal import NormalNormal
from .ppca import ProbabilisticPCA
from .state_space import StateSpace

__all__ = [
    "MODELS",
    "BetaBinomial",
    "LinearGaussian",
    "LogisticNormal",
    "Model",
    "NormalNormal",
    "ProbabilisticPCA",
    "StateSpace",
]

MODELS: dict[str, type[Model]] = {
    kind.name: kind
    for kind in (BetaBinomial, NormalNormal, LinearGaussian, ProbabilisticPCA, StateSpace, LogisticNormal)
}
