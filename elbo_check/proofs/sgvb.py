"""The two stochastic estimators of the ELBO: averages of L draws, both without bias."""

from __future__ import annotations

from typing import Any

from sympy import Integer, log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import KL, Expectation, Iterated, indexed_sum, model, sequence
from ..symbols import author_form, count, real

__all__ = ["derivation"]

X, Z, J, L = real("x"), real("z"), count("l"), count("L")
P, Q = model("p"), model("q")


def derivation() -> Derivation:
    """Return that the estimators A and B of the ELBO have no bias, and that A is certain where q is the posterior."""
    return Derivation(
        name="sgvb",
        title="Two estimators of the ELBO without bias (SGVB)",
        words="E[(1/L) Σ_l (log p(x, z_l) − log q(z_l | x))] = ELBO = E[(1/L) Σ_l log p(x | z_l)] − KL(q(z | x)‖p(z))",
        assumptions=("z_1, …, z_L are independent draws from q(z | x)", "L ≥ 1", "q(z | x) ≪ p(z | x)"),
        chains=(_joint(), _analytic(), _certain()),
        sources=(
            "D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, (6), (7)",
            "G. Roeder, Y. Wu, D. Duvenaud (2017), Sticking the Landing, NeurIPS 30: variance at the posterior",
        ),
    )


def _average(term: Any) -> Any:
    """Return E (1/L) Σ_l term(z_l) over L independent draws."""
    draws = Iterated(Q(Z, given=X).args[0], J, L)
    with author_form():
        return Expectation(draws, 1 / L * indexed_sum(term(sequence(Z)[J]), J, L), Z)


def _joint() -> Chain:
    with author_form():
        average = _average(lambda z: log(P(X, z)) - log(Q(z, given=X)))
        elbo = Expectation(Q(Z, given=X), log(P(X, Z)) - log(Q(Z, given=X)))
    steps = (Step("every draw has the density q(z | x)", average, elbo, laws.unbiased_average),)
    return Chain(Statement(average, elbo), steps, (X, L), title="Estimator A: the joint less the encoder")


def _analytic() -> Chain:
    encoder = Q(Z, given=X)
    with author_form():
        divergence = KL(encoder, P(Z))
        average = _average(lambda z: log(P(X, given=z))) - divergence
        mean = Expectation(encoder, log(P(X, given=Z))) - divergence
        defined = Expectation(encoder, log(P(X, given=Z))) - Expectation(encoder, log(encoder) - log(P(Z)))
        joined = Expectation(encoder, log(P(X, given=Z)) + log(P(Z)) - log(encoder))
        product = Expectation(encoder, log(P(X, given=Z) * P(Z)) - log(encoder))
        elbo = Expectation(encoder, log(P(X, Z)) - log(encoder))
    steps = (
        Step("every draw has the density q(z | x)", average, mean, laws.unbiased_average),
        Step("definition", mean, defined, laws.definition_of_kl),
        Step("linearity", defined, joined, laws.linearity),
        Step("logarithm of the product", joined, product, laws.log_of_product),
        Step("conditional density", product, elbo, laws.conditional_density),
    )
    return Chain(Statement(average, elbo), steps, (X, L), title="Estimator B: the KL term in closed form")


def _certain() -> Chain:
    """At the posterior every draw of A is log p(x), so that B has not always the lower variance."""
    posterior = P(Z, given=X)
    with author_form():
        term = log(P(X, Z)) - log(posterior)
        conditional = log(posterior * P(X)) - log(posterior)
        opened = log(posterior) + log(P(X)) - log(posterior)
        variance, inside, logs = (
            Expectation(posterior, each**2) - Expectation(posterior, each) ** 2 for each in (term, conditional, opened)
        )
    steps = (
        Step("p(x, z) = p(z | x) p(x)", variance, inside, laws.conditional_density),
        Step("logarithm of the product", inside, logs, laws.log_of_product),
        Step("a constant has no variance", logs, Integer(0), laws.linearity),
    )
    return Chain(Statement(variance, Integer(0)), steps, (X,), title="At q = posterior a draw of A has no variance")
