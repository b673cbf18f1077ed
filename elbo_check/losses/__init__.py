"""The loss that practitioners minimise, with its terms by name, and its gradient; one decoder a file.

A decoder says how its output and the data make log p(x | z): `data` reads x, `check_output` the decoder's output,
`log_likelihood` sums over the last axis, `output_gradient` and `own_gradient` are its derivatives.
"""

from .bernoulli import BernoulliDecoder
from .gaussian import GaussianDecoder
from .gradient import VAELossGradient, vae_loss_gradient
from .likelihood import Likelihood
from .loss import VAELoss, vae_loss

__all__ = [
    "BernoulliDecoder",
    "GaussianDecoder",
    "Likelihood",
    "VAELoss",
    "VAELossGradient",
    "vae_loss",
    "vae_loss_gradient",
]
