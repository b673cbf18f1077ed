"""Unknown mean and variance: the Student density, the integral, the sandwich, and the door."""

import math

import flint
import mpmath
import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import strategies as st

from elbo_check.densities.gamma import Gamma
from elbo_check.densities.normal_inverse_gamma import NormalInverseGamma
from elbo_check.densities.world import ball_world, numpy_world
from elbo_check.errors import InputError, ShapeError
from elbo_check.models import NormalUnknownMeanVariance

from .conjugate import assert_a_nudge_is_seen, assert_bayes, positives, reals, shown
from .sandwich import (
    BITS,
    OF_A_SPACE_WITHOUT_A_CENTRE,
    assert_loose,
    assert_sabotage_is_seen,
    assert_sandwich,
    assert_tight,
)
from .strategies import at_both_scales, hold

MODEL, X, Q = NormalUnknownMeanVariance.example()


@pytest.mark.parametrize(
    ("numbers", "x"),
    [
        ((0.0, 1.0, 2.0, 3.0), [1.25, -0.5, 2.0, 0.75]),
        ((5.0, 0.1, 0.5, 0.01), [1.0]),
        ((-2.0, 30.0, 10.0, 4.0), [0.0, 0.0, 0.0]),
    ],
)
def test_the_evidence_is_the_multivariate_student_density(numbers, x):
    m, kappa, a, b = numbers
    shape = b / a * (np.eye(len(x)) + 1 / kappa)
    truth = scipy.stats.multivariate_t.logpdf(x, np.full(len(x), m), shape, df=2 * a)
    model = NormalUnknownMeanVariance(*numbers, size=len(x))
    assert shown(model.log_evidence(model.data(x), numpy_world())) == pytest.approx(truth, rel=1e-12)


def test_the_evidence_is_the_integral_over_mean_and_variance():
    def joint(mean, log_variance):
        """In u = log σ²: N(mean; 0, σ²) InvGamma(σ²; 2, 3) ∏ N(xᵢ; mean, σ²) dσ²/du."""
        variance = math.exp(log_variance)
        squares = mean**2 + (1.25 - mean) ** 2 + (-0.5 - mean) ** 2
        exponent = -squares / (2 * variance) - 3 / variance - 1.5 * math.log(2 * math.pi * variance)
        return 9 * math.exp(exponent - 2 * log_variance)

    reach = lambda log_variance: 2 + 9 * math.exp(log_variance / 2)
    total, _ = scipy.integrate.dblquad(joint, -4, 12, lambda u: -reach(u), reach, epsabs=1e-16, epsrel=1e-12)
    truth = math.log(total)
    model = NormalUnknownMeanVariance(0.0, 1.0, 2.0, 3.0, size=2)
    assert shown(model.log_evidence((1.25, -0.5), numpy_world())) == pytest.approx(float(truth), rel=1e-11)


def test_a_common_offset_costs_no_digits():
    """Sums of squares of data near 1e8 would keep none of the digits of a spread of 1."""
    far = NormalUnknownMeanVariance(1e8, 1.0, 2.0, 3.0, size=4)
    here, there = (
        MODEL.log_evidence(MODEL.data(X), numpy_world()),
        far.log_evidence(far.data(1e8 + np.array(X)), numpy_world()),
    )
    assert shown(there) == pytest.approx(shown(here), rel=1e-15)
    posterior = far.posterior(far.data(1e8 + np.array(X)), numpy_world())
    assert posterior.scale == pytest.approx(MODEL.posterior(MODEL.data(X), numpy_world()).scale, rel=1e-15)


@pytest.mark.parametrize("x", [[1.25, -0.5, 2.0, 0.75], [1e6, 1e6, 1e6, 1e6]])
def test_the_posterior_is_the_normalised_joint_density(x):
    assert_bayes(MODEL, x)


def test_the_example_and_the_posterior_keep_the_sandwich():
    assert_sandwich(MODEL, X, Q)
    assert_tight(MODEL, X)
    assert_tight(NormalUnknownMeanVariance(0.3, 0.1, 0.7, 1e-3, size=1), [41.7])
    assert_loose(MODEL, X, Q)
    assert_a_nudge_is_seen(NormalUnknownMeanVariance(0.3, 1.0, 2.0, 3.0, size=4), X)


