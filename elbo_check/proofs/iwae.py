"""The importance-weighted bound: between the ELBO and log p(x), and tighter with every draw."""

from __future__ import annotations

from typing import Any

from sympy import Integer, log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import Expectation, Iterated, indexed_sum, model, sequence
from ..symbols import author_form, count, real

__all__ = ["derivation"]

X, Z, INDEX, K = real("x"), real("z"), count("k"), count("K")
P, Q = model("p"), model("q")
ENCODER = Q(Z, given=X)


def derivation() -> Derivation:
    """Return ELBO = L_1 ≤ L_K ≤ L_{K+1} ≤ log p(x) for every K, with the proofs."""
    return Derivation(
        name="iwae",
        title="The importance-weighted bound (IWAE)",
        words="L_K = E log((1/K) Σ_k p(x, z_k)/q(z_k | x)): ELBO = L_1, and L_K ≤ L_{K+1} ≤ log p(x) for every K",
        assumptions=("z_1, …, z_K are independent draws from q(z | x)", "p(x) > 0", "q(z | x) ≪ p(z | x)"),
        chains=(_single(), _bound(), _tighter()),
        sources=("Y. Burda, R. Grosse, R. Salakhutdinov (2016), Importance Weighted Autoencoders, theorem 1",),
    )


def _weight(z: Any) -> Any:
    return P(X, z) / Q(z, given=X)


def _bound_of(draws: Any) -> Any:
    """Return L_K for a number of draws."""
    block = Iterated(ENCODER.args[0], INDEX, draws)
    weights = indexed_sum(_weight(sequence(Z)[INDEX]), INDEX, draws)
    return Expectation(block, log(weights if draws == 1 else 1 / draws * weights), Z)


def _single() -> Chain:
    one = Integer(1)
    with author_form():
        bound = _bound_of(one)
        first = Expectation(Iterated(ENCODER.args[0], INDEX, one), log(_weight(sequence(Z)[one])), Z)
        mean = Expectation(ENCODER, log(_weight(Z)))
        elbo = Expectation(ENCODER, log(P(X, Z)) - log(ENCODER))
    steps = (
        Step("a sum of one term", bound, first, laws.last_term),
        Step("a block of one draw", first, mean, laws.marginalisation),
        Step("logarithm of the quotient", mean, elbo, laws.log_of_product),
    )
    return Chain(Statement(bound, elbo), steps, (X,), title="With one draw it is the ELBO")


def _bound() -> Chain:
    with author_form():
        bound = _bound_of(K)
        outside = log(Expectation(*_average()))
        single = log(Expectation(ENCODER, _weight(Z)))
    steps = (
        Step("the logarithm is concave", bound, outside, laws.jensen, "≤"),
        Step("the average has no bias", outside, single, laws.unbiased_average),
        Step("p(x, z) has mass at most p(x) where q > 0", single, log(P(X)), laws.mass_on_the_support, "≤"),
    )
    return Chain(Statement(bound, log(P(X)), "≤"), steps, (X, K), title="It never exceeds log p(x)")


def _average() -> tuple[Any, Any, Any]:
    block = Iterated(ENCODER.args[0], INDEX, K)
    return block, 1 / K * indexed_sum(_weight(sequence(Z)[INDEX]), INDEX, K), Z


def _tighter() -> Chain:
    """L_{K+1} is at least L_K: the average of K + 1 weights is that of the averages that leave one of them out."""
    index = count("i")
    with author_form():
        block = Iterated(ENCODER.args[0], INDEX, K + 1)
        weights = indexed_sum(_weight(sequence(Z)[INDEX]), INDEX, K + 1)
        more = _bound_of(K + 1)
        left_out = 1 / K * (weights - _weight(sequence(Z)[index]))
        regrouped = Expectation(block, log(1 / (K + 1) * indexed_sum(left_out, index, K + 1)), Z)
        logs = Expectation(block, 1 / (K + 1) * indexed_sum(log(left_out), index, K + 1), Z)
        apart = 1 / (K + 1) * indexed_sum(Expectation(block, log(left_out), Z), index, K + 1)
        fewer = _bound_of(K)
    steps = (
        Step("leave one draw out in turn", more, regrouped, laws.algebra),
        Step("the logarithm is concave", regrouped, logs, laws.jensen, "≥"),
        Step("linearity", logs, apart, laws.linearity),
        Step("whichever is left out, K are left", apart, fewer, laws.one_draw_less),
    )
    return Chain(Statement(more, fewer, "≥"), steps, (X, K), title="It is tighter with every further draw")
