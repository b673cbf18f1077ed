"""Monte Carlo estimators of the ELBO, its gradient, log p(x) and their bounds, one a file.

Each has `estimate` (an `Estimate` with value, standard error and a bound, or the reason why there is none), the two
gradient estimators have `gradient`; all take a model, data, q, and then `draws`, `rng`, `level`, `workers` by keyword.
"""

from . import eubo, importance, iwae, reparameterised, score_function, sgvb_a, sgvb_b
from .gradient import Gradient

__all__ = ["Gradient", "eubo", "importance", "iwae", "reparameterised", "score_function", "sgvb_a", "sgvb_b"]
