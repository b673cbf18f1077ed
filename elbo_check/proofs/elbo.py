"""The evidence lower bound: log p(x) is the ELBO plus KL to the posterior, and so never below the ELBO."""

from __future__ import annotations

from typing import Any

from sympy import log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..nodes import KL, Entropy, Expectation, model
from ..symbols import author_form, real
from . import theorem

__all__ = ["derivation"]

X, Z = real("x"), real("z")
P, Q = model("p"), model("q")


def derivation() -> Derivation:
    """Return log p(x) ≥ E_q[log p(x, z) − log q(z | x)] with its proof, the gap, and the forms of the ELBO."""
    return Derivation(
        name="elbo",
        title="The evidence lower bound (ELBO)",
        words="log p(x) ≥ E_q[log p(x, z) − log q(z | x)], and the gap is KL(q(z | x)‖p(z | x))",
        assumptions=("p(x, z) is a density and p(x) > 0", "q(z | x) is a density of z", "q(z | x) ≪ p(z | x)"),
        chains=(_bound(), _divergence(), _equality(), _reconstruction(), _entropy(), _by_jensen()),
        sources=(
            "M. I. Jordan, Z. Ghahramani, T. S. Jaakkola, L. K. Saul (1999), Variational methods for graphical models",
            "D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, (1)–(3)",
            "S. Odaibo (2019), Deriving the Standard Variational Autoencoder (VAE) Loss Function, arXiv:1907.08956",
        ),
    )


def _elbo() -> Any:
    encoder = Q(Z, given=X)
    with author_form():
        return Expectation(encoder, log(P(X, Z)) - log(encoder))


def _divergence() -> Chain:
    encoder, posterior = Q(Z, given=X), P(Z, given=X)
    with author_form():
        divergence = KL(encoder, posterior)
        defined = Expectation(encoder, log(encoder) - log(posterior))
        by_bayes = Expectation(encoder, log(encoder) - log(P(X, given=Z) * P(Z) / P(X)))
        opened = Expectation(encoder, log(encoder) - log(P(X, given=Z)) - log(P(Z)) + log(P(X)))
        apart = Expectation(encoder, log(encoder) - log(P(X, given=Z)) - log(P(Z))) + log(P(X))
    steps = (
        Step("definition", divergence, defined, laws.definition_of_kl, label="E1"),
        Step("the posterior by Bayes' theorem", defined, by_bayes, laws.bayes, label="E2"),
        Step("logarithm of the quotient", by_bayes, opened, laws.log_of_product, label="E2"),
        Step("log p(x) does not depend on z", opened, apart, laws.linearity, label="E3"),
    )
    return Chain(Statement(divergence, apart), steps, (X,), title="KL to the posterior holds log p(x)")


def _bound() -> Chain:
    encoder, posterior, elbo = Q(Z, given=X), P(Z, given=X), _elbo()
    with author_form():
        conditional = Expectation(encoder, log(posterior * P(X)) - log(encoder))
        opened = Expectation(encoder, log(P(X)) - (log(encoder) - log(posterior)))
        apart = log(P(X)) - Expectation(encoder, log(encoder) - log(posterior))
        gap = log(P(X)) - KL(encoder, posterior)
    gibbs = Citation(theorem("kl-nonnegative"))
    steps = (
        Step("p(x, z) = p(z | x) p(x)", elbo, conditional, laws.conditional_density, label="B1"),
        Step("logarithm of the product", conditional, opened, laws.log_of_product, label="E2"),
        Step("log p(x) does not depend on z", opened, apart, laws.linearity, label="E3"),
        Step("definition of KL, read backwards", apart, gap, laws.definition_of_kl, label="E4"),
        Step(
            "KL ≥ 0",
            gap,
            log(P(X)),
            laws.gibbs,
            "≤",
            label="E5",
            cites=gibbs,
            words="equality exactly if q is the posterior: the gap is zero only there",
        ),
    )
    return Chain(Statement(elbo, log(P(X)), "≤"), steps, (X,), title="The bound, and its gap")


def _equality() -> Chain:
    posterior = P(Z, given=X)
    with author_form():
        elbo = Expectation(posterior, log(P(X, Z)) - log(posterior))
        conditional = Expectation(posterior, log(posterior * P(X)) - log(posterior))
        opened = Expectation(posterior, log(posterior) + log(P(X)) - log(posterior))
    steps = (
        Step("p(x, z) = p(z | x) p(x)", elbo, conditional, laws.conditional_density, label="B1"),
        Step("logarithm of the product", conditional, opened, laws.log_of_product, label="E5"),
        Step("a constant is its own mean", opened, log(P(X)), laws.linearity, label="E5"),
    )
    return Chain(Statement(elbo, log(P(X))), steps, (X,), title="Equality at the posterior")


def _reconstruction() -> Chain:
    encoder, elbo = Q(Z, given=X), _elbo()
    with author_form():
        conditional = Expectation(encoder, log(P(X, given=Z) * P(Z)) - log(encoder))
        opened = Expectation(encoder, log(P(X, given=Z)) - (log(encoder) - log(P(Z))))
        likelihood = Expectation(encoder, log(P(X, given=Z)))
        split = likelihood - Expectation(encoder, log(encoder) - log(P(Z)))
        closed = likelihood - KL(encoder, P(Z))
    steps = (
        Step("conditional density", elbo, conditional, laws.conditional_density, label="B1"),
        Step("logarithm of the product", conditional, opened, laws.log_of_product, label="E6"),
        Step("linearity", opened, split, laws.linearity, label="E6"),
        Step("definition of KL, read backwards", split, closed, laws.definition_of_kl, label="E6"),
    )
    return Chain(Statement(elbo, closed), steps, (X,), title="Reconstruction less KL to the prior")


def _entropy() -> Chain:
    encoder, elbo = Q(Z, given=X), _elbo()
    with author_form():
        energy = Expectation(encoder, log(P(X, Z)))
        split = energy - Expectation(encoder, log(encoder))
        closed = energy + Entropy(encoder)
    steps = (
        Step("linearity", elbo, split, laws.linearity, label="E6"),
        Step("definition of entropy", split, closed, laws.definition_of_entropy, label="E6"),
    )
    return Chain(Statement(elbo, closed), steps, (X,), title="Energy plus entropy")


def _by_jensen() -> Chain:
    encoder, elbo = Q(Z, given=X), _elbo()
    with author_form():
        ratio = Expectation(encoder, log(P(X, Z) / encoder))
        outside = log(Expectation(encoder, P(X, Z) / encoder))
    steps = (
        Step("logarithm of the quotient", elbo, ratio, laws.log_of_product),
        Step("the logarithm is concave", ratio, outside, laws.jensen, "≤"),
        Step("p(x, z) has mass at most p(x) where q > 0", outside, log(P(X)), laws.mass_on_the_support, "≤"),
    )
    return Chain(Statement(elbo, log(P(X)), "≤"), steps, (X,), title="The bound again, by Jensen's inequality")
