"""Errors about densities and bounds that are found in print: each is written as a derivation, and refuted."""

import pytest
from sympy import Integer, Rational, exp, log

from elbo_check import laws
from elbo_check.derivation import Chain, Citation, Derivation, Statement, Step
from elbo_check.nodes import (
    KL,
    Entropy,
    Expectation,
    Gaussian,
    Iterated,
    free_symbols,
    gaussian,
    indexed_sum,
    model,
    sequence,
)  # fmt: skip
from elbo_check.proofs import theorem
from elbo_check.symbols import author_form, count, positive, real
from elbo_check.verdict import Outcome

x, z, t, mu = real("x"), real("z"), real("t"), real("mu")
s, sp, sq = positive("s"), positive("s_p"), positive("s_q")
j, J = count("j"), count("J")
p, q = model("p"), model("q")
HALF = Rational(1, 2)

with author_form():
    ELBO = Expectation(q(z, given=x), log(p(x, z)) - log(q(z, given=x)))
    RATIO = p(x, z) / q(z, given=x)
    PLANE_Q, PLANE_P = Gaussian((0, 0), ((sq,), (0, sq))), Gaussian((0, 0), ((sp,), (0, sp)))
    HALF_TRACE = HALF * (2 * sq**2 / sp**2)
    GENERATING = Expectation(gaussian(mu, s)(z), t * z) + HALF * t**2 * Expectation(gaussian(mu, s)(z), (z - mu) ** 2)
    MS, SS = sequence(real("m")), sequence(positive("v"))
    DIAGONAL = KL(Iterated(gaussian(MS[j], SS[j]), j, J), Iterated(gaussian(0, 1), j, J))

# what is claimed, with the law that is believed to license it: left, relation, right
WRONG = {
    "sign of the entropy in ELBO = E log joint − H": (
        ELBO, "=", Expectation(q(z, given=x), log(p(x, z))) - Entropy(q(z, given=x)), laws.definition_of_entropy),
    "accuracy without the logarithm": (
        ELBO, "=", Expectation(q(z, given=x), p(x, given=z)) - KL(q(z, given=x), p(z)), laws.definition_of_kl),
    "forward for reverse KL": (KL(q(z), p(z)), "=", Expectation(p(z), log(q(z)) - log(p(z))), laws.definition_of_kl),
    "q for log q": (KL(q(z), p(z)), "=", Expectation(q(z), q(z) - log(p(z))), laws.definition_of_kl),
    "= for ≥ after Jensen": (log(Expectation(q(z, given=x), RATIO)), "=", ELBO, laws.jensen),
    "Jensen reversed": (log(Expectation(q(z, given=x), RATIO)), "≤", ELBO, laws.jensen),
    "convex for concave": (log(Expectation(p(z), q(z))), "≤", Expectation(p(z), log(q(z))), laws.jensen),
    "joint for posterior": (
        ELBO, "=", log(p(x)) - Expectation(q(z, given=x), log(q(z, given=x)) - log(p(x, z))), laws.conditional_density),
    "the ELBO upper-bounds log p(x)": (log(p(x)), "≤", ELBO, laws.gibbs),
    "KL is symmetric": (KL(q(z), p(z)), "=", KL(p(z), q(z)), laws.definition_of_kl),
    "equality in E_q[p/q] ≤ 1": (Expectation(q(z), p(z) / q(z)), "=", Integer(1), laws.mass_on_the_support),
    "−½ tr for +½ tr": (
        KL(PLANE_Q, PLANE_P), "=", -HALF_TRACE - 1 + 2 * log(sp / sq), laws.gaussian_moments),
    "dimension 1 for n": (KL(PLANE_Q, PLANE_P), "=", HALF_TRACE - HALF + 2 * log(sp / sq), laws.gaussian_moments),
    "t²σ² without ½ in the generating function": (GENERATING, "=", mu * t + t**2 * s**2, laws.gaussian_moments),
    "a mean for the sum over latents": (
        DIAGONAL, "=", HALF * indexed_sum(MS[j] ** 2 + SS[j] ** 2 - 1 - log(SS[j] ** 2), j, J) / J, laws.theorem),
    "½ forgotten": (
        DIAGONAL, "=", indexed_sum(MS[j] ** 2 + SS[j] ** 2 - 1 - log(SS[j] ** 2), j, J), laws.theorem),
    "(log σ)² for log σ²": (
        DIAGONAL, "=", HALF * indexed_sum(MS[j] ** 2 + SS[j] ** 2 - 1 - log(SS[j]) ** 2, j, J), laws.theorem),
}  # fmt: skip


