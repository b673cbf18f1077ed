"""KL from a scalar Gaussian to the standard normal: the term of the VAE loss."""

from __future__ import annotations

from sympy import Integer, Rational, log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..nodes import KL, gaussian
from ..symbols import author_form, positive, real
from . import theorem

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return KL(N(μ, σ²)‖N(0, 1)) = ½(μ² + σ² − 1 − log σ²) with its proof."""
    return Derivation(
        name="gaussian-kl-standard",
        title="KL from a Gaussian to the standard normal",
        words="KL(N(μ, σ²)‖N(0, 1)) = ½(μ² + σ² − 1 − log σ²)",
        assumptions=("μ real", "σ > 0"),
        chains=(_chain(),),
        sources=("D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, appendix B",),
    )


def _chain() -> Chain:
    mu, sigma = real("mu"), positive("sigma")
    general = theorem("gaussian-kl")
    zero, one = Integer(0), Integer(1)
    values = dict(zip((symbol.name for symbol in general.parameters), (mu, sigma, zero, one), strict=True))
    instance = tuple((symbol, values[symbol.name]) for symbol in general.parameters)
    with author_form():
        divergence = KL(gaussian(mu, sigma), gaussian(0, 1))
        inserted = log(1 / sigma) + (sigma**2 + mu**2) / 2 - Rational(1, 2)
        closed = Rational(1, 2) * (mu**2 + sigma**2 - 1 - log(sigma**2))
    steps = (
        Step("prior inserted", divergence, inserted, laws.theorem, label="G4", cites=Citation(general, (instance,))),
        Step("logarithm of the variance", inserted, closed, laws.log_of_product, label="G5"),
    )
    return Chain(Statement(divergence, closed), steps, (mu, sigma))
