"""Donsker and Varadhan's bound: no function of z tells q from p by more than KL(q‖p)."""

from __future__ import annotations

from sympy import exp, log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import KL, Expectation, function, model
from ..symbols import author_form, real

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return KL(q‖p) ≥ E_q f − log E_p e^f, with its proof."""
    return Derivation(
        name="donsker-varadhan",
        title="The Donsker–Varadhan bound",
        words="KL(q‖p) ≥ E_q f − log E_p e^f for every function f, with equality for f = log(q/p)",
        assumptions=(
            "p and q are densities of z, and q > 0 everywhere",
            "log(q/p) and f are integrable under q, e^f under p",
        ),
        chains=(_bound(),),
        sources=(
            "M. D. Donsker, S. R. S. Varadhan (1983), Asymptotic evaluation of certain Markov process expectations IV",
        ),
    )


def _bound() -> Chain:
    p, q, f, z = model("p"), model("q"), function("f"), real("z")
    with author_form():
        divergence, mean = KL(q(z), p(z)), Expectation(q(z), f(z))
        tilted = p(z) * exp(f(z)) / q(z)
        defined = Expectation(q(z), log(q(z)) - log(p(z)))
        completed = Expectation(q(z), f(z) - (log(p(z)) + f(z) - log(q(z))))
        apart = mean - Expectation(q(z), log(p(z)) + f(z) - log(q(z)))
        joined = mean - Expectation(q(z), log(tilted))
        outside = mean - log(Expectation(q(z), tilted))
        bound = mean - log(Expectation(p(z), exp(f(z))))
    steps = (
        Step("definition of KL", divergence, defined, laws.definition_of_kl),
        Step("f − f is nothing", defined, completed, laws.algebra),
        Step("E is linear", completed, apart, laws.linearity),
        Step("one logarithm of p e^f/q", apart, joined, laws.log_of_product),
        Step("Jensen's inequality", joined, outside, laws.jensen, "≥"),
        Step("q cancels", outside, bound, laws.multiply_and_divide),
    )
    return Chain(Statement(divergence, bound, "≥"), steps, ())
