"""The linear VAE: what its diagonal encoder costs, and when it costs nothing."""

from __future__ import annotations

from sympy import Integer, Rational, log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..symbols import author_form, positive, real
from . import theorem
from ._matrices import Normal, total

__all__ = ["derivation"]

HALF, SIGMA = Rational(1, 2), positive("sigma")


def derivation() -> Derivation:
    """Return the gap ½(Σ_j log M_jj − log det M) of the linear VAE with its proof for J = 2, 3."""
    return Derivation(
        name="linear-vae",
        title="The gap of the linear VAE",
        words="log p(x) − ELBO ≥ ½(Σ_j log M_jj − log det M), M = WᵀW + σ²I, and this is zero if WᵀW is diagonal",
        assumptions=(
            "p(z) = N(0, I), p(x | z) = N(Wz + μ, σ²I), so that p(z | x) = N(M⁻¹Wᵀ(x − μ), σ²M⁻¹)",
            "q(z | x) = N(V(x − μ), diag s²), with V = M⁻¹Wᵀ: the mean of the posterior",
            "M = σ²Λ, Λ⁻¹ = L Lᵀ the covariance of the posterior; J = 2, 3",
            "σ, s_j, L_ii, M_jj > 0; equality exactly at s_j² = σ²/M_jj",
        ),
        chains=(_gap(0, 2), _gap(1, 3), _price()),
        sources=("J. Lucas, G. Tucker, R. Grosse, M. Norouzi (2019), Don't Blame the ELBO!, NeurIPS, appendix C",),
    )


def _gap(case: int, dimension: int) -> Chain:
    mean_field = theorem("mean-field-gaussian")
    chain = mean_field.chains[case]
    axes = range(dimension)
    precisions = [positive(f"M_{i + 1}{i + 1}") for i in axes]
    determinant = positive("det_M")
    with author_form():
        p = Normal("p", dimension)
        entries = [p.inverse[i][i] for i in axes]
        abbreviations = [(m, SIGMA**2 * entry) for m, entry in zip(precisions, entries, strict=True)]
        abbreviations.append((determinant, SIGMA ** (2 * dimension) / p.determinant))
        gap = HALF * (total([log(m) for m in precisions]) - log(determinant))
    divergence, bound = chain.statement.sides
    steps = (
        Step("mean field", divergence, bound, laws.theorem, "≥", cites=Citation(mean_field, case=case)),
        Step("M = σ²Λ: σ² cancels", bound, gap, laws.log_of_product),
    )
    where = (*chain.where, *abbreviations)
    statement = Statement(divergence, gap, "≥")
    return Chain(statement, steps, (*chain.parameters, SIGMA), where, title=f"The gap for J = {dimension}")


def _price() -> Chain:
    """−½ log(det M/(M_11 M_22)) is at least half the squared correlation: zero only where M_12 = 0."""
    first, second, both = positive("M_11"), positive("M_22"), real("M_12")
    zero = Integer(0)
    with author_form():
        ratio = (first * second - both**2) / (first * second)
        price = -HALF * log(ratio)
        bounded = -HALF * (ratio - 1)
        square = HALF * both**2 / (first * second)
        semidefinite = Statement(first * second - both**2, zero, "≥")
    steps = (
        Step("log t ≤ t − 1 at t = det M/(M_11 M_22)", price, bounded, laws.log_bound, "≥"),
        Step("half the squared correlation", bounded, square, laws.algebra),
        Step("a square is not negative", square, zero, laws.nonnegativity, "≥", words="zero exactly if M_12 = 0"),
    )
    return Chain(
        Statement(price, zero, "≥"),
        steps,
        (first, second, both),
        title="It is zero exactly where WᵀW is diagonal (J = 2)",
        assuming=(semidefinite,),
    )
