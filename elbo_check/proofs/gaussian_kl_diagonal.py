"""KL from a diagonal Gaussian to the standard normal: the KL term of the VAE loss, in every number of dimensions."""

from __future__ import annotations

from sympy import Integer, Rational, log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..nodes import KL, Iterated, gaussian, indexed_sum, sequence
from ..symbols import author_form, count, positive, real
from . import theorem

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return KL(N(μ, diag σ²)‖N(0, I)) = ½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²) with its proof for every J."""
    return Derivation(
        name="gaussian-kl-diagonal",
        title="KL from a diagonal Gaussian to the standard normal",
        words="KL(N(μ, diag σ²)‖N(0, I)) = ½ Σ_{j=1}^J (μ_j² + σ_j² − 1 − log σ_j²)",
        assumptions=("J ≥ 1", "μ_j real", "σ_j > 0", "diagonal covariance: coordinates independent under q"),
        chains=(_chain(),),
        sources=("D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, appendix B",),
    )


def _chain() -> Chain:
    j, dimension = count("j"), count("J")
    mu, sigma = sequence(real("mu")), sequence(positive("sigma"))
    scalar, additivity = theorem("gaussian-kl-standard"), theorem("kl-additivity")
    instance = tuple(zip(scalar.parameters, (mu[j], sigma[j]), strict=True))
    with author_form():
        q, p = gaussian(mu[j], sigma[j]), gaussian(0, 1)
        divergence = KL(Iterated(q, j, dimension), Iterated(p, j, dimension))
        each = indexed_sum(KL(q, p), j, dimension)
        bracket = mu[j] ** 2 + sigma[j] ** 2 - Integer(1) - log(sigma[j] ** 2)
        inserted = indexed_sum(Rational(1, 2) * bracket, j, dimension)
        closed = Rational(1, 2) * indexed_sum(bracket, j, dimension)
    steps = (
        Step("coordinate by coordinate", divergence, each, laws.factorisation, label="G6", cites=Citation(additivity)),
        Step("scalar theorem", each, inserted, laws.theorem, label="G5", cites=Citation(scalar, (instance,))),
        Step("common factor", inserted, closed, laws.algebra, label="G7"),
    )
    return Chain(Statement(divergence, closed), steps, (mu.label, sigma.label, dimension))
