"""Counts of unknown rate: the negative binomial, the integral, the sandwich, and the door."""

import flint
import mpmath
import pytest
import scipy.stats
from hypothesis import strategies as st

from elbo_check.densities.beta import Beta
from elbo_check.densities.gamma import Gamma
from elbo_check.densities.world import ball_world, numpy_world
from elbo_check.errors import InputError, ShapeError
from elbo_check.models import GammaPoisson

from .conjugate import assert_a_nudge_is_seen, assert_bayes, positives, shown
from .sandwich import OF_A_SPACE_WITHOUT_A_CENTRE, assert_loose, assert_sabotage_is_seen, assert_sandwich, assert_tight
from .strategies import at_both_scales, hold

MODEL, X, Q = GammaPoisson.example()


@pytest.mark.parametrize(("shape", "rate", "exposure"), [(2.0, 1.0, 1.0), (0.5, 0.25, 3.0), (40.0, 1.5, 0.01)])
@pytest.mark.parametrize("x", [0, 1, 7, 60])
def test_the_evidence_of_one_count_is_the_negative_binomial_mass(shape, rate, exposure, x):
    truth = scipy.stats.nbinom.logpmf(x, shape, rate / (rate + exposure))
    model = GammaPoisson(shape, rate, exposure)
    assert shown(model.log_evidence(model.data(x), numpy_world())) == pytest.approx(truth, rel=1e-12, abs=1e-14)


def test_the_evidence_of_several_counts_is_the_integral_of_the_joint_density():
    def joint(rate):
        value = mpmath.mpf(1) / 4 * rate * mpmath.exp(-rate / 2)  # Gamma(2, ½)
        for count, exposure in zip(X, (1, 2, mpmath.mpf(1) / 2), strict=True):
            value *= (exposure * rate) ** count * mpmath.exp(-exposure * rate) / mpmath.factorial(count)
        return value

    with mpmath.workdps(30):
        truth = mpmath.nstr(mpmath.log(mpmath.quad(joint, [0, 2, 5, 20, mpmath.inf])), 26)
    with flint.ctx.workprec(200):
        assert abs(sum(MODEL.log_evidence(MODEL.data(X), ball_world())) - flint.arb(truth)) < 1e-24


@pytest.mark.parametrize("x", [[0, 0, 0], [3, 5, 0], [10**6, 1, 4]])
def test_the_posterior_is_the_normalised_joint_density(x):
    assert_bayes(MODEL, x)


def test_the_example_and_the_posterior_keep_the_sandwich():
    assert_sandwich(MODEL, X, Q)
    assert_tight(MODEL, X)
    assert_tight(GammaPoisson(1e-3, 0.1, [0.1, 0.3]), [0, 40])
    assert_loose(MODEL, X, Q)
    assert_a_nudge_is_seen(MODEL, X)


def test_every_slip_in_the_elbo_is_seen():
    assert assert_sabotage_is_seen(MODEL, X, Q) >= OF_A_SPACE_WITHOUT_A_CENTRE


@st.composite
def counts(draw):
    exposure = draw(st.lists(positives, min_size=1, max_size=4))
    model = GammaPoisson(draw(positives), draw(positives), exposure)
    x = [draw(st.integers(0, 10_000)) for _ in exposure]
    return model, x, Gamma(draw(positives), draw(positives))


@pytest.mark.unmeasured
@at_both_scales
def test_random_counts_keep_the_sandwich(cases):
    hold(assert_sandwich, counts(), cases)


def test_a_rounded_rate_near_one_stays_within_the_rounding_floor():
    assert_sandwich(GammaPoisson(1.0, 1.0, 0.001), 0, Gamma(1.0, 1.0))


def test_draws_follow_the_evidence(draws_agree):
    draws_agree(GammaPoisson(2.0, 3.0, [1.0, 2.0]), [(x, y) for x in range(3) for y in range(3)])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0.0, 1.0), "shape=0.0 must be > 0; a density with this parameter has no finite mass: it is improper"),
        ((1.0, -2.0), "rate=-2.0 must be > 0"),
        ((1.0, 2.0, 0.0), "exposure=0.0 must be > 0"),
        ((1.0, 2.0, [1.0, -1.0]), "exposure=-1.0 must be > 0"),
        ((1.0, 2.0, [[1.0]]), "exposure=an array of shape (1, 1) must be a vector of 1 or more numbers"),
    ],
)
def test_impossible_models_are_refused(arguments, message):
    with pytest.raises(InputError) as raised:
        GammaPoisson(*arguments)
    assert message in str(raised.value)


@pytest.mark.parametrize("x", [[1, 2, -1], [1, 2, 0.5], [1, 2, float("inf")], [True, 1, 2]])
def test_data_outside_the_support_are_refused(x):
    with pytest.raises(InputError, match=r"^x"):
        MODEL.data(x)


@pytest.mark.parametrize("x", [3, [1, 2], [[1, 2, 3]], [1, 2, 3, 4]])
def test_data_of_another_shape_are_refused(x):
    with pytest.raises(
        ShapeError, match=r"^x=an array of shape .* must be of shape \(3,\); x holds one count for each"
    ):
        MODEL.data(x)


def test_one_count_may_come_alone():
    model = GammaPoisson(1.0, 1.0)
    assert model.data(4) == model.data([4]) == (4,)


def test_a_q_of_another_family_is_refused():
    with pytest.raises(InputError, match=r"q=a Beta must be a Gamma; the latent of gamma-poisson is a positive number"):
        MODEL.density(Beta(1.0, 1.0))
    assert MODEL.density(Q) is Q


def test_the_model_can_be_made_again_from_its_parameters():
    assert GammaPoisson(**MODEL.parameters) == MODEL
    assert MODEL.margin(MODEL.data(X), Q) == 0.5 * min(8 / 10, 3 / 4)
