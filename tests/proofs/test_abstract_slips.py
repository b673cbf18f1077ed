"""Slips about arbitrary densities, each with the law that is believed to license it; and forms that only look wrong."""

import pytest
from sympy import Integer, log

from elbo_check import laws
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.errors import DerivationError
from elbo_check.nodes import (
    KL,
    Entropy,
    Expectation,
    Information,
    Integral,
    Iterated,
    Product,
    derivative,
    free_symbols,
    function,
    indexed_sum,
    model,
    sequence,
)  # fmt: skip
from elbo_check.proofs import theorem
from elbo_check.symbols import author_form, count, real
from elbo_check.verdict import Outcome

x, z, phi = real("x"), real("z"), real("phi")
k, K = count("k"), count("K")
p, q, r, f = model("p"), model("q"), model("r"), function("f")
Q, POST = q(z, given=x), p(z, given=x)
E = Expectation

with author_form():
    ELBO = E(Q, log(p(x, z)) - log(Q))
    EUBO = E(POST, log(p(x, z)) - log(Q))
    DATA = E(Q, log(p(x, given=z)))
    MEAN_KL = E(q(x), KL(Q, p(z)))
    MUTUAL = KL(q(x, z), Product(q(x), q(z)))
    W = p(x, sequence(z)[k]) / q(sequence(z)[k], given=x)
    DRAWS = Iterated(Q.args[0], k, K)
    OF_PHI = q(z, given=phi)
    GRADIENT = derivative(E(OF_PHI, f(z)), phi)


def bound(draws):
    """L_K of importance weighting."""
    with author_form():
        return E(Iterated(Q.args[0], k, draws), log(1 / draws * indexed_sum(W, k, draws)), z)


def average(term):
    """E (1/K) Σ term(z_k) over K draws from the encoder."""
    return E(DRAWS, 1 / K * indexed_sum(term(sequence(z)[k]), k, K), z)


