"""The evidence upper bound: what the ELBO's integrand is worth under the posterior."""

from __future__ import annotations

from sympy import log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..nodes import KL, Expectation, model
from ..symbols import author_form, real
from . import theorem

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return log p(x) ≤ E_{p(z | x)}[log p(x, z) − log q(z | x)] with its proof."""
    return Derivation(
        name="eubo",
        title="The evidence upper bound (EUBO)",
        words="ELBO ≤ log p(x) ≤ E_{p(z | x)}[log p(x, z) − log q(z | x)], and the gap is KL(p(z | x)‖q(z | x))",
        assumptions=(
            "p(x, z) is a density and p(x) > 0",
            "q(z | x) is a density of z",
            "p(z | x) ≪ q(z | x), and q(z | x) ≪ p(z | x) for the lower bound",
        ),
        chains=(_upper(), _between()),
        sources=(
            "C. Ji and H. Shen (2019), Stochastic variational inference via upper bound, arXiv:1912.00650",
            "C. Naesseth, F. Lindsten, D. Blei (2020), Markovian Score Climbing, Advances in NeurIPS 33",
        ),
    )


def _upper() -> Chain:
    p, q, x, z = model("p"), model("q"), real("x"), real("z")
    encoder, posterior = q(z, given=x), p(z, given=x)
    with author_form():
        upper = Expectation(posterior, log(p(x, z)) - log(encoder))
        conditional = Expectation(posterior, log(posterior * p(x)) - log(encoder))
        opened = Expectation(posterior, log(p(x)) + (log(posterior) - log(encoder)))
        apart = log(p(x)) + Expectation(posterior, log(posterior) - log(encoder))
        gap = log(p(x)) + KL(posterior, encoder)
    gibbs = Citation(theorem("kl-nonnegative"))
    steps = (
        Step("p(x, z) = p(z | x) p(x)", upper, conditional, laws.conditional_density),
        Step("logarithm of the product", conditional, opened, laws.log_of_product),
        Step("log p(x) does not depend on z", opened, apart, laws.linearity),
        Step("definition of KL, read backwards", apart, gap, laws.definition_of_kl),
        Step("KL ≥ 0", gap, log(p(x)), laws.gibbs, "≥", cites=gibbs, words="equality exactly if q is the posterior"),
    )
    return Chain(Statement(upper, log(p(x)), "≥"), steps, (x,), title="The bound, and its gap")


def _between() -> Chain:
    """From the ELBO up to the EUBO: where both are near each other, log p(x) is known."""
    p, q, x, z = model("p"), model("q"), real("x"), real("z")
    encoder, posterior = q(z, given=x), p(z, given=x)
    with author_form():
        lower = Expectation(encoder, log(p(x, z)) - log(encoder))
        gap = log(p(x)) + KL(posterior, encoder)
        defined = log(p(x)) + Expectation(posterior, log(posterior) - log(encoder))
        inside = Expectation(posterior, log(posterior * p(x)) - log(encoder))
        upper = Expectation(posterior, log(p(x, z)) - log(encoder))
        joined = Expectation(posterior, log(posterior) + log(p(x)) - log(encoder))
    elbo, gibbs = Citation(theorem("elbo")), Citation(theorem("kl-nonnegative"))
    steps = (
        Step("the ELBO is a lower bound", lower, log(p(x)), laws.theorem, "≤", cites=elbo),
        Step("KL ≥ 0", log(p(x)), gap, laws.gibbs, "≤", cites=gibbs),
        Step("definition", gap, defined, laws.definition_of_kl),
        Step("log p(x) is its own mean", defined, joined, laws.linearity),
        Step("logarithm of the product, read backwards", joined, inside, laws.log_of_product),
        Step("p(z | x) p(x) = p(x, z)", inside, upper, laws.conditional_density),
    )
    return Chain(Statement(lower, upper, "≤"), steps, (x,), title="The evidence lies between ELBO and EUBO")
