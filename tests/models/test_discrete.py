"""Random discrete models: the sandwich in floats, in balls and in fractions, and against sums over all outcomes."""

from fractions import Fraction

import flint
import numpy as np
import pytest

from elbo_check.densities.categorical import Categorical
from elbo_check.densities.markov_chain import MarkovChain
from elbo_check.densities.world import ball_world, numpy_world
from elbo_check.evidence import Absence, Basis
from elbo_check.models import MODELS
from elbo_check.witnesses.all_outcomes import Understood, enclose_outcomes, sum_exactly
from elbo_check.witnesses.rational import rational_world, sign

from .sandwich import assert_loose, assert_sabotage_is_seen, assert_sandwich, assert_tight, quantities
from .strategies import STRATEGIES, at_both_scales, finite_joints, hidden_markov_models, hold, rationals

NAMES = sorted(STRATEGIES)
EXACT = {"finite": finite_joints(rationals), "hidden-markov": hidden_markov_models(rationals)}


def understood(model, x, q):
    known, density = model.data(x), model.density(q)

    def read(world):
        return Understood(
            model.prior(known, world), lambda z: model.log_likelihood(known, z, world), density.read(world)
        )

    return read


def check(model, x, q):
    assert_sandwich(model, x, q)
    assert_tight(model, x)


def check_enclosures(model, x, q):
    """The closed forms lie in the enclosures of the definitions, and are infinite where those are."""
    told = enclose_outcomes(understood(model, x, q), digits=30)
    with flint.ctx.workprec(256):
        said = quantities(model, x, q, ball_world())
        for name, answer in told.items():
            quantity = getattr(said, name)
            assert isinstance(answer, Absence) == (quantity is None), name
            if quantity is not None:
                assert answer.basis is Basis.ENCLOSED
                assert answer.error < Fraction(1, 10**25)
                ball = quantity.value
                low, high = answer.value - answer.error, answer.value + answer.error
                assert ball.upper() >= as_ball(low).lower()
                assert ball.lower() <= as_ball(high).upper()


def as_ball(number):
    return flint.arb(flint.fmpq(number.numerator, number.denominator))


def check_exactly(model, x, q):
    """Among rational numbers nothing rounds: equalities are equalities, and signs are decided."""
    said, summed = quantities(model, x, q, rational_world()), sum_exactly(understood(model, x, q))
    assert said.log_evidence.value == summed.log_evidence
    if said.elbo is not None:
        assert said.elbo.value == said.elbo_by_entropy.value == summed.elbo
        assert said.gap.value == said.kl.value == summed.kl
        assert sign(said.gap.value) >= 0
    if said.eubo is not None:
        assert said.eubo.value == said.eubo_by_kl.value == summed.eubo
        assert sign((said.eubo - said.log_evidence).value) >= 0
    assert (said.elbo is None, said.eubo is None) == (summed.elbo is None, summed.eubo is None)


@at_both_scales
@pytest.mark.parametrize("name", NAMES)
def test_elbo_is_below_log_evidence_is_below_eubo(name, cases):
    hold(check, STRATEGIES[name], cases)


@pytest.mark.endurance
@at_both_scales
@pytest.mark.parametrize("name", NAMES)
def test_the_closed_forms_are_the_sums_over_all_outcomes(name, cases):
    hold(check_enclosures, STRATEGIES[name], cases)


@pytest.mark.endurance
@at_both_scales
@pytest.mark.parametrize("name", sorted(EXACT))
def test_among_rational_numbers_the_sandwich_is_exact(name, cases):
    hold(check_exactly, EXACT[name], cases)


def nudged(posterior):
    """The posterior with its first probability larger by a factor 1 + 1e-6."""
    if isinstance(posterior, MarkovChain):
        return MarkovChain.of(Categorical(nudged_row(posterior.initial.probabilities)), posterior.transitions)
    probabilities = np.array(posterior.probabilities)
    probabilities.reshape(-1, probabilities.shape[-1])[0] = nudged_row(
        probabilities.reshape(-1, probabilities.shape[-1])[0]
    )
    return Categorical(probabilities)


def nudged_row(row):
    more = row * np.where(np.arange(len(row)) == 0, 1 + 1e-6, 1.0)
    return more / more.sum()


@pytest.mark.parametrize("name", NAMES)
def test_a_millionth_off_the_posterior_the_gap_is_proved_to_be_positive(name):
    model, x, q = MODELS[name].example()
    posterior = model.posterior(model.data(x), numpy_world())
    assert_loose(model, x, nudged(posterior))
    assert_loose(model, x, q)


@pytest.mark.parametrize("name", NAMES)
def test_the_usual_slips_are_seen(name):
    seen = assert_sabotage_is_seen(*MODELS[name].example(), harmless=("lost_normaliser_of_q",))
    expected = {"wrong_entropy_sign", "dropped_kl", "doubled_kl", "prior_for_posterior"}
    if name == "gaussian-mixture":  # the others' likelihoods have no part that is the same everywhere
        expected |= {"lost_normaliser_of_the_likelihood"}
    assert seen == expected


@pytest.mark.parametrize("name", NAMES)
def test_an_example_of_each_is_among_the_models(name):
    model, x, q = MODELS[name].example()
    assert type(model)(**model.parameters).parameters.keys() == model.parameters.keys()
    check(model, x, q)
    generator = np.random.default_rng(3)
    for _ in range(50):
        model.data(model.draw(generator))
