"""The die: every outcome by urns in exact fractions, the sandwich, and the door."""

import itertools
import math
from fractions import Fraction

import flint
import pytest
import scipy.stats
from hypothesis import strategies as st

from elbo_check.densities.beta import Beta
from elbo_check.densities.dirichlet import Dirichlet
from elbo_check.densities.world import ball_world, numpy_world
from elbo_check.errors import InputError, ShapeError
from elbo_check.models import BetaBinomial, DirichletMultinomial

from .conjugate import assert_a_nudge_is_seen, assert_bayes, positives, shown
from .sandwich import (
    BITS,
    OF_A_SPACE_WITHOUT_A_CENTRE,
    assert_loose,
    assert_sabotage_is_seen,
    assert_sandwich,
    assert_tight,
)
from .strategies import at_both_scales, hold

MODEL, X, Q = DirichletMultinomial.example()


def by_urn(concentration, trials):
    """Pólya's urn, throw by throw: the mass of every outcome, added up over all sequences, exactly."""
    masses = {}
    for faces in itertools.product(range(len(concentration)), repeat=trials):
        urn, mass = list(map(Fraction, concentration)), Fraction(1)
        for face in faces:
            mass *= urn[face] / sum(urn)
            urn[face] += 1
        outcome = tuple(faces.count(k) for k in range(len(concentration)))
        masses[outcome] = masses.get(outcome, 0) + mass
    return masses


@pytest.mark.parametrize(("concentration", "trials"), [((1.0, 2.0, 0.5), 5), ((0.25, 3.0), 6), ((1.0,) * 4, 4)])
def test_the_evidence_is_that_of_an_urn(concentration, trials):
    model, masses = DirichletMultinomial(concentration, trials), by_urn(concentration, trials)
    assert sum(masses.values()) == 1
    with flint.ctx.workprec(BITS):
        for x, mass in masses.items():
            ball = sum(model.log_evidence(x, ball_world())).exp() - flint.arb(mass.numerator) / mass.denominator
            assert ball.contains(0)
            assert ball.rad() < 1e-60


@pytest.mark.parametrize("x", [[4, 1, 3], [8, 0, 0]])
def test_the_evidence_is_what_scipy_says(x):
    truth = scipy.stats.dirichlet_multinomial.logpmf(x, [1.0, 2.0, 0.5], 8)
    assert shown(MODEL.log_evidence(MODEL.data(x), numpy_world())) == pytest.approx(truth, rel=1e-12)


def test_two_faces_are_a_coin():
    die, coin = DirichletMultinomial([0.3, 0.7], 12), BetaBinomial(0.3, 0.7, 12)
    with flint.ctx.workprec(BITS):
        for x in range(13):
            apart = sum(die.log_evidence((x, 12 - x), ball_world())) - sum(coin.log_evidence(x, ball_world()))
            assert apart.contains(0)


@pytest.mark.parametrize("x", [[8, 0, 0], [4, 1, 3]])
def test_the_posterior_is_the_normalised_joint_density(x):
    assert_bayes(MODEL, x)


def test_the_example_and_the_posterior_keep_the_sandwich():
    assert_sandwich(MODEL, X, Q)
    assert_tight(MODEL, X)
    assert_tight(DirichletMultinomial([0.1, 1e-3, 2.0, 0.7], 9), [0, 9, 0, 0])
    assert_loose(MODEL, X, Q)
    assert_a_nudge_is_seen(MODEL, X)


def test_every_slip_in_the_elbo_is_seen():
    assert assert_sabotage_is_seen(MODEL, X, Q) >= OF_A_SPACE_WITHOUT_A_CENTRE


@st.composite
def dice(draw):
    concentration = draw(st.lists(positives, min_size=2, max_size=5))
    x = [draw(st.integers(0, 3000)) for _ in concentration]
    return DirichletMultinomial(concentration, sum(x)), x, Dirichlet([draw(positives) for _ in concentration])


@pytest.mark.unmeasured
@at_both_scales
def test_random_dice_keep_the_sandwich(cases):
    hold(assert_sandwich, dice(), cases)


def test_a_rounded_sum_of_concentrations_stays_within_its_rounding():
    """All terms are a unit in the last place, and so is the rounding of 1 + (1 + eps)."""
    assert_sandwich(DirichletMultinomial([1.0, 1.0], 0), [0, 0], Dirichlet([1.0, 1 + 2.0**-52]))


@pytest.mark.unmeasured
def test_draws_follow_the_evidence(draws_agree):
    outcomes = [x for x in itertools.product(range(4), repeat=3) if sum(x) == 3]
    assert len(outcomes) == math.comb(5, 2)
    draws_agree(DirichletMultinomial([1.0, 2.0, 0.5], 3), outcomes)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1.0, 0.0], 3), "concentration=0.0 must be > 0; a density with this parameter has no finite mass"),
        (([1.0], 3), "concentration=an array of shape (1,) must be a vector of 2 or more numbers"),
        ((1.0, 3), "concentration=an array of shape () must be a vector of 2 or more numbers"),
        (([1.0, 2.0], 1.5), "trials=1.5 must be a whole number from 0 on"),
    ],
)
def test_impossible_models_are_refused(arguments, message):
    with pytest.raises(InputError) as raised:
        DirichletMultinomial(*arguments)
    assert message in str(raised.value)


@pytest.mark.parametrize("x", [[9, -1, 0], [4, 1.5, 2.5], [4, 1, 2], [8, 8, 8]])
def test_data_outside_the_support_are_refused(x):
    with pytest.raises(InputError, match=r"^x="):
        MODEL.data(x)


@pytest.mark.parametrize("x", [8, [4, 4], [[4, 1, 3]]])
def test_data_of_another_shape_are_refused(x):
    with pytest.raises(
        ShapeError, match=r"^x=an array of shape .* must be of shape \(3,\); x holds one count for each"
    ):
        MODEL.data(x)


def test_a_q_of_another_family_or_dimension_is_refused():
    with pytest.raises(
        InputError, match=r"q=a Beta must be a Dirichlet; the latent of dirichlet-multinomial is a point"
    ):
        MODEL.density(Beta(1.0, 1.0))
    with pytest.raises(
        ShapeError, match=r"q=a Dirichlet over 2 faces must be a Dirichlet over 3 faces; it needs as many"
    ):
        MODEL.density(Dirichlet([1.0, 1.0]))
    assert MODEL.density(Q) is Q


def test_the_model_can_be_made_again_from_its_parameters():
    assert DirichletMultinomial(**MODEL.parameters) == MODEL
