"""Densities, one family a file, all with one silhouette.

A density writes its log-density once, over the small vocabulary of a `World`, as a sum of terms; it is read with
SymPy to derive, with NumPy to integrate and sample, with FLINT balls to enclose. What else it lends to a
witness (support, sampler, proved tail bound, centred cumulant) never contains a closed form of the divergence.
"""

from .beta import Beta
from .multivariate_normal import MultivariateNormal
from .normal import Normal
from .scale import Scale

__all__ = ["Beta", "MultivariateNormal", "Normal", "Scale"]
