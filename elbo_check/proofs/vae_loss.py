"""The VAE loss: from the evidence to the two terms that are minimised, composed of the other theorems."""

from __future__ import annotations

from typing import Any

from sympy import Integer, Rational, log

from .. import laws
from ..derivation import Chain, Citation, Derivation, Statement, Step
from ..nodes import (
    KL,
    Expectation,
    Iterated,
    Maximum,
    Minimum,
    Vector,
    function,
    gaussian,
    indexed_sum,
    model,
    sequence,
)
from ..symbols import author_form, count, positive, real
from . import theorem

__all__ = ["derivation"]

X, Z, EPSILON, MU, SIGMA = real("x"), real("z"), real("epsilon"), real("mu"), positive("sigma")
J, DIMENSION, INDEX, DRAWS = count("j"), count("J"), count("l"), count("L")
P, Q = model("p"), model("q")
HALF = Rational(1, 2)
RECONSTRUCTION = 3  # the number of that part of the theorem "elbo"


def derivation() -> Derivation:
    """Return −log p(x) ≤ −ELBO = E[loss] with its proof, in five parts."""
    return Derivation(
        name="vae-loss",
        title="The VAE loss",
        words="−log p(x) ≤ −ELBO = E[−½ Σ_j (1 + log σ_j² − μ_j² − σ_j²) − (1/L) Σ_l log p(x | z_l)]",
        assumptions=(
            "encoder q(z | x) = N(μ(x), diag σ(x)²) with σ_j > 0; prior p(z) = N(0, I); decoder p(x | z) arbitrary",
            "p(x) > 0",
            "z_l = μ + σ ⊙ ε_l with independent ε_l ~ N(0, I)",
        ),
        chains=(_bound(), _gaussian_encoder(), _draws(), _minibatch(), _extremum()),
        sources=(
            "D. P. Kingma and M. Welling (2014), Auto-Encoding Variational Bayes, (7), (10)",
            "S. Odaibo (2019), Deriving the Standard Variational Autoencoder (VAE) Loss Function, arXiv:1907.08956",
        ),
    )


def _bound() -> Chain:
    """For any encoder: the negative evidence is at most the mean of KL less the average log-likelihood of L draws."""
    encoder, elbo = Q(Z, given=X), theorem("elbo")
    block = Iterated(encoder.args[0], INDEX, DRAWS)
    with author_form():
        evidence = -log(P(X))
        negative = -Expectation(encoder, log(P(X, Z)) - log(encoder))
        two_terms = KL(encoder, P(Z)) - Expectation(encoder, log(P(X, given=Z)))
        average = 1 / DRAWS * indexed_sum(log(P(X, given=sequence(Z)[INDEX])), INDEX, DRAWS)
        sampled = Expectation(block, KL(encoder, P(Z)) - average, Z)
    to_two = Citation(elbo, case=RECONSTRUCTION)
    steps = (
        Step("the ELBO is a lower bound", evidence, negative, laws.theorem, "≤", label="E5", cites=Citation(elbo)),
        Step("reconstruction and KL to the prior", negative, two_terms, laws.theorem, label="E6", cites=to_two),
        Step("L draws from the encoder", two_terms, sampled, laws.unbiased_average, label="R3"),
    )
    title = "The bound, for any encoder and L draws z_l from it"
    return Chain(Statement(evidence, sampled, "≤"), steps, (X, DRAWS), title=title)


def _closed(mu: Any, sigma: Any) -> Any:
    """Return 1 + log σ² − μ² − σ², as the VAE loss has it."""
    return Integer(1) + log(sigma**2) - mu**2 - sigma**2


def _gaussian_encoder() -> Chain:
    mu, sigma, epsilon = sequence(MU), sequence(SIGMA), sequence(EPSILON)
    with author_form():
        q, p = (Iterated(density, J, DIMENSION) for density in (gaussian(mu[J], sigma[J]), gaussian(0, 1)))
        likelihood = Expectation(q, log(P(X, given=Z)), Z)
        two_terms = KL(q, p) - likelihood
        bracket = mu[J] ** 2 + sigma[J] ** 2 - Integer(1) - log(sigma[J] ** 2)
        inserted = HALF * indexed_sum(bracket, J, DIMENSION) - likelihood
        negative = -HALF * indexed_sum(_closed(mu[J], sigma[J]), J, DIMENSION)
        turned = negative - likelihood
        place = Vector(mu[J] + sigma[J] * epsilon[J], J, DIMENSION)
        loss = negative - Expectation(p, log(P(X, given={Z: place})), EPSILON)
    diagonal = Citation(theorem("gaussian-kl-diagonal"))
    steps = (
        Step("KL in closed form", two_terms, inserted, laws.theorem, label="G7", cites=diagonal),
        Step("the sign goes inside", inserted, turned, laws.algebra, label="L1"),
        Step("z = μ + σ ⊙ ε", turned, loss, laws.change_of_variables, label="R1"),
    )
    title = "Both terms, for a Gaussian encoder with J latents"
    return Chain(Statement(two_terms, loss), steps, (X, MU, SIGMA, DIMENSION), title=title)


def _draws() -> Chain:
    """The loss of one data point as it is computed, for one latent: KL in closed form, L draws."""
    epsilon = sequence(EPSILON)
    with author_form():
        closed = -HALF * _closed(MU, SIGMA)
        average = 1 / DRAWS * indexed_sum(log(P(X, given={Z: MU + SIGMA * epsilon[INDEX]})), INDEX, DRAWS)
        computed = Expectation(Iterated(gaussian(0, 1), INDEX, DRAWS), closed - average, EPSILON)
        single = closed - Expectation(gaussian(0, 1)(EPSILON), log(P(X, given={Z: MU + SIGMA * EPSILON})))
        q = gaussian(MU, SIGMA)
        direct = closed - Expectation(q(Z), log(P(X, given=Z)))
        standard = HALF * (MU**2 + SIGMA**2 - 1 - log(SIGMA**2)) - Expectation(q(Z), log(P(X, given=Z)))
        two_terms = KL(q, gaussian(0, 1)) - Expectation(q(Z), log(P(X, given=Z)))
    scalar = Citation(theorem("gaussian-kl-standard"))
    steps = (
        Step("every draw has the same density", computed, single, laws.unbiased_average, label="R3"),
        Step("back to z", single, direct, laws.change_of_variables, label="R1"),
        Step("the sign goes inside", direct, standard, laws.algebra, label="L1"),
        Step("closed form, read backwards", standard, two_terms, laws.theorem, label="G5", cites=scalar),
    )
    title = "What is computed, for one latent and L draws"
    return Chain(Statement(computed, two_terms), steps, (X, MU, SIGMA, DRAWS), title=title)


def _minibatch() -> Chain:
    batch = theorem("minibatch").chains[0]
    statement = batch.statement
    steps = (
        Step(
            "minibatches have no bias", *statement.sides, laws.theorem, label="L2", cites=Citation(theorem("minibatch"))
        ),
    )
    return Chain(statement, steps, batch.parameters, title="Over the data, in minibatches of M indices")


def _extremum() -> Chain:
    theta, elbo = real("theta"), function("ELBO")
    with author_form():
        most, least = Maximum(elbo(theta), theta), -Minimum(-elbo(theta), theta)
    steps = (Step("loss = −ELBO", most, least, laws.negation, label="L3", words="at the same parameters θ"),)
    return Chain(Statement(most, least), steps, (), title="Maximising the ELBO is minimising the loss")
