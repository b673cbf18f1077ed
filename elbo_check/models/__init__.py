"""Tractable models: their evidence and posterior are known exactly, so that a bound on them can be seen to hold."""

from .beta_binomial import BetaBinomial
from .model import Model

__all__ = ["MODELS", "BetaBinomial", "Model"]

MODELS: dict[str, type[Model]] = {kind.name: kind for kind in (BetaBinomial,)}