def test_every_slip_in_the_elbo_is_seen():
    assert assert_sabotage_is_seen(MODEL, X, Q) >= OF_A_SPACE_WITHOUT_A_CENTRE


@st.composite
def samples(draw):
    n = draw(st.integers(1, 5))
    model = NormalUnknownMeanVariance(draw(reals), draw(positives), draw(positives), draw(positives), size=n)
    q = NormalInverseGamma(draw(reals), draw(positives), draw(positives), draw(positives))
    return model, [draw(reals) for _ in range(n)], q


@at_both_scales
def test_random_samples_keep_the_sandwich(cases):
    hold(assert_sandwich, samples(), cases)


def test_draws_follow_the_evidence():
    """Each number alone is Student; the differences of two, over √2, are too, with nothing of the mean in them."""
    generator = np.random.default_rng(11)
    model = NormalUnknownMeanVariance(1.0, 0.5, 2.0, 3.0, size=2)
    seen = np.array([model.draw(generator) for _ in range(20_000)])
    spread = np.sqrt(3 / 2)
    student = scipy.stats.t(df=4)
    assert scipy.stats.kstest((seen[:, 0] - 1.0) / (spread * np.sqrt(1 + 1 / 0.5)), student.cdf).pvalue > 1e-9
    assert scipy.stats.kstest((seen[:, 1] - seen[:, 0]) / (spread * np.sqrt(2)), student.cdf).pvalue > 1e-9


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"mean": float("inf")}, "mean=inf must be finite"),
        ({"mean": [0.0, 1.0]}, "mean=an array of shape (2,) must be one number"),
        ({"kappa": 0.0}, "kappa=0.0 must be > 0; a density with this parameter has no finite mass: it is improper"),
        ({"shape": -1.0}, "shape=-1.0 must be > 0"),
        ({"scale": 0.0}, "scale=0.0 must be > 0"),
        ({"size": 0}, "size=0.0 must be a whole number from 1 on; it is how many numbers x holds"),
    ],
)
def test_impossible_models_are_refused(change, message):
    with pytest.raises(InputError) as raised:
        NormalUnknownMeanVariance(**{**MODEL.parameters, **change})
    assert message in str(raised.value)


@pytest.mark.parametrize("x", [1.0, [1.0, 2.0], [[1.0, 2.0, 3.0, 4.0]]])
def test_data_of_another_shape_are_refused(x):
    with pytest.raises(ShapeError, match=r"^x=an array of shape .* must be of shape \(4,\); x holds `size` numbers"):
        MODEL.data(x)
    with pytest.raises(InputError, match=r"^x\[1\]=nan must be finite"):
        MODEL.data([1.0, float("nan"), 2.0, 3.0])


def test_a_q_of_another_family_is_refused():
    with pytest.raises(InputError, match="q=a Gamma must be a NormalInverseGamma; the latents of normal-inverse-gamma"):
        MODEL.density(Gamma(1.0, 1.0))
    assert MODEL.density(Q) is Q


def test_the_model_can_be_made_again_from_its_parameters():
    assert NormalUnknownMeanVariance(**MODEL.parameters) == MODEL


def test_balls_of_the_student_density_hold_the_truth():
    with mpmath.workdps(60), flint.ctx.workprec(BITS):
        distance = sum(mpmath.mpf(x) ** 2 for x in X) - mpmath.mpf(sum(X)) ** 2 / 5  # (x−m)ᵀ(I + 11ᵀ/κ)⁻¹(x−m), κ = 1
        truth = mpmath.loggamma(4) - mpmath.loggamma(2) - 2 * mpmath.log(6 * mpmath.pi) - mpmath.log(5) / 2
        truth -= 4 * mpmath.log(1 + distance / 6)
        ball = sum(MODEL.log_evidence(MODEL.data(X), ball_world())) - flint.arb(mpmath.nstr(truth, 55))
        assert abs(ball) < 1e-50
