"""False: with z = μ in place of a draw, the ELBO is still a bound."""

from __future__ import annotations

from sympy import log, sqrt

from ... import laws
from ...derivation import Chain, Derivation, Statement, Step
from ...nodes import KL, gaussian
from ...symbols import author_form, positive, real

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return the false statement log p(x) ≥ log p(x | z = μ) − KL(N(μ, σ²)‖N(0, 1)) for a linear Gaussian model."""
    return Derivation(
        name="point-estimate-bound",
        title="z = μ gives a bound (false)",
        words="log p(x) ≥ log p(x | z = μ) − KL(N(μ, σ²)‖N(0, 1))",
        assumptions=("p(z) = N(0, 1)", "p(x | z) = N(z, s²)", "so that p(x) = N(0, 1 + s²)", "q(z | x) = N(μ, σ²)"),
        chains=(_chain(),),
        sources=("D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, (3): the mean is over q",),
    )


def _chain() -> Chain:
    x, mu, sigma, s = real("x"), real("mu"), positive("sigma"), positive("s")
    with author_form():
        evidence = log(gaussian(0, sqrt(1 + s**2))(x))
        point = log(gaussian(mu, s)(x)) - KL(gaussian(mu, sigma), gaussian(0, 1))
    steps = (Step("the mean in place of a draw", evidence, point, laws.jensen, "≥"),)
    return Chain(Statement(evidence, point, "≥"), steps, (x, mu, sigma, s))
