"""Bayes' theorem, from the definition of a conditional density."""

from __future__ import annotations

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import Expectation, Integral, model
from ..symbols import author_form, real

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return p(z | x) = p(x | z) p(z)/p(x), and p(x) = ∫ p(x | z) p(z) dz, with their proofs."""
    return Derivation(
        name="bayes",
        title="Bayes' theorem",
        words="p(z | x) = p(x | z) p(z)/p(x), where p(x) = ∫ p(x | z) p(z) dz",
        assumptions=("p(x, z) is a density", "p(x) > 0", "p(z) > 0 where it is divided by"),
        chains=(_posterior(), _evidence()),
        sources=(
            "C. M. Bishop (2006), Pattern Recognition and Machine Learning, (1.12), (1.31)",
            "S. Odaibo (2019), Deriving the Standard Variational Autoencoder (VAE) Loss Function, arXiv:1907.08956",
        ),
    )


def _posterior() -> Chain:
    p, x, z = model("p"), real("x"), real("z")
    with author_form():
        posterior = p(z, given=x)
        quotient = p(x, z) / p(x)
        bayes = p(x, given=z) * p(z) / p(x)
    steps = (
        Step("divide the joint by the marginal", posterior, quotient, laws.conditional_density, label="B1"),
        Step("the joint from the other side", quotient, bayes, laws.conditional_density, label="B2"),
    )
    return Chain(Statement(posterior, bayes), steps, (x, z), title="The posterior")


def _evidence() -> Chain:
    p, x, z = model("p"), real("x"), real("z")
    with author_form():
        joint = Integral(p(x, z), z)
        product = Integral(p(x, given=z) * p(z), z)
        mean = Expectation(p(z), p(x, given=z))
    steps = (
        Step("sum over all z", p(x), joint, laws.normalisation, label="B3"),
        Step("conditional density", joint, product, laws.conditional_density, label="B3"),
        Step(
            "an expectation over the prior",
            product,
            mean,
            laws.definition_of_expectation,
            label="B3",
            words="rarely elementary: tractable for a linear Gaussian decoder, not for a neural one",
        ),
    )
    return Chain(Statement(p(x), mean), steps, (x,), title="The evidence")
