"""KL between two scalar Gaussians, from the definition, by Gaussian moments."""

from __future__ import annotations

from sympy import Rational, log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import KL, Expectation, Value, gaussian
from ..symbols import author_form, positive, real

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return KL(N(μ_q, σ_q²)‖N(μ_p, σ_p²)) = log(σ_p/σ_q) + [σ_q² + (μ_q − μ_p)²]/(2σ_p²) − ½ with its proof."""
    return Derivation(
        name="gaussian-kl",
        title="KL between two Gaussians",
        words="KL(N(μ_q, σ_q²)‖N(μ_p, σ_p²)) = log(σ_p/σ_q) + [σ_q² + (μ_q − μ_p)²]/(2σ_p²) − ½",
        assumptions=("μ_q, μ_p real", "σ_q > 0", "σ_p > 0", "z scalar"),
        chains=(_chain(),),
        sources=(
            "S. Odaibo (2019), Deriving the Standard Variational Autoencoder (VAE) Loss Function, arXiv:1907.08956",
            "D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, appendix B",
        ),
    )


def _chain() -> Chain:
    z, mu_q, mu_p = real("z"), real("mu_q"), real("mu_p")
    sigma_q, sigma_p = positive("sigma_q"), positive("sigma_p")
    q, p = gaussian(mu_q, sigma_q), gaussian(mu_p, sigma_p)
    half = Rational(1, 2)
    with author_form():
        divergence = KL(q, p)
        defined = Expectation(q, log(Value(q, z)) - log(Value(p, z)), z)
        from_q, shift = (z - mu_q) ** 2, (mu_q - mu_p) ** 2
        written = Expectation(
            q, log(sigma_p / sigma_q) + (z - mu_p) ** 2 / (2 * sigma_p**2) - from_q / (2 * sigma_q**2), z
        )
        square = from_q + 2 * (z - mu_q) * (mu_q - mu_p) + shift
        centred = Expectation(q, log(sigma_p / sigma_q) + square / (2 * sigma_p**2) - from_q / (2 * sigma_q**2), z)
        second, first = Expectation(q, from_q, z), Expectation(q, z - mu_q, z)
        apart = (
            log(sigma_p / sigma_q)
            + (second + 2 * (mu_q - mu_p) * first + shift) / (2 * sigma_p**2)
            - second / (2 * sigma_q**2)
        )
        moments = log(sigma_p / sigma_q) + (sigma_q**2 + shift) / (2 * sigma_p**2) - sigma_q**2 / (2 * sigma_q**2)
        closed = log(sigma_p / sigma_q) + (sigma_q**2 + shift) / (2 * sigma_p**2) - half
    steps = (
        Step("definition", divergence, defined, laws.definition_of_kl, label="K2"),
        Step("log-densities", defined, written, laws.gaussian_log_density, label="G1"),
        Step("square about the mean of q", written, centred, laws.algebra, label="G3"),
        Step("linearity", centred, apart, laws.linearity),
        Step("moments", apart, moments, laws.gaussian_moments, label="G2"),
        Step("closed form", moments, closed, laws.algebra, label="G4"),
    )
    return Chain(Statement(divergence, closed), steps, (mu_q, sigma_q, mu_p, sigma_p))
