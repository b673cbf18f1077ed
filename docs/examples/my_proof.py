"""The second moment of a Gaussian, step by step: a derivation that is right."""

from elbo_check.language import (
    Chain,
    Derivation,
    Expectation,
    Statement,
    Step,
    author_form,
    gaussian,
    laws,
    positive,
    real,
)

z, mu, sigma = real("z"), real("mu"), positive("sigma")
q = gaussian(mu, sigma)

with author_form():  # keeps (z − μ)² as it is written
    second = Expectation(q(z), z**2)
    shifted = Expectation(q(z), (z - mu) ** 2 + 2 * mu * (z - mu) + mu**2)
    apart = Expectation(q(z), (z - mu) ** 2) + 2 * mu * Expectation(q(z), z - mu) + mu**2
    closed = sigma**2 + mu**2

proof = Derivation(
    name="second-moment",
    title="The second moment of a Gaussian",
    words="E_q[z²] = σ² + μ² for q = N(μ, σ²)",
    assumptions=("μ real", "σ > 0"),
    chains=(
        Chain(
            Statement(second, closed),
            (
                Step("about the mean", second, shifted, laws.algebra),
                Step("linearity", shifted, apart, laws.linearity),
                Step("moments", apart, closed, laws.gaussian_moments),
            ),
            parameters=(mu, sigma),
        ),
    ),
    sources=("my own notes",),
)
