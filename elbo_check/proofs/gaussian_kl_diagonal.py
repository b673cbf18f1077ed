"""KL from a diagonal Gaussian to the standard normal: the KL term of the VAE loss, in 1, 2 and 3 dimensions."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

from sympy import Rational, log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..nodes import KL, Product, gaussian
from ..symbols import author_form, positive, real
from . import theorem

__all__ = ["derivation"]

DIMENSIONS = (1, 2, 3)


def derivation() -> Derivation:
    """Return KL(N(μ, diag σ²)‖N(0, I)) = ½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²) with its proof for J = 1, 2, 3."""
    return Derivation(
        name="gaussian-kl-diagonal",
        title="KL from a diagonal Gaussian to the standard normal",
        words="KL(N(μ, diag σ²)‖N(0, I)) = ½ Σ_j (μ_j² + σ_j² − 1 − log σ_j²) for J = 1, 2, 3",
        assumptions=("J = 1, 2, 3", "μ_j real", "σ_j > 0", "diagonal covariance: coordinates independent under q"),
        chains=tuple(_chain(dimension) for dimension in DIMENSIONS),
        sources=("D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, appendix B",),
    )


def _chain(dimension: int) -> Chain:
    coordinates = [(real(f"mu_{j}"), positive(f"sigma_{j}")) for j in range(1, dimension + 1)]
    scalar, additivity = theorem("gaussian-kl-standard"), theorem("kl-additivity")
    mu, sigma = scalar.parameters
    instances = tuple(((mu, mean), (sigma, scale)) for mean, scale in coordinates)
    with author_form():
        normals = [gaussian(mean, scale) for mean, scale in coordinates]
        divergence = KL(Product(*normals), Product(*(gaussian(0, 1) for _ in normals)))
        each = _sum([KL(normal, gaussian(0, 1)) for normal in normals])
        brackets = [mean**2 + scale**2 - 1 - log(scale**2) for mean, scale in coordinates]
        inserted = _sum([Rational(1, 2) * bracket for bracket in brackets])
        closed = Rational(1, 2) * _sum(brackets)
    steps = (
        Step("coordinate by coordinate", divergence, each, laws.factorisation, label="G6", cites=Citation(additivity)),
        Step("scalar theorem", each, inserted, laws.theorem, label="G5", cites=Citation(scalar, instances)),
        Step("common factor", inserted, closed, laws.algebra, label="G7"),
    )
    parameters = tuple(symbol for pair in coordinates for symbol in pair)
    return Chain(Statement(divergence, closed), steps, parameters, title=f"J = {dimension}")


def _sum(parts: list[Any]) -> Any:
    return reduce(add, parts)
