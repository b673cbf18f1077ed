"""The Gaussian decoder: squared error, up to a factor *and* a constant."""

from __future__ import annotations

from sympy import Rational, log, pi

from .. import laws
from ..derivation import Chain, Derivation, Statement, Step
from ..nodes import gaussian, indexed_sum, sequence
from ..symbols import author_form, count, positive, real

__all__ = ["derivation"]


def derivation() -> Derivation:
    """Return −Σ_d log N(x_d; x̂_d, s²) = (D/2) log 2πs² + Σ_d (x_d − x̂_d)²/(2s²) with its proof."""
    return Derivation(
        name="gaussian-decoder",
        title="The Gaussian decoder is a squared error with a factor and a constant",
        words="−log p(x | z) = (D/2) log 2πs² + Σ_d (x_d − m_d)²/(2s²), m = the decoder's mean x̂(z)",
        assumptions=("s > 0", "the pixels are independent given z, with one scale s"),
        chains=(_chain(),),
        sources=("D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, appendix C.2",),
    )


def _chain() -> Chain:
    d, pixels, s = count("d"), count("D"), positive("s")
    x, mean = sequence(real("x")), sequence(real("m"))
    with author_form():
        square = (x[d] - mean[d]) ** 2 / (2 * s**2)
        likelihood = -indexed_sum(log(gaussian(mean[d], s)(x[d])), d, pixels)
        written = indexed_sum(Rational(1, 2) * log(2 * pi * s**2) + square, d, pixels)
        closed = pixels / 2 * log(2 * pi * s**2) + indexed_sum(square, d, pixels)
    steps = (
        Step("log-density of every pixel", likelihood, written, laws.gaussian_log_density, label="D1"),
        Step(
            "the constant D times",
            written,
            closed,
            laws.algebra,
            label="D1",
            words="the mean squared error alone lacks the factor D/(2s²) and the constant",
        ),
    )
    return Chain(Statement(likelihood, closed), steps, (x.label, mean.label, s, pixels))
