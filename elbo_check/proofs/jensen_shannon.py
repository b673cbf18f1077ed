"""The Jensen–Shannon divergence: between 0 and log 2, and with weights a mean of KLs to the mixture."""

from __future__ import annotations

from typing import Any

from sympy import Integer, Rational, log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..nodes import KL, Entropy, Expectation, model
from ..symbols import author_form, real
from . import theorem

__all__ = ["derivation"]

Z = real("z")
P, Q = model("p")(Z), model("q")(Z)
HALF, QUARTER = Rational(1, 2), Rational(1, 4)


def derivation() -> Derivation:
    """Return 0 ≤ JSD(p, q) ≤ log 2, and what it is for any number of densities with weights, with the proofs."""
    return Derivation(
        name="jensen-shannon",
        title="The Jensen–Shannon divergence",
        words=(
            "JSD(p, q) = ½ E_p log(p/m) + ½ E_q log(q/m) with m = (p + q)/2: 0 ≤ JSD ≤ log 2; "
            "with weights r(x): E KL(r(z | x)‖r(z)) = H[r(z)] − E H[r(z | x)] ≥ 0"
        ),
        assumptions=(
            "p and q are densities of z",
            "with weights: r(z) is the mixture of the densities r(z | x), each with its weight r(x)",
        ),
        chains=(_sign(), _most(), _weights(), _sign_with_weights()),
        sources=(
            "J. Lin (1991), Divergence measures based on the Shannon entropy, IEEE Trans. Information Theory 37(1)",
        ),
    )


def _halves(of_p: Any, of_q: Any) -> Any:
    return HALF * Expectation(P, of_p) + HALF * Expectation(Q, of_q)


def _divergence() -> Any:
    """Return JSD(p, q); the mixture (p + q)/2 is written out."""
    mixture = HALF * (P + Q)
    return _halves(log(P) - log(mixture), log(Q) - log(mixture))


def _sign() -> Chain:
    with author_form():
        divergence, mixture = _divergence(), HALF * (P + Q)
        ratios = _halves(-log(mixture / P), -log(mixture / Q))
        bounded = _halves(1 - mixture / P, 1 - mixture / Q)
        masses = HALF - QUARTER * Expectation(P, Q / P) - QUARTER * Expectation(Q, P / Q)
    steps = (
        Step("logarithms of the ratios", divergence, ratios, laws.log_of_product),
        Step("log t ≤ t − 1 at m/p and at m/q", ratios, bounded, laws.log_bound, "≥"),
        Step("half of m is the density itself", bounded, masses, laws.linearity),
        Step("each has mass at most 1", masses, Integer(0), laws.mass_on_the_support, "≥"),
    )
    return Chain(Statement(divergence, Integer(0), "≥"), steps, (), title="It is not negative")


def _most() -> Chain:
    """A point tells at most which of the two it is drawn from: log 2 nats."""
    with author_form():
        divergence, most = _divergence(), log(Integer(2))
        shares = _halves(log(P / (P + Q)) + most, log(Q / (P + Q)) + most)
        apart = _halves(log(P / (P + Q)), log(Q / (P + Q))) + most
        bounded = _halves(P / (P + Q) - 1, Q / (P + Q) - 1) + most
        others = most - _halves(Q / (P + Q), P / (P + Q))
    steps = (
        Step("logarithms of the shares", divergence, shares, laws.log_of_product),
        Step("log 2 is its own mean", shares, apart, laws.linearity),
        Step("log t ≤ t − 1 at the shares", apart, bounded, laws.log_bound, "≤"),
        Step("the shares add up to 1", bounded, others, laws.linearity),
        Step("a share is not negative", others, most, laws.nonnegativity, "≤"),
    )
    return Chain(Statement(divergence, most, "≤"), steps, (), title="It is at most log 2")


def _mean_of_kls() -> tuple[Any, Any, Any]:
    """Return the mean KL to the mixture, and the weights and the densities that it is of."""
    which, r = real("x"), model("r")
    part = r(Z, given=which)
    return Expectation(r(which), KL(part, r(Z))), r(which), part


def _weights() -> Chain:
    mean, weights, part = _mean_of_kls()
    mixture = model("r")(Z)
    with author_form():
        defined = Expectation(weights, Expectation(part, log(part) - log(mixture)))
        apart = Expectation(weights, Expectation(part, log(part))) - Expectation(mixture, log(mixture))
        closed = Entropy(mixture) - Expectation(weights, Entropy(part))
    steps = (
        Step("definition of KL", mean, defined, laws.definition_of_kl),
        Step("log r(z) does not depend on x", defined, apart, laws.total_expectation),
        Step("definition of entropy", apart, closed, laws.definition_of_entropy),
    )
    return Chain(Statement(mean, closed), steps, (), title="With weights: a mean of KLs to the mixture")


def _sign_with_weights() -> Chain:
    mean, zero = _mean_of_kls()[0], Integer(0)
    steps = (Step("KL ≥ 0", mean, zero, laws.gibbs, "≥", cites=Citation(theorem("kl-nonnegative"))),)
    return Chain(Statement(mean, zero, "≥"), steps, (), title="With weights, too, it is not negative")
