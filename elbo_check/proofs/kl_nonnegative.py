"""Gibbs' inequality: KL is never negative, by log t ≤ t − 1."""

from __future__ import annotations

from typing import Any

from sympy import Integer, log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..nodes import KL, Expectation, Information, model
from ..symbols import author_form, real
from . import theorem

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return KL(q‖p) ≥ 0 with its proof, what KL measures, KL(p‖p) = 0, and that it is zero nowhere else."""
    return Derivation(
        name="kl-nonnegative",
        title="KL is not negative (Gibbs' inequality)",
        words="KL(q‖p) ≥ 0, KL(p‖p) = 0, and KL(q‖p) ≥ E_q[(p/q − 1)²/(2(p/q + 1))]: it is zero only if q = p",
        assumptions=("q and p are densities of z", "q ≪ p"),
        chains=(_bound(), _information(), _equality(), _only_there()),
        sources=(
            "T. M. Cover and J. A. Thomas (2006), Elements of Information Theory, 2nd edition, theorem 2.6.3",
            "S. Kullback and R. A. Leibler (1951), On information and sufficiency, Annals of Math. Statistics 22",
        ),
    )


def _densities() -> tuple[Any, Any]:
    z = real("z")
    return model("q")(z), model("p")(z)


def _bound() -> Chain:
    q, p = _densities()
    zero = Integer(0)
    with author_form():
        divergence = KL(q, p)
        defined = Expectation(q, log(q) - log(p))
        inverted = Expectation(q, -log(p / q))
        turned = -Expectation(q, log(p / q))
        bounded = -Expectation(q, p / q - 1)
    steps = (
        Step("definition", divergence, defined, laws.definition_of_kl, label="K2"),
        Step("logarithm of the ratio", defined, inverted, laws.log_of_product, label="K4"),
        Step("the sign leaves E", inverted, turned, laws.constants, label="K4"),
        Step(
            "log t ≤ t − 1 at t = p/q",
            turned,
            bounded,
            laws.log_bound,
            "≥",
            label="K3",
            words="equality exactly if p = q wherever q > 0",
        ),
        Step("p has mass at most 1 where q > 0", bounded, zero, laws.mass_on_the_support, "≥", label="K5"),
    )
    return Chain(Statement(divergence, zero, "≥"), steps, (), title="The inequality")


def _information() -> Chain:
    q, p = _densities()
    with author_form():
        divergence = KL(q, p)
        defined = Expectation(q, log(q) - log(p))
        excess = Expectation(q, Information(p) - Information(q))
    steps = (
        Step("definition", divergence, defined, laws.definition_of_kl, label="K2"),
        Step("information is −log of the density", defined, excess, laws.definition_of_information, label="K1"),
    )
    return Chain(Statement(divergence, excess), steps, (), title="KL is the expected excess of information")


def _equality() -> Chain:
    _, p = _densities()
    zero = Integer(0)
    with author_form():
        divergence = KL(p, p)
        defined = Expectation(p, log(p) - log(p))
    steps = (
        Step("definition", divergence, defined, laws.definition_of_kl, label="K2"),
        Step(
            "the logarithms cancel",
            defined,
            zero,
            laws.linearity,
            label="K5",
            words="and only there, by the next part",
        ),
    )
    return Chain(Statement(divergence, zero), steps, (), title="Zero where the densities are equal")


def _only_there() -> Chain:
    """KL is at least a mean of squares over q."""
    q, p = _densities()
    bound = theorem("log-bound")
    with author_form():
        ratio = p / q
        square = (ratio - 1) ** 2 / (2 * (ratio + 1))
        divergence = KL(q, p)
        defined = Expectation(q, log(q) - log(p))
        inverted = Expectation(q, -log(ratio))
        turned = -Expectation(q, log(ratio))
        bounded = -Expectation(q, (ratio - 1) * (ratio + 3) / (2 * (ratio + 1)))
        squared = -Expectation(q, (ratio - 1) - square)
        apart = Expectation(q, square) + (1 - Expectation(q, ratio))
        distance = Expectation(q, square)
    at_ratio = Citation(bound, (((bound.parameters[0], ratio),),))
    steps = (
        Step("definition", divergence, defined, laws.definition_of_kl, label="K2"),
        Step("logarithm of the ratio", defined, inverted, laws.log_of_product),
        Step("the sign leaves E", inverted, turned, laws.constants),
        Step("the bound at t = p/q", turned, bounded, laws.monotonicity, "≥", label="K3", cites=at_ratio),
        Step("t − 1 less the square", bounded, squared, laws.algebra),
        Step("linearity", squared, apart, laws.linearity),
        Step(
            "p has mass at most 1 where q > 0",
            apart,
            distance,
            laws.mass_on_the_support,
            "≥",
            label="K5",
            words="a mean of squares is zero only if p = q wherever q > 0; but KL is not symmetric (see kl-symmetric)",
        ),
    )
    return Chain(Statement(divergence, distance, "≥"), steps, (), title="Zero only where the densities are equal")
