"""The evidence lower bound: log p(x) is the ELBO plus KL to the posterior, and so never below the ELBO."""

from __future__ import annotations

from sympy import log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..nodes import KL, Expectation, model
from ..symbols import author_form, real
from . import theorem

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return log p(x) ≥ E_q[log p(x, z) − log q(z | x)] with its proof, which shows the gap."""
    return Derivation(
        name="elbo",
        title="The evidence lower bound",
        words="log p(x) = ELBO + KL(q(z|x)‖p(z|x)) ≥ ELBO = E_q[log p(x, z) − log q(z|x)]",
        assumptions=("p(x, z) is a density and p(x) > 0", "q(z|x) is a density of z", "q(z|x) ≪ p(z|x)"),
        chains=(_gap(), _bound()),
        sources=(
            "M. I. Jordan, Z. Ghahramani, T. S. Jaakkola and L. K. Saul (1999), Machine Learning 37",
            "S. Odaibo (2019), Deriving the Standard Variational Autoencoder (VAE) Loss Function, arXiv:1907.08956",
        ),
    )


def _gap() -> Chain:
    x, z = real("x"), real("z")
    p, q = model("p"), model("q")
    of_q = q(z, given=x)
    with author_form():
        divergence = KL(of_q, p(z, given=x))
        defined = Expectation(of_q, log(of_q) - log(p(z, given=x)))
        bayes = Expectation(of_q, log(of_q) - log(p(x, given=z) * p(z) / p(x)))
        opened = Expectation(of_q, log(of_q) - log(p(x, given=z)) - log(p(z)) + log(p(x)))
        apart = Expectation(of_q, log(of_q) - log(p(x, given=z)) - log(p(z))) + log(p(x))
        elbo = Expectation(of_q, log(p(x, z)) - log(of_q))
        turned = -elbo + log(p(x))
    steps = (
        Step("definition", divergence, defined, laws.definition_of_kl, label="E1"),
        Step("Bayes' theorem", defined, bayes, laws.bayes, label="E2"),
        Step("logs", bayes, opened, laws.log_of_product, label="E2"),
        Step("constant", opened, apart, laws.linearity, label="E3"),
    )
    return Chain(Statement(divergence, apart), steps, (x,))


def _bound() -> Chain:
    x, z = real("x"), real("z")
    p, q = model("p"), model("q")
    of_q = q(z, given=x)
    with author_form():
        elbo = Expectation(of_q, log(p(x, z)) - log(of_q))
        both = elbo + KL(of_q, p(z, given=x))
    steps = (Step("drop", both, elbo, laws.gibbs, "≥", cites=Citation(theorem("kl-nonnegative"))),)
    return Chain(Statement(both, elbo, "≥"), steps, (x,))
