"""The importance-weighted bound: between the ELBO and log p(x), and tighter with every draw."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

from sympy import Integer, Rational, log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import Expectation, Iterated, Product, indexed_sum, model, sequence
from ..symbols import author_form, count, real

__all__ = ["derivation"]

MOST_DRAWS = 3

X, Z, INDEX, K = real("x"), real("z"), count("k"), count("K")
P, Q = model("p"), model("q")
ENCODER = Q(Z, given=X)


def derivation() -> Derivation:
    """Return ELBO = L_1 ≤ L_K ≤ log p(x), and L_K ≤ L_{K+1} for K = 1, 2, 3, with their proofs."""
    return Derivation(
        name="iwae",
        title="The importance-weighted bound (IWAE)",
        words="L_K = E log((1/K) Σ_k p(x, z_k)/q(z_k | x)): ELBO = L_1 ≤ L_2 ≤ L_3 ≤ L_4, and always L_K ≤ log p(x)",
        assumptions=(
            "z_1, …, z_K are independent draws from q(z | x)",
            "p(x) > 0",
            "q(z | x) ≪ p(z | x)",
            "L_K ≤ L_{K+1}: shown for K = 1, 2, 3",
        ),
        chains=(_single(), _bound(), *(_tighter(draws) for draws in range(1, MOST_DRAWS + 1))),
        sources=("Y. Burda, R. Grosse, R. Salakhutdinov (2016), Importance Weighted Autoencoders, theorem 1",),
    )


def _weight(z: Any) -> Any:
    return P(X, z) / Q(z, given=X)


def _bound_of(draws: Any) -> Any:
    """Return L_K for a number of draws."""
    block = Iterated(ENCODER.args[0], INDEX, draws)
    return Expectation(block, log(1 / draws * indexed_sum(_weight(sequence(Z)[INDEX]), INDEX, draws)), Z)


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


def _tighter(draws: int) -> Chain:
    """L_{K+1} is at least L_K: the average of K + 1 weights is that of its averages over K of them."""
    names = [real(f"z_{number}") for number in range(1, draws + 2)]
    with author_form():
        weights = [_weight(z) for z in names]
        every = Product(*(ENCODER for _ in names))
        some = Product(*(ENCODER for _ in names[:-1]))
        left_out = [_mean([w for w in weights if w is not weights[i]]) for i in range(draws, -1, -1)]
        more = Expectation(every, log(_mean(weights)), *names)
        regrouped = Expectation(every, log(_mean(left_out)), *names)
        logs = Expectation(every, Rational(1, draws + 1) * _sum([log(one) for one in left_out]), *names)
        apart = Rational(1, draws + 1) * _sum([Expectation(every, log(one), *names) for one in left_out])
        fewer = Expectation(some, log(_mean(weights[:-1])), *names[:-1])
    steps = (
        Step("leave one draw out in turn", more, regrouped, laws.algebra),
        Step("the logarithm is concave", regrouped, logs, laws.jensen, "≥"),
        Step("linearity", logs, apart, laws.linearity),
        Step("the draws are alike", apart, fewer, laws.marginalisation),
    )
    title = f"It is tighter with {draws + 1} draws than with {draws}"
    return Chain(Statement(more, fewer, "≥"), steps, (X,), title=title)


def _mean(parts: list[Any]) -> Any:
    return parts[0] if len(parts) == 1 else Rational(1, len(parts)) * _sum(parts)


def _sum(parts: list[Any]) -> Any:
    return reduce(add, parts)
