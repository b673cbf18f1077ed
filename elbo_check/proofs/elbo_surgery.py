"""ELBO surgery: the mean KL to the prior is that of the aggregate posterior, plus the mutual information."""

from __future__ import annotations

from typing import Any

from sympy import log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..nodes import KL, Expectation, Product, model
from ..symbols import author_form, real
from . import theorem

__all__ = ["derivation"]

X, Z = real("x"), real("z")
P, Q = model("p"), model("q")


def derivation() -> Derivation:
    """Return E_{q(x)} KL(q(z | x)‖p(z)) = KL(q(z)‖p(z)) + I_q(x; z) with its proof."""
    return Derivation(
        name="elbo-surgery",
        title="ELBO surgery",
        words="E_{q(x)} KL(q(z | x)‖p(z)) = KL(q(z)‖p(z)) + KL(q(x, z)‖q(x) q(z)) ≥ KL(q(z)‖p(z))",
        assumptions=("q(x, z) = q(x) q(z | x), q(x) the distribution of the data", "q(z | x) ≪ p(z) for every x"),
        chains=(_equation(), _inequality()),
        sources=("M. D. Hoffman and M. J. Johnson (2016), ELBO surgery, NeurIPS workshop on approximate inference",),
    )


def _sides() -> tuple[Any, Any, Any]:
    with author_form():
        mean = Expectation(Q(X), KL(Q(Z, given=X), P(Z)))
        return mean, KL(Q(Z), P(Z)), KL(Q(X, Z), Product(Q(X), Q(Z)))


def _equation() -> Chain:
    mean, aggregate, information = _sides()
    with author_form():
        encoder = Q(Z, given=X)
        defined = Expectation(Q(X), Expectation(encoder, log(encoder) - log(P(Z))))
        joint = Expectation(Q(X, Z), log(encoder) - log(P(Z)))
        joints = Expectation(Q(X, Z), log(Q(X, Z) / Q(X)) - log(P(Z)))
        inserted = Expectation(Q(X, Z), (log(Q(Z)) - log(P(Z))) + (log(Q(X, Z)) - log(Q(X) * Q(Z))))
        split = Expectation(Q(Z), log(Q(Z)) - log(P(Z))) + Expectation(Q(X, Z), log(Q(X, Z)) - log(Q(X) * Q(Z)))
        blocks = Product(Q(X), Q(Z))(X, Z)
        product = Expectation(Q(Z), log(Q(Z)) - log(P(Z))) + Expectation(Q(X, Z), log(Q(X, Z)) - log(blocks))
        closed = aggregate + information
    steps = (
        Step("definition", mean, defined, laws.definition_of_kl),
        Step("over x and z at once", defined, joint, laws.total_expectation),
        Step("conditional density", joint, joints, laws.conditional_density),
        Step("add and subtract log q(z)", joints, inserted, laws.log_of_product),
        Step("x is integrated out of the first part", inserted, split, laws.total_expectation),
        Step("density of independent blocks", split, product, laws.independence),
        Step("definition of KL, read backwards", product, closed, laws.definition_of_kl),
    )
    return Chain(Statement(mean, closed), steps, (), title="The decomposition")


def _inequality() -> Chain:
    """The same steps again, and the mutual information dropped."""
    equation, (mean, aggregate, information) = _equation(), _sides()
    with author_form():
        closed = aggregate + information
    gibbs = Citation(theorem("kl-nonnegative"))
    dropped = Step("mutual information is not negative", closed, aggregate, laws.gibbs, "≥", cites=gibbs)
    return Chain(
        Statement(mean, aggregate, "≥"), (*equation.steps, dropped), (), title="The aggregate is never farther away"
    )