def derivation(left, relation, right, law, where=()):
    rests = {"kl-nonnegative": Citation(theorem("kl-nonnegative"))}.get(law.rests_on)
    parameters = sorted((free_symbols(left) | free_symbols(right)) - {a for a, _ in where}, key=lambda a: a.name)
    meanings = {symbol for _, meaning in where for symbol in free_symbols(meaning)} - set(parameters)
    step = Step("claimed", left, right, law, relation, cites=rests)
    chain = Chain(Statement(left, right, relation), (step,), (*parameters, *meanings), where)
    return Derivation("claim", "A claim", "a claim", (), (chain,), ("seen in print",))


@pytest.mark.unmeasured
@pytest.mark.parametrize("name", WRONG)
def test_a_published_error_is_refuted_by_a_counterexample(name):
    verdict = derivation(*WRONG[name]).check()
    assert verdict.outcome is Outcome.REFUTED
    assert verdict.counterexample["left"] != verdict.counterexample["right"]


def test_what_looks_wrong_but_is_right_is_accepted():
    v = sequence(real("w"))
    with author_form():
        one = HALF * indexed_sum(exp(v[j]) + MS[j] ** 2 - 1 - v[j], j, J)
        other = -HALF * indexed_sum(1 + v[j] - MS[j] ** 2 - exp(v[j]), j, J)
        two_logs = 2 * log(s) + x
        log_square = log(s**2) + x
        apart = log(sp) - log(sq) + (sq**2 + (x - mu) ** 2) / (2 * sp**2) - HALF
        together = log(sp / sq) + (sq**2 + (x - mu) ** 2) / (2 * sp**2) - HALF
    for left, right, law in (
        (one, other, laws.algebra),
        (two_logs, log_square, laws.log_of_product),
        (apart, together, laws.log_of_product),
    ):
        assert derivation(left, "=", right, law).check().outcome is Outcome.PROVED


CORRECT = [
    step
    for name in ("bayes", "kl-nonnegative", "elbo", "eubo", "kl-chain-rule", "elbo-surgery", "mutual-information")
    for chain in theorem(name).chains
    for step in [(chain, number) for number in range(len(chain.steps))]
]


def accusations(worlds):
    """Read every correct step in many random worlds, some with zeros; count what is excluded, and what was read."""
    from elbo_check.checking.by_meaning import Reader, _comparison
    from elbo_check.checking.draws import Draws
    from elbo_check.checking.finite_worlds import FiniteReading
    from elbo_check.checking.outline import outline_of
    from elbo_check.errors import WitnessError

    accused = read = 0
    outlines = {id(chain): outline_of(chain) for chain, _ in CORRECT}
    for seed in range(worlds):
        chain, number = CORRECT[seed % len(CORRECT)]
        reading = FiniteReading(Draws(seed), outlines[id(chain)], zeros=bool(seed // len(CORRECT) % 2))
        try:
            holds = _comparison(chain.steps[number], Reader(reading, None).reading)
        except WitnessError:
            continue
        read += 1
        accused += holds is False
    return accused, read


@pytest.mark.endurance
def test_no_correct_step_is_accused_in_hundreds_of_worlds():
    accused, read = accusations(600)
    assert accused == 0
    assert read > 400


@pytest.mark.campaign
def test_no_correct_step_is_accused_in_ten_thousand_worlds():
    accused, read = accusations(13_000)
    print("\nread in", read, "worlds")
    assert accused == 0
    assert read >= 10_000
