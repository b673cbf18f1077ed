"""False: KL is symmetric."""

from __future__ import annotations

from ... import laws
from ...derivation import Chain, Derivation, Statement, Step
from ...nodes import KL, model
from ...symbols import author_form, real

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return the false statement KL(q‖p) = KL(p‖q)."""
    return Derivation(
        name="kl-symmetric",
        title="KL is symmetric (false)",
        words="KL(q‖p) = KL(p‖q)",
        assumptions=("q and p are densities of z", "q ≪ p and p ≪ q"),
        chains=(_chain(),),
        sources=("T. M. Cover and J. A. Thomas (2006), Elements of Information Theory, section 2.3, which denies it",),
    )


def _chain() -> Chain:
    z = real("z")
    q, p = model("q")(z), model("p")(z)
    with author_form():
        forward, reverse = KL(q, p), KL(p, q)
    steps = (Step("exchange", forward, reverse, laws.definition_of_kl, label="K5"),)
    return Chain(Statement(forward, reverse), steps, ())
