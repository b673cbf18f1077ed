"""KL does not change under a common shift and scale."""

from __future__ import annotations

from typing import Any

from sympy import Rational, log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..nodes import KL, gaussian
from ..symbols import author_form, positive, real
from . import theorem

__all__ = ["derivation"]

MU_Q, MU_P, SIGMA_Q, SIGMA_P = real("mu_q"), real("mu_p"), positive("sigma_q"), positive("sigma_p")
SCALE, SHIFT = positive("a"), real("b")


def derivation() -> Derivation:
    """Return that KL of two Gaussians is that of their images under z ↦ a z + b, with its proof."""
    return Derivation(
        name="kl-affine-invariance",
        title="KL is invariant under a common shift and scale",
        words="KL(N(a μ_q + b, a²σ_q²)‖N(a μ_p + b, a²σ_p²)) = KL(N(μ_q, σ_q²)‖N(μ_p, σ_p²))",
        assumptions=("a > 0", "σ_q, σ_p > 0", "scalar Gaussians"),
        chains=(_chain(),),
        sources=("S. Kullback (1959), Information Theory and Statistics, section 2.4",),
    )


def _chain() -> Chain:
    with author_form():
        moved = (SCALE * MU_Q + SHIFT, SCALE * SIGMA_Q, SCALE * MU_P + SHIFT, SCALE * SIGMA_P)
        plain = (MU_Q, SIGMA_Q, MU_P, SIGMA_P)
        image, original = _kl(*moved), _kl(*plain)
        far, near = _closed(*moved), _closed(*plain)
    steps = (
        Step("closed form", image, far, laws.theorem, label="G4", cites=_at(moved)),
        Step("a cancels, and b", far, near, laws.log_of_product),
        Step("closed form, read backwards", near, original, laws.theorem, label="G4", cites=_at(plain)),
    )
    return Chain(Statement(image, original), steps, (MU_Q, SIGMA_Q, MU_P, SIGMA_P, SCALE, SHIFT))


def _at(values: tuple[Any, ...]) -> Citation:
    general = theorem("gaussian-kl")
    return Citation(general, (tuple(zip(general.parameters, values, strict=True)),))


def _kl(mu_q: Any, sigma_q: Any, mu_p: Any, sigma_p: Any) -> Any:
    return KL(gaussian(mu_q, sigma_q), gaussian(mu_p, sigma_p))


def _closed(mu_q: Any, sigma_q: Any, mu_p: Any, sigma_p: Any) -> Any:
    return log(sigma_p / sigma_q) + (sigma_q**2 + (mu_q - mu_p) ** 2) / (2 * sigma_p**2) - Rational(1, 2)