with author_form():
    SLIPS = {
        "the posterior without the evidence": (POST, "=", p(x, given=z) * p(z), laws.bayes),
        "Bayes upside down": (POST, "=", p(x, given=z) * p(x) / p(z), laws.bayes),
        "the transposed conditional": (p(x, given=z), "=", POST, laws.bayes),
        "the joint as a product of marginals": (p(x, z), "=", p(x) * p(z), laws.conditional_density),
        "the joint integrates to one over z": (Integral(p(x, z), z), "=", Integer(1), laws.normalisation),
        "KL without the logarithm": (KL(q(z), p(z)), "=", E(q(z), q(z) / p(z)), laws.definition_of_kl),
        "information the wrong way round": (
            KL(q(z), p(z)), "=", E(q(z), Information(q(z)) - Information(p(z))), laws.definition_of_information),
        "log t ≥ t − 1": (E(q(z), log(p(z) / q(z))), "≥", E(q(z), p(z) / q(z) - 1), laws.log_bound),
        "log t ≤ t − 2": (E(q(z), log(p(z) / q(z))), "≤", E(q(z), p(z) / q(z) - 2), laws.log_bound),
        "log t ≤ 1 − 1/t": (E(q(z), log(p(z) / q(z))), "≤", E(q(z), 1 - q(z) / p(z)), laws.log_bound),
        "entropy without the logarithm": (Entropy(q(z)), "=", -E(q(z), q(z)), laws.definition_of_entropy),
        "the entropy of a density is not negative": (Entropy(q(z)), "≥", Integer(0), laws.nonnegativity),
        "a triangle inequality for KL": (KL(q(z), p(z)), "≤", KL(q(z), r(z)) + KL(r(z), p(z)), laws.gibbs),
        "the sign of the gap": (log(p(x)), "=", ELBO - KL(Q, POST), laws.definition_of_kl),
        "the gap the wrong way round": (log(p(x)), "=", ELBO + KL(POST, Q), laws.definition_of_kl),
        "the gap to the prior": (log(p(x)), "=", ELBO + KL(Q, p(z)), laws.definition_of_kl),
        "the sign of KL to the prior": (ELBO, "=", DATA + KL(Q, p(z)), laws.definition_of_kl),
        "KL from the prior": (ELBO, "=", DATA - KL(p(z), Q), laws.definition_of_kl),
        "the likelihood averaged over the prior": (
            ELBO, "=", E(p(z), log(p(x, given=z))) - KL(Q, p(z)), laws.definition_of_kl),
        "the sign of log p(x)": (
            KL(Q, POST), "=", E(Q, log(Q) - log(p(x, given=z)) - log(p(z))) - log(p(x)), laws.linearity),
        "reconstruction alone is a bound": (DATA, "≤", log(p(x)), laws.jensen),
        "energy alone is a bound": (E(Q, log(p(x, z))), "≤", log(p(x)), laws.jensen),
        "the EUBO is a lower bound": (EUBO, "≤", log(p(x)), laws.gibbs),
        "the ELBO is above the EUBO": (ELBO, "≥", EUBO, laws.gibbs),
        "the logarithm inside the average": (bound(K), "=", average(lambda at: log(p(x, at) / q(at, given=x))),
                                             laws.jensen),
        "fewer draws are tighter": (bound(K), "≥", bound(K + 1), laws.jensen),
        "a sum for the average of weights": (E(DRAWS, log(indexed_sum(W, k, K)), z), "≤", log(p(x)), laws.jensen),
        "surgery without mutual information": (MEAN_KL, "=", KL(q(z), p(z)), laws.total_expectation),
        "the aggregate is farther away": (MEAN_KL, "≤", KL(q(z), p(z)), laws.gibbs),
        "KL adds up without independence": (
            KL(q(x, z), p(x, z)), "=", KL(q(x), p(x)) + KL(q(z), p(z)), laws.factorisation),
        "the chain rule averaged over p": (
            KL(q(x, z), p(x, z)), "=", KL(q(x), p(x)) + E(p(x), KL(Q, POST)), laws.total_expectation),
        "a marginal is farther apart": (KL(q(x), p(x)), "≥", KL(q(x, z), p(x, z)), laws.gibbs),
        "the sign of mutual information": (
            MUTUAL, "=", Entropy(q(x, z)) - Entropy(q(x)) - Entropy(q(z)), laws.definition_of_entropy),
        "conditional entropy the wrong way round": (
            MUTUAL, "=", E(q(x), Entropy(Q)) - Entropy(q(z)), laws.definition_of_entropy),
        "every observation lowers the entropy": (Entropy(Q), "≤", Entropy(q(z)), laws.gibbs),
        "entropies add up without independence": (
            Entropy(q(x, z)), "=", Entropy(q(x)) + Entropy(q(z)), laws.definition_of_entropy),
        "a sum for the average of draws": (
            E(DRAWS, indexed_sum(log(p(x, given=sequence(z)[k])), k, K), z), "=", DATA, laws.unbiased_average),
        "the logarithm of an average of likelihoods": (
            E(DRAWS, log(1 / K * indexed_sum(p(x, given=sequence(z)[k]), k, K)), z), "=", DATA, laws.unbiased_average),
        "KL to the prior counted twice": (
            average(lambda at: log(p(x, at)) - log(q(at, given=x))) - KL(Q, p(z)), "=", ELBO, laws.unbiased_average),
        "the sign of the score": (GRADIENT, "=", -E(OF_PHI, f(z) * derivative(log(OF_PHI), phi)), laws.differentiation),
        "the score without the logarithm": (
            GRADIENT, "=", E(OF_PHI, f(z) * derivative(OF_PHI, phi)), laws.differentiation),
        "∂ passes by the density": (
            derivative(E(OF_PHI, log(OF_PHI)), phi), "=", E(OF_PHI, derivative(log(OF_PHI), phi)),
            laws.differentiation_under_expectation),
    }  # fmt: skip


def claim(left, *lines, relation="="):
    """A derivation of one chain: the left side, and (law, right side) for every step."""
    sides = [left, *(right for _, right in lines)]
    steps = [
        Step(f"step {number}", before, after, law, relation, cites=CITED.get(law.rests_on))
        for number, ((law, after), before) in enumerate(zip(lines, sides, strict=False))
    ]
    symbols = sorted(set().union(*map(free_symbols, sides)), key=lambda symbol: symbol.name)
    chain = Chain(Statement(left, sides[-1], relation), steps, symbols)
    return Derivation("claim", "A claim", "a claim", (), (chain,), ("seen in print",))


