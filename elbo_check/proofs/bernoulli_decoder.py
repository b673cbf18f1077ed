"""The Bernoulli decoder: its negative log-likelihood is the binary cross-entropy, summed over the pixels."""

from __future__ import annotations

from sympy import log

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import Bernoulli, indexed_sum, sequence
from ..symbols import author_form, bit, count, unit

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return −Σ_d log Bernoulli(x_d; y_d) = −Σ_d [x_d log y_d + (1 − x_d) log(1 − y_d)] with its proof."""
    return Derivation(
        name="bernoulli-decoder",
        title="The Bernoulli decoder is the binary cross-entropy",
        words="−log p(x | z) = −Σ_d [x_d log y_d + (1 − x_d) log(1 − y_d)]",
        assumptions=("x_d is 0 or 1", "0 < y_d < 1", "the pixels are independent given z"),
        chains=(_chain(),),
        sources=("D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, appendix C.1",),
    )


def _chain() -> Chain:
    d, pixels = count("d"), count("D")
    x, y = sequence(bit("x")), sequence(unit("y"))
    with author_form():
        likelihood = -indexed_sum(log(Bernoulli(y[d])(x[d])), d, pixels)
        closed = -indexed_sum(x[d] * log(y[d]) + (1 - x[d]) * log(1 - y[d]), d, pixels)
    steps = (
        Step(
            "log-mass of every pixel",
            likelihood,
            closed,
            laws.bernoulli_log_mass,
            label="D2",
            words="a sum over the pixels, not a mean",
        ),
    )
    return Chain(Statement(likelihood, closed), steps, (x.label, y.label, pixels))
