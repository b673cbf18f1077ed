"""Gibbs' inequality: KL is never negative, by log t ≤ t − 1."""

from __future__ import annotations

from sympy import Integer, log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import KL, Expectation, model
from ..symbols import author_form, real

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return KL(q‖p) ≥ 0 with its proof."""
    return Derivation(
        name="kl-nonnegative",
        title="KL is not negative (Gibbs' inequality)",
        words="KL(q‖p) ≥ 0",
        assumptions=("q and p are densities of z", "q ≪ p"),
        chains=(_chain(),),
        sources=("T. M. Cover and J. A. Thomas (2006), Elements of Information Theory, 2nd ed., theorem 2.6.3",),
    )


def _chain() -> Chain:
    z = real("z")
    q, p = model("q")(z), model("p")(z)
    zero = Integer(0)
    with author_form():
        divergence = KL(q, p)
        defined = Expectation(q, log(q) - log(p))
        turned = -Expectation(q, log(p / q))
        bounded = -Expectation(q, p / q - 1)
    steps = (
        Step("definition", divergence, defined, laws.definition_of_kl, label="K2"),
        Step("logarithm of the ratio", defined, Expectation(q, -log(p / q)), laws.log_of_product, label="K4"),
        Step("minus leaves the expectation", Expectation(q, -log(p / q)), turned, laws.constants, label="K4"),
        Step("log t ≤ t − 1 at t = p/q", turned, bounded, laws.log_bound, "≥", label="K3"),
        Step("p has mass at most 1 where q > 0", bounded, zero, laws.mass_on_the_support, "≥", label="K4"),
    )
    return Chain(Statement(divergence, zero, "≥"), steps, ())
