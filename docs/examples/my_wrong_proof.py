"""The ELBO as energy *minus* entropy: a slip that is found in print. Checking refutes it."""

from elbo_check.language import (
    Chain,
    Derivation,
    Entropy,
    Expectation,
    Statement,
    Step,
    author_form,
    laws,
    log,
    model,
    real,
)

x, z = real("x"), real("z")
p, q = model("p"), model("q")

with author_form():
    elbo = Expectation(q(z), log(p(x, z)) - log(q(z)))
    apart = Expectation(q(z), log(p(x, z))) - Expectation(q(z), log(q(z)))
    wrong = Expectation(q(z), log(p(x, z))) - Entropy(q(z))

proof = Derivation(
    name="energy-and-entropy",
    title="Energy and entropy",
    words="ELBO = E_q log p(x, z) − H[q]",
    assumptions=("q(z) is a density", "p(x, z) > 0"),
    chains=(
        Chain(
            Statement(elbo, wrong),
            (
                Step("linearity", elbo, apart, laws.linearity),
                Step("definition of entropy", apart, wrong, laws.definition_of_entropy),
            ),
            parameters=(x,),
        ),
    ),
    sources=("a page with a wrong sign",),
)
