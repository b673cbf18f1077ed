"""The entropy of a Gaussian, and the cross-entropy of two."""

from __future__ import annotations

from sympy import E, Rational, log, pi

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import Entropy, Expectation, gaussian
from ..symbols import author_form, positive, real

__all__ = ["derivation"]

Z, HALF = real("z"), Rational(1, 2)


def derivation() -> Derivation:
    """Return H[N(μ, σ²)] = ½ log(2πe σ²), and the cross-entropy of two Gaussians, with their proofs."""
    return Derivation(
        name="gaussian-entropy",
        title="Entropy and cross-entropy of Gaussians",
        words="H[N(μ, σ²)] = ½ log(2πe σ²)",
        assumptions=("μ real", "σ > 0", "z scalar"),
        chains=(_entropy(), _cross_entropy()),
        sources=("T. M. Cover and J. A. Thomas (2006), Elements of Information Theory, 2nd edition, example 8.1.2",),
    )


def _entropy() -> Chain:
    mu, sigma = real("mu"), positive("sigma")
    q = gaussian(mu, sigma)
    with author_form():
        entropy = Entropy(q)
        defined = -Expectation(q(Z), log(q(Z)))
        written = -Expectation(q(Z), -((Z - mu) ** 2) / (2 * sigma**2) - HALF * log(2 * pi * sigma**2))
        second = Expectation(q(Z), (Z - mu) ** 2)
        apart = second / (2 * sigma**2) + HALF * log(2 * pi * sigma**2)
        moments = sigma**2 / (2 * sigma**2) + HALF * log(2 * pi * sigma**2)
        closed = HALF * log(2 * pi * E * sigma**2)
    steps = (
        Step("definition", entropy, defined, laws.definition_of_entropy),
        Step("log-density", defined, written, laws.gaussian_log_density),
        Step("linearity", written, apart, laws.linearity),
        Step("second moment", apart, moments, laws.gaussian_moments, label="G2"),
        Step("½ = ½ log e", moments, closed, laws.log_of_product),
    )
    return Chain(Statement(entropy, closed), steps, (mu, sigma), title="Entropy")


def _cross_entropy() -> Chain:
    mu_q, mu_p, sigma_q, sigma_p = real("mu_q"), real("mu_p"), positive("sigma_q"), positive("sigma_p")
    q, p = gaussian(mu_q, sigma_q), gaussian(mu_p, sigma_p)
    with author_form():
        cross = -Expectation(q(Z), log(p(Z)))
        constant = HALF * log(2 * pi * sigma_p**2)
        written = -Expectation(q(Z), -((Z - mu_p) ** 2) / (2 * sigma_p**2) - constant)
        apart = constant + Expectation(q(Z), (Z - mu_p) ** 2) / (2 * sigma_p**2)
        closed = constant + (sigma_q**2 + (mu_q - mu_p) ** 2) / (2 * sigma_p**2)
    steps = (
        Step("log-density", cross, written, laws.gaussian_log_density),
        Step("linearity", written, apart, laws.linearity),
        Step("second moment about μ_p", apart, closed, laws.gaussian_moments),
    )
    return Chain(Statement(cross, closed), steps, (mu_q, sigma_q, mu_p, sigma_p), title="Cross-entropy")
