"""The coin: exact evidence, the sandwich in floats and balls, and a door that refuses what is no number of heads."""

import flint
import mpmath
import pytest
import scipy.stats
from hypothesis import strategies as st

from elbo_check.densities.beta import Beta
from elbo_check.densities.gamma import Gamma
from elbo_check.densities.world import ball_world, numpy_world
from elbo_check.errors import InputError
from elbo_check.models import BetaBinomial

from .conjugate import assert_a_nudge_is_seen, assert_bayes, positives, shown
from .sandwich import OF_A_SPACE_WITHOUT_A_CENTRE, assert_loose, assert_sabotage_is_seen, assert_sandwich, assert_tight
from .strategies import at_both_scales, hold

MODEL, X, Q = BetaBinomial.example()


@pytest.mark.parametrize(("alpha", "beta", "n"), [(2.0, 3.0, 10), (0.5, 0.25, 7), (40.0, 1.0, 3), (1.0, 1.0, 0)])
def test_the_evidence_is_the_beta_binomial_mass_and_adds_up_to_one(alpha, beta, n):
    model = BetaBinomial(alpha, beta, n)
    with flint.ctx.workprec(200):
        masses = [sum(model.log_evidence(x, ball_world())).exp() for x in range(n + 1)]
        assert sum(masses).contains(1)
        assert sum(masses).rad() < 1e-40
    for x in range(n + 1):
        truth = scipy.stats.betabinom.logpmf(x, n, alpha, beta)
        assert shown(model.log_evidence(x, numpy_world())) == pytest.approx(truth, rel=1e-12, abs=1e-14)


def test_the_evidence_is_the_integral_of_the_joint_density():
    with mpmath.workdps(30):
        weight = lambda t: mpmath.binomial(10, 7) * t**7 * (1 - t) ** 3 * t * (1 - t) ** 2 / mpmath.beta(2, 3)
        truth = mpmath.log(mpmath.quad(weight, [0, 1]))
    with flint.ctx.workprec(200):
        assert abs(sum(MODEL.log_evidence(X, ball_world())) - flint.arb(mpmath.nstr(truth, 28))) < 1e-25


@pytest.mark.parametrize("x", [0, 7, 10])
def test_the_posterior_is_the_normalised_joint_density(x):
    assert_bayes(MODEL, x)


def test_the_example_and_the_posterior_keep_the_sandwich():
    assert_sandwich(MODEL, X, Q)
    assert_tight(MODEL, X)
    assert_tight(BetaBinomial(0.1, 1e-3, 25), 25)
    assert_loose(MODEL, X, Q)
    assert_a_nudge_is_seen(MODEL, X)


def test_every_slip_in_the_elbo_is_seen():
    assert assert_sabotage_is_seen(MODEL, X, Q) >= OF_A_SPACE_WITHOUT_A_CENTRE


@st.composite
def coins(draw):
    n = draw(st.integers(0, 10_000))
    model = BetaBinomial(draw(positives), draw(positives), n)
    return model, draw(st.integers(0, n)), Beta(draw(positives), draw(positives))


@pytest.mark.unmeasured
@at_both_scales
def test_random_coins_keep_the_sandwich(cases):
    hold(assert_sandwich, coins(), cases)


@pytest.mark.unmeasured
def test_draws_follow_the_evidence(draws_agree):
    draws_agree(BetaBinomial(2.0, 3.0, 5), [(x,) for x in range(6)])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0, 1.0, 3), "alpha=0.0 must be > 0; a density with this parameter has no finite mass: it is improper"),
        ((1.0, -2.0, 3), "beta=-2.0 must be > 0"),
        ((1.0, [1.0, 2.0], 3), "beta=an array of shape"),
        ((1.0, 2.0, 2.5), "trials=2.5 must be a whole number from 0 on"),
        ((1.0, 2.0, -1), "trials=-1.0 must be a whole number from 0 on"),
        ((float("nan"), 2.0, 1), "alpha=nan must be finite"),
    ],
)
def test_impossible_models_are_refused(arguments, message):
    with pytest.raises(InputError) as raised:
        BetaBinomial(*arguments)
    assert message in str(raised.value)


@pytest.mark.parametrize("x", [-1, 11, 2.5, [1, 2], float("nan"), "three", True])
def test_data_outside_the_support_are_refused(x):
    with pytest.raises(InputError, match=r"^x="):
        MODEL.data(x)


def test_a_q_of_another_family_is_refused():
    with pytest.raises(InputError, match=r"q=a Gamma must be a Beta; the latent of beta-binomial is a number between"):
        MODEL.density(Gamma(1.0, 1.0))
    assert MODEL.density(Q) is Q


def test_the_model_can_be_made_again_from_its_parameters():
    assert BetaBinomial(**MODEL.parameters) == MODEL
    assert MODEL.margin(X, Q) == 0.5 * min(6 / 9, 4 / 6)
