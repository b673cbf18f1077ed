"""The chain rule of KL: first of x, then of z given x; and so a marginal is never farther apart than the joint."""

from __future__ import annotations

from typing import Any

from sympy import log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..nodes import KL, Expectation, model
from ..symbols import author_form, real
from . import theorem

__all__ = ["derivation"]

X, Z = real("x"), real("z")
P, Q = model("p"), model("q")


def derivation() -> Derivation:
    """Return KL(q(x, z)‖p(x, z)) = KL(q(x)‖p(x)) + E_{q(x)} KL(q(z | x)‖p(z | x)), and the inequality it yields."""
    return Derivation(
        name="kl-chain-rule",
        title="The chain rule of KL",
        words="KL(q(x, z)‖p(x, z)) = KL(q(x)‖p(x)) + E_{q(x)} KL(q(z | x)‖p(z | x)) ≥ KL(q(x)‖p(x))",
        assumptions=("q(x, z) and p(x, z) are densities", "q ≪ p"),
        chains=(_equation(), _inequality()),
        sources=("T. M. Cover and J. A. Thomas (2006), Elements of Information Theory, 2nd edition, theorem 2.5.3",),
    )


def _parts() -> tuple[Any, Any]:
    with author_form():
        inner = KL(Q(Z, given=X), P(Z, given=X))
        return KL(Q(X), P(X)), Expectation(Q(X), inner)


def _equation() -> Chain:
    outer, inner = _parts()
    q, p = Q(X, Z), P(X, Z)
    with author_form():
        joint = KL(q, p)
        defined = Expectation(q, log(q) - log(p))
        conditional = Expectation(q, log(Q(Z, given=X) * Q(X)) - log(P(Z, given=X) * P(X)))
        of_x, of_z = log(Q(X)) - log(P(X)), log(Q(Z, given=X)) - log(P(Z, given=X))
        opened = Expectation(q, of_x + of_z)
        nested = Expectation(Q(X), of_x) + Expectation(Q(X), Expectation(Q(Z, given=X), of_z))
        closed = outer + inner
    steps = (
        Step("definition", joint, defined, laws.definition_of_kl),
        Step("conditional densities", defined, conditional, laws.conditional_density),
        Step("logarithms of the products", conditional, opened, laws.log_of_product),
        Step("first over z given x, then over x", opened, nested, laws.total_expectation),
        Step("definition of KL, read backwards", nested, closed, laws.definition_of_kl),
    )
    return Chain(Statement(joint, closed), steps, (), title="The chain rule")


def _inequality() -> Chain:
    """The same steps again, and the second part dropped: a chain cannot cite a part of its own theorem."""
    equation, (outer, inner) = _equation(), _parts()
    with author_form():
        closed = outer + inner
    gibbs = Citation(theorem("kl-nonnegative"))
    dropped = Step("KL ≥ 0 for every x", closed, outer, laws.gibbs, "≥", cites=gibbs)
    statement = Statement(equation.statement.left, outer, "≥")
    return Chain(statement, (*equation.steps, dropped), (), title="A marginal is never farther apart")
