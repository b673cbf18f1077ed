"""False: the ELBO is an upper bound of log p(x)."""

from __future__ import annotations

from sympy import log

from ... import laws
from ...derivation import Chain, Derivation, Statement, Step
from ...nodes import Expectation, Integral, model
from ...symbols import author_form, real

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return the false statement log p(x) ≤ ELBO, with Jensen's inequality the wrong way round."""
    return Derivation(
        name="elbo-upper-bounds-evidence",
        title="The ELBO is an upper bound of log p(x) (false)",
        words="log p(x) ≤ E_q[log p(x, z) − log q(z | x)]",
        assumptions=("p(x, z) is a density and p(x) > 0", "q(z | x) is a density of z"),
        chains=(_chain(),),
        sources=("D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, (2), which has ≥",),
    )


def _chain() -> Chain:
    p, q, x, z = model("p"), model("q"), real("x"), real("z")
    encoder = q(z, given=x)
    with author_form():
        evidence = log(p(x))
        marginal = log(Integral(p(x, z), z))
        outside = log(Expectation(encoder, p(x, z) / encoder))
        inside = Expectation(encoder, log(p(x, z) / encoder))
        elbo = Expectation(encoder, log(p(x, z)) - log(encoder))
    steps = (
        Step("the evidence as an integral", evidence, marginal, laws.normalisation),
        Step("multiply and divide by q", marginal, outside, laws.multiply_and_divide),
        Step("log E ≤ E log: Jensen's inequality, reversed", outside, inside, laws.jensen, "≤"),
        Step("logarithm of the quotient", inside, elbo, laws.log_of_product),
    )
    return Chain(Statement(evidence, elbo, "≤"), steps, (x,))
