"""The theorems as float64 functions, accurate to the last digits.

Each is a second typing of a theorem of `elbo_check.proofs` and is tied to it by a ball test. Witnesses never
look in here: what this room says is a claim like any other.
"""

from .multivariate import multivariate_gaussian_kl, multivariate_magnitude, multivariate_normal_kl
from .normal import gaussian_kl, normal_kl, textbook_magnitude

__all__ = [
    "gaussian_kl",
    "multivariate_gaussian_kl",
    "multivariate_magnitude",
    "multivariate_normal_kl",
    "normal_kl",
    "textbook_magnitude",
]
