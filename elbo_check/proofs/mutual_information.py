"""Mutual information: three ways to write it, and why it is not negative."""

from __future__ import annotations

from typing import Any

from sympy import Integer, log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..nodes import KL, Entropy, Expectation, Member, Product, Uniform, model
from ..symbols import author_form, count, real
from . import theorem

__all__ = ["derivation"]

X, Z = real("x"), real("z")
Q = model("q")


def derivation() -> Derivation:
    """Return I(x; z) = H[z] − E_{q(x)} H[q(z | x)] = H[x] + H[z] − H[x, z] ≥ 0 with its proof."""
    return Derivation(
        name="mutual-information",
        title="Mutual information",
        words="I(x; z) = KL(q(x, z)‖q(x) q(z)) = H[x] + H[z] − H[x, z] = H[z] − E_{q(x)} H[q(z | x)] ≥ 0",
        assumptions=(
            "q(x, z) is a density",
            "its entropies exist",
            "upper bound: N = M + 1 ≥ 2 data points n, each with probability 1/N, and densities q_n(z) of their codes",
            "upper bound: r_n(z) is the mean of the M others, so that q_n and r_n mix to the aggregate (q_n + M r_n)/N",
        ),
        chains=(_entropies(), _conditional(), _sign(), _most()),
        sources=(
            "T. M. Cover and J. A. Thomas (2006), Elements of Information Theory, 2nd edition, section 2.4",
            "M. D. Hoffman and M. J. Johnson (2016), ELBO surgery, NeurIPS workshop on approximate inference",
        ),
    )


def _opened() -> tuple[Any, Any, Any, Any]:
    """Return I, its definition, and that definition with the blocks apart and with the logarithms apart."""
    blocks = Product(Q(X), Q(Z))
    with author_form():
        information = KL(Q(X, Z), blocks)
        defined = Expectation(Q(X, Z), log(Q(X, Z)) - log(blocks(X, Z)))
        apart = Expectation(Q(X, Z), log(Q(X, Z)) - log(Q(X) * Q(Z)))
        logs = Expectation(Q(X, Z), log(Q(X, Z)) - log(Q(X)) - log(Q(Z)))
    return information, defined, apart, logs


def _first_steps() -> tuple[Step, ...]:
    information, defined, apart, logs = _opened()
    return (
        Step("definition", information, defined, laws.definition_of_kl),
        Step("density of independent blocks", defined, apart, laws.independence),
        Step("logarithm of the product", apart, logs, laws.log_of_product),
    )


def _entropies() -> Chain:
    information, _, _, logs = _opened()
    with author_form():
        split = -Expectation(Q(X), log(Q(X))) - Expectation(Q(Z), log(Q(Z))) + Expectation(Q(X, Z), log(Q(X, Z)))
        closed = Entropy(Q(X)) + Entropy(Q(Z)) - Entropy(Q(X, Z))
    steps = (
        *_first_steps(),
        Step("integrate out what does not occur", logs, split, laws.total_expectation),
        Step("definition of entropy", split, closed, laws.definition_of_entropy),
    )
    return Chain(Statement(information, closed), steps, (), title="By joint and marginal entropies")


def _conditional() -> Chain:
    information, _, _, logs = _opened()
    encoder = Q(Z, given=X)
    with author_form():
        conditional = Expectation(Q(X, Z), log(encoder * Q(X)) - log(Q(X)) - log(Q(Z)))
        cancelled = Expectation(Q(X, Z), log(encoder) - log(Q(Z)))
        nested = -Expectation(Q(Z), log(Q(Z))) + Expectation(Q(X), Expectation(encoder, log(encoder)))
        closed = Entropy(Q(Z)) - Expectation(Q(X), Entropy(encoder))
    steps = (
        *_first_steps(),
        Step("conditional density", logs, conditional, laws.conditional_density),
        Step("log q(x) cancels", conditional, cancelled, laws.log_of_product),
        Step("first over z given x, then over x", cancelled, nested, laws.total_expectation),
        Step("definition of entropy", nested, closed, laws.definition_of_entropy),
    )
    return Chain(Statement(information, closed), steps, (), title="By conditional entropy")


def _sign() -> Chain:
    information, zero = _opened()[0], Integer(0)
    steps = (Step("KL ≥ 0", information, zero, laws.gibbs, "≥", cites=Citation(theorem("kl-nonnegative"))),)
    return Chain(Statement(information, zero, "≥"), steps, (), title="It is not negative")


def _most() -> Chain:
    """Of N data points a code can tell no more than which of them it is the code of: log N nats."""
    n, others = count("n"), count("M")
    own, rest = Member("q", n), Member("r", n)
    with author_form():
        total = own(Z) + others * rest(Z)

        def mean(body: Any) -> Any:
            return Expectation(Uniform(others + 1), Expectation(own, body, Z), n)

        information = mean(log(own(Z)) - log(total / (others + 1)))
        share = mean(log(own(Z) / total) + log(others + 1))
        apart = mean(log(own(Z) / total)) + log(others + 1)
        bounded = mean(own(Z) / total - 1) + log(others + 1)
        turned = log(others + 1) - mean(others * rest(Z) / total)
    steps = (
        Step("logarithms of the quotients", information, share, laws.log_of_product),
        Step("log N does not depend on z", share, apart, laws.linearity),
        Step("log t ≤ t − 1 for the share of q_n", apart, bounded, laws.log_bound, "≤"),
        Step("the share of the others", bounded, turned, laws.linearity),
        Step("a share is not negative", turned, log(others + 1), laws.nonnegativity, "≤"),
    )
    return Chain(Statement(information, log(others + 1), "≤"), steps, (others,), title="It is at most log N")
