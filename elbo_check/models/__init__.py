"""Tractable models: their evidence and posterior are known exactly, so that a bound on them can be seen to hold."""

from .beta_binomial import BetaBinomial
from .dirichlet_multinomial import DirichletMultinomial
from .gamma_poisson import GammaPoisson
from .model import Model
from .normal_inverse_gamma import NormalUnknownMeanVariance

__all__ = ["MODELS", "BetaBinomial", "DirichletMultinomial", "GammaPoisson", "Model", "NormalUnknownMeanVariance"]

MODELS: dict[str, type[Model]] = {
    kind.name: kind for kind in (BetaBinomial, GammaPoisson, DirichletMultinomial, NormalUnknownMeanVariance)
}
