"""Binary data and one normal latent: no closed forms, but everything an enclosure and a sampler need."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
import scipy.stats
from hypothesis import strategies as st

from elbo_check.densities import Normal
from elbo_check.densities.spaces import RealPoint
from elbo_check.densities.world import ball_world, numpy_world, sympy_world
from elbo_check.errors import InputError, ShapeError, WitnessError
from elbo_check.evidence import Estimate
from elbo_check.models import LogisticNormal
from elbo_check.models.line import line
from elbo_check.witnesses.line_enclosure import enclose_line
from elbo_check.witnesses.line_quadrature import integrate_line

from .strategies import at_scales, hold

MODEL, X, Q = LogisticNormal.example()


def log_joint(z, model=MODEL, x=X):
    odds = [w * z + b for w, b in zip(model.weights, model.offsets, strict=True)]
    fit = sum(-mpmath.log1p(mpmath.exp(-a if seen else a)) for a, seen in zip(odds, x, strict=True))
    residual = (z - model.mean) / mpmath.mpf(model.sigma)
    return fit - residual**2 / 2 - mpmath.log(model.sigma) - mpmath.log(2 * mpmath.pi) / 2


def evidence():
    with mpmath.workdps(30):
        return mpmath.log(mpmath.quad(lambda z: mpmath.exp(log_joint(z)), [-20, -5, 0, 5, 20]))


def test_the_likelihood_is_that_of_independent_coins():
    z = np.linspace(-40, 40, 9)
    ours = sum(MODEL.log_likelihood(X, RealPoint(z), numpy_world()))
    truth = sum(
        scipy.stats.bernoulli.logpmf(int(seen), 1 / (1 + np.exp(-(w * z[3:6] + b))))
        for w, b, seen in zip(MODEL.weights, MODEL.offsets, X, strict=True)
    )
    assert np.allclose(ours[3:6], truth, rtol=1e-12)
    assert np.isfinite(ours).all()
    symbolic = sum(MODEL.log_likelihood(X, RealPoint(sympy_world().exact(0.5)), sympy_world()))
    assert float(symbolic) == pytest.approx(sum(MODEL.log_likelihood(X, RealPoint(np.float64(0.5)), numpy_world())))


def test_what_has_no_closed_form_says_so():
    q = MODEL.density(Q)
    with pytest.raises(WitnessError, match="the logistic likelihood is not conjugate: no closed form of log p"):
        MODEL.log_evidence(X, numpy_world())
    with pytest.raises(WitnessError, match=r"no closed form of E log p\(x\|z\)"):
        MODEL.expected_log_likelihood(X, q, numpy_world())
    with pytest.raises(WitnessError, match="no closed form of the posterior"):
        MODEL.posterior(X, numpy_world())


@pytest.mark.endurance
def test_the_line_encloses_what_mpmath_integrates():
    q = MODEL.density(Q)
    measured = enclose_line(line(MODEL, X, q.read(ball_world()), ball_world()), 25)
    with mpmath.workdps(30):
        weight = lambda z: mpmath.npdf(z, 1, 1)
        log_ratio = lambda z: log_joint(z) - mpmath.log(weight(z))
        ends = [-14, -4, 1, 6, 16]
        elbo = mpmath.quad(lambda z: weight(z) * log_ratio(z), ends)
        total = mpmath.quad(lambda z: mpmath.exp(log_joint(z)), [-20, -5, 0, 5, 20])
        eubo = mpmath.quad(lambda z: mpmath.exp(log_joint(z)) * log_ratio(z), [-20, -5, 0, 5, 20]) / total
        for ours, truth in ((measured.elbo, elbo), (measured.log_evidence, mpmath.log(total)), (measured.eubo, eubo)):
            difference = mpmath.mpf(ours.value.numerator) / ours.value.denominator - truth
            assert abs(difference) <= mpmath.mpf(1e-22)
            assert ours.error < 1e-24
    assert measured.elbo.value < measured.log_evidence.value < measured.eubo.value
    floats = integrate_line(line(MODEL, X, q, numpy_world()))
    for ours, enclosed in zip(floats, measured, strict=True):
        assert float(ours.value) == pytest.approx(float(enclosed.value), rel=1e-11)


@pytest.mark.parametrize("q", [Normal(1.0, 1.0), Normal(0.0, 5.0), Normal(2.0, 0.05)])
def test_the_margin_bounds_every_ratio_of_curvatures(q):
    density = MODEL.density(q)
    margin = MODEL.margin(X, density)
    assert 0 < margin <= 0.5
    own = float(density.precision[0, 0])
    for z in np.linspace(-8, 8, 33):
        curvature = -float(mpmath.diff(log_joint, z, 2))
        assert 1 / 1.5**2 <= curvature <= 1 / 1.5**2 + (1 + 4 + 0.25) / 4
        assert 2 * margin <= own / curvature <= 1 / (2 * margin)


def test_the_slope_bounds_every_slope_along_the_noise():
    density = MODEL.density(Q)
    slope = MODEL.likelihood_slope(X, density)
    assert slope == pytest.approx(1 + 2 + 0.5)  # every datum pulls upwards
    assert MODEL.likelihood_slope(MODEL.data([0, 0, 1]), density) == pytest.approx(2.5)
    epsilon = np.linspace(-60, 60, 4001)
    heights = sum(MODEL.log_likelihood(X, density.place(epsilon, numpy_world()), numpy_world()))
    assert np.abs(np.diff(heights)).max() / (epsilon[1] - epsilon[0]) <= slope
    assert np.abs(np.diff(heights)).max() / (epsilon[1] - epsilon[0]) > 0.99 * slope


def test_the_posterior_is_the_joint_density_over_the_evidence_and_is_drawn_from():
    posterior = MODEL.posterior_given(X, float(evidence()))
    z = np.linspace(-8, 12, 20_001)
    density = np.exp(sum(posterior.log_density(RealPoint(z), numpy_world())))
    step = z[1] - z[0]
    assert np.sum(density) * step == pytest.approx(1, rel=1e-10)
    below = np.cumsum(density) * step
    draws = posterior.draw(np.random.default_rng(15), 20_000)
    assert draws.value.shape == (20_000,)
    assert scipy.stats.kstest(draws.value, lambda at: np.interp(at, z, below)).pvalue > 1e-6
    mode, deviation = posterior.bulk()
    assert density[np.argmin(np.abs(z - mode))] == pytest.approx(density.max(), rel=1e-6)
    assert deviation == pytest.approx(np.std(draws.value), rel=0.2)


weights = st.floats(-1, 1).flatmap(lambda sign: st.floats(-2, 1).map(lambda power: math.copysign(10.0**power, sign)))
places = st.floats(-5, 5) | st.sampled_from([0.0, 1.0])
spreads = st.floats(-2, 1).map(lambda power: 10.0**power) | st.just(1.0)


@st.composite
def binary_data(draw):
    many = draw(st.integers(1, 4))
    rows = [draw(st.lists(kind, min_size=many, max_size=many)) for kind in (weights, places, st.integers(0, 1))]
    model = LogisticNormal(rows[0], rows[1], mean=draw(places), sigma=draw(spreads))
    return model, rows[2], Normal(draw(places), draw(spreads))


def assert_order(model, x, q):
    """ELBO < log p(x) < EUBO strictly, by balls, and quadrature lies within its own error of each."""
    known, density = model.data(x), model.density(q)
    found = enclose_line(line(model, known, density.read(ball_world()), ball_world()), 25)
    assert found.elbo.value + found.elbo.error < found.log_evidence.value - found.log_evidence.error
    assert found.log_evidence.value + found.log_evidence.error < found.eubo.value - found.eubo.error
    assert found.gap.value - found.gap.error > 0
    for seen, truth in zip(integrate_line(line(model, known, density, numpy_world())), found, strict=True):
        if isinstance(seen, Estimate):
            assert abs(Fraction(seen.value) - truth.value) <= Fraction(seen.error) + truth.error


@pytest.mark.endurance
@at_scales(10)
def test_random_coins_keep_their_order(cases):
    hold(assert_order, binary_data(), cases)


@pytest.mark.parametrize(
    ("weights", "mean"), [([1.0, 1.0, 1.0, 7.498942093324558], 1.1875), ([5.623413251903491], 3.5)]
)
def test_quadrature_of_a_sharp_likelihood_knows_its_error(weights, mean):
    """A level of 5 guesses 2.5e-13 where it is off by 5.1e-13, and 3e-13 where it is off by 1.1e-11."""
    assert_order(LogisticNormal(weights), [0] * len(weights), Normal(mean, 1.0))


def test_draws_of_data_have_the_frequencies_of_the_evidence():
    model = LogisticNormal([2.0], [0.5], mean=-0.5, sigma=2.0)
    generator = np.random.default_rng(16)
    frequency = np.mean([model.draw(generator)[0] for _ in range(20_000)])
    x = model.data([1.0])
    with mpmath.workdps(20):
        mass = float(mpmath.quad(lambda z: mpmath.exp(log_joint(z, model, x)), [-30, -5, 0, 5, 30]))
    assert abs(frequency - mass) < math.sqrt(math.log(2e9) / 40_000)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"weights": [[1.0]]}, "weights=an array of shape (1, 1) must be of shape (n,); a weight for every datum"),
        ({"offsets": [1.0]}, "offsets=an array of shape (1,) must be of shape (3,)"),
        ({"sigma": 0.0}, "sigma=0.0 must be > 0"),
        ({"sigma": math.inf}, "sigma=inf must be finite; an infinite variance is improper"),
        ({"mean": [0.0, 1.0]}, "mean=an array of shape (2,) must be of shape (1,)"),
    ],
)
def test_impossible_models_are_refused(changes, message):
    with pytest.raises(InputError) as raised:
        LogisticNormal(**{**MODEL.parameters, **changes})
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([0.0, 0.5, 1.0], "x=0.5 must be 0 or 1; cross-entropy on grey values is no log-likelihood"),
        ([0, 1, 2], "x=2.0 must be 0 or 1"),
        ([0, 1], "x=an array of shape (2,) must be of shape (3,)"),
        ([True, False, True], "True and False are no measurements"),
    ],
)
def test_impossible_data_are_refused(x, message):
    with pytest.raises(InputError) as raised:
        MODEL.data(x)
    assert message in str(raised.value)


def test_a_q_of_two_numbers_is_refused():
    with pytest.raises(ShapeError, match="q=a density of 2 numbers must be a density of 1; logistic has 1 latent"):
        MODEL.density(Normal([0.0, 1.0], 1.0))


def test_the_model_can_be_made_again_from_its_parameters():
    again = LogisticNormal(**MODEL.parameters)
    assert again.prior(X, numpy_world()).mean[0] == 0.25
    assert again.parameters["weights"].tolist() == [1.0, -2.0, 0.5]