CITED = {name: Citation(theorem(name)) for name in ("kl-nonnegative", "kl-additivity")}


@pytest.mark.endurance
@pytest.mark.parametrize("name", SLIPS)
def test_a_slip_is_refuted_by_an_exact_world(name):
    left, relation, right, law = SLIPS[name]
    verdict = claim(left, (law, right), relation=relation).check()
    assert verdict.outcome is Outcome.REFUTED
    (found,) = verdict.findings
    assert "excluded by a finite world" in found.message
    assert not any("+/-" in str(value) for value in verdict.counterexample.values())  # nothing was rounded


with author_form():
    OPENED = E(q(x, z), log(Q * q(x)))
    RIGHT = {
        "the evidence at any z (Chib)": (p(x), (laws.conditional_density, p(x, z) / POST)),
        "the harmonic mean of likelihoods": (E(POST, 1 / p(x, given=z)), (laws.multiply_and_divide, 1 / p(x))),
        "KL as cross-entropy less entropy": (
            KL(q(z), p(z)), (laws.definition_of_kl, E(q(z), log(q(z)) - log(p(z)))),
            (laws.linearity, E(q(z), log(q(z))) - E(q(z), log(p(z)))),
            (laws.definition_of_entropy, -E(q(z), log(p(z))) - Entropy(q(z)))),
        "KL with the ratio upside down": (
            KL(q(z), p(z)), (laws.definition_of_kl, E(q(z), log(q(z)) - log(p(z)))),
            (laws.log_of_product, E(q(z), -log(p(z) / q(z)))), (laws.constants, -E(q(z), log(p(z) / q(z))))),
        "the ELBO as one negative mean": (
            ELBO, (laws.log_of_product, E(Q, -log(Q / p(x, z)))), (laws.constants, -E(Q, log(Q / p(x, z))))),
        "the joint entropy, z after x": (
            Entropy(q(x, z)), (laws.definition_of_entropy, -E(q(x, z), log(q(x, z)))),
            (laws.conditional_density, -OPENED), (laws.log_of_product, -E(q(x, z), log(Q) + log(q(x)))),
            (laws.total_expectation, -E(q(x), log(q(x))) - E(q(x), E(Q, log(Q)))),
            (laws.definition_of_entropy, Entropy(q(x)) + E(q(x), Entropy(Q)))),
        "mutual information as a mean of KLs": (
            E(q(x), KL(Q, q(z))), (laws.definition_of_kl, E(q(x), E(Q, log(Q) - log(q(z))))),
            (laws.total_expectation, E(q(x, z), log(Q) - log(q(z)))),
            (laws.conditional_density, E(q(x, z), log(q(x, z) / q(x)) - log(q(z)))),
            (laws.log_of_product, E(q(x, z), log(q(x, z)) - log(q(x) * q(z)))),
            (laws.independence, E(q(x, z), log(q(x, z)) - log(Product(q(x), q(z))(x, z)))),
            (laws.definition_of_kl, MUTUAL)),
        "the variables in another order": (KL(q(x, z), p(x, z)), (laws.algebra, KL(q(z, x), p(z, x)))),
    }  # fmt: skip


@pytest.mark.endurance
@pytest.mark.parametrize("name", RIGHT)
def test_what_looks_wrong_but_is_right_is_proved(name):
    verdict = claim(*RIGHT[name]).check()
    assert verdict.outcome is Outcome.PROVED, verdict.missing


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda: KL(Q, p(x, z)), "is not defined"),
        (lambda: Integral(p(x), z), "do not occur"),
        (lambda: claim(p(x), (laws.normalisation, Integral(p(x, z), x))), "binds x"),
        (lambda: indexed_sum(log(p(x, given=sequence(z)[k])), count("l"), K), "does not occur"),
        (lambda: derivative(E(q(z), f(z)), phi), "does not occur"),
        (lambda: claim(E(Q, log(p(x, z))), (laws.algebra, log(p(x, z)))).chains[0].at, "binds z"),
    ],
)
def test_a_slip_of_the_pen_cannot_be_built(build, said):
    with pytest.raises(DerivationError, match=said):
        build()
