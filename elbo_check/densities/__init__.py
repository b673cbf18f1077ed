"""Densities, one family a file, all with one silhouette.

A density writes its log-density once, over the small vocabulary of a `World`, as a sum of terms; it is read with
SymPy to derive, with NumPy to integrate and sample, with FLINT balls to enclose. What else it lends to a
witness (support, sampler, proved tail bound, centred cumulant) never contains a closed form of the divergence.
"""

from .beta import Beta
from .categorical import Categorical
from .dirichlet import Dirichlet
from .gamma import Gamma
from .markov_chain import MarkovChain
from .multivariate_normal import MultivariateNormal
from .normal import Normal
from .normal_inverse_gamma import NormalInverseGamma
from .scale import Scale

__all__ = [
    "Beta",
    "Categorical",
    "Dirichlet",
    "Gamma",
    "MarkovChain",
    "MultivariateNormal",
    "Normal",
    "NormalInverseGamma",
    "Scale",
]
