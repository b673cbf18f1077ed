"""KL of independent coordinates is the sum of their KLs: for arbitrary densities, in every number of dimensions."""

from __future__ import annotations

from typing import Any

from sympy import Integer, log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import KL, Expectation, Independent, Member, Product, Value, indexed_sum
from ..symbols import author_form, count, real

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return KL(∏ q_j‖∏ p_j) = Σ_j KL(q_j‖p_j) with its proof: two blocks, then induction over J."""
    dimension = count("J")
    with author_form():
        general, chains = _statement(dimension), (_one_coordinate(), _one_more(dimension))
    return Derivation(
        name="kl-additivity",
        title="KL is additive over independent coordinates",
        words="KL(q₁ × … × q_J ‖ p₁ × … × p_J) = Σ_{j=1}^J KL(q_j‖p_j) for every J ≥ 1",
        assumptions=("J ≥ 1", "q and p factorise over the same coordinates", "q_j ≪ p_j for every j"),
        chains=chains,
        sources=("T. M. Cover and J. A. Thomas (2006), Elements of Information Theory, 2nd ed., theorem 2.5.3",),
        induction=(dimension, general),
    )


def _statement(upper: Any) -> Statement:
    j = count("j")
    each = KL(Member("q", j), Member("p", j))
    return Statement(KL(Independent("q", upper), Independent("p", upper)), indexed_sum(each, j, upper))


def _one_coordinate() -> Chain:
    statement = _statement(Integer(1))
    single = KL(Member("q", 1), Member("p", 1))
    steps = (
        Step("one factor", statement.left, single, laws.last_factor),
        Step("one term", single, statement.right, laws.last_term),
    )
    return Chain(statement, steps, (), title="J = 1")


def _one_more(dimension: Any) -> Chain:
    """From J to J + 1: the first J coordinates are one block, the last is the other."""
    block, last = real("z_block"), real("z_last")
    after = dimension + 1
    statement, before = _statement(after), _statement(dimension)
    q, q_last = Independent("q", dimension), Member("q", after)
    p, p_last = Independent("p", dimension), Member("p", after)
    q_both, p_both = Product(q, q_last), Product(p, p_last)
    log_q, log_p = log(Value(q, block)), log(Value(p, block))
    log_q_last, log_p_last = log(Value(q_last, last)), log(Value(p_last, last))

    two_blocks = KL(q_both, p_both)
    defined = Expectation(q_both, log(Value(q_both, block, last)) - log(Value(p_both, block, last)), block, last)
    products = Expectation(
        q_both,
        log(Value(q, block) * Value(q_last, last)) - log(Value(p, block) * Value(p_last, last)),
        block,
        last,
    )
    logs = Expectation(q_both, (log_q + log_q_last) - (log_p + log_p_last), block, last)
    apart = Expectation(q_both, log_q - log_p, block, last) + Expectation(q_both, log_q_last - log_p_last, block, last)
    marginal = Expectation(q, log_q - log_p, block) + Expectation(q_last, log_q_last - log_p_last, last)
    last_kl = KL(q_last, p_last)
    blockwise = before.left + last_kl
    summed = before.right + last_kl
    steps = (
        Step("set the last coordinate apart", statement.left, two_blocks, laws.last_factor),
        Step("definition", two_blocks, defined, laws.definition_of_kl, label="K2"),
        Step("independence", defined, products, laws.independence, label="G6"),
        Step("logarithm of the products", products, logs, laws.log_of_product, label="G6"),
        Step("linearity", logs, apart, laws.linearity, label="G6"),
        Step("integrate the other block out", apart, marginal, laws.marginalisation, label="G6"),
        Step("definition, read backwards", marginal, blockwise, laws.definition_of_kl, label="K2"),
        Step("induction hypothesis", blockwise, summed, laws.induction_hypothesis),
        Step("sum of J + 1 terms", summed, statement.right, laws.last_term),
    )
    return Chain(statement, steps, (dimension,), title="from J to J + 1")
