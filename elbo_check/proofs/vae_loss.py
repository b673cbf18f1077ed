"""The VAE loss: from the evidence to the two terms that are minimised, composed of the other theorems."""

from __future__ import annotations

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
    """Return −log p(x) ≤ −ELBO = E[loss] with its proof, in four parts."""
    return Derivation(
        name="vae-loss",
        title="The VAE loss",
        words="−log p(x) ≤ −ELBO = E[−½ Σ_j (1 + log σ_j² − μ_j² − σ_j²) − (1/L) Σ_l log p(x | z_l)]",
        assumptions=(
            "encoder q(z | x) = N(μ(x), diag σ(x)²) with σ_j > 0; prior p(z) = N(0, I); decoder p(x | z) arbitrary",
            "p(x) > 0",
            "z_l = μ + σ ⊙ ε_l with independent ε_l ~ N(0, I)",
        ),
        chains=(_bound(), _loss(), _minibatch(), _extremum()),
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


def _loss() -> Chain:
    """One data point: KL to the prior in closed form, and L draws of J latents each, from standard noise."""
    mu, sigma, noise = sequence(MU), sequence(SIGMA), sequence(EPSILON)
    with author_form():
        q, p = (Iterated(density, J, DIMENSION) for density in (gaussian(mu[J], sigma[J]), gaussian(0, 1)))
        of_q, of_noise = (Iterated(density, INDEX, DRAWS) for density in (q, p))
        drawn = 1 / DRAWS * indexed_sum(log(P(X, given=sequence(Z)[INDEX])), INDEX, DRAWS)
        sampled = Expectation(of_q, KL(q, p) - drawn, Z)
        likelihood = Expectation(q, log(P(X, given=Z)), Z)
        two_terms = KL(q, p) - likelihood
        bracket = mu[J] ** 2 + sigma[J] ** 2 - Integer(1) - log(sigma[J] ** 2)
        inserted = HALF * indexed_sum(bracket, J, DIMENSION) - likelihood
        closed = Integer(1) + log(sigma[J] ** 2) - mu[J] ** 2 - sigma[J] ** 2
        negative = -HALF * indexed_sum(closed, J, DIMENSION)
        turned = negative - likelihood
        place, lth = (Vector(mu[J] + sigma[J] * e, J, DIMENSION) for e in (noise[J], noise[INDEX, J]))
        moved = negative - Expectation(p, log(P(X, given={Z: place})), EPSILON)
        average = 1 / DRAWS * indexed_sum(log(P(X, given={Z: lth})), INDEX, DRAWS)
        loss = Expectation(of_noise, negative - average, EPSILON)
    diagonal = Citation(theorem("gaussian-kl-diagonal"))
    steps = (
        Step(
            "every draw has the same density",
            sampled,
            two_terms,
            laws.unbiased_average,
            label="R3",
            words="this is the right side of the bound above, for this encoder and this prior",
        ),
        Step("KL in closed form", two_terms, inserted, laws.theorem, label="G7", cites=diagonal),
        Step("the sign goes inside", inserted, turned, laws.algebra, label="L1"),
        Step("z = μ + σ ⊙ ε", turned, moved, laws.change_of_variables, label="R1"),
        Step("L draws of the noise", moved, loss, laws.unbiased_average, label="L1"),
    )
    title = "The loss of one data point: Gaussian encoder, J latents, L draws"
    return Chain(Statement(sampled, loss), steps, (X, MU, SIGMA, DIMENSION, DRAWS), title=title)


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
